"""Runs background jobs in a worker process.

Every job runs at least once. While it runs its worker shows signs of life; when they stop, the job goes to another
worker. A job that fails is tried again after a growing pause. After `max_deliveries` its handler is told to give up,
so that what was asked for never stays "in progress" for ever.
"""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol

import asyncpg
import orjson
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain import models
from pgqueuer.domain.errors import RetryRequested

from kit.jobs.queue import Job, JobQueries, queue_queries

log = structlog.get_logger(__name__)


class JobHandler(Protocol):
    """Does the jobs of one name. Both methods may be called again for a job that they have finished."""

    async def run(self, job: Job) -> None:
        """Do the work. A failure is raised; the job comes again."""
        ...

    async def on_failed(self, job: Job, error: Exception) -> None:
        """Record that the work was given up."""
        ...


class DeliveriesExhaustedError(Exception):
    """The job took its worker down each time that it was tried."""


class JobRunner:
    """Takes jobs from one service's queue and hands them to the handlers of their names."""

    def __init__(
        self,
        database_url: str,
        handlers: Mapping[str, JobHandler],
        *,
        heartbeat_timeout: float = 15.0,
        max_deliveries: int = 5,
        concurrency: int = 2,
        drain_seconds: float = 20.0,
        first_pause: float = 1.0,
        longest_pause: float = 60.0,
    ) -> None:
        self._database_url = database_url
        self._handlers = handlers
        self._heartbeat_timeout = timedelta(seconds=heartbeat_timeout)
        self._max_deliveries = max_deliveries
        self._concurrency = max(concurrency, 2)
        self._drain_seconds = drain_seconds
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._running: set[asyncio.Task[None]] = set()
        self._draining = False

    async def run(self, stop: asyncio.Event) -> None:
        """Do jobs until `stop` is set; those in hand may finish for some seconds, then they go back to the queue."""
        failures = 0
        while not stop.is_set():
            try:
                await self._serve(stop)
                failures = 0
            except Exception as error:
                failures += 1
                log.warning("The job queue cannot be used now.", failures=failures, exc_info=error)
                await self._wait(stop, self._pause(failures))

    async def _serve(self, stop: asyncio.Event) -> None:
        """Do jobs over one connection, until `stop` is set or the connection fails."""
        connection = await asyncpg.connect(self._database_url, timeout=5, command_timeout=30)
        try:
            schema = await connection.fetchval("select current_schema()")
            queries = queue_queries(AsyncpgDriver(connection), schema)
            manager = QueueManager(queries, channel=queries.qbe.settings.channel)
            for name, handler in self._handlers.items():
                manager.register_executor(name, _Executor(self, handler, queries))
            serving = asyncio.create_task(
                manager.run(
                    dequeue_timeout=self._heartbeat_timeout / 2,
                    batch_size=1,
                    max_concurrent_tasks=self._concurrency,
                    shutdown_on_listener_failure=True,
                    heartbeat_timeout=self._heartbeat_timeout,
                    log_aggregation_interval=timedelta(0),
                )
            )
            draining = asyncio.create_task(self._drain(stop, manager))
            try:
                await asyncio.shield(serving)
            finally:
                draining.cancel()
                if not serving.done():
                    # Cancelled from outside: PgQueuer would wait for its jobs, however long they take.
                    manager.shutdown.set()
                    self._put_back()
                    await serving
        finally:
            connection.terminate()

    async def _drain(self, stop: asyncio.Event, manager: QueueManager) -> None:
        await stop.wait()
        manager.shutdown.set()
        await asyncio.sleep(self._drain_seconds)
        self._put_back()

    def _put_back(self) -> None:
        self._draining = True
        for task in self._running:
            task.cancel()

    async def deliver(self, handler: JobHandler, job: Job) -> None:
        """Do the job once, or give it up; `RetryRequested` puts it back into the queue."""
        if job.delivery > self._max_deliveries:
            await self._give_up(handler, job, DeliveriesExhaustedError(f"{job.delivery} deliveries"))
            return
        task = asyncio.create_task(handler.run(job))
        self._running.add(task)
        try:
            await task
        except asyncio.CancelledError:
            if self._draining and task.cancelled():
                raise RetryRequested(reason="the worker stops") from None
            raise
        except Exception as error:
            if job.delivery >= self._max_deliveries:
                await self._give_up(handler, job, error)
                return
            pause = self._pause(job.delivery)
            log.warning("A job failed and will be tried again.", **_about(job), pause=pause, exc_info=error)
            raise RetryRequested(delay=timedelta(seconds=pause), reason=str(error)) from error
        finally:
            self._running.discard(task)

    async def _give_up(self, handler: JobHandler, job: Job, error: Exception) -> None:
        log.error("A job was given up.", **_about(job), exc_info=error)
        try:
            await handler.on_failed(job, error)
        except Exception as failure:
            log.exception("Giving up a job failed and will be tried again.", **_about(job))
            raise RetryRequested(delay=timedelta(seconds=self._longest_pause), reason=str(failure)) from failure

    def _pause(self, failures: int) -> float:
        longest = min(self._first_pause * 2.0 ** min(failures - 1, 16), self._longest_pause)
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, hides nothing

    @staticmethod
    async def _wait(stop: asyncio.Event, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await stop.wait()
        except TimeoutError:
            return


class _Executor(AbstractEntrypointExecutor):
    """Turns PgQueuer's record of a job into ours."""

    def __init__(self, runner: JobRunner, handler: JobHandler, queries: JobQueries) -> None:
        super().__init__(EntrypointExecutorParameters(concurrency_limit=0, func=self._unused))
        self._runner = runner
        self._handler = handler
        self._queries = queries

    async def execute(self, job: models.Job, context: models.Context) -> None:  # noqa: ARG002 - the signature is PgQueuer's
        """Hand the job to its handler."""
        body = orjson.loads(job.payload or b"{}")
        delivery = await self._queries.deliveries(job.id)
        await self._runner.deliver(
            self._handler, Job(job.entrypoint, body["organization_id"], body["payload"], delivery)
        )

    @staticmethod
    async def _unused(job: models.Job) -> None:
        raise NotImplementedError


def _about(job: Job) -> dict[str, object]:
    return {"job": job.name, "organization_id": job.organization_id, "delivery": job.delivery, **job.payload}
