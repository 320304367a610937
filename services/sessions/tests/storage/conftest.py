"""Transactions in fresh organizations of the migrated database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from kit.clock import SystemClock
from kit.database import Database
from kit.ids import TimeOrderedIds
from services.sessions.storage.transactions import Transaction

Home = Callable[[], AbstractAsyncContextManager[Transaction]]
"""Opens a transaction in one organization."""


@pytest.fixture(scope="session")
async def database(postgres: Any) -> AsyncIterator[Database]:
    opened = Database(postgres.url("sessions"), pool_size=3)
    yield opened
    await opened.close()


def in_fresh_organization(database: Database) -> Home:
    ids = TimeOrderedIds()
    organization_id = ids.new("org")

    @asynccontextmanager
    async def transaction() -> AsyncIterator[Transaction]:
        async with database.transaction(organization_id) as connection:
            yield Transaction(connection, organization_id, ids, SystemClock())

    return transaction


@pytest.fixture
def home(database: Database) -> Home:
    return in_fresh_organization(database)


@pytest.fixture
def elsewhere(database: Database) -> Home:
    """Another organization, in which the same ids mean nothing."""
    return in_fresh_organization(database)
