"""Idempotency keys: the answer of a command is stored in the transaction of its effect.

Follows draft-ietf-httpapi-idempotency-key-header-07: the same key with the same request gets the stored answer,
with another request 422, while the first is still running 409. Keys are kept for 24 hours.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.answers import Answer
from kit.clock import Clock
from kit.database import Database, Id
from kit.errors import BadRequestError, ConflictError, InvalidError
from kit.identity import Caller, Principal
from kit.row_security import FEED_SETTING
from kit.schemas import REQUIRED

KEPT_FOR = timedelta(hours=24)
_LOCK_NOT_AVAILABLE = "55P03"


class KeyMissingError(BadRequestError):
    """A command that creates needs a key."""

    code = "idempotency-key-missing"
    title = "The header Idempotency-Key is missing"


class KeyReusedError(InvalidError):
    """The key belongs to another request."""

    code = "idempotency-key-reused"
    title = "The Idempotency-Key was used for another request"


class KeyInFlightError(ConflictError):
    """The first request with this key is still running."""

    code = "idempotency-key-in-flight"
    title = "The first request with this Idempotency-Key is still running"


class Replay(Exception):  # noqa: N818 - not a failure: the answer was given before
    """The command was done before; this is its answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("answered before")
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Command:
    """One request to change something: who asks, and under which key."""

    principal: Principal
    operation: str
    key: str | None
    fingerprint: str

    def over(self, content: bytes) -> "Command":
        """The same command, told apart by content that is not its JSON body (an uploaded file)."""
        digest = hashlib.sha256(self.fingerprint.encode() + content).hexdigest()
        return replace(self, fingerprint=digest)


def idempotency_table(metadata: MetaData) -> Table:
    """The table of stored answers."""
    return Table(
        "idempotency_keys",
        metadata,
        Column("organization_id", Id, nullable=False),
        Column("subject", Text, nullable=False),
        Column("operation", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("fingerprint", Text, nullable=False),
        Column("status", Integer),
        Column("version", Integer),
        Column("location", Text),
        Column("retry_after", Integer),
        Column("body", LargeBinary),
        Column("created_at", DateTime(timezone=True), nullable=False, index=True),
        PrimaryKeyConstraint("organization_id", "subject", "operation", "key"),
    )


class StoredAnswers:
    """The stored answers of one organization, inside a transaction."""

    def __init__(self, connection: AsyncConnection, table: Table, scope: str, clock: Clock) -> None:
        self._connection = connection
        self._table = table
        self._scope = scope
        self._clock = clock

    def _is_row_of(self, command: Command) -> Any:
        columns = self._table.c
        return (
            (columns.organization_id == self._scope)
            & (columns.subject == command.principal.subject)
            & (columns.operation == command.operation)
            & (columns.key == command.key)
        )

    async def claim(self, command: Command) -> None:
        """Take the key for this transaction; `Replay` if the command was done before."""
        row = {
            "organization_id": self._scope,
            "subject": command.principal.subject,
            "operation": command.operation,
            "key": command.key,
            "fingerprint": command.fingerprint,
            "created_at": self._clock.now(),
        }
        is_row = self._is_row_of(command)
        expired = self._table.c.created_at < self._clock.now() - KEPT_FOR
        await self._connection.execute(delete(self._table).where(is_row & expired))
        try:
            claimed = await self._connection.execute(
                insert(self._table).values(row).on_conflict_do_nothing().returning(text("1"))
            )
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise KeyInFlightError("Wait a second, then send the same request again.") from error
            raise
        if claimed.first() is not None:
            return
        stored = (await self._connection.execute(select(self._table).where(is_row))).mappings().one()
        if stored["fingerprint"] != command.fingerprint:
            raise KeyReusedError("Use a fresh Idempotency-Key for every new request.")
        raise Replay(
            Answer(
                body=stored["body"] or b"",
                version=stored["version"],
                status=stored["status"],
                location=stored["location"],
                retry_after=stored["retry_after"],
                replayed=True,
            )
        )

    async def store(self, command: Command, answer: Answer) -> None:
        """Keep the answer, to be given again."""
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        await self._connection.execute(
            update(self._table)
            .where(self._is_row_of(command))
            .values(
                status=answer.status,
                version=answer.version,
                location=answer.location,
                retry_after=answer.retry_after,
                body=body,
            )
        )


async def prune_answers(database: Database, clock: Clock, table: Table) -> int:
    """Remove the answers that are no longer kept, of all organizations, and say how many."""
    async with database.transaction(None) as connection:
        await connection.execute(text(f"select set_config('{FEED_SETTING}', 'on', true)"))
        gone = await connection.execute(delete(table).where(table.c.created_at < clock.now() - KEPT_FOR))
        return gone.rowcount


def _key_header(**extra: Any) -> Any:
    return Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Makes it safe to send the request again: the same key gives the same answer for 24 hours.",
        examples=["5f2b6c1e-0d5a-4f0e-9a55-3b8f6d2c7a10"],
        **extra,
    )


async def command(
    request: Request, principal: Caller, idempotency_key: Annotated[str | None, _key_header()] = None
) -> Command:
    """Dependency: a command that may carry a key."""
    multipart = request.headers.get("content-type", "").startswith("multipart/")
    body = b"" if multipart else await request.body()
    operation = f"{request.method} {request.url.path}"
    fingerprint = hashlib.sha256(operation.encode() + b"\n" + body).hexdigest()
    return Command(principal, operation, idempotency_key, fingerprint)


async def creation(
    request: Request,
    principal: Caller,
    idempotency_key: Annotated[str | None, _key_header(json_schema_extra=REQUIRED)] = None,
) -> Command:
    """Dependency: a command that creates, and must carry a key."""
    if idempotency_key is None:
        raise KeyMissingError("Send a fresh Idempotency-Key, such as a random UUID.")
    return await command(request, principal, idempotency_key)


Commanded = Annotated[Command, Depends(command)]
Created = Annotated[Command, Depends(creation)]
