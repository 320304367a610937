"""The outbox and its feed, against real Postgres."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from kit.clock import SystemClock
from kit.database import Database
from kit.events import EventsPrunedError, Outbox, prune_events
from kit.events.feed import OPEN_FEED, PAGE, START
from kit.ids import TimeOrderedIds
from kit.testing.api import Caller, problem
from kit.testing.clock import FixedClock
from kit.tests.conftest import Shop
from kit.tests.shop import open_shop, shop_client, tell


@pytest.fixture
async def shop(shop_url: str) -> AsyncIterator[FastAPI]:
    async with open_shop(shop_url) as app:
        yield app


async def pull(app: FastAPI, after: str = START, **params: Any) -> tuple[list[str], str]:
    """One page as it is now."""
    async with shop_client(app) as client:
        answer = await client.get("/internal/events", {"after": after, **params}, read_timeout=30)
    return [event["subject_id"] for event in answer["events"]], answer["next_cursor"]


async def pull_some(app: FastAPI, number: int, after: str = START) -> tuple[list[str], str]:
    """So many events; a transaction of any other test on the same server can hold them back for a while."""
    seen: list[str] = []
    async with asyncio.timeout(15):
        while len(seen) < number:
            page, after = await pull(app, after, wait=5, limit=number - len(seen))
            seen += page
    return seen, after


async def test_an_event_is_told_with_all_that_its_consumer_needs(shop: FastAPI, shop_database: Database) -> None:
    await tell(shop_database, "org_a", "sho_1", type_="shoe.sold", price=12, to={"name": "Zoë"})
    async with shop_client(shop) as client:
        (event,) = (await client.get("/internal/events", {"wait": 15}, read_timeout=20))["events"]
    assert event["id"].startswith("evt_")
    assert event["occurred_at"].endswith("Z")
    assert {name: event[name] for name in ("organization_id", "type", "subject_id", "data")} == {
        "organization_id": "org_a",
        "type": "shoe.sold",
        "subject_id": "sho_1",
        "data": {"price": 12, "to": {"name": "Zoë"}},
    }


async def test_the_feed_goes_on_from_a_cursor_over_all_organizations(shop: FastAPI, shop_database: Database) -> None:
    await tell(shop_database, "org_a", "sho_1", "sho_2")
    await tell(shop_database, "org_b", "sho_3")
    first, cursor = await pull_some(shop, 2)
    assert first == ["sho_1", "sho_2"]
    rest, end = await pull_some(shop, 1, cursor)
    assert rest == ["sho_3"]
    assert await pull(shop, end) == ([], end)


async def test_an_event_of_a_transaction_that_is_rolled_back_is_never_told(
    shop: FastAPI, shop_database: Database
) -> None:
    with pytest.raises(ZeroDivisionError):
        await tell_and_fail(shop_database)
    assert await pull(shop) == ([], START)


async def tell_and_fail(database: Database) -> None:
    async with database.transaction("org_a") as connection:
        await Outbox(connection, "org_a", TimeOrderedIds(), SystemClock()).append("shoe.sold", "sho_1", {})
        raise ZeroDivisionError


async def test_a_slow_transaction_is_never_skipped(shop: FastAPI, shop_database: Database) -> None:
    async with shop_database.transaction("org_a") as slow:
        await Outbox(slow, "org_a", TimeOrderedIds(), SystemClock()).append("shoe.sold", "slow", {})
        await tell(shop_database, "org_a", "fast")
        seen, cursor = await pull(shop)
    more, _ = await pull_some(shop, 2 - len(seen), cursor)
    assert seen + more == ["slow", "fast"]


async def test_a_reader_beside_many_writers_sees_every_event_once(shop: FastAPI, shop_database: Database) -> None:
    chance = random.Random(7)
    pauses = [[chance.random() / 50 for _ in range(3)] for _ in range(60)]
    busy = asyncio.Semaphore(5)

    async def write(number: int) -> None:
        async with busy, shop_database.transaction("org_a") as connection:
            outbox = Outbox(connection, "org_a", TimeOrderedIds(), SystemClock())
            for part, pause in enumerate(pauses[number]):
                await outbox.append("shoe.sold", f"sho_{number}_{part}", {})
                await asyncio.sleep(pause)

    seen: list[str] = []
    cursor = START
    writers = asyncio.gather(*(write(number) for number in range(60)))
    while not writers.done():
        page, cursor = await pull(shop, cursor, limit=7)
        seen += page
    await writers
    seen += (await pull_some(shop, 180 - len(seen), cursor))[0]
    assert sorted(seen) == sorted(f"sho_{number}_{part}" for number in range(60) for part in range(3))
    for number in range(60):
        own = [subject for subject in seen if subject.startswith(f"sho_{number}_")]
        assert own == sorted(own)


async def test_a_waiting_consumer_is_answered_soon_after_an_event(shop: FastAPI, shop_database: Database) -> None:
    waiting = asyncio.create_task(pull(shop, wait=20))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    begun = time.monotonic()
    await tell(shop_database, "org_a", "sho_1")
    assert (await waiting)[0] == ["sho_1"]
    assert time.monotonic() - begun < 10


async def test_a_wait_ends_when_nothing_happens(shop: FastAPI, shop_database: Database) -> None:
    begun = time.monotonic()
    assert await pull(shop, wait=0.5) == ([], START)
    assert 0.3 < time.monotonic() - begun < 10


async def test_a_page_is_found_by_the_index_however_many_events_there_are(
    migrated_shop: Shop, shop_database: Database
) -> None:
    await tell(shop_database, "org_a", *(f"sho_{number}" for number in range(5000)))
    owner = await asyncpg.connect(migrated_shop.postgres.url("profile", "owner"))
    await owner.execute("analyze profile.outbox")
    await owner.close()
    async with shop_database.transaction(None) as connection:
        await connection.execute(OPEN_FEED)
        position = {"transaction_id": "1", "sequence": 1, "limit": 500}
        plan = "\n".join((await connection.execute(text(f"explain {PAGE.text}"), position)).scalars())
    assert "Index Scan using ix_outbox_transaction_id_sequence" in plan
    assert "Seq Scan on outbox\n" not in plan


async def test_only_services_may_pull(shop: FastAPI, shop_database: Database) -> None:
    caller = Caller(shop, "shop", "org_a", roles=("org_admin",))
    problem(await caller.get("/internal/events"), 403, "forbidden")


@pytest.mark.parametrize("cursor", ["", "1", "1.", "-1.0", "1.2.3", "x.y", "\u0661.\u0662", "9999999999999999999.0"])
async def test_a_cursor_that_no_feed_gave_is_refused(shop: FastAPI, shop_database: Database, cursor: str) -> None:
    caller = Caller(shop, "shop", None, scopes=("internal",))
    problem(await caller.get("/internal/events", after=cursor), 400, "invalid-cursor")


async def test_old_events_are_pruned_and_a_consumer_that_missed_some_is_told(
    shop: FastAPI, shop_database: Database
) -> None:
    await tell(shop_database, "org_a", "sho_1")
    await tell(shop_database, "org_b", "sho_2")
    _, too_early = await pull_some(shop, 1)
    _, at_the_end = await pull_some(shop, 2)
    await prune_events(shop_database, FixedClock(SystemClock().now() + timedelta(days=31)))
    assert await kept(shop_database) == 0
    await tell(shop_database, "org_a", "sho_3")
    with pytest.raises(EventsPrunedError):
        await pull(shop, too_early)
    assert (await pull_some(shop, 1, at_the_end))[0] == ["sho_3"], "who had seen them all misses nothing"


async def kept(database: Database) -> int:
    async with database.transaction(None) as connection:
        await connection.execute(text("select set_config('app.feed', 'on', true)"))
        return int(await connection.scalar(text("select count(*) from outbox")) or 0)


async def test_recent_events_are_kept(shop: FastAPI, shop_database: Database) -> None:
    await tell(shop_database, "org_a", "sho_1")
    await pull_some(shop, 1)
    assert await prune_events(shop_database, SystemClock()) == 0
    assert await kept(shop_database) == 1


async def test_the_inbox_is_remembered_for_longer_than_the_outbox_is_kept(shop_database: Database) -> None:
    async with shop_database.transaction(None) as connection:
        await connection.execute(text("insert into inbox (provider, event_id) values ('shop', 'evt_1')"))
    now = SystemClock().now()
    assert await prune_events(shop_database, FixedClock(now + timedelta(days=59))) == 0
    assert await prune_events(shop_database, FixedClock(now + timedelta(days=61))) == 1
    with pytest.raises(ValueError, match="longer"):
        await prune_events(shop_database, FixedClock(now), keep=timedelta(days=3), keep_inbox=timedelta(days=3))
