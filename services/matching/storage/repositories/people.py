"""The copy of people, kept from what profile tells."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.matching.domain.people import GrowthArea, Person, Strength, utc_offset
from services.matching.storage.tables import people

# Rows are written in the order of their ids, as everybody locks them, so that no two writers wait for each other. The
# next revision is taken before, and whoever takes one waits for the one before to be committed.
_PUT = text(
    """
    with turn as (
        insert into people_revisions as known (organization_id, revision) values (:organization_id, 1)
        on conflict (organization_id) do update set revision = known.revision + 1
        returning revision
    )
    insert into people as known (
        organization_id, id, display_name, active, reporting_level, manager_id, department, team, time_zone, languages,
        teaching_capacity, learning_capacity, paused_until, windows, strengths, growth_areas, version, job_title,
        revision
    )
    select :organization_id, told.*, turn.revision
      from turn, jsonb_to_recordset(cast(:people as jsonb)) as told (
               id text, display_name text, active boolean, reporting_level integer, manager_id text, department text,
               team text, time_zone text, languages text[], teaching_capacity integer, learning_capacity integer,
               paused_until date, windows jsonb, strengths jsonb, growth_areas jsonb, version integer, job_title text
           )
     order by told.id
    on conflict (organization_id, id) do update set
        display_name = excluded.display_name, active = excluded.active, reporting_level = excluded.reporting_level,
        manager_id = excluded.manager_id, department = excluded.department, team = excluded.team,
        time_zone = excluded.time_zone, languages = excluded.languages,
        teaching_capacity = excluded.teaching_capacity, learning_capacity = excluded.learning_capacity,
        paused_until = excluded.paused_until, windows = excluded.windows, strengths = excluded.strengths,
        growth_areas = excluded.growth_areas, version = excluded.version,
        job_title = excluded.job_title, revision = excluded.revision
     where known.version <= excluded.version
    """
)


class PeopleRepository:
    """The people of one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def put(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Store what profile says of people; what is older than what is known changes nothing."""
        await self._connection.execute(
            _PUT, {"organization_id": self._organization_id, "people": orjson.dumps(list(told)).decode()}
        )

    async def list_by_ids(self, person_ids: Collection[str], now: datetime) -> dict[str, Person]:
        """Those of the people who are known, by id."""
        found = await self._connection.execute(
            select(people).where(people.c.organization_id == self._organization_id, people.c.id.in_(sorted(person_ids)))
        )
        return {row["id"]: to_person(row, now) for row in found.mappings()}

    async def lock(self, person_ids: Collection[str]) -> None:
        """Let nobody else count these people's places until the end of the transaction."""
        await self._connection.execute(
            select(people.c.id)
            .where(people.c.organization_id == self._organization_id, people.c.id.in_(sorted(person_ids)))
            .order_by(people.c.id)
            .with_for_update()
        )

    async def list_active(self) -> list[tuple[str, int | None, str | None]]:
        """Everybody who is active: id, reporting level and department."""
        found = await self._connection.execute(
            select(people.c.id, people.c.reporting_level, people.c.department).where(
                people.c.organization_id == self._organization_id, people.c.active
            )
        )
        return [(row.id, row.reporting_level, row.department) for row in found]


def to_person(row: RowMapping | asyncpg.Record, now: datetime) -> Person:
    """The person of a row, as of now."""
    return Person(
        id=row["id"],
        display_name=row["display_name"],
        active=row["active"],
        reporting_level=row["reporting_level"],
        manager_id=row["manager_id"],
        department=row["department"],
        team=row["team"],
        utc_offset=utc_offset(row["time_zone"], now),
        languages=frozenset(row["languages"]),
        teaching_capacity=row["teaching_capacity"],
        learning_capacity=row["learning_capacity"],
        paused_until=row["paused_until"],
        windows=tuple((start, end) for start, end in row["windows"]),
        strengths=tuple(
            Strength(one["competency_id"], one["level"], one["willing"], one["competency_label"])
            for one in row["strengths"]
        ),
        growth_areas=tuple(
            GrowthArea(
                one["competency_id"],
                one["current_level"],
                one["target_level"],
                one["importance"],
                one["visibility"] == "private",
                one["competency_label"],
            )
            for one in row["growth_areas"]
        ),
    )
