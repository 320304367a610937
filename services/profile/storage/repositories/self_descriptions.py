"""What people say of how and when they work."""

from dataclasses import asdict, astuple
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.answers import check_version
from kit.clock import Clock
from services.profile.domain.availability import NOTHING_SAID, Availability, WeeklyWindow
from services.profile.domain.preferences import NO_PREFERENCES, Preferences
from services.profile.storage.tables import availabilities, preferences


class SelfDescriptionRepository:
    """Preferences and availability; version 0 stands for somebody who said nothing yet."""

    def __init__(self, connection: AsyncConnection, organization_id: str, clock: Clock) -> None:
        self._connection = connection
        self._organization_id = organization_id
        self._clock = clock

    async def preferences(self, person_id: str) -> tuple[int, Preferences]:
        """The version, and the preferences, locked for a change."""
        row = await self._get(preferences, person_id)
        if row is None:
            return 0, NO_PREFERENCES
        return row["version"], Preferences(row["pace"], row["format"], row["depth"], row["language"])

    async def save_preferences(self, person_id: str, said: Preferences, seen: int) -> None:
        """Store them, one version on; stale if somebody was faster."""
        await self._save(preferences, person_id, asdict(said), seen)

    async def availability(self, person_id: str) -> tuple[int, Availability]:
        """The version, and the availability, locked for a change."""
        row = await self._get(availabilities, person_id)
        if row is None:
            return 0, NOTHING_SAID
        return row["version"], Availability(
            windows=tuple(WeeklyWindow(*window) for window in row["windows"]),
            teaching_capacity=row["teaching_capacity"],
            learning_capacity=row["learning_capacity"],
            hours_per_month=row["hours_per_month"],
            paused_until=row["paused_until"],
        )

    async def save_availability(self, person_id: str, said: Availability, seen: int) -> None:
        """Store it, one version on; stale if somebody was faster."""
        values = asdict(said) | {"windows": [astuple(window) for window in said.windows]}
        await self._save(availabilities, person_id, values, seen)

    async def _get(self, table: Table, person_id: str) -> Any:
        found = await self._connection.execute(
            select(table)
            .where(table.c.organization_id == self._organization_id, table.c.person_id == person_id)
            .with_for_update()
        )
        return found.mappings().first()

    async def _save(self, table: Table, person_id: str, values: dict[str, Any], seen: int) -> None:
        now = self._clock.now()
        statement = insert(table).values(
            organization_id=self._organization_id,
            person_id=person_id,
            version=1,
            created_at=now,
            updated_at=now,
            **values,
        )
        # Somebody's first words have no row that could be locked, so the write itself looks at the version.
        written = await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["organization_id", "person_id"],
                set_={**values, "version": table.c.version + 1, "updated_at": now},
                where=table.c.version == seen,
            ).returning(table.c.version)
        )
        if written.first() is None:
            check_version(seen, seen + 1)
