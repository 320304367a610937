"""The lists in which people name competencies: strengths and growth areas."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Generic, TypeVar

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from services.profile.domain.named_competencies import Entry, Terms
from services.profile.storage.tables import list_versions

T = TypeVar("T", bound=Terms)


class EntryListRepository(Generic[T]):
    """One table of entries; the columns of their terms have the names of the fields of the terms."""

    def __init__(
        self, connection: AsyncConnection, organization_id: str, clock: Clock, table: Table, terms: type[T]
    ) -> None:
        self._connection = connection
        self._organization_id = organization_id
        self._clock = clock
        self._table = table
        self._terms = terms
        self._fields = [field.name for field in fields(terms)]  # type: ignore[arg-type]  # terms are dataclasses

    async def get(self, person_id: str) -> tuple[int, list[Entry[T]]]:
        """The list's version and its entries, locked for a change."""
        key = {"organization_id": self._organization_id, "person_id": person_id, "list": self._table.name}
        await self._connection.execute(upsert(list_versions).values(version=0, **key).on_conflict_do_nothing())
        version: int = (
            await self._connection.execute(select(list_versions.c.version).filter_by(**key).with_for_update())
        ).scalar_one()
        found = await self._connection.execute(
            select(self._table)
            .where(self._table.c.organization_id == self._organization_id, self._table.c.person_id == person_id)
            .order_by(self._table.c.id)
        )
        return version, [self._entry(row) for row in found.mappings()]

    async def save(self, person_id: str, before: Sequence[Entry[T]], after: Sequence[Entry[T]]) -> None:
        """Store the list as it is now, one version on."""
        now = self._clock.now()
        known = {entry.id: entry for entry in before}
        gone = known.keys() - {entry.id for entry in after}
        if gone:
            await self._connection.execute(delete(self._table).where(self._are(gone)))
        added = [
            {
                "organization_id": self._organization_id,
                "person_id": person_id,
                "created_at": now,
                "updated_at": now,
                **self._columns(entry),
            }
            for entry in after
            if entry.id not in known
        ]
        if added:
            await self._connection.execute(insert(self._table), added)
        for entry in after:
            if entry.id in known and entry != known[entry.id]:
                await self._connection.execute(
                    update(self._table).where(self._are({entry.id})).values(updated_at=now, **self._columns(entry))
                )
        await self._connection.execute(
            update(list_versions)
            .filter_by(organization_id=self._organization_id, person_id=person_id, list=self._table.name)
            .values(version=list_versions.c.version + 1)
        )

    def _are(self, ids: Any) -> Any:
        return (self._table.c.organization_id == self._organization_id) & self._table.c.id.in_(list(ids))

    def _entry(self, row: Any) -> Entry[T]:
        values = {name: tuple(row[name]) if isinstance(row[name], list) else row[name] for name in self._fields}
        return Entry(row["id"], self._terms(**values), row["version"])

    def _columns(self, entry: Entry[T]) -> dict[str, Any]:
        values = {name: getattr(entry.terms, name) for name in self._fields}
        lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        return {"id": entry.id, "version": entry.version, **values, **lists}
