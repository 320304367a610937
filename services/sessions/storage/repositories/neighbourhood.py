"""What this service remembers of its neighbours' facts."""

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.sessions.storage.tables import deactivated_people, organizations, programs


class NeighbourhoodRepository:
    """What the organization's profile and programs say, as far as this service needs it."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def set_min_group_size(self, size: int) -> None:
        """Remember how many people a figure must be about."""
        changed = {"min_group_size": size}
        await self._connection.execute(
            insert(organizations)
            .values(organization_id=self._organization_id, **changed)
            .on_conflict_do_update(constraint="pk_organizations", set_=changed)
        )

    async def name_program(self, program_id: str, name: str) -> None:
        """Remember what a program is called."""
        await self._connection.execute(
            insert(programs)
            .values(organization_id=self._organization_id, id=program_id, name=name)
            .on_conflict_do_update(constraint="pk_programs", set_={"name": name})
        )

    async def mark_person(self, person_id: str, *, active: bool) -> None:
        """Remember whether a person is still there."""
        await self._one_at_a_time()
        if active:
            is_person = deactivated_people.c.id == person_id
            await self._connection.execute(
                delete(deactivated_people).where(
                    deactivated_people.c.organization_id == self._organization_id, is_person
                )
            )
            return
        await self._connection.execute(
            insert(deactivated_people)
            .values(organization_id=self._organization_id, id=person_id)
            .on_conflict_do_nothing()
        )

    async def any_deactivated(self, person_ids: frozenset[str]) -> bool:
        """Whether one of these people is no longer there."""
        await self._one_at_a_time()
        gone = exists().where(
            deactivated_people.c.organization_id == self._organization_id,
            deactivated_people.c.id.in_(sorted(person_ids)),
        )
        return bool(await self._connection.scalar(select(gone)))

    async def _one_at_a_time(self) -> None:
        # Two workers may hear at the same moment that somebody left and that the same person accepted a proposal.
        key = func.hashtextextended(self._organization_id, 0)
        await self._connection.execute(select(func.pg_advisory_xact_lock(key)))
