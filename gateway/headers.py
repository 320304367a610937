"""Headers across the gateway: what is read, what is refused, what is passed on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.errors import AmbiguousRequestError, HeadersTooLargeError
from gateway.limits import MAX_HEADER_BYTES
from kit.errors import BadRequestError

RawHeaders = Iterable[tuple[bytes, bytes]]

_HOP_BY_HOP = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    )
)
# The gateway says these itself, or they are the client's claim about who it is.
_NOT_PASSED_ON = _HOP_BY_HOP | {b"authorization", b"host", b"expect", b"forwarded", b"x-request-id"}
_READ = frozenset(
    (b"authorization", b"connection", b"content-length", b"host", b"idempotency-key", b"transfer-encoding")
)
_ONCE = (b"authorization", b"content-length", b"host", b"transfer-encoding")
# A sender may say that these belong to one hop only, but the message cannot be read without them.
_NEVER_HOP_BY_HOP = frozenset(("content-length", "content-type"))
_LONGEST_LENGTH = 15
_CLAIMED_IDENTITY = (b"x-org-", b"x-user-", b"x-internal-", b"x-person-", b"x-forwarded-")
_ADDRESSES = (b"location", b"content-location")
# The server in front of the gateway's code says the date and the request id.
_NOT_PASSED_BACK = _HOP_BY_HOP | {b"date", b"server", b"x-request-id"}


@dataclass(frozen=True, slots=True)
class RequestHeaders:
    """A request's headers, read once."""

    passed_on: list[tuple[str, str]]
    authorization: str | None
    content_length: int | None
    chunked: bool
    idempotency_key: bool

    @property
    def has_body(self) -> bool:
        """Whether the request says that it has a body."""
        return self.chunked or self.content_length is not None


def read_headers(raw: RawHeaders) -> RequestHeaders:
    """The request's headers; refused if they are too large or can be read in two ways."""
    said: dict[bytes, list[bytes]] = {}
    passed_on: list[tuple[str, str]] = []
    size = 0
    for name, value in raw:
        size += len(name) + len(value)
        if name in _READ:
            said.setdefault(name, []).append(value)
        if name not in _NOT_PASSED_ON and not name.startswith(_CLAIMED_IDENTITY):
            passed_on.append((_text(name), _text(value)))
    if size > MAX_HEADER_BYTES:
        raise HeadersTooLargeError(f"Keep the headers below {MAX_HEADER_BYTES} bytes.")
    _refuse_ambiguous(said)
    if named := _named_by_connection(said.get(b"connection", ())):
        passed_on = [header for header in passed_on if header[0] not in named]
    authorization, length = said.get(b"authorization"), said.get(b"content-length")
    return RequestHeaders(
        passed_on,
        authorization=_text(authorization[0]) if authorization else None,
        content_length=int(length[0]) if length else None,
        chunked=b"transfer-encoding" in said,
        idempotency_key=b"idempotency-key" in said,
    )


def request_id_of(raw: RawHeaders) -> str | None:
    """The request id that the client offers."""
    for name, value in raw:
        if name == b"x-request-id":
            return value.decode("latin-1")
    return None


def answer_headers(raw: RawHeaders, status: int, base_url: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of a service's answer as they go on to the client."""
    passed: list[tuple[bytes, bytes]] = []
    named: frozenset[str] = frozenset()
    for name, value in raw:
        lower = name.lower()
        if lower == b"connection":
            named |= _named_by_connection([value])
        elif lower in _ADDRESSES:
            passed.append((lower, value.removeprefix(base_url)))
        elif lower not in _NOT_PASSED_BACK and not (lower == b"content-length" and status in (204, 304)):
            passed.append((lower, value))
    return [header for header in passed if header[0].decode("latin-1") not in named] if named else passed


def _refuse_ambiguous(said: Mapping[bytes, Sequence[bytes]]) -> None:
    for name in _ONCE:
        if len(said.get(name, ())) > 1:
            raise AmbiguousRequestError(f"Send one {name.decode().title()} header.")
    length, coding = said.get(b"content-length"), said.get(b"transfer-encoding")
    if length and coding:
        raise AmbiguousRequestError("Send either Content-Length or Transfer-Encoding.")
    if length and not (length[0].isdigit() and len(length[0]) <= _LONGEST_LENGTH):
        raise AmbiguousRequestError("Send the Content-Length in digits.")
    if coding and coding[0].strip().lower() != b"chunked":
        raise AmbiguousRequestError("No transfer coding but chunked is understood.")


def _named_by_connection(values: Iterable[bytes]) -> frozenset[str]:
    names = {name.strip().lower() for value in values for name in value.decode("latin-1").split(",")}
    return frozenset(names - _NEVER_HOP_BY_HOP)


def _text(value: bytes) -> str:
    # The upstream client writes UTF-8, so what is not UTF-8 could not be passed on as it came.
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise BadRequestError("Headers must be ASCII or UTF-8.") from None
