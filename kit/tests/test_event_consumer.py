"""The consumer, against real Postgres and a real provider."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from kit.database import Database
from kit.errors import UnavailableError
from kit.events import Consumer, Event, Handler, applied_by
from kit.events.feed import START
from kit.http_client import ServiceClient
from kit.tests.conftest import Shop
from kit.tests.shop import RESOLED, SERVICE, Resoling, open_shop, resole, resoled, shop_client, tell


@pytest.fixture
async def shop(shop_url: str) -> AsyncIterator[FastAPI]:
    async with open_shop(shop_url) as app:
        yield app


@asynccontextmanager
async def consuming(
    database: Database, client: ServiceClient, handlers: Mapping[str, Handler[Any]], *, workers: int = 1, **options: Any
) -> AsyncIterator[None]:
    """Consumers at work, as many as there would be workers."""
    stop = asyncio.Event()
    options = {"wait_seconds": 1, "shortest_pause": 0.02, "longest_pause": 0.1, **options}
    consumers = [Consumer(database, SERVICE, client, handlers, **options) for _ in range(workers)]
    tasks = [asyncio.create_task(consumer.run(stop)) for consumer in consumers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        await client.close()


async def until(database: Database, organization_id: str, expected: dict[str, int]) -> None:
    """Wait for the effect."""
    async with asyncio.timeout(20):
        while await resoled(database, organization_id) != expected:
            await asyncio.sleep(0.02)


async def rewind(database: Database) -> None:
    async with database.transaction(None) as connection:
        await connection.execute(text("update consumer_cursors set cursor = :start"), {"start": START})


async def test_each_event_is_applied_in_its_own_organization(shop: FastAPI, shop_database: Database) -> None:
    await tell(shop_database, "org_a", "sho_1", "sho_2")
    await tell(shop_database, "org_b", "sho_1")
    async with consuming(shop_database, shop_client(shop), {RESOLED: applied_by(resole)}):
        await until(shop_database, "org_a", {"sho_1": 1, "sho_2": 1})
        await until(shop_database, "org_b", {"sho_1": 1})
        await tell(shop_database, "org_a", "sho_2")
        await until(shop_database, "org_a", {"sho_1": 1, "sho_2": 2})


async def test_replaying_every_event_changes_nothing(shop: FastAPI, shop_database: Database) -> None:
    await tell(shop_database, "org_a", "sho_1", "sho_2", "sho_1")
    async with consuming(shop_database, shop_client(shop), {RESOLED: applied_by(resole)}):
        await until(shop_database, "org_a", {"sho_1": 2, "sho_2": 1})
    await rewind(shop_database)
    async with consuming(shop_database, shop_client(shop), {RESOLED: applied_by(resole)}):
        await tell(shop_database, "org_a", "sho_3")
        await until(shop_database, "org_a", {"sho_1": 2, "sho_2": 1, "sho_3": 1})


@pytest.mark.parametrize("point", ["before-commit", "at-commit", "after-commit"])
async def test_a_consumer_killed_at_any_point_applies_each_event_once(
    shop: FastAPI, shop_url: str, shop_database: Database, point: str
) -> None:
    await tell(shop_database, "org_a", "sho_1", "sho_2")
    killed = await asyncio.create_subprocess_exec(sys.executable, "-m", "kit.tests.crashing_consumer", shop_url, point)
    assert await killed.wait() == -signal.SIGKILL
    async with consuming(shop_database, shop_client(shop), {RESOLED: applied_by(resole)}):
        await tell(shop_database, "org_a", "sho_3")
        await until(shop_database, "org_a", {"sho_1": 1, "sho_2": 1, "sho_3": 1})


@asynccontextmanager
async def acknowledging_fails(shop_owner_url: str) -> AsyncIterator[None]:
    """Every commit that moves a cursor fails: the crash between an effect and its acknowledgement, at will."""
    owner = await asyncpg.connect(shop_owner_url)
    await owner.execute(
        """
        create function profile.refuse() returns trigger language plpgsql as
            $$ begin raise exception 'planted: the acknowledgement is lost'; end $$;
        create constraint trigger refuse after update on profile.consumer_cursors
            deferrable initially deferred for each row execute function profile.refuse();
        """
    )
    try:
        yield
    finally:
        await owner.execute("drop function profile.refuse() cascade")
        await owner.close()


async def test_an_effect_whose_acknowledgement_is_lost_is_lost_with_it(
    shop: FastAPI, migrated_shop: Shop, shop_database: Database
) -> None:
    handler = Resoling()
    await tell(shop_database, "org_a", "sho_1", "sho_2")
    async with acknowledging_fails(migrated_shop.postgres.url("profile", "owner")):
        async with consuming(shop_database, shop_client(shop), {RESOLED: handler}):
            async with asyncio.timeout(20):
                while len(handler.batches) < 2:
                    await asyncio.sleep(0.02)
        assert await resoled(shop_database, "org_a") == {}
    async with consuming(shop_database, shop_client(shop), {RESOLED: handler}):
        await until(shop_database, "org_a", {"sho_1": 1, "sho_2": 1})


async def test_a_worker_that_was_overtaken_does_not_move_the_cursor_back(
    shop: FastAPI, shop_database: Database
) -> None:
    held = asyncio.Event()

    class Slow(Resoling):
        async def prepare(self, events: Sequence[Event]) -> list[str]:
            held.set()
            await release.wait()
            return await super().prepare(events)

    release = asyncio.Event()
    await tell(shop_database, "org_a", "sho_1")
    async with consuming(shop_database, shop_client(shop), {RESOLED: Slow()}):
        await held.wait()
        async with consuming(shop_database, shop_client(shop), {RESOLED: Resoling()}):
            await tell(shop_database, "org_a", "sho_2")
            await until(shop_database, "org_a", {"sho_1": 1, "sho_2": 1})
        reached = await cursor(shop_database)
        stepped_back = asyncio.create_task(moves_from(shop_database, reached))
        release.set()
        assert not await stepped_back


async def cursor(database: Database) -> str:
    async with database.transaction(None) as connection:
        return str(await connection.scalar(text("select cursor from consumer_cursors")))


async def moves_from(database: Database, position: str) -> bool:
    for _ in range(100):
        if await cursor(database) != position:
            return True
    return False


async def test_two_workers_beside_each_other_apply_each_event_once(shop: FastAPI, shop_database: Database) -> None:
    async def be_slow(_: Sequence[Event]) -> None:
        await asyncio.sleep(0.01)

    subjects = [f"sho_{number:03}" for number in range(60)]
    async with consuming(shop_database, shop_client(shop), {RESOLED: Resoling(be_slow)}, workers=3, page_size=4):
        for subject in subjects:
            await tell(shop_database, "org_a", subject)
        await until(shop_database, "org_a", dict.fromkeys(subjects, 1))


async def test_consecutive_events_of_one_organization_come_as_one_batch(shop: FastAPI, shop_database: Database) -> None:
    await tell(shop_database, "org_a", "sho_1", "sho_2")
    await tell(shop_database, "org_a", "sho_1", type_="shoe.sold")
    await tell(shop_database, "org_a", "sho_3")
    await tell(shop_database, "org_b", "sho_4")
    handler = Resoling()
    async with consuming(shop_database, shop_client(shop), {RESOLED: handler}):
        await until(shop_database, "org_b", {"sho_4": 1})
    assert [subject for batch in handler.batches for subject in batch] == ["sho_1", "sho_2", "sho_3", "sho_4"]
    assert ["sho_4"] in handler.batches


async def test_events_that_nobody_handles_are_passed_over(shop: FastAPI, shop_database: Database) -> None:
    await tell(shop_database, "org_a", "sho_1", "sho_2", type_="shoe.sold")
    async with consuming(shop_database, shop_client(shop), {RESOLED: applied_by(resole)}, page_size=1):
        await tell(shop_database, "org_a", "sho_3")
        await until(shop_database, "org_a", {"sho_3": 1})


async def test_a_bad_event_is_never_skipped_and_those_before_it_pass(shop: FastAPI, shop_database: Database) -> None:
    bad = True

    async def choke(events: Sequence[Event]) -> None:
        if bad and any(event.subject_id == "bad" for event in events):
            raise ValueError("this shoe cannot be resoled")

    await tell(shop_database, "org_a", "sho_1", "bad", "sho_2")
    with capture_logs() as logs:
        async with consuming(shop_database, shop_client(shop), {RESOLED: Resoling(choke)}):
            await until(shop_database, "org_a", {"sho_1": 1})
            await asyncio.sleep(0.5)
            assert await resoled(shop_database, "org_a") == {"sho_1": 1}
            bad = False
            await until(shop_database, "org_a", {"bad": 1, "sho_1": 1, "sho_2": 1})
    errors = [line for line in logs if line["log_level"] == "error"]
    assert len(errors) >= 2
    assert errors[-1]["provider"] == SERVICE
    assert any("and 0 more" in note for note in errors[-1]["exc_info"].__notes__), "the log names the one event"


async def test_a_provider_that_is_away_is_asked_again(shop: FastAPI, shop_database: Database) -> None:
    client = shop_client(shop)
    real_get, failures = client.get, 0

    async def get(*arguments: Any, **options: Any) -> Any:
        nonlocal failures
        failures += 1
        if failures < 4:
            raise UnavailableError("away")
        return await real_get(*arguments, **options)

    client.get = get  # type: ignore[method-assign]  # the fault is planted in this one client
    await tell(shop_database, "org_a", "sho_1")
    with capture_logs() as logs:
        async with consuming(shop_database, client, {RESOLED: applied_by(resole)}):
            await until(shop_database, "org_a", {"sho_1": 1})
    assert [line["log_level"] for line in logs if line.get("failures")] == ["warning"] * 3


async def test_stopping_does_not_wait_for_the_provider(shop: FastAPI, shop_database: Database) -> None:
    async with consuming(shop_database, shop_client(shop), {RESOLED: applied_by(resole)}, wait_seconds=20):
        await asyncio.sleep(0.5)
        begun = time.monotonic()
    assert time.monotonic() - begun < 3


async def test_what_a_newer_provider_tells_besides_is_left_aside() -> None:
    told = {
        "cursor": "1.1", "id": "evt_1", "organization_id": "org_a", "type": RESOLED, "subject_id": "sho_1",
        "data": {}, "occurred_at": "2026-01-01T00:00:00.000000Z", "trace": "new",
    }  # fmt: skip
    assert Event.read(told).subject_id == "sho_1"
