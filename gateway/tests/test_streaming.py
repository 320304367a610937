"""Server-sent events arrive as they are sent, for as long as they are sent."""

import asyncio
import time
from collections.abc import AsyncIterator

from gateway.tests.conftest import calling, running_gateway
from gateway.tests.stub import Answer, Stub

PROGRESS = "/v1/match-runs/run_1/progress"
EVENTS = [("content-type", "text/event-stream; charset=utf-8")]


async def test_each_event_arrives_before_the_next_is_sent(gateway: str, stub: Stub) -> None:
    seen = asyncio.Event()

    async def events() -> AsyncIterator[bytes]:
        for number in range(3):
            yield f"data: {number}\n\n".encode()
            await asyncio.wait_for(seen.wait(), 5)
            seen.clear()

    stub.answers[PROGRESS] = Answer(headers=EVENTS, chunks=events)
    arrived = []
    async with calling(gateway) as client, client.stream("GET", PROGRESS) as response:
        assert response.headers["content-type"] == EVENTS[0][1]
        async for chunk in response.aiter_raw():
            arrived.append(chunk)
            seen.set()
    assert arrived == [b"data: 0\n\n", b"data: 1\n\n", b"data: 2\n\n"]


async def test_a_stream_of_events_may_last_longer_than_the_deadline(stub: Stub, services: str) -> None:
    async def events() -> AsyncIterator[bytes]:
        for _ in range(5):
            await asyncio.sleep(0.15)
            yield b"data: {}\n\n"

    stub.answers[PROGRESS] = Answer(headers=EVENTS, chunks=events)
    async with running_gateway(services, deadline_seconds=0.3) as gateway, calling(gateway) as client:
        assert (await client.get(PROGRESS)).content == b"data: {}\n\n" * 5


async def test_the_service_learns_that_the_client_has_gone(gateway: str, stub: Stub) -> None:
    async def events() -> AsyncIterator[bytes]:
        while True:
            yield b"data: {}\n\n"
            await asyncio.sleep(0.02)

    stub.answers[PROGRESS] = Answer(headers=EVENTS, chunks=events)
    async with calling(gateway) as client, client.stream("GET", PROGRESS) as response:
        assert await anext(response.aiter_raw())
    await asyncio.wait_for(stub.cut_off.wait(), 2)


async def test_the_service_learns_it_even_while_nothing_is_sent(gateway: str, stub: Stub) -> None:
    async def events() -> AsyncIterator[bytes]:
        yield b": hello\n\n"
        await asyncio.sleep(30)

    stub.answers[PROGRESS] = Answer(headers=EVENTS, chunks=events)
    began = time.monotonic()
    async with calling(gateway) as client, client.stream("GET", PROGRESS) as response:
        assert await anext(response.aiter_raw())
    await asyncio.wait_for(stub.cut_off.wait(), 2)
    assert time.monotonic() - began < 5
