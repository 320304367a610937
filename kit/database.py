"""Postgres: one pool a process, transactions that carry their organization, read-only readers."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
from sqlalchemy import Text, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from kit.identity import Principal

Id = Text(collation="C")
"""Column type of identifiers: compared byte by byte, so that order is order of creation."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_SAFE_SCOPE = re.compile(r"[a-z]+(_[0-9a-f]{32})?")
_BUSY = {"55P03", "40001", "40P01"}
_JOIN_WHOLE_TABLES = "set local enable_nestloop = off"


class Reader:
    """Reads in one transaction; every statement gets the organization as its first argument."""

    def __init__(self, connection: asyncpg.Connection, principal: Principal) -> None:
        self._connection = connection
        self.principal = principal

    async def take_time(self) -> None:
        """Let each statement of the rest take longer than is usual and join whole tables: it is about everybody."""
        await self._connection.execute(f"set local statement_timeout = '30s'; {_JOIN_WHOLE_TABLES}")

    async def rows(self, sql: str, *arguments: Any) -> list[asyncpg.Record]:
        """All rows of the statement; `$1` is the organization."""
        return await self._connection.fetch(sql, self.principal.organization_id, *arguments)

    async def row(self, sql: str, *arguments: Any) -> asyncpg.Record | None:
        """The first row of the statement, or None; `$1` is the organization."""
        return await self._connection.fetchrow(sql, self.principal.organization_id, *arguments)


class Database:
    """The process's pool of connections, shared by reads (asyncpg) and commands (SQLAlchemy Core)."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine = create_async_engine(
            make_url(url).set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            connect_args={"timeout": 5, "command_timeout": 60},
            json_deserializer=orjson.loads,
        )

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()

    @asynccontextmanager
    async def transaction(
        self, organization_id: str | None, *, snapshot: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one organization's rows; commits on a clean exit, else rolls back.

        With `snapshot` all its statements see the database at one moment.
        """
        engine = self.engine.execution_options(isolation_level="REPEATABLE READ") if snapshot else self.engine
        async with engine.begin() as connection:
            if organization_id is not None:
                await set_organization(connection, organization_id)
            yield connection

    @asynccontextmanager
    async def read(self, principal: Principal) -> AsyncIterator[Reader]:
        """A read-only transaction in the caller's organization."""
        organization_id = principal.organization_id
        if not _SAFE_SCOPE.fullmatch(organization_id):
            raise ValueError("an organization id has an unexpected form")
        async with self.engine.connect() as borrowed:
            connection = await driver_connection(borrowed)
            try:
                # Opening and scoping travel in one message: each round trip costs more than the statement.
                await connection.execute(
                    f"begin read only; select set_config('app.organization_id', '{organization_id}', true)"
                )
                yield Reader(connection, principal)
                await connection.execute("commit")
            except BaseException:
                await _roll_back(borrowed, connection)
                raise


async def _roll_back(borrowed: AsyncConnection, connection: asyncpg.Connection) -> None:
    try:
        await connection.execute("rollback")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        # The pool must never hand out a connection that is still inside somebody's transaction.
        await borrowed.invalidate()


async def set_organization(connection: AsyncConnection, organization_id: str) -> None:
    """Make the rest of the transaction see this organization's rows."""
    await connection.execute(
        text("select set_config('app.organization_id', :organization_id, true)"),
        {"organization_id": organization_id},
    )


async def allow_time(connection: AsyncConnection, seconds: int) -> None:
    """Let the rest of the transaction wait, work and think for so long at a time; its role is held to less."""
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    settings = ", ".join(f"set_config('{name}', '{seconds}s', true)" for name in names)
    await connection.execute(text(f"select {settings}"))


async def join_whole_tables(connection: AsyncConnection) -> None:
    """Let the rest of the transaction read each table once, and not one row of it for each row of another.

    What has just been written in bulk has no statistics yet. Postgres takes it for a handful of rows then, and its
    joins take a time that is quadratic in them.
    """
    await connection.execute(text(_JOIN_WHOLE_TABLES))


async def driver_connection(connection: AsyncConnection) -> asyncpg.Connection:
    """The asyncpg connection under a SQLAlchemy connection, inside the same transaction."""
    raw = await connection.get_raw_connection()
    driver: asyncpg.Connection = raw.driver_connection  # type: ignore[assignment]  # typed as Any | None
    return driver


def is_unavailable(error: BaseException) -> bool:
    """Whether the failure is the database being away or busy, so that the same request may succeed later."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
    if state is not None:
        return state in _BUSY or str(state)[:2] in {"08", "53", "57"}
    kinds = (PoolTimeoutError, InterfaceError, OperationalError, asyncpg.InterfaceError, OSError)
    return isinstance(error, kinds) or (isinstance(error, DBAPIError) and error.connection_invalidated)
