"""Documents that are ready to send: bytes with an entity tag."""

import hashlib
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class ReadyDocument:
    """Bytes to answer with, and how they may be kept."""

    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=lambda: {"Cache-Control": "no-cache"})

    @property
    def etag(self) -> str:
        """A strong entity tag of the bytes."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    def answer(self, request: Request) -> Response:
        """The document, or 304 if the caller has it already."""
        headers = {**self.headers, "ETag": self.etag}
        known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
        if self.etag in known:
            return Response(status_code=304, headers=headers)
        return Response(self.body, headers=headers, media_type=self.media_type)
