"""One request and its answer: the id, the answer's common headers, and the line in the access log."""

import time

import structlog
from starlette.types import Message, Scope, Send

from gateway.headers import request_id_of
from kit.errors import ExpectedError
from kit.logging import begin_request
from kit.problems import problem_response

_CLIENT_GONE = 499
_LOGGED_PATH = 200
log = structlog.get_logger("gateway.access")


class Exchange:
    """One request being answered."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._began = time.perf_counter()
        self.request_id = begin_request(request_id_of(scope["headers"]))
        self.status = _CLIENT_GONE
        self.started = False
        self.service: str | None = None
        self.organization_id: str | None = None

    async def send(self, message: Message) -> None:
        """Send a part of the answer, with the headers that every answer has."""
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
            message["headers"] = self._completed(message["headers"])
        await self._send(message)

    async def answer_problem(self, error: ExpectedError) -> None:
        """Answer with a problem; an answer that has begun can only be cut off."""
        if self.started:
            return
        response = problem_response(error)
        await self.send(
            {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
        )
        body = b"" if self._scope["method"] == "HEAD" else bytes(response.body)
        await self.send({"type": "http.response.body", "body": body})

    def log(self) -> None:
        """Write the request's line in the access log: no query, no header, no body."""
        log.info(
            "request",
            method=self._scope["method"],
            path=self._scope["path"][:_LOGGED_PATH],
            status=self.status,
            milliseconds=round((time.perf_counter() - self._began) * 1000, 1),
            to=self.service,
            organization_id=self.organization_id,
        )

    def _completed(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        completed = [*headers, (b"x-request-id", self.request_id.encode())]
        names = {name for name, _ in headers}
        if b"cache-control" not in names:
            completed.append((b"cache-control", b"no-store"))
        if b"x-content-type-options" not in names:
            completed.append((b"x-content-type-options", b"nosniff"))
        return completed
