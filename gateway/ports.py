"""What the proxy needs of a client for the services."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


class UnreachableError(Exception):
    """No connection to the service could be made."""


class BrokenOffError(Exception):
    """The connection to the service ended before its answer did."""


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """A request as it goes to a service."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    body: bytes | AsyncIterator[bytes] | None
    repeatable: bool
    """Whether it may be sent once more after a broken connection, though its method alone would not allow it."""


class UpstreamAnswer(Protocol):
    """A service's answer, its body not read yet."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        """The headers as they came, duplicates included."""
        ...

    async def read(self) -> bytes:
        """The whole body, as it came."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body in the pieces in which it arrives."""
        ...


class Upstream(Protocol):
    """Sends requests to the services."""

    def send(self, request: UpstreamRequest) -> AbstractAsyncContextManager[UpstreamAnswer]:
        """The answer, as soon as its headers are there; `UnreachableError` or `BrokenOffError` otherwise."""
        ...
