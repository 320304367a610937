"""What a match run reads: who takes part with how much on their hands, and who is not to meet again."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import literal_column, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.entry import Load
from services.matching.domain.kinds import Role
from services.matching.domain.participation import Participation
from services.matching.domain.people import Person
from services.matching.storage.repositories.participations import to_participation
from services.matching.storage.repositories.people import to_person
from services.matching.storage.tables import participations, people

_LOADS = text(
    """
    select busy.person_id, busy.role, count(*) as everywhere,
           count(*) filter (where busy.program_id = :program_id) as here
      from (
            select taken.person_id, taken.role, proposal.program_id
              from seats taken
              join proposals proposal
                on proposal.organization_id = taken.organization_id and proposal.id = taken.proposal_id
             where taken.organization_id = :organization_id and taken.released_at is null
            union all
            select part.person_id, unnest(part.roles), proposal.program_id
              from proposals proposal
              join proposal_participants part
                on part.organization_id = proposal.organization_id and part.proposal_id = proposal.id
             where proposal.organization_id = :organization_id
               and proposal.status in ('offered', 'partly_accepted')
           ) busy
     group by busy.person_id, busy.role
    """
)
# Pairs who are together or have been asked, and, in this program, pairs who were or who said no.
_APART = text(
    """
    select distinct least(track.teacher_id, track.learner_id) as one,
           greatest(track.teacher_id, track.learner_id) as other
      from proposals proposal
     cross join jsonb_to_recordset(proposal.tracks) as track (teacher_id text, learner_id text)
     where proposal.organization_id = :organization_id
       and (proposal.status in ('offered', 'partly_accepted')
            or (proposal.program_id = :program_id and proposal.status in ('accepted', 'declined'))
            or (proposal.status = 'accepted'
                and exists (select from seats taken
                             where taken.organization_id = proposal.organization_id
                               and taken.proposal_id = proposal.id and taken.released_at is null)))
    """
)

_PART_COLUMNS = [column.name for column in participations.c]

_WITHOUT = {name: literal_column("'[]'::jsonb", JSONB).label(name) for name in ("windows", "strengths", "growth_areas")}


class EntrantRepository:
    """What a run of one organization's program is made of."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def list_participants(
        self, program_id: str, now: datetime, *, with_profiles: bool = True
    ) -> list[tuple[Participation, Person]]:
        """Everybody who takes part in the program, as of now; without profiles, thousands are quick to read."""
        columns = people.c if with_profiles else [_WITHOUT.get(column.name, column) for column in people.c]
        parts = [participations.c[name].label(f"part_{name}") for name in _PART_COLUMNS]
        found = await self._connection.execute(
            select(*columns, *parts)
            .join(
                participations,
                (participations.c.organization_id == people.c.organization_id)
                & (participations.c.person_id == people.c.id),
            )
            .where(people.c.organization_id == self._organization_id, participations.c.program_id == program_id)
        )
        return [
            (to_participation({name: row[f"part_{name}"] for name in _PART_COLUMNS}), to_person(row, now))
            for row in found.mappings()
        ]

    async def loads(self, program_id: str) -> Mapping[tuple[str, Role], Load]:
        """What people have on their hands, by person and role."""
        found = await self._connection.execute(_LOADS, self._of(program_id))
        return {(row.person_id, Role(row.role)): Load(row.everywhere, row.here) for row in found}

    async def apart(self, program_id: str) -> list[tuple[str, str]]:
        """Pairs that are not to be proposed (again)."""
        found = await self._connection.execute(_APART, self._of(program_id))
        return [(row.one, row.other) for row in found]

    def _of(self, program_id: str) -> dict[str, str]:
        return {"organization_id": self._organization_id, "program_id": program_id}
