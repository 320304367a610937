"""One line a request: enough to follow it, nothing that is nobody's business."""

import asyncio

import pytest
import structlog

from gateway.tests.conftest import calling
from gateway.tests.issuing import ORGANIZATION, token
from gateway.tests.servers import connection
from gateway.tests.stub import Answer, Stub
from kit.http_client import raw_client


@pytest.fixture
def lines() -> structlog.testing.LogCapture:
    return structlog.testing.LogCapture()


@pytest.fixture(autouse=True)
def _captured(lines: structlog.testing.LogCapture) -> object:
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, lines], cache_logger_on_first_use=False)
    yield
    structlog.configure(**before)


def access(lines: structlog.testing.LogCapture) -> list[dict[str, object]]:
    return [dict(line) for line in lines.entries if line["event"] == "request"]


async def test_a_request_is_one_line(gateway: str, stub: Stub, lines: structlog.testing.LogCapture) -> None:
    async with calling(gateway) as client:
        await client.post("/v1/people?q=Ada", content=b'{"secret": 1}', headers={"X-Request-Id": "abcdefgh"})
    (line,) = access(lines)
    assert line.pop("milliseconds", -1.0) != -1.0
    assert line == {
        "event": "request",
        "log_level": "info",
        "request_id": "abcdefgh",
        "method": "POST",
        "path": "/v1/people",
        "status": 200,
        "to": "profile",
        "organization_id": ORGANIZATION,
    }


async def test_refusals_are_lines_too(gateway: str, stub: Stub, lines: structlog.testing.LogCapture) -> None:
    async with raw_client(gateway) as client:
        await client.get("/v1/people")
        await client.get("/" + "x" * 500)
    refused, unknown = access(lines)
    assert (refused["status"], refused["to"], refused["organization_id"]) == (401, "profile", None)
    assert (unknown["status"], unknown["to"]) == (404, None)
    assert len(str(unknown["path"])) == 200


async def test_a_client_that_went_away_is_told_from_one_that_was_answered(
    gateway: str, stub: Stub, lines: structlog.testing.LogCapture
) -> None:
    stub.answers["/v1/people"] = Answer()
    _, writer = await connection(gateway)
    writer.write(f"POST /v1/people HTTP/1.1\r\nContent-Length: 9\r\nAuthorization: Bearer {token()}\r\n\r\n".encode())
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    while not access(lines):
        await asyncio.sleep(0.01)
    assert [line["status"] for line in access(lines)] == [499]


async def test_a_failure_of_our_own_is_a_problem_and_is_logged(
    gateway: str, stub: Stub, lines: structlog.testing.LogCapture
) -> None:
    stub.people[ORGANIZATION, "external_id", "E-broken"] = ("per_x", True)
    stub.broken_look_ups = True
    async with calling(gateway, token(sub="E-broken")) as client:
        response = await client.get("/v1/people")
    assert (response.status_code, response.json()["code"]) == (500, "internal-error")
    assert "KeyError" not in response.text
    assert any(line["log_level"] == "error" for line in lines.entries)
