"""Expected failures, each a named class with a stable code.

    ExpectedError                       code, status and title; one sentence that the caller can act on
    ├── BadRequestError          400    the request cannot be read
    ├── UnauthenticatedError     401    no valid proof of who is calling
    ├── ForbiddenError           403    known, but not allowed to do this
    ├── NotFoundError            404    not there, or another organization's: the answer is the same
    ├── ConflictError            409    the present state does not allow it
    ├── PreconditionFailedError  412    the caller's copy is stale
    ├── TooLargeError            413    over a stated limit
    ├── UnsupportedMediaError    415    a media type that is not understood
    ├── InvalidError             422    read, but a value breaks a rule
    ├── PreconditionRequiredError 428   the caller must say which version it saw
    └── UnavailableError         503    a part that is needed does not answer; try again

Rules raise subclasses with a code of their own; `kit.problems` alone turns them into HTTP answers,
and `kit.http_client` turns a neighbour's answer back into them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One place of the input that breaks a rule: a JSON pointer, a stable code and a sentence."""

    pointer: str
    code: str
    message: str


class ExpectedError(Exception):
    """A failure that callers must reckon with."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.detail = detail or f"{self.title}."
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class BadRequestError(ExpectedError):
    """The request cannot be read."""

    status = 400
    code = "bad-request"
    title = "The request cannot be read"


class UnauthenticatedError(ExpectedError):
    """No valid proof of who is calling."""

    status = 401
    code = "unauthenticated"
    title = "A valid token is needed"


class ForbiddenError(ExpectedError):
    """Known, but not allowed to do this."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFoundError(ExpectedError):
    """Not there, or another organization's: the answer is the same."""

    status = 404
    code = "not-found"
    title = "Not found"


class ConflictError(ExpectedError):
    """The present state does not allow it."""

    status = 409
    code = "conflict"
    title = "The present state does not allow this"


class PreconditionFailedError(ExpectedError):
    """The caller's copy is stale."""

    status = 412
    code = "stale-version"
    title = "It was changed in the meantime"


class TooLargeError(ExpectedError):
    """Over a stated limit."""

    status = 413
    code = "too-large"
    title = "Too large"


class UnsupportedMediaError(ExpectedError):
    """A media type that is not understood."""

    status = 415
    code = "unsupported-media-type"
    title = "Unsupported media type"


class InvalidError(ExpectedError):
    """Read, but a value breaks a rule."""

    status = 422
    code = "invalid"
    title = "A value breaks a rule"


class PreconditionRequiredError(ExpectedError):
    """The caller must say which version it saw."""

    status = 428
    code = "if-match-missing"
    title = "Say which version you saw"


class UnavailableError(ExpectedError):
    """A part that is needed does not answer; try again."""

    status = 503
    code = "unavailable"
    title = "Not available right now"
