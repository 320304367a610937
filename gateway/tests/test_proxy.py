"""Bytes in, bytes out: whatever HTTP allows passes unchanged."""

import asyncio
import os
from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.limits import BUFFERED_BYTES, MAX_BODY_BYTES, MAX_IMPORT_BYTES
from gateway.tests import issuing
from gateway.tests.servers import connection, exchange
from gateway.tests.stub import Answer, Stub

LARGE = os.urandom(BUFFERED_BYTES + 1)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_method_path_query_and_body_pass_unchanged(client: httpx.AsyncClient, stub: Stub, method: str) -> None:
    target = "/v1/people/per_1:act%C3%A9?q=a%20b+c&q=%2F&empty=&limit=5"
    response = await client.request(method, target, content=b'{"a": 1}\n')
    assert response.status_code == 200
    assert stub.last.method == method
    assert f"{stub.last.path}?{stub.last.query}" == target
    assert stub.last.body == b'{"a": 1}\n'
    assert stub.last.values("content-length") == ["9"]


async def test_a_request_without_a_body_stays_without(client: httpx.AsyncClient, stub: Stub) -> None:
    await client.get("/v1/people")
    assert stub.last.values("content-length") == []
    assert stub.last.values("transfer-encoding") == []


async def test_nothing_is_added_to_a_request_but_the_token_and_its_id(gateway: str, stub: Stub) -> None:
    await exchange(gateway, f"GET /v1/people HTTP/1.1\r\nAuthorization: Bearer {issuing.token()}\r\n\r\n".encode())
    assert {name for name, _ in stub.last.headers} == {"host", "authorization", "x-request-id"}


@pytest.mark.parametrize("status", [200, 201, 202, 301, 307, 400, 401, 404, 409, 412, 422, 428, 500, 503])
async def test_a_services_answer_passes_untouched(client: httpx.AsyncClient, stub: Stub, status: int) -> None:
    body = b'{"code": "its-own", "errors":[] }'
    stub.answers["/v1/people"] = Answer(status, body, [("content-type", "application/problem+json"), ("etag", '"7"')])
    response = await client.get("/v1/people")
    assert (response.status_code, response.content) == (status, body)
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["etag"] == '"7"'


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_without_a_body_stays_without(client: httpx.AsyncClient, stub: Stub, status: int) -> None:
    stub.answers["/v1/people"] = Answer(status, b"", [("etag", '"7"')])
    for _ in range(2):
        response = await client.get("/v1/people")
        assert (response.status_code, response.content) == (status, b"")
        assert "content-length" not in response.headers
        assert "transfer-encoding" not in response.headers


async def test_head_gives_the_length_and_no_body(gateway: str, client: httpx.AsyncClient, stub: Stub) -> None:
    stub.answers["/v1/people"] = Answer(headers=[("content-length", "4711")], body=b"")
    response = await client.head("/v1/people")
    assert (response.status_code, response.headers["content-length"]) == (200, "4711")
    head = f"HEAD /v1/nothing HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {issuing.token()}\r\n\r\n".encode()
    answer = await exchange(gateway, head)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("size", [0, 1, BUFFERED_BYTES, BUFFERED_BYTES + 1, MAX_BODY_BYTES])
async def test_bodies_of_every_size_pass(client: httpx.AsyncClient, stub: Stub, size: int) -> None:
    body = os.urandom(size)
    stub.answers["/v1/people"] = Answer(body=body)
    response = await client.post("/v1/people", content=body)
    assert response.content == body
    assert stub.last.body == body


async def test_a_chunked_body_passes(client: httpx.AsyncClient, stub: Stub) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for part in (b"one", b"two", LARGE):
            yield part

    response = await client.post("/v1/people", content=chunks())
    assert response.status_code == 200
    assert stub.last.body == b"onetwo" + LARGE
    assert stub.last.values("transfer-encoding") == ["chunked"]


async def test_a_chunked_answer_passes(client: httpx.AsyncClient, stub: Stub) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for part in (b"one", b"two", LARGE):
            yield part

    stub.answers["/v1/people"] = Answer(chunks=chunks)
    response = await client.get("/v1/people")
    assert response.content == b"onetwo" + LARGE
    assert response.headers["transfer-encoding"] == "chunked"


async def test_compressed_bytes_are_not_touched(client: httpx.AsyncClient, stub: Stub) -> None:
    squeezed = b"\x1f\x8b not really gzip"
    stub.answers["/v1/people"] = Answer(body=squeezed, headers=[("content-encoding", "gzip")])
    async with client.stream("GET", "/v1/people") as response:
        assert b"".join([part async for part in response.aiter_raw()]) == squeezed
        assert response.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(("path", "limit"), [("/v1/people", MAX_BODY_BYTES), ("/v1/imports", MAX_IMPORT_BYTES)])
async def test_a_body_over_the_limit_is_refused_before_it_is_read(
    gateway: str, stub: Stub, path: str, limit: int
) -> None:
    head = f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: {limit + 1}\r\n"
    answer = await exchange(gateway, f"{head}Authorization: Bearer {issuing.token()}\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"body-too-large"' in answer
    assert stub.requests == []


async def test_a_chunked_body_over_the_limit_is_refused_while_it_is_read(client: httpx.AsyncClient, stub: Stub) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 65_536

    response = await client.post("/v1/people", content=endless())
    assert (response.status_code, response.json()["code"]) == (413, "body-too-large")
    assert stub.requests == []


async def test_an_import_may_be_large(client: httpx.AsyncClient, stub: Stub) -> None:
    response = await client.post("/v1/imports", content=b"x" * (4 * MAX_BODY_BYTES))
    assert response.status_code == 200
    assert len(stub.last.body) == 4 * MAX_BODY_BYTES


async def test_a_body_that_is_cut_off_never_reaches_the_service(gateway: str, stub: Stub) -> None:
    for size in (10, BUFFERED_BYTES * 2):
        _, writer = await connection(gateway)
        head = f"POST /v1/people HTTP/1.1\r\nHost: a\r\nContent-Length: {size}\r\n"
        writer.write(f"{head}Authorization: Bearer {issuing.token()}\r\n\r\nabc".encode())
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
    await asyncio.sleep(0.1)
    assert stub.requests == []


async def test_many_requests_on_one_connection_are_answered_in_order(gateway: str, stub: Stub) -> None:
    stub.answers["/v1/people/1"] = Answer(body=b"first", after=0.1)
    stub.answers["/v1/people/2"] = Answer(body=b"second")
    bearer = f"Host: a\r\nAuthorization: Bearer {issuing.token()}\r\n\r\n"
    both = f"GET /v1/people/1 HTTP/1.1\r\n{bearer}GET /v1/people/2 HTTP/1.1\r\n{bearer}"
    answer = await exchange(gateway, both.encode())
    assert 0 < answer.index(b"first") < answer.index(b"second")


async def test_no_protocol_is_switched(gateway: str, stub: Stub) -> None:
    upgrade = "Connection: Upgrade\r\nUpgrade: {0}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    for protocol in ("websocket", "h2c"):
        head = f"GET /v1/people HTTP/1.1\r\nHost: a\r\n{upgrade.format(protocol)}Sec-WebSocket-Version: 13\r\n"
        answer = await exchange(gateway, f"{head}Authorization: Bearer {issuing.token()}\r\n\r\n".encode())
        assert not answer.startswith(b"HTTP/1.1 101")
    assert all(request.values("upgrade") == [] for request in stub.requests)


@pytest.mark.parametrize("target", ["/v1/people?q=\u00e9".encode("latin-1"), b"/v1/people?q=\x00", b"/v1/people?q=a b"])
async def test_a_target_that_is_not_a_target_is_refused(gateway: str, stub: Stub, target: bytes) -> None:
    head = f" HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {issuing.token()}\r\n\r\n".encode()
    assert (await exchange(gateway, b"GET " + target + head)).startswith(b"HTTP/1.1 400 ")
    assert stub.requests == []
