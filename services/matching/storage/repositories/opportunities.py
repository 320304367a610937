"""What is read to answer somebody who looks for people, in one read-only transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import asyncpg

from kit.database import Reader
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.opportunities import ROLE_OF_OTHERS, Candidate, Filters, Layer, OpenProgram, Standing
from services.matching.domain.policy import Terms
from services.matching.domain.request import Aim
from services.matching.domain.similarity import similar
from services.matching.storage.living_index import LivingIndex
from services.matching.storage.repositories.match_policies import to_terms
from services.matching.storage.repositories.people import to_person

# How many places somebody has who is called `person`.
_PLACES = """
select person.teaching_capacity - count(*) filter (where taken.role = 'teacher') as free_to_teach,
       person.learning_capacity - count(*) filter (where taken.role = 'learner') as free_to_learn
  from seats taken
 where taken.organization_id = $1 and taken.person_id = person.id and taken.released_at is null
"""

# Relations of what the person teaches or wants: each says what serves that in part, and what it serves.
_RELATIONS = """
select array[near.competency_id, near.other_id, near.kind]
  from jsonb_array_elements(person.strengths || person.growth_areas) as own
 cross join lateral (
           select * from competency_relations
            where organization_id = $1 and competency_id = own ->> 'competency_id'
           union all
           select * from competency_relations where organization_id = $1 and other_id = own ->> 'competency_id'
       ) near
"""

# Those that somebody takes part in, and the one that they ask for, with what they may do there.
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
"""

# Not shown are those with whom there is an engagement, and those whom one of the two has excluded, whichever it was.
_STANDING = f"""
select person.*, places.*,
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
       array({_RELATIONS}) as relations,
       (select coalesce(jsonb_agg(to_jsonb(found) order by found.id), '[]') from ({_PROGRAMS}) found) as programs
  from (select) asking
  left join people person on person.organization_id = $1 and person.id = $2 and person.active
  left join lateral ({_PLACES}) places on true
"""  # noqa: S608 - put together from parts of our own

# `asked` has in order whom to look at for which aim, and in which role; they are looked at until there are enough.
_POSSIBLE = f"""
select possible.*,
       array(select part.program_id || ':' || role
               from participations part cross join unnest(part.roles) as role
              where part.organization_id = $1 and part.program_id = any($7) and part.person_id = possible.id
                and part.paused is null) as parts
  from (
        select person.*, asked.aim, asked.place, places.*,
               row_number() over (partition by asked.aim order by asked.place) as number
          from unnest($2::text[], $3::text[], $4::text[]) with ordinality as asked (person_id, aim, role, place)
          join people person on person.organization_id = $1 and person.id = asked.person_id and person.active
         cross join lateral ({_PLACES}) places
         where case asked.role when 'teacher' then places.free_to_teach else places.free_to_learn end > 0
           and ($5::text is null or exists (
                   select from participations part
                    where part.organization_id = $1 and part.program_id = $5 and part.person_id = person.id
                      and asked.role = any(part.roles) and part.paused is null))
       ) possible
 where possible.number <= $6
 order by possible.place
"""  # noqa: S608 - put together from parts of our own

_PARTICIPANTS = """
select person_id from participations
 where organization_id = $1 and program_id = $2 and $3 = any(roles) and paused is null
"""


class Waits(Protocol):
    """Knows how long people wait for a yes."""

    async def median_hours(self, db: Reader, program_ids: Iterable[str]) -> Mapping[str, int | None]:
        """By program, the hours from an offer to the first yes; None where too few offers tell."""
        ...


class OpportunityReader:
    """Reads in the organization of whoever asks."""

    def __init__(self, db: Reader, people: LivingIndex, waits: Waits) -> None:
        self._db = db
        self._people = people
        self._waits = waits

    async def find_standing(
        self, person_id: str, program_id: str | None, now: datetime
    ) -> tuple[Standing | None, Sequence[OpenProgram]]:
        """Whoever asks, as they are now; None if they are nobody here, or have left.

        With the open programs that they take part in, and the one that they ask for, if it is no draft.
        """
        row = await self._db.row(_STANDING, person_id, program_id)
        assert row is not None, "the statement always has a row"
        waits = await self._waits.median_hours(self._db, [one["id"] for one in row["programs"] if one["is_open"]])
        programs = [_to_program(one, waits.get(one["id"])) for one in row["programs"]]
        if row["id"] is None:
            return None, programs
        standing = Standing(
            person=to_person(row, now),
            similar=tuple(similar(map(tuple, row["relations"]))),
            free=_free(row),
            barred=frozenset(row["barred"]),
            revision=row["current_revision"],
            priced=row["priced"],
        )
        return standing, programs

    async def list_possible(
        self, found: Mapping[Aim, Sequence[str]], filters: Filters, programs: Sequence[OpenProgram], now: datetime
    ) -> dict[Aim, list[Candidate]]:
        """The first of those found for each aim who can be shown now, as many as are wanted, as they are now."""
        asked = [(one, aim, ROLE_OF_OTHERS[aim]) for aim, people in found.items() for one in people]
        possible: dict[Aim, list[Candidate]] = {aim: [] for aim in found}
        if asked:
            columns = ([str(one) for one in column] for column in zip(*asked, strict=True))
            ids = [program.id for program in programs]
            for row in await self._db.rows(_POSSIBLE, *columns, filters.program_id, filters.limit, ids):
                candidate = Candidate(to_person(row, now), _free(row), _parts(row["parts"]))
                possible[Aim(row["aim"])].append(candidate)
        return possible

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


def _to_program(row: Mapping[str, Any], wait_hours: int | None) -> OpenProgram:
    return OpenProgram(
        id=row["id"],
        name=row["name"],
        kind=Kind(row["kind"]),
        is_open=row["is_open"],
        topics=tuple(row["competency_ids"]),
        terms=Terms() if row["weights"] is None else to_terms(row),
        roles=frozenset(map(Role, row["roles"] or ())),
        asked=row["asked"],
        wait_hours=wait_hours,
    )
