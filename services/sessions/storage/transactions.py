"""Transactions that no caller asked for: a neighbour's events, and the worker's own tasks."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.clock import Clock
from kit.database import Database
from kit.events import Event, Handler, Outbox, applied_by
from kit.ids import Ids
from services.sessions.storage.tables import organizations
from services.sessions.storage.unit_of_work import SessionsRepositories
from services.sessions.use_cases.ports import Applier, Repositories

log = structlog.get_logger(__name__)

SWEEP = text("select set_config('app.sweep', 'on', true)")
"""Lets the rest of one transaction see which organizations there are, and nothing else of them."""


class Transaction(SessionsRepositories):
    """The repositories of this service, and its outbox, over a transaction in one organization."""

    def __init__(self, connection: AsyncConnection, organization_id: str, ids: Ids, clock: Clock) -> None:
        self.events = Outbox(connection, organization_id, ids, clock)
        self.open_repositories(connection, organization_id)


def applied_one_by_one(apply_one: Applier, ids: Ids, clock: Clock) -> Handler[None]:
    """A handler that applies each event through the repositories of the transaction that remembers it."""

    async def apply(connection: AsyncConnection, events: Sequence[Event]) -> None:
        transaction = Transaction(connection, events[0].organization_id, ids, clock)
        for event in events:
            await apply_one(transaction, event)

    return applied_by(apply)


async def in_each_organization(
    database: Database, act: Callable[[Repositories], Awaitable[None]], ids: Ids, clock: Clock
) -> None:
    """Do something in every organization, in a transaction of its own each; where it fails, the others go on."""
    async with database.transaction(None) as connection:
        await connection.execute(SWEEP)
        found = (await connection.scalars(select(organizations.c.organization_id))).all()
    for organization_id in found:
        try:
            async with database.transaction(organization_id) as connection:
                await act(Transaction(connection, organization_id, ids, clock))
        except Exception:
            log.exception(
                "A sweep failed in one organization; the next turn tries again.", organization=organization_id
            )
