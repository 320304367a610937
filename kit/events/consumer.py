"""Applies a neighbour's events, each exactly once.

The effect, the inbox row that remembers the event and the new cursor commit in one transaction. After a crash at any
point the event is either wholly applied or comes again. Any number of workers may run the same consumer: the
cursor's row admits one at a time, and who finds the cursor moved throws its page away.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.database import Database, is_unavailable
from kit.errors import UnavailableError
from kit.events.feed import START
from kit.http_client import ServiceClient

T = TypeVar("T")
log = structlog.get_logger(__name__)

_BEGIN = text("insert into consumer_cursors (provider, cursor) values (:provider, :cursor) on conflict do nothing")
_READ = text("select cursor from consumer_cursors where provider = :provider")
_LOCK = text("select cursor from consumer_cursors where provider = :provider for update skip locked")
_ADVANCE = text("update consumer_cursors set cursor = :cursor where provider = :provider")
_REMEMBER = text(
    """
    insert into inbox (provider, event_id)
    select :provider, id from unnest(cast(:ids as text[])) as event (id)
    on conflict do nothing
    returning event_id
    """
)


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that a neighbour tells."""

    cursor: str
    id: str
    organization_id: str
    type: str
    subject_id: str
    data: Mapping[str, Any]
    occurred_at: str

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Event":
        """The event as a feed tells it; what a newer provider tells besides is left aside."""
        return cls(**{name: told[name] for name in cls.__slots__})


class Handler(Protocol[T]):
    """Applies consecutive events of one type and one organization."""

    async def prepare(self, events: Sequence[Event]) -> T:
        """Fetch what is needed from elsewhere; no transaction is open."""
        ...

    async def apply(self, connection: AsyncConnection, events: Sequence[Event], prepared: T) -> None:
        """Write the effect, in the transaction that also remembers the events. Nothing but the database here."""
        ...


@dataclass(frozen=True, slots=True)
class _Direct:
    function: Callable[[AsyncConnection, Sequence[Event]], Awaitable[None]]

    async def prepare(self, events: Sequence[Event]) -> None:
        """Nothing is needed from elsewhere."""

    async def apply(self, connection: AsyncConnection, events: Sequence[Event], _: None) -> None:
        """Write the effect."""
        await self.function(connection, events)


def applied_by(function: Callable[[AsyncConnection, Sequence[Event]], Awaitable[None]]) -> Handler[None]:
    """A handler that needs nothing but the events themselves."""
    return _Direct(function)


class _Overtaken(Exception):  # noqa: N818 - not a failure: another worker was faster
    """Another worker moved the cursor."""


class Consumer:
    """Pulls one provider's events and hands them to the handlers of their types; other types are passed over."""

    def __init__(
        self,
        database: Database,
        provider: str,
        client: ServiceClient,
        handlers: Mapping[str, Handler[Any]],
        *,
        wait_seconds: float = 20.0,
        page_size: int = 500,
        shortest_pause: float = 0.2,
        longest_pause: float = 15.0,
    ) -> None:
        self._database = database
        self._provider = provider
        self._client = client
        self._handlers = handlers
        self._wait_seconds = wait_seconds
        self._page_size = page_size
        self._shortest_pause = shortest_pause
        self._longest_pause = longest_pause
        self._singly = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Apply events until `stop` is set; a page that is being applied is finished first."""
        failures = 0
        while not stop.is_set():
            try:
                await self._turn(stop)
                failures = 0
            except _Overtaken:
                await self._pause(stop, 0)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is reported and tried again
                failures += 1
                self._report(error, failures)
                await self._pause(stop, failures)

    async def _turn(self, stop: asyncio.Event) -> None:
        cursor = await self._cursor()
        fetching = asyncio.ensure_future(self._fetch(cursor, 1 if self._singly else self._page_size))
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({fetching, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finished = fetching.done()
        fetching.cancel()
        stopping.cancel()
        await asyncio.wait({fetching, stopping})
        if finished:
            await self._apply_page(cursor, *fetching.result())
            self._singly = max(self._singly - 1, 0)

    async def _fetch(self, cursor: str, limit: int) -> tuple[list[Event], str]:
        answer = await self._client.get(
            "/internal/events",
            params={"after": cursor, "wait": self._wait_seconds, "limit": limit},
            read_timeout=self._wait_seconds + 5.0,
        )
        return [Event.read(event) for event in answer["events"]], answer["next_cursor"]

    async def _apply_page(self, cursor: str, events: Sequence[Event], end: str) -> None:
        groups = list(self._groups(events))
        for number, group in enumerate(groups, 1):
            through = end if number == len(groups) else group[-1].cursor
            await self._apply(group, after=cursor, through=through)
            cursor = through
        if not groups and end != cursor:
            async with self._database.transaction(None) as connection:
                await self._advance(connection, after=cursor, through=end)

    def _groups(self, events: Sequence[Event]) -> Iterator[list[Event]]:
        handled = (event for event in events if event.type in self._handlers)
        for _, group in groupby(handled, key=lambda event: (event.organization_id, event.type)):
            yield list(group)

    async def _apply(self, events: Sequence[Event], *, after: str, through: str) -> None:
        handler = self._handlers[events[0].type]
        try:
            prepared = await handler.prepare(events)
            async with self._database.transaction(events[0].organization_id) as connection:
                await self._advance(connection, after=after, through=through)
                remembered = await connection.execute(
                    _REMEMBER, {"provider": self._provider, "ids": [event.id for event in events]}
                )
                new = set(remembered.scalars())
                if new:
                    await handler.apply(connection, [event for event in events if event.id in new], prepared)
        except _Overtaken:
            raise
        except Exception as error:
            error.add_note(f"applying {events[0].type} {events[0].id} and {len(events) - 1} more of {self._provider}")
            raise

    async def _cursor(self) -> str:
        async with self._database.transaction(None) as connection:
            cursor: str | None = await connection.scalar(_READ, {"provider": self._provider})
            if cursor is None:
                await connection.execute(_BEGIN, {"provider": self._provider, "cursor": START})
                cursor = START
        return cursor

    async def _advance(self, connection: AsyncConnection, *, after: str, through: str) -> None:
        if await connection.scalar(_LOCK, {"provider": self._provider}) != after:
            raise _Overtaken
        await connection.execute(_ADVANCE, {"provider": self._provider, "cursor": through})

    def _report(self, error: Exception, failures: int) -> None:
        away = isinstance(error, UnavailableError) or is_unavailable(error)
        if away:
            log.warning(
                "The events cannot be pulled now.", provider=self._provider, failures=failures, reason=str(error)
            )
        else:
            # From now on one event at a time, so that those before the bad one pass and the log names it.
            self._singly = self._page_size
            log.error("An event cannot be applied.", provider=self._provider, failures=failures, exc_info=error)

    async def _pause(self, stop: asyncio.Event, failures: int) -> None:
        longest = min(self._shortest_pause * 2 ** min(failures, 16), self._longest_pause)
        try:
            async with asyncio.timeout(longest * random.uniform(0.5, 1.0)):  # noqa: S311 - spreads retries, hides nothing
                await stop.wait()
        except TimeoutError:
            return
