"""What a match run reads: who takes part with how much on their hands, and who is not to meet again."""

from collections.abc import AsyncGenerator, Iterable
from datetime import datetime
from functools import partial

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.entry import Candidate, Load
from services.matching.domain.kinds import Role
from services.matching.storage.repositories.people import to_person
from services.matching.storage.tables import people

_AT_ONCE = 2000
_DOCUMENTS = ("windows", "strengths", "growth_areas")

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
select {columns}, part.roles, part.capacity, busy.teaching, busy.teaching_here, busy.learning, busy.learning_here
  from participations part
  join people person on person.organization_id = part.organization_id and person.id = part.person_id
  left join busy on busy.person_id = part.person_id
 where part.organization_id = $1 and part.program_id = $2 and part.paused is null
 order by part.person_id
"""
_PEOPLE = [column.name for column in people.c]
_WITH_PROFILES = _PARTICIPANTS.format(columns=", ".join(f"person.{name}" for name in _PEOPLE))
_WITHOUT = _PARTICIPANTS.format(
    columns=", ".join(f"'[]'::jsonb as {name}" if name in _DOCUMENTS else f"person.{name}" for name in _PEOPLE)
)
# Pairs who are together or have been asked, and, in this program, pairs who were, or of whom one said no.
_APART = text(
    """
    select least(track.teacher_id, track.learner_id) as one, greatest(track.teacher_id, track.learner_id) as other
      from proposals proposal
     cross join jsonb_to_recordset(proposal.tracks) as track (teacher_id text, learner_id text)
     where proposal.organization_id = :organization_id
       and (proposal.status in ('offered', 'partly_accepted')
            or (proposal.program_id = :program_id and proposal.status = 'accepted')
            or (proposal.status = 'accepted'
                and exists (select from seats taken
                             where taken.organization_id = proposal.organization_id
                               and taken.proposal_id = proposal.id and taken.released_at is null)))
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
        driver = await driver_connection(self._connection)
        statement = _WITH_PROFILES if with_profiles else _WITHOUT
        cursor = await driver.cursor(statement, self._organization_id, program_id)
        while rows := await cursor.fetch(_AT_ONCE):
            yield map(partial(_to_candidate, now=now), rows)

    async def apart(self, program_id: str) -> list[tuple[str, str]]:
        """Pairs that are not to be proposed (again), the smaller id first."""
        found = await self._connection.execute(
            _APART, {"organization_id": self._organization_id, "program_id": program_id}
        )
        return [(row.one, row.other) for row in found]


def _to_candidate(row: asyncpg.Record, now: datetime) -> Candidate:
    return Candidate(
        to_person(row, now),
        frozenset(map(Role, row["roles"])),
        row["capacity"],
        Load(row["teaching"] or 0, row["teaching_here"] or 0),
        Load(row["learning"] or 0, row["learning_here"] or 0),
    )
