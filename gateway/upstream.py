"""The client for the services, on aiohttp."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from gateway.ports import BrokenOffError, UnreachableError, UpstreamAnswer, UpstreamRequest

_CONNECT_SECONDS = 2.0
# Shorter than the services keep an idle connection (5 s), so that the gateway is the one to drop it.
_KEPT_ALIVE_SECONDS = 4.0
# A place is taken in `gateway.limits` before a connection is asked for.
_UNLIMITED = 0


class AiohttpUpstream:
    """One connection pool for all services of this process."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_UNLIMITED, keepalive_timeout=_KEPT_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS),
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def send(self, request: UpstreamRequest) -> AsyncIterator[UpstreamAnswer]:
        """The answer, as soon as its headers are there."""
        answer = await self._answer(request)
        try:
            yield _Answer(answer)
        finally:
            # Closes the connection unless the answer was read to its end.
            answer.release() if answer.content.is_eof() else answer.close()

    async def _answer(self, request: UpstreamRequest) -> aiohttp.ClientResponse:
        assert self._session is not None, "enter the client before use"
        attempts_left = 2 if request.repeatable else 1
        while True:
            attempts_left -= 1
            try:
                return await self._session.request(
                    request.method,
                    URL(request.url, encoded=True),
                    headers=request.headers,
                    data=request.body,
                    allow_redirects=False,
                )
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
                raise UnreachableError from error
            except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, ConnectionResetError) as error:
                if not attempts_left:
                    raise BrokenOffError from error
            except aiohttp.ClientError as error:
                raise BrokenOffError from error


class _Answer:
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    @property
    def status(self) -> int:
        return self._answer.status

    @property
    def headers(self) -> Sequence[tuple[bytes, bytes]]:
        return self._answer.raw_headers

    async def read(self) -> bytes:
        try:
            return await self._answer.read()
        except aiohttp.ClientError as error:
            raise BrokenOffError from error

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.content.iter_any():
                yield chunk
        except aiohttp.ClientError as error:
            raise BrokenOffError from error
