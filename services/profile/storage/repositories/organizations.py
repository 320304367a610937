"""Organizations in the profile schema."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.profile.domain.organization import Organization, OrganizationDetails
from services.profile.storage.tables import organizations


class OrganizationRepository:
    """The organization that the unit of work is open for."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def add(self, organization: Organization) -> None:
        """Store a new organization."""
        await self._connection.execute(
            insert(organizations).values(
                organization_id=self._organization_id, id=organization.id, **_columns(organization)
            )
        )

    async def get(self) -> Organization:
        """The organization, locked for a change."""
        found = await self._connection.execute(
            select(organizations).where(organizations.c.organization_id == self._organization_id).with_for_update()
        )
        row = found.mappings().one()
        details = OrganizationDetails(
            name=row["name"],
            time_zone=row["time_zone"],
            locale=row["locale"],
            min_group_size=row["min_group_size"],
            terminology=row["terminology"],
        )
        return Organization(row["id"], details, row["version"], row["created_at"], row["updated_at"])

    async def save(self, organization: Organization) -> None:
        """Store its new state."""
        await self._connection.execute(
            update(organizations)
            .where(organizations.c.organization_id == self._organization_id)
            .values(**_columns(organization))
        )

    async def time_zone(self) -> str:
        """The time zone of people who have none of their own."""
        found = await self._connection.execute(
            select(organizations.c.time_zone).where(organizations.c.organization_id == self._organization_id)
        )
        time_zone: str = found.scalar_one()
        return time_zone


def _columns(organization: Organization) -> dict[str, Any]:
    return {
        **asdict(organization.details),
        "version": organization.version,
        "created_at": organization.created_at,
        "updated_at": organization.updated_at,
    }
