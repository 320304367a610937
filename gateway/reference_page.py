"""The API reference: Swagger UI, whose files come from the gateway itself."""

import re
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.documents import ReadyDocument
from kit.errors import NotFoundError

FILES = Path(__file__).parent / "reference"
_MEDIA_TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
_NAME = re.compile(r"[a-z-]+\.(css|js|svg)")
# Swagger UI sets styles on elements and draws its icons from data URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def reference_routes() -> APIRouter:
    """The page and its files."""
    router = APIRouter()

    @router.get("/docs")
    async def reference_page(request: Request) -> Response:
        return _file("index.html").answer(request)

    @router.get("/docs/{name}")
    async def reference_file(name: str, request: Request) -> Response:
        if not _NAME.fullmatch(name) or not (FILES / name).is_file():
            raise NotFoundError("There is no such file.")
        return _file(name).answer(request)

    return router


@cache
def _file(name: str) -> ReadyDocument:
    headers = {
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
    }
    path = FILES / name
    return ReadyDocument(path.read_bytes(), _MEDIA_TYPES[path.suffix], headers)
