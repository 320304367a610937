"""The job queue of a service: PgQueuer's tables in the service's own schema."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.adapters.persistence.query_helpers import cell
from pgqueuer.adapters.persistence.schema_ddl import (
    render_enum,
    render_function,
    render_index,
    render_table,
    render_trigger,
)
from pgqueuer.domain import models, types
from pgqueuer.domain.schema.declaration import target
from pgqueuer.domain.settings import DBSettings
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from kit.database import Database, driver_connection


class QueueSettings(DBSettings):
    """PgQueuer's names, whatever the environment says: PgQueuer reads variables as common as CHANNEL."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is Pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what the code gives."""
        return (init_settings,)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work in the background."""

    name: str
    organization_id: str
    payload: Mapping[str, Any]
    delivery: int
    """The how-manieth time this job is given to a worker, from 1."""


class JobQueries(Queries):
    """PgQueuer's statements, with one change: a job leaves the queue only when its handler has finished with it.

    PgQueuer also removes a job when it was cancelled or could not be put back. Such a job stays, and is given to
    another worker when its heartbeat has gone stale.
    """

    async def log_jobs(
        self, job_status: list[tuple[models.Job, types.JOB_STATUS, models.TracebackRecord | None]]
    ) -> None:
        """Remove the jobs that are done."""
        done = [entry for entry in job_status if entry[1] == "successful"]
        if done:
            await super().log_jobs(done)

    async def deliveries(self, job_id: types.JobId) -> int:
        """How often the job was given to a worker, those that died with it included."""
        rows = await self.driver.fetch(
            f"select count(*)::int as deliveries from {self.qbe.qualified.queue_table_log} "  # noqa: S608 - a name of our own
            "where job_id = $1 and status = 'picked'",
            job_id,
        )
        return cell(rows[0], "deliveries", int)


def queue_settings(schema: str) -> QueueSettings:
    """The names of one schema's queue. Channels are the database's, so that each schema has its own."""
    return QueueSettings(db_schema=schema, channel=types.Channel(f"{schema}_jobs"))


def queue_queries(driver: AsyncpgDriver, schema: str) -> JobQueries:
    """The statements on one schema's queue."""
    settings = queue_settings(schema)
    return JobQueries(driver, qbe=QueryBuilderEnvironment(settings), qbq=QueryQueueBuilder(settings))


def queue_ddl(schema: str) -> Iterator[str]:
    """The statements that make the queue, one at a time."""
    settings = queue_settings(schema)
    declared = target(settings)
    yield from (render_enum(entry, settings) for entry in declared.enums)
    yield from (render_table(entry, settings) for entry in declared.tables)
    yield from (render_index(entry, settings) for entry in declared.indexes)
    yield from (render_function(entry, settings) for entry in declared.functions)
    yield from (render_trigger(entry, settings) for entry in declared.triggers)


def is_queue_table(name: str) -> bool:
    """Whether the table belongs to the queue."""
    return name in {table.name for table in target(QueueSettings()).tables}


async def enqueue(
    connection: AsyncConnection,
    name: str,
    payload: Mapping[str, Any],
    organization_id: str,
    *,
    after: timedelta | None = None,
) -> None:
    """Ask for a job in the transaction that needs it done; it starts after the commit, or after some time.

    A job runs at least once: after a crash it runs again. Its handler must bear that, and its payload holds ids only.
    """
    # SQLAlchemy begins the transaction with its first statement; one that goes past it must not be the first.
    schema = await connection.scalar(text("select current_schema()"))
    queries = queue_queries(AsyncpgDriver(await driver_connection(connection)), schema)
    body = orjson.dumps({"organization_id": organization_id, "payload": payload})
    await queries.enqueue(name, body, execute_after=after)


async def prune_job_log(database: Database, clock: Clock, *, keep: timedelta = timedelta(days=14)) -> None:
    """Remove old lines of the queue's own log."""
    async with database.transaction(None) as connection:
        await connection.execute(
            text("delete from pgqueuer_log where created < :before"), {"before": clock.now() - keep}
        )
