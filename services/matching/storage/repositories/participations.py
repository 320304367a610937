"""Participations in the matching schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.kinds import Role
from services.matching.domain.participation import (
    AlreadyParticipatesError,
    Participation,
    ParticipationNotFoundError,
)
from services.matching.storage.tables import participations

_ENROL = text(
    """
    insert into participations
        (organization_id, id, program_id, person_id, roles, capacity, version, created_at, updated_at)
    select :organization_id, new.id, :program_id, new.person_id, string_to_array(new.roles, ','), null, 1, :now, :now
      from unnest(cast(:ids as text[]), cast(:person_ids as text[]), cast(:roles as text[]))
           as new (id, person_id, roles)
    on conflict (organization_id, program_id, person_id) do nothing
    """
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

    async def save(self, participation: Participation) -> None:
        """Store its new state."""
        await self._connection.execute(
            update(participations).where(self._is(participation.id)).values(**_columns(participation))
        )

    async def remove(self, participation: Participation) -> None:
        """Forget it."""
        await self._connection.execute(delete(participations).where(self._is(participation.id)))

    def _is(self, participation_id: str) -> Any:
        return (participations.c.organization_id == self._organization_id) & (participations.c.id == participation_id)


def _columns(participation: Participation) -> dict[str, Any]:
    return {
        "roles": sorted(participation.roles),
        "capacity": participation.capacity,
        "version": participation.version,
        "created_at": participation.created_at,
        "updated_at": participation.updated_at,
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
    )
