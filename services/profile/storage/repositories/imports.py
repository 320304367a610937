"""Imports in the profile schema, with their uploads and errors."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from kit.jobs import enqueue
from services.profile.domain.importing.record import Counts, Import, ImportNotFoundError
from services.profile.domain.importing.rows import RowError
from services.profile.storage.tables import import_uploads, imports
from services.profile.use_cases.ports import RUN_IMPORT

_COUNTS = [field.name for field in fields(Counts)]

# COPY would be faster yet, but Postgres refuses it where row-level security is on.
_ADD_ERRORS = text(
    """
    insert into import_errors (organization_id, import_id, position, row_number, column_name, code, message)
    select :organization_id, :import_id, error.position, error.row, error."column", error.code, error.message
      from unnest(cast(:rows as integer[]), cast(:columns as text[]), cast(:codes as text[]), cast(:messages as text[]))
           with ordinality as error (row, "column", code, message, position)
    """
)


class ImportRepository:
    """The imports of the organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str, clock: Clock) -> None:
        self._connection = connection
        self._organization_id = organization_id
        self._clock = clock

    async def allow_long_work(self) -> None:
        """Let the rest of this transaction take longer than a request may."""
        for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            await self._connection.execute(text("select set_config(:setting, '120s', true)"), {"setting": setting})

    async def add(self, import_: Import, upload: bytes) -> None:
        """Store a new import with what was uploaded, and ask a worker to run it."""
        now = self._clock.now()
        await self._connection.execute(
            insert(imports).values(
                organization_id=self._organization_id, created_at=now, updated_at=now, **_values(import_)
            )
        )
        await self._connection.execute(
            insert(import_uploads).values(organization_id=self._organization_id, import_id=import_.id, content=upload)
        )
        await enqueue(self._connection, RUN_IMPORT, {"import_id": import_.id}, self._organization_id)

    async def get(self, import_id: str) -> Import:
        """The import, locked for a change."""
        found = await self._connection.execute(
            select(imports)
            .where(imports.c.organization_id == self._organization_id, imports.c.id == import_id)
            .with_for_update()
        )
        row = found.mappings().first()
        if row is None:
            raise ImportNotFoundError
        return Import(
            id=row["id"],
            status=row["status"],
            dry_run=row["dry_run"],
            mapping=row["mapping"],
            ignored_columns=tuple(row["ignored_columns"]),
            refused_columns=tuple(row["refused_columns"]),
            rows=row["rows"],
            rows_read=row["rows_read"],
            counts=Counts(**{name: row[name] for name in _COUNTS}),
            failure=row["failure"],
            finished_at=row["finished_at"],
            version=row["version"],
        )

    async def save(self, import_: Import) -> None:
        """Store its new state; once it is finished, what was uploaded is gone."""
        await self._connection.execute(
            update(imports)
            .where(imports.c.organization_id == self._organization_id, imports.c.id == import_.id)
            .values(updated_at=self._clock.now(), **_values(import_))
        )
        if import_.finished:
            await self._connection.execute(
                delete(import_uploads).where(
                    import_uploads.c.organization_id == self._organization_id,
                    import_uploads.c.import_id == import_.id,
                )
            )

    async def upload(self, import_id: str) -> bytes:
        """What was uploaded."""
        found = await self._connection.execute(
            select(import_uploads.c.content).where(
                import_uploads.c.organization_id == self._organization_id, import_uploads.c.import_id == import_id
            )
        )
        content: bytes = found.scalar_one()
        return content

    async def add_errors(self, import_id: str, errors: Sequence[RowError]) -> None:
        """Store what is wrong with the rows."""
        if not errors:
            return
        await self._connection.execute(
            _ADD_ERRORS,
            {
                "organization_id": self._organization_id,
                "import_id": import_id,
                "rows": [error.row for error in errors],
                "columns": [error.column for error in errors],
                "codes": [error.code for error in errors],
                "messages": [error.message for error in errors],
            },
        )


def _values(import_: Import) -> dict[str, Any]:
    values = {field.name: getattr(import_, field.name) for field in fields(import_) if field.name != "counts"}
    lists = {name: list(values[name]) for name in ("ignored_columns", "refused_columns")}
    return {**values, **lists, "mapping": dict(import_.mapping), **asdict(import_.counts)}
