"""How large and how long a request may be, and how many may be under way."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from starlette.types import Receive

from gateway.errors import BodyTooLargeError, ClientGoneError, OverloadedError

MAX_HEADER_BYTES = 16 * 1024
MAX_BODY_BYTES = 1024 * 1024
MAX_IMPORT_BYTES = 50 * 1024 * 1024
MAX_OWN_BODY_BYTES = 16 * 1024
OWN_BODY_SECONDS = 5
"""How long a client may take to send a body to the gateway's own endpoints."""
BUFFERED_BYTES = 256 * 1024
"""Bodies up to this size are passed on in one piece; larger ones, and those of unknown size, as they come."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one request may take."""

    body_bytes: int
    seconds: float


class Limits:
    """What requests may take, by route."""

    def __init__(self, *, deadline_seconds: float, import_deadline_seconds: float, requests_at_a_time: int) -> None:
        self._usual = Allowance(MAX_BODY_BYTES, deadline_seconds)
        self._import = Allowance(MAX_IMPORT_BYTES, import_deadline_seconds)
        self._requests_at_a_time = requests_at_a_time
        self._under_way: Counter[str] = Counter()

    def allowance(self, method: str, path: str) -> Allowance:
        """What a request on this route may take."""
        return self._import if method == "POST" and path == "/v1/imports" else self._usual

    @contextmanager
    def place(self, service: str) -> Iterator[None]:
        """One of the service's places, so that a slow service holds up only itself."""
        if self._under_way[service] >= self._requests_at_a_time:
            raise OverloadedError
        self._under_way[service] += 1
        try:
            yield
        finally:
            self._under_way[service] -= 1


class RequestBody:
    """A request's body as it arrives, held to a limit."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._read = 0
        self._ended = asyncio.Event()
        self.failure: Exception | None = None
        """Why reading ended early: whoever passes the body on may report it as a failure of its own."""

    @property
    def complete(self) -> bool:
        """Whether all of it has been read."""
        return self._ended.is_set()

    def leave_empty(self) -> None:
        """Say that the request has no body."""
        self._ended.set()

    def refuse_over(self, content_length: int | None) -> None:
        """Refuse a body that announces more than the limit, before reading it."""
        if content_length is not None and content_length > self._limit:
            raise self._too_large()

    async def read(self) -> bytes:
        """The whole body."""
        return b"".join([chunk async for chunk in self.chunks()])

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in the pieces in which it arrives."""
        while not self.complete:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.failure = ClientGoneError()
                raise self.failure
            chunk: bytes = message.get("body", b"")
            self._read += len(chunk)
            if self._read > self._limit:
                self.failure = self._too_large()
                raise self.failure
            if not message.get("more_body", False):
                self._ended.set()
            if chunk:
                yield chunk

    async def client_gone(self) -> None:
        """Wait until the client, its body sent, closes the connection."""
        await self._ended.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    def _too_large(self) -> BodyTooLargeError:
        return BodyTooLargeError(f"Keep the body below {self._limit} bytes.")
