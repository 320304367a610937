"""What a match run reads: who takes part with how much on their hands, and who is not to meet again."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterable
from contextlib import aclosing
from datetime import datetime
from functools import cache, partial

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.entry import NO_LOAD, Candidate, Load
from services.matching.domain.kinds import Role
from services.matching.domain.people import utc_offset
from services.matching.storage.profiles import BARE_PROFILE, PROFILE, WIDTH, read_ahead, to_profile

_PARTICIPANTS = """
with busy as (
    select person_id,
           count(*) filter (where role = 'teacher') as teaching,
           count(*) filter (where role = 'teacher' and program_id = $2) as teaching_here,
           count(*) filter (where role = 'learner') as learning,
           count(*) filter (where role = 'learner' and program_id = $2) as learning_here
      from (
            select taken.person_id, taken.role, proposal.program_id
              from seats taken
              join proposals proposal
                on proposal.organization_id = taken.organization_id and proposal.id = taken.proposal_id
             where taken.organization_id = $1 and taken.released_at is null
            union all
            select part.person_id, unnest(part.roles), proposal.program_id
              from proposals proposal
              join proposal_participants part
                on part.organization_id = proposal.organization_id and part.proposal_id = proposal.id
             where proposal.organization_id = $1 and proposal.status in ('offered', 'partly_accepted')
               and part.decision in ('pending', 'accepted')
               and (proposal.request_id is null or part.decision = 'pending')
           ) load
     group by person_id
)
select {profile}, person.active, person.paused_until, person.teaching_capacity, person.learning_capacity, part.roles,
       part.capacity, busy.teaching, busy.teaching_here, busy.learning, busy.learning_here
  from participations part
  join people person on person.organization_id = part.organization_id and person.id = part.person_id
  left join busy on busy.person_id = part.person_id
 where part.organization_id = $1 and part.program_id = $2 and part.paused is null
 order by part.person_id
"""
_WITH_PROFILES = _PARTICIPANTS.format(profile=PROFILE)
_WITHOUT = _PARTICIPANTS.format(profile=BARE_PROFILE)
_LABELS = """
select one.value ->> 'competency_id', one.value ->> 'competency_label'
  from people person
 cross join jsonb_array_elements(person.strengths || person.growth_areas) with ordinality as one
 where person.organization_id = $1 and person.id = any($2::text[])
 order by person.id, one.ordinality
"""
# Pairs who are together or have been asked, and, in this program, pairs who were, or of whom one said no. A group came
# about without the learners who said nothing.
_APART = text(
    """
    select least(track.teacher_id, track.learner_id) as one, greatest(track.teacher_id, track.learner_id) as other
      from proposals proposal
     cross join jsonb_to_recordset(proposal.tracks) as track (teacher_id text, learner_id text)
     where proposal.organization_id = :organization_id
       and (proposal.status in ('offered', 'partly_accepted')
            or (proposal.status = 'accepted'
                and exists (select from proposal_participants part
                             where part.organization_id = :organization_id and part.proposal_id = proposal.id
                               and part.person_id = track.learner_id and part.decision = 'accepted')
                and (proposal.program_id = :program_id
                     or exists (select from seats taken
                                 where taken.organization_id = proposal.organization_id
                                   and taken.proposal_id = proposal.id and taken.released_at is null))))
    union
    select least(track.teacher_id, track.learner_id), greatest(track.teacher_id, track.learner_id)
      from proposal_participants part
      join proposals proposal
        on proposal.organization_id = part.organization_id and proposal.id = part.proposal_id
     cross join jsonb_to_recordset(proposal.tracks) as track (teacher_id text, learner_id text)
     where part.organization_id = :organization_id and part.decision = 'declined'
       and proposal.program_id = :program_id and part.person_id in (track.teacher_id, track.learner_id)
    """
)


class EntrantRepository:
    """What a run of one organization's program is made of."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def stream(
        self, program_id: str, now: datetime, *, with_profiles: bool = True
    ) -> AsyncGenerator[Iterable[Candidate], None]:
        """Everybody who takes part in the program, as of now, some at a time, in the order of their ids.

        A person is made when the iteration comes to them, so that nobody has to hold them all.
        """
        statement = _WITH_PROFILES if with_profiles else _WITHOUT
        offset_of = cache(partial(utc_offset, at=now))
        found = read_ahead(self._connection, statement, self._organization_id, program_id)
        async with aclosing(found):
            async for rows in found:
                yield map(partial(_to_candidate, offset_of=offset_of), rows)

    async def labels(self, person_ids: Collection[str]) -> dict[str, str]:
        """The names of what these people hold and want, by competency; the name that the last of them has counts."""
        driver = await driver_connection(self._connection)
        return dict(map(tuple, await driver.fetch(_LABELS, self._organization_id, list(person_ids))))

    async def apart(self, program_id: str) -> list[tuple[str, str]]:
        """Pairs that are not to be proposed (again), the smaller id first."""
        found = await self._connection.execute(
            _APART, {"organization_id": self._organization_id, "program_id": program_id}
        )
        return [(row.one, row.other) for row in found]


def _to_candidate(row: asyncpg.Record, offset_of: Callable[[str], int]) -> Candidate:
    (
        active, paused_until, teaching_capacity, learning_capacity, roles, capacity, teaching, teaching_here, learning,
        learning_here,
    ) = row[WIDTH:]  # fmt: skip
    return Candidate(
        to_profile(row, offset_of),
        active,
        paused_until,
        teaching_capacity,
        learning_capacity,
        _roles(tuple(roles)),
        capacity,
        Load(teaching, teaching_here) if teaching else NO_LOAD,
        Load(learning, learning_here) if learning else NO_LOAD,
    )


@cache
def _roles(names: tuple[str, ...]) -> frozenset[Role]:
    return frozenset(map(Role, names))
