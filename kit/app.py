"""The application that every service is: its boundary, its probes, its problems and its OpenAPI document."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.database import is_unavailable
from kit.errors import ExpectedError, TooLargeError, UnauthenticatedError, UnavailableError
from kit.events import feed_router
from kit.idempotency import Replay
from kit.logging import begin_request
from kit.openapi import complete_openapi
from kit.problems import MEDIA_TYPE as PROBLEM_TYPE
from kit.problems import add_problem_handlers, problem_response
from kit.schemas import Liveness
from kit.wiring import ServiceWiring

MAX_BODY_BYTES = 1024 * 1024
_READINESS_KEPT_SECONDS = 1.0
_TOO_LARGE = "Send less: the body is over the limit of this operation."
log = structlog.get_logger(__name__)


def create_service_app(
    *,
    title: str,
    description: str,
    tags: Mapping[str, str],
    routers: Sequence[APIRouter],
    open_wiring: Callable[[], AbstractAsyncContextManager[ServiceWiring[Any]]],
) -> FastAPI:
    """A service: its routers behind the boundary that identifies requests and callers."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_wiring() as wiring:
            app.state.wiring = wiring
            yield

    app = _ServiceApp(
        title=title,
        version="1.0.0",
        description=description,
        openapi_tags=[{"name": name, "description": text} for name, text in tags.items()],
        generate_unique_id_function=lambda route: route.name,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/internal/openapi.json",
        redirect_slashes=False,
        max_body_size=MAX_BODY_BYTES,
    )
    add_problem_handlers(app, is_unavailable=is_unavailable)
    app.add_exception_handler(Replay, _replayed)
    for router in (*routers, feed_router(), _probes()):
        app.include_router(router)
    complete_openapi(app)
    return app


async def _replayed(_: Request, error: Exception) -> Response:
    assert isinstance(error, Replay)
    return error.answer.response()


def _probes() -> APIRouter:
    probes = APIRouter(include_in_schema=False)
    seen: dict[str, float] = {}

    @probes.get("/livez")
    async def livez() -> Liveness:
        return Liveness(status="ok")

    @probes.get("/readyz")
    async def readyz(request: Request) -> Liveness:
        if time.monotonic() - seen.get("at", -_READINESS_KEPT_SECONDS) >= _READINESS_KEPT_SECONDS:
            if not await request.app.state.wiring.ready():
                raise UnavailableError("The database is away, or its schema is not the one that this version needs.")
            seen["at"] = time.monotonic()
        return Liveness(status="ok")

    return probes


class _ServiceApp(FastAPI):
    def build_middleware_stack(self) -> ASGIApp:
        # The boundary is the outermost layer: FastAPI's own limit on bodies lies outside of added middleware.
        return RequestBoundary(super().build_middleware_stack(), self)


class RequestBoundary:
    """Gives every request its id and its principal, and every failure an answer; plain ASGI."""

    def __init__(self, app: ASGIApp, service: FastAPI) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = begin_request(headers.get("x-request-id"))
        started = False
        too_large: bytes | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal started, too_large
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 413 and headers.get("content-type") != PROBLEM_TYPE:
                    # Starlette's limit on bodies answers in plain text, before any handler is asked.
                    too_large = bytes(problem_response(TooLargeError(_TOO_LARGE)).body)
                    headers.update({"Content-Type": PROBLEM_TYPE, "Content-Length": str(len(too_large))})
                headers["X-Request-Id"] = request_id
                started = True
            elif too_large is not None:
                message = {**message, "body": too_large}
            await send(message)

        try:
            if scope["path"].startswith(("/v1/", "/internal/")):
                scope["principal"] = self._service.state.wiring.verifier.verify(_bearer(headers))
            await self._app(scope, receive, send_with_id)
        except ExpectedError as error:
            await problem_response(error)(scope, receive, send_with_id)
        except Exception:
            # The problem handlers have logged it and, unless the answer had begun, have answered.
            if not started:
                raise


def _bearer(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UnauthenticatedError("Send a token: Authorization: Bearer …")
    return token.strip()
