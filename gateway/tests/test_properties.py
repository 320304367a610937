"""What must hold for any path, any headers and any change to a token."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.errors import HeadersTooLargeError, InvalidTokenError
from gateway.headers import read_headers
from gateway.issuers import ConfiguredIssuers
from gateway.outside_tokens import OutsideTokens
from gateway.routes import service_of
from gateway.settings import IssuerSettings
from gateway.tests import issuing
from kit.clock import SystemClock
from kit.errors import BadRequestError

PIECES = [
    "/",
    "v1",
    "people",
    "programs",
    "report",
    "internal",
    ".",
    "..",
    "%2e",
    "%2F",
    "%5c",
    "%00",
    "%",
    ":",
    "é",
    "?",
]
PATHS = st.builds(
    lambda start, rest: start + "".join(rest),
    st.sampled_from(["/v1/people/", "/v1/programs/p", "/v1/", "/"]),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8),
)
GOOD = issuing.token(exp=int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()))


@given(PATHS)
def test_a_service_sees_the_path_that_was_routed(path: str) -> None:
    if service_of(path) is None:
        return
    seen = unquote(path)
    assert seen.count("/") == path.count("/")
    assert seen.startswith("/v1/")
    assert not {".", "..", ""} & set(seen.rstrip("/").split("/")[1:])
    assert "\x00" not in seen


NAMES = st.sampled_from(
    [b"host", b"authorization", b"content-length", b"transfer-encoding", b"connection", b"x-org-id", b"x-kept"]
)
VALUES = st.sampled_from([b"", b"1", b"chunked", b"x-kept, close", b"host"]) | st.binary(max_size=4)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=6))
def test_headers_are_refused_or_passed_on_without_any_claim(headers: list[tuple[bytes, bytes]]) -> None:
    try:
        read = read_headers(headers)
    except (BadRequestError, HeadersTooLargeError):
        return
    passed = {name for name, _ in read.passed_on}
    assert passed <= {"content-length", "x-kept"}
    assert not (read.chunked and read.content_length is not None)


@given(st.integers(0, len(GOOD) - 2), st.sampled_from("ABCxyz019-_.="))
async def test_no_change_to_a_token_goes_unseen(place: int, put: str) -> None:
    assume(GOOD[place] != put)

    async def no_fetch(url: str) -> Any:
        raise AssertionError(url)

    issuers = ConfiguredIssuers([IssuerSettings.model_validate(issuing.issuer())], no_fetch, SystemClock())
    tokens = OutsideTokens(issuers, SystemClock(), ["RS256", "ES256", "Ed25519"])
    await tokens.verify(GOOD)
    with pytest.raises(InvalidTokenError):
        await tokens.verify(GOOD[:place] + put + GOOD[place + 1 :])
