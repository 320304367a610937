"""What is refused, what is taken out, and what arrives as it was sent."""

import httpx
import pytest

from gateway.tests import issuing
from gateway.tests.servers import exchange
from gateway.tests.stub import Answer, Stub


def request(*headers: str, method: str = "GET", path: str = "/v1/people", body: str = "") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", *headers, f"Authorization: Bearer {issuing.token()}"]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@pytest.mark.parametrize(
    "name",
    [
        "X-Org-Id",
        "X-User-Id",
        "X-Internal-Token",
        "X-Person-Id",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "Forwarded",
        "Proxy-Authorization",
        "TE",
        "Keep-Alive",
        "Upgrade",
        "Trailer",
        "Expect",
    ],
)
async def test_a_claim_about_the_caller_or_the_hop_does_not_reach_the_service(
    gateway: str, stub: Stub, name: str
) -> None:
    await exchange(gateway, request("Host: a", f"{name}: org_evil", "Connection: close"))
    assert stub.last.values(name.lower()) == []


async def test_headers_that_connection_names_are_left_out(gateway: str, stub: Stub) -> None:
    await exchange(gateway, request("Host: a", "X-Trace: 1", "X-Kept: 2", "Connection: X-Trace, close"))
    assert stub.last.values("x-trace") == []
    assert stub.last.value("x-kept") == "2"


async def test_the_outside_token_is_replaced(client: httpx.AsyncClient, stub: Stub) -> None:
    await client.get("/v1/people")
    sent = client.headers["authorization"]
    assert stub.last.value("authorization") != sent
    assert stub.last.value("authorization").startswith("Bearer ")


async def test_duplicate_headers_arrive_in_order_in_both_directions(client: httpx.AsyncClient, stub: Stub) -> None:
    stub.answers["/v1/people"] = Answer(headers=[("link", "<a>"), ("link", "<b>"), ("set-cookie", "x=1")])
    sent = [("Authorization", client.headers["authorization"]), ("X-Many", "1"), ("X-Many", "2")]
    response = await client.get("/v1/people", headers=sent)
    assert stub.last.values("x-many") == ["1", "2"]
    assert response.headers.get_list("link") == ["<a>", "<b>"]


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        (("Host: a", "Host: b"), 400, "ambiguous-request"),
        (("Host: a", "Authorization: Bearer x"), 400, "ambiguous-request"),
        (("Host: a", "X-Long: " + "x" * 17_000), 431, "headers-too-large"),
        (("Host: a", *(f"X-{n}: {'x' * 100}" for n in range(200))), 431, "headers-too-large"),
        (("Host: a", "Transfer-Encoding: gzip, chunked"), 400, "ambiguous-request"),
    ],
)
async def test_a_request_that_can_be_read_in_two_ways_is_refused(
    gateway: str, stub: Stub, headers: tuple[str, ...], status: int, code: str
) -> None:
    answer = await exchange(gateway, request(*headers, method="POST"))
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert f'"code":"{code}"'.encode() in answer
    assert stub.requests == []


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        ("Content-Length: 3", "Content-Length: 4"),
        ("Content-Length: +3",),
        ("Content-Length: 3, 3",),
    ],
)
async def test_a_length_that_can_be_read_in_two_ways_is_refused(
    gateway: str, stub: Stub, headers: tuple[str, ...]
) -> None:
    answer = await exchange(gateway, request("Host: a", *headers, method="POST", body="3\r\nabc\r\n0\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert stub.requests == []


async def test_a_header_that_is_not_text_is_refused(gateway: str, stub: Stub) -> None:
    sent = request("Host: a", "X-Name: @").replace(b"@", b"\xff\xfe")
    assert (await exchange(gateway, sent)).startswith(b"HTTP/1.1 400 ")
    assert stub.requests == []


@pytest.mark.parametrize(("offered", "taken"), [("abc-DEF_12345678", True), ("short", False), ("a b" * 5, False)])
async def test_the_request_id_is_taken_if_it_is_well_formed(
    client: httpx.AsyncClient, stub: Stub, offered: str, taken: bool
) -> None:
    response = await client.get("/v1/people", headers={"X-Request-Id": offered})
    (answered,) = response.headers.get_list("x-request-id")
    assert (answered == offered) is taken
    assert stub.last.value("x-request-id") == answered


async def test_a_problem_names_the_request_id(client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/nothing", headers={"X-Request-Id": "abcdefgh"})
    assert response.json()["instance"] == "abcdefgh"


async def test_answers_are_not_stored_or_sniffed_unless_the_service_says_so(
    client: httpx.AsyncClient, stub: Stub
) -> None:
    plain = await client.get("/v1/people")
    assert plain.headers.get_list("cache-control") == ["no-store"]
    assert plain.headers["x-content-type-options"] == "nosniff"
    stub.answers["/v1/people"] = Answer(headers=[("cache-control", "max-age=60")])
    assert (await client.get("/v1/people")).headers.get_list("cache-control") == ["max-age=60"]


async def test_the_answer_does_not_show_what_is_behind_the_gateway(
    client: httpx.AsyncClient, stub: Stub, services: str
) -> None:
    hidden = [("server", "uvicorn"), ("connection", "x-hop"), ("x-hop", "1"), ("location", f"{services}/v1/people/1")]
    stub.answers["/v1/people"] = Answer(201, headers=hidden)
    response = await client.post("/v1/people")
    assert response.headers["location"] == "/v1/people/1"
    assert "server" not in response.headers
    assert "x-hop" not in response.headers
    assert len(response.headers.get_list("date")) == 1
