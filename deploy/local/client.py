"""The public API as a front end would use it: through the gateway, with tokens of its development issuer."""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

from kit.http_client import RawClient, RawResponse, raw_client

CONCURRENCY = 16
T = TypeVar("T")
R = TypeVar("R")


class RefusedError(RuntimeError):
    """The API answered with a problem."""


class Caller:
    """Somebody with a token."""

    def __init__(self, http: RawClient, token: str) -> None:
        self.token = token
        self._http = http

    async def get(self, path: str, **parameters: Any) -> Any:
        """The JSON at the path."""
        return await self._call("GET", path, params=parameters)

    async def items(self, path: str, **parameters: Any) -> list[Any]:
        """All items of a collection, page by page."""
        items: list[Any] = []
        cursor: str | None = None
        while True:
            page = await self.get(path, limit=200, **parameters, **({"cursor": cursor} if cursor else {}))
            items.extend(page["items"])
            cursor = page["next_cursor"]
            if cursor is None:
                return items

    async def post(self, path: str, body: Any = None, **request: Any) -> Any:
        """Create or do something."""
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        return await self._call("POST", path, json=body, headers=headers, **request)

    async def put(self, path: str, body: Any, *, version: int | None = None) -> Any:
        """Replace what was there, in the version that is given or, without one, whatever is there now."""
        seen = f'"{version}"' if version is not None else _successful(await self._send("GET", path)).headers["ETag"]
        return await self._call("PUT", path, json=body, headers={"If-Match": seen})

    async def wait_while(
        self, path: str, field: str, *values: str, seen: Callable[[Any], None] = lambda _: None
    ) -> Any:
        """The resource once its field has another value; `seen` is shown it each time."""
        while True:
            resource = await self.get(path)
            seen(resource)
            if resource[field] not in values:
                return resource
            await asyncio.sleep(0.2)

    async def _call(self, method: str, path: str, **request: Any) -> Any:
        response = _successful(await self._send(method, path, **request))
        return response.json() if response.content else None

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, **request: Any
    ) -> RawResponse:
        authorization = {"Authorization": f"Bearer {self.token}"}
        return await self._http.request(method, path, headers={**authorization, **(headers or {})}, **request)


class Gateway:
    """The one door of the system."""

    def __init__(self, url: str) -> None:
        self._http = raw_client(url, timeout=60.0)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def caller(self, organization_id: str | None, *roles: str, person_id: str | None = None) -> Caller:
        """Somebody of an organization, or the platform's operator."""
        whom = {"organization_id": organization_id, "person_id": person_id, "roles": list(roles)}
        answer = _successful(await self._http.post("/dev/token", json=whom))
        return Caller(self._http, answer.json()["access_token"])


async def at_once(
    action: Callable[[T], Awaitable[R]], subjects: Sequence[T], done: Callable[[], None] = lambda: None
) -> list[R]:
    """Do it to all, some at a time; `done` is called after each."""
    places = asyncio.Semaphore(CONCURRENCY)

    async def one(subject: T) -> R:
        async with places:
            result = await action(subject)
            done()
            return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(subject)) for subject in subjects]
    return [task.result() for task in tasks]


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.perf_counter() - self._began


def _successful(response: RawResponse) -> RawResponse:
    if response.is_success:
        return response
    try:
        problem = json.loads(response.content)
        reason = f"{problem['code']}: {problem['detail']} {problem['errors'] or ''}"
    except (ValueError, KeyError, TypeError):
        reason = response.text[:500]
    request = response.request
    raise RefusedError(f"{request.method} {request.url.path} was answered {response.status_code} {reason}")
