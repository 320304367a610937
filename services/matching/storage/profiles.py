"""What is read of many people for the engine: their profiles, some at a time."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import driver_connection
from services.matching.domain.engine.build import Profile

_AT_ONCE = 2000
_COLUMNS = """
person.id, person.manager_id, person.team, person.department, person.reporting_level, person.time_zone,
person.languages, {windows} as windows, {strengths} as strengths, {growth_areas} as growth_areas"""
# The windows as a text that is read in the thread which makes something of it, and not in the event loop; of strengths
# and growth areas the words of a `Profile`, which are a third of the documents and need no reading one by one.
_WINDOWS = "person.windows::text"
_STRENGTHS = """
(select string_agg((one ->> 'competency_id') || ' ' || (one ->> 'level'), ' ')
   from jsonb_array_elements(person.strengths) as one
  where (one -> 'willing')::boolean)"""
_GROWTH_AREAS = """
(select string_agg(concat_ws(' ', one ->> 'competency_id', one ->> 'current_level', one ->> 'target_level',
                             one ->> 'importance', (one ->> 'visibility' = 'private')::integer), ' ')
   from jsonb_array_elements(person.growth_areas) as one
  where {which})"""
PROFILE = _COLUMNS.format(windows=_WINDOWS, strengths=_STRENGTHS, growth_areas=_GROWTH_AREAS.format(which="true"))
"""The columns of a profile, of a table that is called `person`."""
PUBLIC_PROFILE = _COLUMNS.format(
    windows=_WINDOWS,
    strengths=_STRENGTHS,
    growth_areas=_GROWTH_AREAS.format(which="one ->> 'visibility' <> 'private'"),
)
"""The same without private growth areas."""
BARE_PROFILE = _COLUMNS.format(windows="'[]'", strengths="null", growth_areas="null")
"""The same without what people can and want, and when they are free."""
WIDTH = 10


def to_profile(row: asyncpg.Record, offset_of: Callable[[str], int]) -> Profile:
    """The profile in the first columns of a row; `offset_of` knows how many minutes a time zone is ahead of UTC."""
    person_id, manager_id, team, department, level, zone, languages, windows, strengths, areas = row[:WIDTH]
    return Profile(
        person_id, manager_id, team, department, level, offset_of(zone), languages, orjson.loads(windows),
        strengths or "", areas or "",
    )  # fmt: skip


async def read_ahead(
    connection: AsyncConnection, statement: str, *arguments: Any
) -> AsyncGenerator[list[asyncpg.Record], None]:
    """The rows of a statement, some at a time; the next ones come in while these are used."""
    driver = await driver_connection(connection)
    cursor = await driver.cursor(statement, *arguments)
    ahead = asyncio.ensure_future(cursor.fetch(_AT_ONCE))
    try:
        while rows := await ahead:
            ahead = asyncio.ensure_future(cursor.fetch(_AT_ONCE))
            yield rows
    finally:
        ahead.cancel()
        await asyncio.wait([ahead])
