"""Calls to neighbours over HTTP. The only module that knows which HTTP library is used.

Every call has timeouts and a budget for all its attempts together. Only calls that may be repeated are retried, at
most twice, with jitter. A neighbour's problem comes back as the class of `kit.errors` that it was raised as.
"""

import asyncio
import random
import ssl
from collections.abc import Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx
import orjson

from kit.errors import (
    BadRequestError,
    ConflictError,
    ExpectedError,
    FieldError,
    InvalidError,
    NotFoundError,
    PreconditionFailedError,
    PreconditionRequiredError,
    TooLargeError,
    UnavailableError,
    UnsupportedMediaError,
)
from kit.identity import INTERNAL_SCOPE, TokenMinter
from kit.logging import request_id

CONNECT_SECONDS = 0.5
READ_SECONDS = 2.0
BUDGET_SECONDS = 6.0
RETRIES = 2
_FIRST_PAUSE_SECONDS = 0.1
# Below the five seconds for which our servers keep a quiet connection, so that none is reused as it is being closed.
_KEEPALIVE_SECONDS = 3.0
_AGAIN = frozenset({502, 503, 504})


@cache
def _trust() -> ssl.SSLContext:
    # Loading the certificate authorities costs 30 ms of CPU: once a process is enough.
    return ssl.create_default_context()


RawClient = httpx.AsyncClient
RawResponse = httpx.Response
RawError = httpx.HTTPError

_KINDS: Mapping[int, type[ExpectedError]] = {
    kind.status: kind
    for kind in (
        BadRequestError,
        NotFoundError,
        ConflictError,
        PreconditionFailedError,
        TooLargeError,
        UnsupportedMediaError,
        InvalidError,
        PreconditionRequiredError,
        UnavailableError,
    )
}


class UnexpectedAnswerError(ExpectedError):
    """A neighbour answered something that is not in its contract, or does not believe our own token."""

    status = 502
    code = "bad-gateway"
    title = "A part of the system answered something unexpected"


class ServiceClient:
    """One neighbour, called in this process's own name."""

    def __init__(
        self,
        base_url: str,
        audience: str,
        token_minter: TokenMinter,
        *,
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = READ_SECONDS,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.audience = audience
        self._minter = token_minter
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._http = httpx.AsyncClient(
            base_url=base_url,
            transport=transport,
            verify=_trust(),
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=50, keepalive_expiry=_KEEPALIVE_SECONDS),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def get(
        self,
        path: str,
        params: Mapping[str, Any] | None = None,
        *,
        organization_id: str | None = None,
        read_timeout: float | None = None,
        within: float | None = None,
    ) -> Any:
        """The JSON at the path. `within` is the budget in seconds for all attempts."""
        request = self._request("GET", path, read_timeout, params=dict(params or {}))
        return await self._call(request, organization_id, RETRIES, read_timeout, within)

    async def post(
        self,
        path: str,
        body: Any,
        *,
        safe: bool = False,
        organization_id: str | None = None,
        read_timeout: float | None = None,
        within: float | None = None,
    ) -> Any:
        """The JSON that the neighbour answers; None for an empty body. Retried only if `safe`: it changes nothing."""
        headers = {"Content-Type": "application/json"}
        request = self._request("POST", path, read_timeout, content=orjson.dumps(body), headers=headers)
        return await self._call(request, organization_id, RETRIES if safe else 0, read_timeout, within)

    def _request(self, method: str, path: str, read_timeout: float | None, **parts: Any) -> httpx.Request:
        timeout = httpx.Timeout(read_timeout or self._read_timeout, connect=self._connect_timeout, pool=1.0)
        return self._http.build_request(method, path, timeout=timeout, **parts)

    async def _call(
        self,
        request: httpx.Request,
        organization_id: str | None,
        retries: int,
        read_timeout: float | None,
        within: float | None,
    ) -> Any:
        budget = within if within is not None else max(BUDGET_SECONDS, (read_timeout or 0) + CONNECT_SECONDS)
        try:
            async with asyncio.timeout(budget):
                for attempt in range(retries):
                    try:
                        return await self._attempt(request, organization_id)
                    except UnavailableError:
                        await asyncio.sleep(_FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries
                return await self._attempt(request, organization_id)
        except TimeoutError as error:
            raise UnavailableError(f"{self.audience} did not answer in time.") from error

    async def _attempt(self, request: httpx.Request, organization_id: str | None) -> Any:
        token = self._minter.mint(self.audience, organization_id=organization_id, scopes=frozenset({INTERNAL_SCOPE}))
        request.headers["Authorization"] = f"Bearer {token}"
        if request_id():
            request.headers["X-Request-Id"] = request_id()
        try:
            response = await self._http.send(request)
        except httpx.HTTPError as error:
            raise UnavailableError(f"{self.audience} does not answer: {type(error).__name__}.") from error
        return self._read(response)

    def _read(self, response: httpx.Response) -> Any:
        if response.is_success:
            try:
                return orjson.loads(response.content) if response.content else None
            except orjson.JSONDecodeError as error:
                raise UnexpectedAnswerError(f"{self.audience} answered something that is not JSON.") from error
        raise self._error(response)

    def _error(self, response: httpx.Response) -> ExpectedError:
        status = response.status_code
        try:
            problem = orjson.loads(response.content)
            code, detail = str(problem["code"]), str(problem["detail"])
            errors = [FieldError(e["pointer"], e["code"], e["message"]) for e in problem["errors"]]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            code, detail, errors = "", f"{self.audience} answered {status}.", []
        if status in _AGAIN or status == 429:
            return UnavailableError(detail)
        # A neighbour that refuses our own token is our fault, and must never look like a refusal of our caller.
        kind = None if status in {401, 403} else _by_code(ExpectedError, status, code) or _KINDS.get(status)
        if kind is None:
            return UnexpectedAnswerError(f"{self.audience} answered {status} {code}: {detail}")
        return kind(detail, errors=errors)


def _by_code(kind: type[ExpectedError], status: int, code: str) -> type[ExpectedError] | None:
    for known in kind.__subclasses__():
        if known.status == status and known.code == code:
            return known
        if (found := _by_code(known, status, code)) is not None:
            return found
    return None


def asgi_transport(app: Any) -> httpx.AsyncBaseTransport:
    """Calls an ASGI application in this process, for tests."""
    return httpx.ASGITransport(app=app)


def raw_client(base_url: str = "", *, app: Any = None, timeout: float = 30.0, **options: Any) -> RawClient:
    """A plain client for scripts and tests: no token of our own, no retries, answers as they come."""
    transport = None if app is None else asgi_transport(app)
    return httpx.AsyncClient(
        base_url=base_url, transport=transport, timeout=timeout, trust_env=False, verify=_trust(), **options
    )
