"""Calls to neighbours, against answers of every kind."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kit.errors import ConflictError, ExpectedError, InvalidError, NotFoundError, UnavailableError
from kit.http_client import RETRIES, ServiceClient, UnexpectedAnswerError, asgi_transport
from kit.identity import TokenVerifier
from kit.logging import begin_request
from kit.problems import problem_body
from kit.testing.keys import minter, public_keys


class OutOfStockError(ConflictError):
    code = "out-of-stock"
    title = "No shoe of this size"


class Neighbour:
    """Answers from a list, the last one again and again, and remembers what it was asked."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.bodies: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.requests.append(request)
        self.bodies.append(await request.body())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        await answer(scope, receive, send)

    def client(self) -> ServiceClient:
        return ServiceClient("http://shop", "shop", minter("matching"), transport=asgi_transport(self))


def answer(status: int, body: object = None, **headers: str) -> Response:
    return Response(b"" if body is None else orjson.dumps(body), status, headers, "application/json")


def problem(status: int, code: str) -> Response:
    return Response(problem_body(status, "Title", "The detail.", code), status, media_type="application/problem+json")


async def test_a_call_carries_our_own_token_and_the_request_id() -> None:
    neighbour = Neighbour(answer(200, {"size": 42}))
    begin_request("request-of-a-caller")
    async with neighbour.client() as client:
        assert await client.get("/shoes", {"q": "ä b"}, organization_id="org_a") == {"size": 42}
    (request,) = neighbour.requests
    assert request.query_params["q"] == "ä b"
    assert request.headers["x-request-id"] == "request-of-a-caller"
    token = request.headers["authorization"].removeprefix("Bearer ")
    principal = TokenVerifier("shop", public_keys()).verify(token)
    assert (principal.subject, principal.organization, principal.scopes) == (
        "matching",
        "org_a",
        frozenset({"internal"}),
    )


async def test_a_post_sends_json_and_takes_an_empty_answer() -> None:
    neighbour = Neighbour(answer(204))
    async with neighbour.client() as client:
        assert await client.post("/shoes", {"size": 42}) is None
    assert orjson.loads(neighbour.bodies[0]) == {"size": 42}


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_get_is_tried_again(status: int) -> None:
    neighbour = Neighbour(problem(status, "unavailable"), answer(status), answer(200, 1))
    async with neighbour.client() as client:
        assert await client.get("/shoes") == 1
    assert len(neighbour.requests) == 3


async def test_retries_are_bounded() -> None:
    neighbour = Neighbour(answer(503))
    async with neighbour.client() as client:
        with pytest.raises(UnavailableError):
            await client.get("/shoes")
    assert len(neighbour.requests) == 1 + RETRIES


async def test_a_post_is_not_retried() -> None:
    neighbour = Neighbour(answer(503), answer(200, 1))
    async with neighbour.client() as client:
        with pytest.raises(UnavailableError):
            await client.post("/shoes", {})
    assert len(neighbour.requests) == 1


async def test_a_post_that_changes_nothing_is_retried_whole() -> None:
    neighbour = Neighbour(answer(503), answer(200, 1))
    async with neighbour.client() as client:
        assert await client.post("/shoes:search", {"size": 42}, safe=True) == 1
    assert neighbour.bodies == [b'{"size":42}'] * 2


async def test_a_refusal_is_not_retried() -> None:
    neighbour = Neighbour(problem(404, "not-found"))
    async with neighbour.client() as client:
        with pytest.raises(NotFoundError, match=r"The detail\."):
            await client.get("/shoes")
    assert len(neighbour.requests) == 1


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (problem(409, "out-of-stock"), OutOfStockError),
        (problem(409, "something-else"), ConflictError),
        (problem(422, "invalid"), InvalidError),
        (answer(404), NotFoundError),
        (answer(404, {"detail": "a body of somebody else"}), NotFoundError),
        (answer(429), UnavailableError),
        (problem(401, "unauthenticated"), UnexpectedAnswerError),
        (problem(403, "forbidden"), UnexpectedAnswerError),
        (answer(302, location="http://elsewhere/"), UnexpectedAnswerError),
        (problem(500, "internal-error"), UnexpectedAnswerError),
        (answer(418), UnexpectedAnswerError),
        (Response(b"<html>", 200), UnexpectedAnswerError),
    ],
)
async def test_an_answer_comes_back_as_the_class_that_it_was_raised_as(
    response: Response, kind: type[ExpectedError]
) -> None:
    neighbour = Neighbour(response)
    async with neighbour.client() as client:
        with pytest.raises(ExpectedError) as caught:
            await client.post("/shoes", {})
    assert type(caught.value) is kind
    assert len(neighbour.requests) == 1


async def test_the_places_that_break_a_rule_come_back() -> None:
    body = {"code": "invalid", "detail": "d", "errors": [{"pointer": "/size", "code": "too-big", "message": "m"}]}
    async with Neighbour(answer(422, body)).client() as client:
        with pytest.raises(InvalidError) as caught:
            await client.post("/shoes", {})
    assert caught.value.errors[0].pointer == "/size"


Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[tuple[str, list[int]]]:
    """A server on the loopback address that treats each connection as it likes, and its count of connections."""
    connections: list[int] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(1)
        try:
            await serve(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}", connections
    finally:
        server.close()


async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
    await writer.drain()


@pytest.mark.parametrize(("method", "attempts"), [("get", 1 + RETRIES), ("post", 1)])
async def test_a_neighbour_that_never_answers_is_given_up(method: str, attempts: int) -> None:
    async with listening(never_answer) as (url, connections):
        client = ServiceClient(url, "shop", minter("matching"), read_timeout=0.1)
        begun = time.monotonic()
        with pytest.raises(UnavailableError, match="does not answer"):
            await (client.get("/") if method == "get" else client.post("/", {}))
        assert time.monotonic() - begun < 3
        assert len(connections) == attempts
        await client.close()


async def test_the_budget_covers_all_attempts() -> None:
    async with listening(never_answer) as (url, _):
        client = ServiceClient(url, "shop", minter("matching"))
        begun = time.monotonic()
        with pytest.raises(UnavailableError, match="in time"):
            await client.get("/", within=0.3)
        assert time.monotonic() - begun < 1.5
        await client.close()


@pytest.mark.parametrize(("method", "attempts"), [("get", 1 + RETRIES), ("post", 1)])
async def test_an_answer_that_is_cut_off_is_no_answer(method: str, attempts: int) -> None:
    async with listening(cut_off) as (url, connections):
        client = ServiceClient(url, "shop", minter("matching"))
        with pytest.raises(UnavailableError):
            await (client.get("/") if method == "get" else client.post("/", {}))
        assert len(connections) == attempts
        await client.close()


async def test_a_neighbour_that_is_not_there_is_unavailable() -> None:
    async with ServiceClient("http://127.0.0.1:1", "shop", minter("matching")) as client:
        with pytest.raises(UnavailableError, match="ConnectError"):
            await client.get("/")
