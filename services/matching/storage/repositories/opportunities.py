"""What is read to answer somebody who looks for people, in one read-only transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

import asyncpg

from kit.database import Reader
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.opportunities import Candidate, Layer, OpenProgram, Standing
from services.matching.domain.policy import Terms
from services.matching.domain.similarity import similar
from services.matching.storage.living_index import LivingIndex
from services.matching.storage.repositories.match_policies import to_terms
from services.matching.storage.repositories.people import to_person

_FREE = """
person.teaching_capacity - (
    select count(*) from seats taken
     where taken.organization_id = $1 and taken.person_id = person.id and taken.role = 'teacher'
       and taken.released_at is null
) as free_to_teach,
person.learning_capacity - (
    select count(*) from seats taken
     where taken.organization_id = $1 and taken.person_id = person.id and taken.role = 'learner'
       and taken.released_at is null
) as free_to_learn
"""

# Relations of what the person teaches or wants: each says what serves that in part, and what it serves.
_RELATIONS = """
select array[near.competency_id, near.other_id, near.kind]
  from competency_relations near,
       lateral (
           select array_agg(one ->> 'competency_id') as ids
             from jsonb_array_elements(person.strengths || person.growth_areas) as one
       ) own
 where near.organization_id = $1 and (near.competency_id = any(own.ids) or near.other_id = any(own.ids))
"""

# Not shown are those with whom there is an engagement, and those whom one of the two has excluded, whichever it was.
_STANDING = f"""
select person.*, {_FREE},
       coalesce((select revision from people_revisions where organization_id = $1), 0) as current_revision,
       (select revision from opportunity_prices where organization_id = $1) as priced,
       array(
            select never.id
              from participation_choices said cross join unnest(said.excluded) as never (id)
             where said.organization_id = $1 and said.person_id = person.id
            union
            select said.person_id from participation_choices said
             where said.organization_id = $1 and said.excluded @> array[person.id]
            union
            select other.person_id
              from seats mine
              join seats other
                on other.organization_id = $1 and other.proposal_id = mine.proposal_id
               and other.role <> mine.role and other.released_at is null
             where mine.organization_id = $1 and mine.person_id = person.id and mine.released_at is null
       ) as barred,
       array({_RELATIONS}) as relations
  from people person
 where person.organization_id = $1 and person.id = $2 and person.active
"""  # noqa: S608 - put together from parts of our own

_PROGRAMS = """
select program.id, program.name, program.kind, program.status = 'open' as is_open, program.competency_ids,
       case when part.paused is null then part.roles end as roles,
       policy.weights, policy.rules, policy.max_gap_basis_points,
       (select count(*) from requests
         where organization_id = $1 and program_id = program.id and person_id = $2 and status = 'open') as asked
  from programs program
  left join participations part
    on part.organization_id = $1 and part.program_id = program.id and part.person_id = $2
  left join match_policies newest on newest.organization_id = $1 and newest.id = program.match_policy_id
  left join match_policy_versions policy
    on policy.organization_id = $1 and policy.match_policy_id = newest.id and policy.version = newest.version
 where program.organization_id = $1 and program.status <> 'draft'
   and (program.id = $3 or (part.id is not null and program.status = 'open'))
 order by program.id
"""

_CANDIDATES = f"""
select person.*, {_FREE},
       array(select part.program_id || ':' || role
               from participations part cross join unnest(part.roles) as role
              where part.organization_id = $1 and part.program_id = any($3) and part.person_id = person.id
                and part.paused is null) as parts
  from people person
 where person.organization_id = $1 and person.id = any($2) and person.active
"""  # noqa: S608 - put together from parts of our own

_PARTICIPANTS = """
select person_id from participations
 where organization_id = $1 and program_id = $2 and $3 = any(roles) and paused is null
"""


class OpportunityReader:
    """Reads in the organization of whoever asks."""

    def __init__(self, db: Reader, people: LivingIndex) -> None:
        self._db = db
        self._people = people

    async def find_standing(self, person_id: str, now: datetime) -> Standing | None:
        """Whoever asks, as they are now; None if they are nobody here, or have left."""
        row = await self._db.row(_STANDING, person_id)
        if row is None:
            return None
        return Standing(
            person=to_person(row, now),
            similar=tuple(similar(map(tuple, row["relations"]))),
            free=_free(row),
            barred=frozenset(row["barred"]),
            revision=row["current_revision"],
            priced=row["priced"],
        )

    async def list_programs(self, person_id: str, program_id: str | None) -> list[OpenProgram]:
        """The open programs that somebody takes part in, and the one that they ask for, if it is no draft."""
        return [_to_program(row) for row in await self._db.rows(_PROGRAMS, person_id, program_id)]

    async def list_candidates(
        self, people: Collection[str], program_ids: Sequence[str], now: datetime
    ) -> dict[str, Candidate]:
        """Those of the people who are active, as they are now, by id, with their roles in these programs."""
        rows = await self._db.rows(_CANDIDATES, list(people), list(program_ids))
        return {row["id"]: Candidate(to_person(row, now), _free(row), _parts(row["parts"])) for row in rows}

    async def list_participants(self, program_id: str, role: Role) -> list[str]:
        """Everybody with the role in a program to whom something may be offered there, by id."""
        return [row["person_id"] for row in await self._db.rows(_PARTICIPANTS, program_id, str(role))]

    async def layers(self, standing: Standing) -> Sequence[Layer]:
        """Everybody of the organization, as of the standing or later."""
        return await self._people.layers(self._db, standing.revision, standing.priced)


def _free(row: asyncpg.Record) -> dict[Role, int]:
    return {Role.TEACHER: row["free_to_teach"], Role.LEARNER: row["free_to_learn"]}


def _parts(parts: Sequence[str]) -> dict[str, frozenset[Role]]:
    roles: dict[str, set[Role]] = {}
    for program_id, _, role in (part.partition(":") for part in parts):
        roles.setdefault(program_id, set()).add(Role(role))
    return {program_id: frozenset(held) for program_id, held in roles.items()}


def _to_program(row: asyncpg.Record) -> OpenProgram:
    return OpenProgram(
        id=row["id"],
        name=row["name"],
        kind=Kind(row["kind"]),
        is_open=row["is_open"],
        topics=tuple(row["competency_ids"]),
        terms=Terms() if row["weights"] is None else to_terms(row),
        roles=frozenset(map(Role, row["roles"] or ())),
        asked=row["asked"],
    )
