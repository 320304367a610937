"""What every worker clears away: events, stored answers and the job queue's log, when they are old."""

from sqlalchemy import Table

from kit.clock import Clock
from kit.database import Database
from kit.events import prune_events
from kit.idempotency import prune_answers
from kit.jobs import prune_job_log
from kit.worker import Task, every

EVERY_SECONDS = 3600.0


def housekeeping(database: Database, clock: Clock, stored_answers: Table) -> Task:
    """The task that clears away, once an hour."""

    async def clear() -> None:
        await prune_events(database, clock)
        await prune_answers(database, clock, stored_answers)
        await prune_job_log(database, clock)

    return every(EVERY_SECONDS, clear)
