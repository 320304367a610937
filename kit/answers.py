"""What an operation answers: ready bytes, with the version that callers send back in `If-Match`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response

from kit.errors import PreconditionFailedError, PreconditionRequiredError
from kit.schemas import REQUIRED

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body in JSON, and what headers need."""

    body: bytes | str
    version: int | None = None
    status: int = 200
    location: str | None = None
    retry_after: int | None = None
    replayed: bool = False
    language: str | None = None

    def response(self) -> Response:
        """The answer as an HTTP response."""
        headers = {} if self.language is None else in_language(self.language)
        if self.version is not None:
            headers["ETag"] = f'"{self.version}"'
        if self.location is not None:
            headers["Location"] = self.location
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if self.replayed:
            headers["Idempotent-Replayed"] = "true"
        return Response(self.body, self.status, headers, JSON)


def in_language(language: str) -> dict[str, str]:
    """The headers of an answer whose words were chosen by `Accept-Language`."""
    return {"Content-Language": language, "Vary": "Accept-Language"}


def no_content() -> Response:
    """Done, with nothing to say."""
    return Response(status_code=204)


async def if_match(
    if_match: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=64,
            description='The ETag of what you saw, such as `"3"`.',
            examples=['"3"'],
            json_schema_extra=REQUIRED,
        ),
    ] = None,
) -> int:
    """Dependency: the version that the caller saw."""
    if if_match is None:
        raise PreconditionRequiredError("Send the ETag of what you saw in If-Match.")
    version = if_match.strip().removeprefix('"').removesuffix('"')
    if not (version.isascii() and version.isdigit()) or len(version) > 18:
        raise PreconditionFailedError("Get it again and send its ETag in If-Match.")
    return int(version)


IfMatch = Annotated[int, Depends(if_match)]


def check_version(seen: int, present: int) -> None:
    """Refuse a change that was made to a stale copy."""
    if seen != present:
        raise PreconditionFailedError("Get it again, look at what changed, and send its new ETag in If-Match.")
