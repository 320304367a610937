"""Every 4xx and 5xx as a problem body (RFC 9457)."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from kit.errors import BadRequestError, ExpectedError, FieldError, InvalidError, UnavailableError
from kit.logging import request_id

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)

_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_CODES = {
    400: "bad-request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-requests",
    431: "headers-too-large",
    500: "internal-error",
    502: "bad-gateway",
    503: "unavailable",
    504: "gateway-timeout",
}


class InvalidBodyError(BadRequestError):
    """The body is not the JSON (or form) that it says it is."""

    code = "unreadable-body"
    title = "The body cannot be read"


class DatabaseAwayError(UnavailableError):
    """The database is away, or too busy for this request."""

    code = "database-unavailable"
    title = "The database is away or busy; try again"


def problem_body(
    status: int, title: str, detail: str, code: str, errors: Sequence[FieldError] = (), instance: str | None = None
) -> bytes:
    """A problem as bytes, ready to send with the media type `application/problem+json`."""
    return orjson.dumps(
        {
            "type": f"urn:problem-type:{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": instance or request_id(),
            "code": code,
            "errors": [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in errors],
        }
    )


def problem_response(error: ExpectedError) -> Response:
    """The HTTP answer of an expected failure."""
    body = problem_body(error.status, error.title, error.detail, error.code, error.errors)
    headers = dict(error.headers)
    if error.status == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    return Response(body, error.status, headers, MEDIA_TYPE)


def add_problem_handlers(app: FastAPI, *, is_unavailable: Callable[[BaseException], bool] = lambda _: False) -> None:
    """Make every failure of the application a problem; `is_unavailable` knows the failures that pass by themselves."""

    async def expected(_: Request, error: Exception) -> Response:
        assert isinstance(error, ExpectedError)
        return problem_response(error)

    async def validation(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(_validation_error(error.errors()))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        if error.status_code == 405:
            headers["Allow"] = ", ".join(_allowed_methods(app, request))
        code = _CODES.get(error.status_code, f"http-{error.status_code}")
        if error.status_code == 400:
            return problem_response(InvalidBodyError("The body cannot be read. Check its format and encoding."))
        body = problem_body(error.status_code, str(error.detail), f"{error.detail}.", code)
        return Response(body, error.status_code, headers, MEDIA_TYPE)

    async def unexpected(request: Request, error: Exception) -> Response:
        if is_unavailable(error):
            log.warning("The database is away or busy.", path=request.url.path, reason=str(error))
            return problem_response(DatabaseAwayError(headers={"Retry-After": "1"}))
        log.error("The request failed unexpectedly.", path=request.url.path, exc_info=error)
        return Response(
            problem_body(500, "Internal error", "Something went wrong here. Try again.", "internal-error"),
            500,
            media_type=MEDIA_TYPE,
        )

    app.add_exception_handler(ExpectedError, expected)
    app.add_exception_handler(RequestValidationError, validation)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unexpected)


def _validation_error(found: Sequence[Any]) -> ExpectedError:
    if any(e["type"] == "json_invalid" for e in found):
        return InvalidBodyError("The body is not valid JSON.")
    errors = [
        FieldError("/" + "/".join(str(part) for part in e["loc"]), str(e["type"]).replace("_", "-"), str(e["msg"]))
        for e in found[:100]
    ]
    return InvalidError("Correct the fields that are named in errors.", errors=errors)


def _allowed_methods(app: FastAPI, request: Request) -> list[str]:
    # Starlette names the methods of one route only; a path may have several.
    scopes = {method: {**request.scope, "method": method} for method in _METHODS}
    return [m for m, scope in scopes.items() if any(r.matches(scope)[0] == Match.FULL for r in app.routes)]
