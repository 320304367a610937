"""What is read of an organization's people to keep them in memory, and the prices that all processes share."""

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from datetime import datetime
from functools import cache, partial
from typing import Any, Protocol

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.crowd import Member
from services.matching.domain.people import Person, utc_offset
from services.matching.domain.showing import Prices
from services.matching.storage.profiles import PUBLIC_PROFILE, WIDTH, read_ahead, to_profile
from services.matching.storage.repositories.people import to_person
from services.matching.storage.tables_opportunities import opportunity_prices, people_revisions

_REVISION = f"select revision from {people_revisions.name} where organization_id = $1"  # noqa: S608 - a name of our own
_EVERYBODY = f"""
select {PUBLIC_PROFILE}, person.active, person.paused_until, person.teaching_capacity, person.learning_capacity
  from people person
 where person.organization_id = $1
 order by person.id
"""  # noqa: S608 - columns of our own
_CHANGED = "select * from people where organization_id = $1 and revision > $2 order by revision limit $3"
_RELATIONS = "select competency_id, other_id, kind from competency_relations where organization_id = $1"
_PRICES = f"select revision, prices from {opportunity_prices.name} where organization_id = $1"  # noqa: S608 - as above
# Of several processes that made prices at the same time, the first one's stay.
_KEEP_PRICES = text(
    """
    insert into opportunity_prices as kept (organization_id, revision, prices)
    values (:organization_id, :revision, :prices)
    on conflict (organization_id) do update set revision = excluded.revision, prices = excluded.prices
     where kept.revision = :instead_of
    """
)


class Rows(Protocol):
    """Runs statements in one organization, which is their `$1`."""

    async def rows(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """All rows of the statement."""
        ...


async def read_revision(connection: AsyncConnection, organization_id: str) -> int:
    """How often the people have changed."""
    driver = await driver_connection(connection)
    return await driver.fetchval(_REVISION, organization_id) or 0


async def read_relations(connection: AsyncConnection, organization_id: str) -> list[tuple[str, str, str]]:
    """How the organization's competencies relate to each other."""
    driver = await driver_connection(connection)
    return [tuple(row) for row in await driver.fetch(_RELATIONS, organization_id)]


async def stream_people(
    connection: AsyncConnection, organization_id: str, now: datetime
) -> AsyncGenerator[Iterable[Member], None]:
    """Everybody, whether active or not, some at a time; a member is made when the iteration comes to them."""
    offset_of = cache(partial(utc_offset, at=now))
    found = read_ahead(connection, _EVERYBODY, organization_id)
    async with aclosing(found):
        async for rows in found:
            yield (Member(to_profile(row, offset_of), *row[WIDTH:]) for row in rows)


async def list_changed(db: Rows, since: int, most: int, now: datetime) -> list[tuple[int, Person]]:
    """At most so many of those who have changed after a revision, each with their own, the first change first."""
    return [(row["revision"], to_person(row, now)) for row in await db.rows(_CHANGED, since, most)]


async def find_prices(db: Rows) -> tuple[int, Prices] | None:
    """The prices, and the revision of the people whom they were made of."""
    rows = await db.rows(_PRICES)
    return (rows[0]["revision"], Prices.unpack(rows[0]["prices"])) if rows else None


async def keep_prices(
    connection: AsyncConnection, organization_id: str, prices: Prices, revision: int, instead_of: int | None
) -> None:
    """Store prices in place of those that were made of another revision, unless somebody else has."""
    await connection.execute(
        _KEEP_PRICES,
        {
            "organization_id": organization_id,
            "revision": revision,
            "prices": prices.pack(),
            "instead_of": instead_of,
        },
    )
