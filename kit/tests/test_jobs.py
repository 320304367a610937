"""Background jobs, against real Postgres and workers that are killed."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kit.clock import SystemClock
from kit.database import Database
from kit.jobs import Job, JobRunner, enqueue, prune_job_log
from kit.jobs.runner import DeliveriesExhaustedError
from kit.testing.clock import FixedClock


class Cobbler:
    """Does jobs and remembers them; what a job does, and what giving up does, can be planted."""

    def __init__(
        self,
        work: Callable[[Job], Awaitable[Any]] | None = None,
        give_up: Callable[[Job], Awaitable[Any]] | None = None,
    ) -> None:
        self.work = work
        self.give_up = give_up
        self.begun: list[Job] = []
        self.done: list[Job] = []
        self.given_up: list[tuple[Job, Exception]] = []

    async def run(self, job: Job) -> None:
        self.begun.append(job)
        if self.work is not None:
            await self.work(job)
        self.done.append(job)

    async def on_failed(self, job: Job, error: Exception) -> None:
        self.given_up.append((job, error))
        if self.give_up is not None:
            await self.give_up(job)


@asynccontextmanager
async def working(url: str, *cobblers: Cobbler, **options: Any) -> AsyncIterator[None]:
    """One runner for each cobbler, as if each were a worker process."""
    stop = asyncio.Event()
    options = {"heartbeat_timeout": 1.0, "first_pause": 0.05, "longest_pause": 0.1, "drain_seconds": 0.2, **options}
    tasks = [asyncio.create_task(JobRunner(url, {"resole": cobbler}, **options).run(stop)) for cobbler in cobblers]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def ask(database: Database, shoe: str = "sho_1") -> None:
    async with database.transaction("org_a") as connection:
        await enqueue(connection, "resole", {"shoe_id": shoe}, "org_a")


async def waiting(database: Database) -> int:
    async with database.transaction(None) as connection:
        return int(await connection.scalar(text("select count(*) from pgqueuer")) or 0)


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def until_empty(database: Database) -> None:
    async with asyncio.timeout(20):
        while await waiting(database):
            await asyncio.sleep(0.02)


async def test_a_job_is_done_with_what_it_was_given(shop_url: str, shop_database: Database) -> None:
    cobbler = Cobbler()
    async with working(shop_url, cobbler):
        await ask(shop_database)
        await until(lambda: cobbler.done)
        await until_empty(shop_database)
    assert cobbler.done == [Job("resole", "org_a", {"shoe_id": "sho_1"}, 1)]


async def test_a_job_for_later_waits_until_then(shop_url: str, shop_database: Database) -> None:
    async with shop_database.transaction("org_a") as connection:
        await enqueue(connection, "resole", {"shoe_id": "later"}, "org_a", after=timedelta(seconds=1))
    await ask(shop_database, "now")
    cobbler = Cobbler()
    async with working(shop_url, cobbler):
        await until(lambda: len(cobbler.done) == 2)
    assert [job.payload["shoe_id"] for job in cobbler.done] == ["now", "later"]


async def test_a_job_is_rolled_back_with_its_transaction(shop_url: str, shop_database: Database) -> None:
    for organization_id in ("org_a", None):
        with pytest.raises(ZeroDivisionError):
            await ask_and_fail(shop_database, organization_id)
    cobbler = Cobbler()
    async with working(shop_url, cobbler):
        await ask(shop_database, "sho_after")
        await until(lambda: cobbler.done)
    assert [job.payload["shoe_id"] for job in cobbler.done] == ["sho_after"]


async def ask_and_fail(database: Database, organization_id: str | None) -> None:
    async with database.transaction(organization_id) as connection:
        await enqueue(connection, "resole", {"shoe_id": "sho_never"}, "org_a")
        raise ZeroDivisionError


async def killed_at_work(url: str) -> int:
    """Start a worker and kill it once it has begun its job; which delivery of the job it was."""
    worker = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "kit.tests.job_worker", url, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert worker.stdout is not None
        return int((await worker.stdout.readline()).removeprefix(b"started "))
    finally:
        worker.kill()
        await worker.wait()


async def test_a_killed_workers_job_goes_to_another(shop_url: str, shop_database: Database) -> None:
    await ask(shop_database)
    first = await killed_at_work(shop_url)
    cobbler = Cobbler()
    async with working(shop_url, cobbler):
        await until(lambda: cobbler.done)
        await until_empty(shop_database)
    assert [job.delivery > first for job in cobbler.done] == [True]


async def test_a_long_job_stays_with_the_worker_that_shows_signs_of_life(
    shop_url: str, shop_database: Database
) -> None:
    async def take_long(_: Job) -> None:
        await asyncio.sleep(5)

    cobblers = [Cobbler(take_long), Cobbler(take_long)]
    async with working(shop_url, *cobblers, heartbeat_timeout=2.0, drain_seconds=10):
        await ask(shop_database)
        await until(lambda: cobblers[0].done or cobblers[1].done)
        await until_empty(shop_database)
    assert len(cobblers[0].begun + cobblers[1].begun) == 1


async def fail(_: Job) -> None:
    raise ValueError("no leather")


async def test_a_job_that_fails_is_tried_a_bounded_number_of_times_then_given_up(
    shop_url: str, shop_database: Database
) -> None:
    cobbler = Cobbler(fail)
    async with working(shop_url, cobbler, max_deliveries=3):
        await ask(shop_database)
        await until(lambda: cobbler.given_up)
        await until_empty(shop_database)
        await asyncio.sleep(0.3)
    assert [job.delivery for job in cobbler.begun] == [1, 2, 3]
    ((job, error),) = cobbler.given_up
    assert (job.delivery, str(error)) == (3, "no leather")


async def test_a_job_that_works_at_the_second_try_is_done(shop_url: str, shop_database: Database) -> None:
    async def fail_once(job: Job) -> None:
        if job.delivery == 1:
            await fail(job)

    cobbler = Cobbler(fail_once)
    async with working(shop_url, cobbler):
        await ask(shop_database)
        await until(lambda: cobbler.done)
        await until_empty(shop_database)
    assert not cobbler.given_up


async def test_giving_up_is_repeated_until_it_works(shop_url: str, shop_database: Database) -> None:
    failures = 0

    async def fail_twice(job: Job) -> None:
        nonlocal failures
        failures += 1
        if failures < 3:
            await fail(job)

    cobbler = Cobbler(fail, fail_twice)
    async with working(shop_url, cobbler, max_deliveries=1):
        await ask(shop_database)
        await until(lambda: failures == 3)
        await until_empty(shop_database)
    assert len(cobbler.begun) == 1


async def test_a_job_that_takes_every_worker_down_is_given_up(shop_url: str, shop_database: Database) -> None:
    await ask(shop_database)
    # On a busy machine a worker can be thought dead, and come by its own job once more, before it is killed.
    first, second = await killed_at_work(shop_url), await killed_at_work(shop_url)
    assert second > first
    cobbler = Cobbler()
    async with working(shop_url, cobbler, max_deliveries=second):
        await until(lambda: cobbler.given_up)
        await until_empty(shop_database)
    assert not cobbler.begun
    assert isinstance(cobbler.given_up[0][1], DeliveriesExhaustedError)


async def test_a_worker_that_stops_gives_an_unfinished_job_back(shop_url: str, shop_database: Database) -> None:
    async def take_for_ever(_: Job) -> None:
        await asyncio.sleep(3600)

    first, second = Cobbler(take_for_ever), Cobbler()
    async with working(shop_url, first):
        await ask(shop_database)
        await until(lambda: first.begun)
    assert await waiting(shop_database) == 1
    async with working(shop_url, second, heartbeat_timeout=20):
        await until(lambda: second.done)
    assert not first.done
    assert not first.given_up


async def test_a_worker_that_stops_finishes_a_short_job(shop_url: str, shop_database: Database) -> None:
    async def take_a_moment(_: Job) -> None:
        await asyncio.sleep(0.5)

    cobbler = Cobbler(take_a_moment)
    async with working(shop_url, cobbler, drain_seconds=10):
        await ask(shop_database)
        await until(lambda: cobbler.begun)
    assert cobbler.done
    assert await waiting(shop_database) == 0


async def test_a_cancelled_worker_leaves_its_job_in_the_queue(shop_url: str, shop_database: Database) -> None:
    async def take_for_ever(_: Job) -> None:
        await asyncio.sleep(3600)

    first, second = Cobbler(take_for_ever), Cobbler()
    runner = JobRunner(shop_url, {"resole": first}, heartbeat_timeout=1.0)
    task = asyncio.create_task(runner.run(asyncio.Event()))
    await ask(shop_database)
    await until(lambda: first.begun)
    task.cancel()
    await asyncio.wait({task})
    assert await waiting(shop_database) == 1
    async with working(shop_url, second):
        await until(lambda: second.done)


async def test_a_job_that_cannot_be_put_back_comes_again(shop_url: str, shop_database: Database) -> None:
    locked = asyncio.Event()

    async def hold_the_queue() -> None:
        async with shop_database.transaction(None) as connection:
            await connection.execute(text("select from pgqueuer for update"))
            locked.set()
            await asyncio.sleep(1.5)

    async def fail_while_it_is_held(job: Job) -> None:
        if job.delivery == 1:
            holding.append(asyncio.create_task(hold_the_queue()))
            await locked.wait()
            await fail(job)

    holding: list[asyncio.Task[None]] = []
    cobbler = Cobbler(fail_while_it_is_held)
    async with working(shop_url, cobbler):
        await ask(shop_database)
        await until(lambda: cobbler.done)
        await until_empty(shop_database)
    await asyncio.gather(*holding)
    assert [job.delivery for job in cobbler.begun] == [1, 2]


async def test_a_lost_connection_loses_no_job(shop_url: str, shop_database: Database) -> None:
    cut = asyncio.Event()

    async def be_cut_off(job: Job) -> None:
        if job.delivery == 1:
            await cut.wait()
            await fail(job)

    cobbler = Cobbler(be_cut_off)
    async with working(shop_url, cobbler):
        await ask(shop_database, "sho_1")
        await until(lambda: cobbler.begun)
        async with shop_database.transaction(None) as connection:
            await connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity "
                    "where pid <> pg_backend_pid() and usename = current_user and query like '%pgqueuer%'"
                )
            )
        cut.set()
        await until(lambda: cobbler.done)
        await until_empty(shop_database)
        await ask(shop_database, "sho_2")
        await until(lambda: len(cobbler.done) == 2)


async def test_a_worker_waits_for_a_database_that_is_not_there_yet() -> None:
    cobbler = Cobbler()
    async with working("postgresql://nobody@127.0.0.1:1/nothing", cobbler):
        await asyncio.sleep(0.3)


async def test_old_lines_of_the_log_are_pruned(shop_url: str, shop_database: Database) -> None:
    await ask(shop_database)

    async def lines() -> int:
        async with shop_database.transaction(None) as connection:
            return int(await connection.scalar(text("select count(*) from pgqueuer_log")) or 0)

    await prune_job_log(shop_database, FixedClock(SystemClock().now() + timedelta(days=13)))
    assert await lines() == 1
    await prune_job_log(shop_database, FixedClock(SystemClock().now() + timedelta(days=15)))
    assert await lines() == 0
