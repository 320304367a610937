"""One command, one transaction.

A use case opens the unit of work, changes things through its repositories, and ends with `answer`: the read that
a GET would do, inside the transaction, so that a command says exactly what is stored.
"""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from types import TracebackType
from typing import Self

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.answers import Answer
from kit.clock import Clock
from kit.database import Database, Reader, allow_time, driver_connection, join_whole_tables, set_organization
from kit.events import Outbox
from kit.idempotency import Command, StoredAnswers
from kit.ids import Ids

PLATFORM_SCOPE = "platform"
LONG_SECONDS = 60

Read = Callable[[Reader, str], Awaitable[Answer]]
"""Reads one resource by its id; raises a `NotFoundError` where there is none."""


class UnitOfWork:
    """A transaction in the caller's organization, with its outbox and the caller's idempotency key."""

    connection: AsyncConnection
    events: Outbox

    def __init__(
        self,
        database: Database,
        command: Command,
        read: Read | None,
        *,
        ids: Ids,
        clock: Clock,
        stored_answers: Table,
        snapshot: bool = False,
    ) -> None:
        self._database = database
        self._command = command
        self._read = read
        self._ids = ids
        self._clock = clock
        self._table = stored_answers
        self._snapshot = snapshot
        self._home = command.principal.organization or PLATFORM_SCOPE
        self._stack = AsyncExitStack()
        self.organization_id = self._home

    def bind(self) -> None:
        """Make the repositories; a service's unit of work says which."""

    async def __aenter__(self) -> Self:
        self.connection = await self._stack.enter_async_context(
            self._database.transaction(self._home, snapshot=self._snapshot)
        )
        try:
            if self._command.key is not None:
                await self._stored_answers().claim(self._command)
            self._bind_to(self._home)
        except BaseException as error:
            await self._stack.__aexit__(type(error), error, error.__traceback__)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    async def enter_organization(self, organization_id: str) -> None:
        """Go on inside an organization that this command has just created."""
        await set_organization(self.connection, organization_id)
        self._bind_to(organization_id)

    async def take_time(self) -> None:
        """Let this transaction take a minute for what a request has seconds for: it is about everybody at once.

        Its statements read whole tables, and not one row for each of another.
        """
        await allow_time(self.connection, LONG_SECONDS)
        await join_whole_tables(self.connection)

    async def answer(
        self, resource_id: str, *, status: int = 200, location: str | None = None, retry_after: int | None = None
    ) -> Answer:
        """What the caller is told: the resource as it is now; kept for a repeated request."""
        assert self._read is not None, "this unit of work was opened without a read"
        principal = replace(self._command.principal, organization=self.organization_id)
        found = await self._read(Reader(await driver_connection(self.connection), principal), resource_id)
        return await self._keep(replace(found, status=status, location=location, retry_after=retry_after))

    async def no_content(self) -> Answer:
        """Done, with nothing to say; kept for a repeated request."""
        return await self._keep(Answer(b"", status=204))

    async def _keep(self, answer: Answer) -> Answer:
        if self._command.key is not None:
            if self.organization_id != self._home:
                await set_organization(self.connection, self._home)
            await self._stored_answers().store(self._command, answer)
        return answer

    def _bind_to(self, organization_id: str) -> None:
        self.organization_id = organization_id
        self.events = Outbox(self.connection, organization_id, self._ids, self._clock)
        self.bind()

    def _stored_answers(self) -> StoredAnswers:
        return StoredAnswers(self.connection, self._table, self._home, self._clock)
