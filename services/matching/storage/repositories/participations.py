"""Participations in the matching schema."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.kinds import Role
from services.matching.domain.participation import (
    AlreadyParticipatesError,
    Participation,
    ParticipationNotFoundError,
    Pause,
)
from services.matching.storage.tables import participations

_ENROL = text(
    """
    insert into participations
        (organization_id, id, program_id, person_id, roles, capacity, version, created_at, updated_at, unanswered)
    select :organization_id, new.id, :program_id, new.person_id, string_to_array(new.roles, ','), null, 1, :now, :now, 0
      from unnest(cast(:ids as text[]), cast(:person_ids as text[]), cast(:roles as text[]))
           as new (id, person_id, roles)
    on conflict (organization_id, program_id, person_id) do nothing
    """
)

# What a sign of life changes is little and seldom: whoever is not doubted has no row written.
_SHOW_LIFE = text(
    """
    update participations part
       set unanswered = 0, paused = null,
           version = version + (paused is not null)::int,
           updated_at = case when paused is null then updated_at else :now end
     where organization_id = :organization_id and person_id = :person_id
       and program_id = (select asked.program_id from proposals asked
                          where asked.organization_id = :organization_id and asked.id = :proposal_id)
       and (unanswered > 0 or paused is not null)
    """
)
_SILENT = """
        select proposal.program_id, part.person_id, count(*) as times
          from proposal_participants part
          join proposals proposal on proposal.organization_id = :organization_id and proposal.id = part.proposal_id
         where part.organization_id = :organization_id and part.proposal_id = any(cast(:proposal_ids as text[]))
           and part.decision = 'pending'
         group by proposal.program_id, part.person_id"""
_HOLD = text(
    f"""
    select part.id
      from ({_SILENT}) silent
      join participations part
        on part.organization_id = :organization_id
       and part.program_id = silent.program_id and part.person_id = silent.person_id
     order by part.id
       for update of part
    """  # noqa: S608 - put together from parts of our own
)
_COUNT_SILENCE = text(
    f"""
    with silent as ({_SILENT}
    ), counted as (
        select part.id, part.unanswered + silent.times as times,
               part.paused is null and part.unanswered + silent.times >= :enough as pauses
          from silent
          join participations part
            on part.organization_id = :organization_id
           and part.program_id = silent.program_id and part.person_id = silent.person_id
    )
    update participations part
       set unanswered = counted.times,
           paused = case when counted.pauses then 'unanswered' else part.paused end,
           version = part.version + counted.pauses::int,
           updated_at = case when counted.pauses then :now else part.updated_at end
      from counted
     where part.organization_id = :organization_id and part.id = counted.id
    """  # noqa: S608 - put together from parts of our own
)


class ParticipationRepository:
    """The participations of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, participation: Participation) -> None:
        """Store a new participation; `AlreadyParticipatesError` if the person has one."""
        try:
            await self._connection.execute(
                insert(participations).values(
                    organization_id=self._organization_id,
                    id=participation.id,
                    program_id=participation.program_id,
                    person_id=participation.person_id,
                    **_columns(participation),
                )
            )
        except IntegrityError as error:
            if "uq_participations" in str(error.orig):
                raise AlreadyParticipatesError("Change the participation that is there.") from error
            raise

    async def enrol(self, new: Sequence[Participation]) -> None:
        """Store new participations of one program; who takes part already stays as they are."""
        if new:
            await self._connection.execute(
                _ENROL,
                {
                    "organization_id": self._organization_id,
                    "program_id": new[0].program_id,
                    "now": new[0].created_at,
                    "ids": [one.id for one in new],
                    "person_ids": [one.person_id for one in new],
                    "roles": [",".join(sorted(one.roles)) for one in new],
                },
            )

    async def get(self, participation_id: str) -> Participation:
        """The participation, locked for a change."""
        found = await self._connection.execute(
            select(participations).where(self._is(participation_id)).with_for_update()
        )
        row = found.mappings().first()
        if row is None:
            raise ParticipationNotFoundError
        return to_participation(row)

    async def find(self, program_id: str, person_id: str) -> Participation | None:
        """The person's part in the program, locked for a change, or None."""
        columns = participations.c
        of_person = (columns.program_id == program_id) & (columns.person_id == person_id)
        found = await self._connection.execute(
            select(participations).where(columns.organization_id == self._organization_id, of_person).with_for_update()
        )
        row = found.mappings().first()
        return None if row is None else to_participation(row)

    async def paused(self, program_id: str, person_ids: Collection[str]) -> frozenset[str]:
        """Those of the people who are paused in the program."""
        columns = participations.c
        found = await self._connection.execute(
            select(columns.person_id).where(
                columns.organization_id == self._organization_id,
                columns.program_id == program_id,
                columns.person_id.in_(sorted(person_ids)),
                columns.paused.is_not(None),
            )
        )
        return frozenset(found.scalars())

    async def show_life(self, proposal_id: str, person_id: str, now: datetime) -> None:
        """Note that the person has answered in the program of the proposal."""
        await self._run(_SHOW_LIFE, proposal_id=proposal_id, person_id=person_id, now=now)

    async def hold_silent(self, proposal_ids: Collection[str]) -> None:
        """Hold for a change the parts of everybody who has not answered these proposals."""
        await self._run(_HOLD, proposal_ids=sorted(proposal_ids))

    async def count_silence(self, proposal_ids: Collection[str], enough: int, now: datetime) -> None:
        """Note who let these proposals run out unanswered; pause those who have done so often `enough` in a row."""
        await self._run(_COUNT_SILENCE, proposal_ids=sorted(proposal_ids), enough=enough, now=now)

    async def save(self, participation: Participation) -> None:
        """Store its new state."""
        await self._connection.execute(
            update(participations).where(self._is(participation.id)).values(**_columns(participation))
        )

    async def remove(self, participation: Participation) -> None:
        """Forget it."""
        await self._connection.execute(delete(participations).where(self._is(participation.id)))

    async def _run(self, statement: Any, **arguments: Any) -> None:
        await self._connection.execute(statement, {"organization_id": self._organization_id, **arguments})

    def _is(self, participation_id: str) -> Any:
        return (participations.c.organization_id == self._organization_id) & (participations.c.id == participation_id)


def _columns(participation: Participation) -> dict[str, Any]:
    return {
        "roles": sorted(participation.roles),
        "capacity": participation.capacity,
        "version": participation.version,
        "created_at": participation.created_at,
        "updated_at": participation.updated_at,
        "paused": participation.paused,
        "unanswered": participation.unanswered,
    }


def to_participation(row: RowMapping | Mapping[str, Any]) -> Participation:
    """The participation of a row."""
    return Participation(
        id=row["id"],
        program_id=row["program_id"],
        person_id=row["person_id"],
        roles=frozenset(Role(role) for role in row["roles"]),
        capacity=row["capacity"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        paused=None if row["paused"] is None else Pause(row["paused"]),
        unanswered=row["unanswered"],
    )
