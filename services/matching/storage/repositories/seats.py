"""Places that are taken, in the matching schema."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.capacity import Places, Seat
from services.matching.domain.kinds import Role
from services.matching.storage.tables import seats

_PLACES = text(
    """
    select asked.person_id, asked.role,
           case asked.role when 'teacher' then person.teaching_capacity else person.learning_capacity end as capacity,
           (select count(*) from seats taken
             where taken.organization_id = :organization_id and taken.person_id = asked.person_id
               and taken.role = asked.role and taken.released_at is null) as taken
      from unnest(cast(:person_ids as text[]), cast(:roles as text[])) as asked (person_id, role)
      join people person on person.organization_id = :organization_id and person.id = asked.person_id
    """
)


class SeatRepository:
    """The places of one organization's people."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def places(self, asked: Collection[Seat]) -> dict[Seat, Places]:
        """How many places there are and how many are taken; exact while the people are locked."""
        found = await self._connection.execute(
            _PLACES,
            {
                "organization_id": self._organization_id,
                "person_ids": [seat.person_id for seat in asked],
                "roles": [str(seat.role) for seat in asked],
            },
        )
        known = {Seat(row.person_id, Role(row.role)): Places(row.capacity, row.taken) for row in found}
        return {seat: known.get(seat, Places(0, 0)) for seat in asked}

    async def take(self, proposal_id: str, taken: Collection[Seat], now: datetime) -> None:
        """Take the places for an accepted proposal."""
        await self._connection.execute(
            insert(seats),
            [
                {
                    "organization_id": self._organization_id,
                    "proposal_id": proposal_id,
                    "person_id": seat.person_id,
                    "role": seat.role,
                    "taken_at": now,
                }
                for seat in taken
            ],
        )

    async def release(self, proposal_ids: Collection[str], now: datetime) -> None:
        """Give back the places of engagements that have ended."""
        await self._connection.execute(
            update(seats)
            .where(
                seats.c.organization_id == self._organization_id,
                seats.c.proposal_id.in_(sorted(proposal_ids)),
                seats.c.released_at.is_(None),
            )
            .values(released_at=now)
        )
