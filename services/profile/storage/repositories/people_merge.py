"""Many people at once: staged in a temporary table, compared there, and merged where they differ."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from kit.database import driver_connection
from services.profile.domain.importing.people import KnownPerson
from services.profile.domain.importing.plan import PlannedPerson
from services.profile.domain.person import (
    MATTERS_TO_MATCHING,
    PERSON_CHANGED,
    PERSON_DEACTIVATED,
    PERSON_REACTIVATED,
    email_key,
)
from services.profile.domain.reporting_lines import Line
from services.profile.storage.tables import people

_CREATE = text(
    """
    create temporary table staged_people (
        id text collate "C" not null,
        is_new boolean not null,
        external_id text,
        given_name text,
        family_name text,
        display_name text not null,
        work_email text,
        work_email_key text,
        job_title text,
        department text,
        team text,
        location text,
        time_zone text,
        languages text[] not null,
        employment_status text,
        manager_id text collate "C",
        pending_manager text,
        reporting_level integer,
        differs boolean not null,
        matters boolean not null,
        turned boolean not null
    ) on commit drop
    """
)
_STAGED = (
    "id", "is_new", "external_id", "given_name", "family_name", "display_name", "work_email", "work_email_key",
    "job_title", "department", "team", "location", "time_zone", "languages", "employment_status", "manager_id",
    "pending_manager", "reporting_level", "differs", "matters", "turned",
)  # fmt: skip
_ALWAYS_WRITTEN = ("display_name", "manager_id", "pending_manager", "reporting_level")
_WRITTEN_IF_MAPPED = (
    "given_name", "family_name", "work_email", "job_title", "department", "team", "location", "time_zone", "languages",
    "employment_status",
)  # fmt: skip
# An empty cell of these says nothing; of the others, it says that there is none.
_KEPT_IF_EMPTY = {"time_zone", "employment_status"}
_TURNED = {"active": PERSON_REACTIVATED, "inactive": PERSON_DEACTIVATED}

_COUNT = text(
    """
    select count(*) filter (where is_new) as created, count(*) filter (where differs and not is_new) as updated
      from staged_people
    """
)
_MOVE = text(
    """
    update people
       set manager_id = line.manager_id, pending_manager = line.pending_manager, reporting_level = line.level,
           version = people.version + 1, updated_at = :now
      from unnest(cast(:ids as text[]), cast(:managers as text[]), cast(:pending as text[]), cast(:levels as integer[]))
           as line (id, manager_id, pending_manager, level)
     where people.organization_id = :organization_id and people.id = line.id
    """
)


class PeopleMerge:
    """The people of the organization, as an import meets them."""

    def __init__(self, connection: AsyncConnection, organization_id: str, clock: Clock) -> None:
        self._connection = connection
        self._organization_id = organization_id
        self._clock = clock

    async def known_people(self) -> Sequence[KnownPerson]:
        """Everybody of the organization, as far as a file can touch on them."""
        columns = ("id", "external_id", "work_email", "manager_id", "pending_manager", "reporting_level")
        found = await self._connection.execute(
            select(*(people.c[name] for name in columns)).where(people.c.organization_id == self._organization_id)
        )
        return [KnownPerson(*row) for row in found]

    async def stage(self, planned: Sequence[PlannedPerson], mapped: Collection[str]) -> tuple[int, int]:
        """Compare these people with those that are here: how many are new, and how many differ."""
        await self._connection.execute(_CREATE)
        driver = await driver_connection(self._connection)
        await driver.copy_records_to_table("staged_people", records=map(_record, planned), columns=_STAGED)
        await self._connection.execute(text("analyze staged_people"))
        await self._connection.execute(text(_compare(_written(mapped))), {"organization_id": self._organization_id})
        created, updated = (await self._connection.execute(_COUNT)).one()
        return created, updated

    async def apply(self, mapped: Collection[str], moved: Sequence[Line], time_zone: str) -> Mapping[str, list[str]]:
        """Write the staged people that differ and the lines of the others; the ids to tell of, by type of event."""
        now = self._clock.now()
        scope = {"organization_id": self._organization_id, "now": now}
        await self._connection.execute(text(_merge(_written(mapped))), {**scope, "time_zone": time_zone})
        if moved:
            lines = {
                "ids": [line.person_id for line in moved],
                "managers": [line.manager_id for line in moved],
                "pending": [line.pending_manager for line in moved],
                "levels": [line.reporting_level for line in moved],
            }
            await self._connection.execute(_MOVE, {**scope, **lines})
        found = await self._connection.execute(
            text("select id, matters, turned, employment_status from staged_people where matters or turned order by id")
        )
        facts: dict[str, list[str]] = {PERSON_CHANGED: [line.person_id for line in moved]}
        for id_, matters, turned, status in found:
            if matters:
                facts[PERSON_CHANGED].append(id_)
            if turned:
                facts.setdefault(_TURNED[status], []).append(id_)
        return facts


def _written(mapped: Collection[str]) -> dict[str, str]:
    """The columns that the file may change, each with its new value."""
    columns = [*_ALWAYS_WRITTEN, *(name for name in _WRITTEN_IF_MAPPED if name in mapped)]
    if "work_email" in mapped:
        columns.append("work_email_key")
    return {name: f"coalesce(s.{name}, p.{name})" if name in _KEPT_IF_EMPTY else f"s.{name}" for name in columns}


def _compare(written: Mapping[str, str]) -> str:
    turned = f"p.employment_status <> {written['employment_status']}" if "employment_status" in written else "false"
    return f"""
        update staged_people s
           set differs = {_differ(written)},
               matters = {_differ({name: value for name, value in written.items() if name in MATTERS_TO_MATCHING})},
               turned = {turned}
          from people p
         where p.organization_id = :organization_id and p.id = s.id
    """  # noqa: S608 - put together from names of our own


def _differ(written: Mapping[str, str]) -> str:
    here = ", ".join(f"p.{name}" for name in written)
    return f"({here}) is distinct from ({', '.join(written.values())})"


def _merge(written: Mapping[str, str]) -> str:
    set_ = ", ".join(f"{name} = {value}" for name, value in written.items())
    inserted = [name for name in _STAGED if name not in {"is_new", "differs", "matters", "turned"}]
    defaults = {
        "time_zone": "coalesce(s.time_zone, :time_zone)",
        "employment_status": "coalesce(s.employment_status, 'active')",
    }
    values = ", ".join(defaults.get(name, f"s.{name}") for name in inserted)
    return f"""
        merge into people p
        using (select * from staged_people where differs) s
           on p.organization_id = :organization_id and p.id = s.id
         when matched then
              update set {set_}, version = p.version + 1, updated_at = :now
         when not matched then
              insert (organization_id, {", ".join(inserted)}, version, created_at, updated_at)
              values (:organization_id, {values}, 1, :now, :now)
    """  # noqa: S608 - put together from names of our own


def _record(planned: PlannedPerson) -> tuple[Any, ...]:
    row, line = planned.row, planned.line
    return (
        line.person_id,
        planned.is_new,
        row.external_id,
        row.given_name,
        row.family_name,
        row.display_name,
        row.work_email,
        None if row.work_email is None else email_key(row.work_email),
        row.job_title,
        row.department,
        row.team,
        row.location,
        row.time_zone,
        row.languages,
        row.employment_status,
        line.manager_id,
        line.pending_manager,
        line.reporting_level,
        planned.is_new,
        planned.is_new,
        False,
    )
