"""Services that are away, slow, broken or busy: each is a clear problem, and nobody else waits."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from gateway.limits import BUFFERED_BYTES
from gateway.tests import issuing
from gateway.tests.conftest import calling, running_gateway
from gateway.tests.servers import Handler, connection, exchange, serving, speaking, unused_address
from gateway.tests.stub import Answer, Request, Stub


def problem(response: httpx.Response, status: int, code: str) -> None:
    assert (response.status_code, response.json().get("code")) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["instance"] == response.headers["x-request-id"]


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
    return head + await reader.readexactly(length)


@asynccontextmanager
async def behind_gateway(matching: Handler, services: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway behind which matching is a server that says what the handler writes."""
    async with (
        speaking(matching) as address,
        running_gateway(services, matching_url=address) as gateway,
        calling(gateway) as client,
    ):
        yield client


async def test_a_service_that_is_away_is_a_bad_gateway(stub: Stub, services: str) -> None:
    async with running_gateway(services, matching_url=unused_address()) as gateway, calling(gateway) as client:
        problem(await client.get("/v1/programs"), 502, "bad-gateway")
        assert (await client.get("/v1/people")).status_code == 200


async def test_a_service_that_is_silent_is_a_timeout(stub: Stub, services: str) -> None:
    stub.answers["/v1/programs"] = Answer(after=5)
    async with running_gateway(services, deadline_seconds=0.2) as gateway, calling(gateway) as client:
        began = time.monotonic()
        problem(await client.get("/v1/programs"), 504, "gateway-timeout")
        assert time.monotonic() - began < 2


async def test_a_client_that_does_not_finish_its_body_is_told_so(stub: Stub, services: str) -> None:
    async with running_gateway(services, deadline_seconds=0.2) as gateway:
        for size in (10, BUFFERED_BYTES * 2):
            head = f"POST /v1/people HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n"
            answer = await exchange(gateway, f"{head}Authorization: Bearer {issuing.token()}\r\n\r\nabc".encode())
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b'"code":"request-timeout"' in answer


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\nnine",
    ],
)
async def test_an_answer_that_is_broken_off_is_a_bad_gateway(stub: Stub, services: str, said: bytes) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)

    async with behind_gateway(say, services) as client:
        problem(await client.get("/v1/programs"), 502, "bad-gateway")
        problem(await client.post("/v1/programs", content=b"{}"), 502, "bad-gateway")


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 500_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ],
)
async def test_a_streamed_answer_that_is_cut_off_is_cut_off_for_the_client_too(
    stub: Stub, services: str, said: bytes
) -> None:
    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)
        await writer.drain()

    async with behind_gateway(say, services) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/v1/programs")


async def test_an_answer_that_comes_before_the_body_was_read_is_passed_on(stub: Stub, services: str) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 422 Unprocessable Content\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")
        while await reader.read(65536):
            pass

    async with behind_gateway(refuse, services) as client:
        for size in (10, BUFFERED_BYTES * 3):
            response = await client.post("/v1/programs", content=b"x" * size)
            assert (response.status_code, response.content) == (422, b"no")


async def test_a_kept_alive_connection_that_died_is_not_a_failure(stub: Stub, services: str) -> None:
    served = itertools.count()

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        next(served)
        await reader.readuntil(b"\r\n\r\n")  # the next request arrives, and is never answered

    async with behind_gateway(once, services) as client:
        for _ in range(3):
            assert (await client.get("/v1/programs")).content == b"ok"
        keyed = {"Idempotency-Key": "k-1"}
        assert (await client.post("/v1/programs", content=b"{}", headers=keyed)).content == b"ok"
        problem(await client.post("/v1/programs", content=b"{}"), 502, "bad-gateway")
    assert next(served) == 4


async def test_requests_over_the_number_of_places_are_refused_at_once_and_others_go_on(
    stub: Stub, services: str
) -> None:
    released = asyncio.Event()

    async def wait(_: Request) -> Answer:
        await released.wait()
        return Answer()

    stub.answers["/v1/programs"] = wait
    async with running_gateway(services, requests_at_a_time=2) as gateway, calling(gateway) as client:
        waiting = [asyncio.create_task(client.get("/v1/programs")) for _ in range(2)]
        while len(stub.requests) < 2:
            await asyncio.sleep(0.01)
        refused = await client.get("/v1/programs")
        problem(refused, 503, "overloaded")
        assert refused.headers["retry-after"] == "1"
        assert (await client.get("/v1/people")).status_code == 200
        released.set()
        assert [(await task).status_code for task in waiting] == [200, 200]
        assert (await client.get("/v1/programs")).status_code == 200


async def test_profile_being_away_is_unavailable_and_not_unauthenticated(stub: Stub, services: str) -> None:
    async with running_gateway(services, profile_url=unused_address()) as gateway, calling(gateway) as client:
        problem(await client.get("/v1/programs"), 503, "unavailable")
        assert stub.requests == []


async def test_a_service_that_restarts_is_found_again(stub: Stub, services: str) -> None:
    address = unused_address()
    port = int(address.rpartition(":")[2])
    async with running_gateway(services, matching_url=address) as gateway, calling(gateway) as client:
        for _ in range(2):
            async with serving(stub, port=port):
                assert (await client.get("/v1/programs")).status_code == 200
            problem(await client.get("/v1/programs"), 502, "bad-gateway")


async def test_a_client_that_goes_while_waiting_does_no_harm(gateway: str, stub: Stub) -> None:
    stub.answers["/v1/programs"] = Answer(after=0.2)
    _, writer = await connection(gateway)
    head = f"GET /v1/programs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {issuing.token()}\r\n\r\n"
    writer.write(head.encode())
    await writer.drain()
    await asyncio.sleep(0.1)
    writer.close()
    async with calling(gateway) as client:
        assert (await client.get("/v1/programs")).status_code == 200
