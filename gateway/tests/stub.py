"""A service that answers what a test says, and remembers what it was asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from starlette.types import Receive, Scope, Send


@dataclass
class Request:
    """What arrived."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    def value(self, name: str) -> str:
        (value,) = self.values(name)
        return value


@dataclass
class Answer:
    """What to say."""

    status: int = 200
    body: bytes = b"{}"
    headers: list[tuple[str, str]] = field(default_factory=lambda: [("content-type", "application/json")])
    chunks: Callable[[], AsyncIterator[bytes]] | None = None
    after: float = 0.0


class Stub:
    """One ASGI application in the place of all services."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.requests: list[Request] = []
        self.answers: dict[str, Answer | Callable[[Request], Awaitable[Answer]]] = {}
        self.people: dict[tuple[str, str, str], tuple[str, bool]] = {}
        self.look_ups = 0
        self.broken_look_ups = False
        self.cut_off = asyncio.Event()

    @property
    def last(self) -> Request:
        return self.requests[-1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.cut_off.set()
                return
            body += message["body"]
            if not message["more_body"]:
                break
        headers = [(name.decode(), value.decode()) for name, value in scope["headers"]]
        request = Request(scope["method"], scope["raw_path"].decode(), scope["query_string"].decode(), headers, body)
        if request.path.startswith("/internal/"):
            await _send(self._internal(request), send)
            return
        self.requests.append(request)
        answer = self.answers.get(request.path, Answer())
        if callable(answer):
            answer = await answer(request)
        await asyncio.sleep(answer.after)
        if answer.chunks is None:
            await _send(answer, send)
        else:
            await self._stream(answer, answer.chunks(), receive, send)

    def _internal(self, request: Request) -> Answer:
        if not request.path.startswith("/internal/subjects/"):
            return Answer(404, b"{}")
        self.look_ups += 1
        key = tuple(request.path.removeprefix("/internal/subjects/").split("/"))
        if len(key) == 3 and key in self.people:
            if self.broken_look_ups:
                return Answer(body=b'{"unexpected": true}')
            person_id, active = self.people[key]
            return Answer(body=json.dumps({"person_id": person_id, "active": active}).encode())
        return Answer(404, b"{}")

    async def _stream(self, answer: Answer, chunks: AsyncIterator[bytes], receive: Receive, send: Send) -> None:
        async def watch() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            self.cut_off.set()

        watching = asyncio.create_task(watch())
        try:
            headers = [(name.encode(), value.encode()) for name, value in answer.headers]
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            async for chunk in chunks:
                if self.cut_off.is_set():
                    return
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            watching.cancel()


async def _send(answer: Answer, send: Send) -> None:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    if answer.status not in (204, 304) and not any(name == b"content-length" for name, _ in headers):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
