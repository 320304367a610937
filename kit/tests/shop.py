"""A service as small as a service can be, and a handler of events whose every second application would show."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.app import create_service_app
from kit.clock import SystemClock
from kit.database import Database
from kit.events import Event, Outbox
from kit.http_client import ServiceClient, asgi_transport
from kit.ids import TimeOrderedIds
from kit.settings import ServiceSettings
from kit.testing.api import running
from kit.testing.keys import minter, service_settings
from kit.wiring import ServiceWiring

SERVICE = "shop"
RESOLED = "shoe.resoled"


class ShopWiring(ServiceWiring[ServiceSettings]):
    service = SERVICE
    settings_type = ServiceSettings


@asynccontextmanager
async def open_shop(url: str) -> AsyncIterator[FastAPI]:
    """The shop's running application."""
    settings = ServiceSettings(**{**service_settings("profile", url), "database_pool_size": 8})
    app = create_service_app(
        title="Shop", description="Shoes.", tags={}, routers=[], open_wiring=lambda: ShopWiring.opened(settings)
    )
    async with running(app):
        yield app


def shop_client(app: FastAPI, **options: Any) -> ServiceClient:
    """What another service calls the shop with."""
    return ServiceClient("http://shop", SERVICE, minter("matching"), transport=asgi_transport(app), **options)


async def tell(database: Database, organization_id: str, *subjects: str, type_: str = RESOLED, **data: Any) -> None:
    """Commit one event for each subject."""
    async with database.transaction(organization_id) as connection:
        outbox = Outbox(connection, organization_id, TimeOrderedIds(), SystemClock())
        await outbox.append_many(type_, [(subject, data) for subject in subjects])


async def resole(connection: AsyncConnection, events: Sequence[Event]) -> None:
    """Count in `size` how often each shoe was resoled."""
    for event in events:
        await connection.execute(
            text(
                "insert into shoes (organization_id, id, size) values (:organization_id, :id, 1) "
                "on conflict (organization_id, id) do update set size = shoes.size + 1"
            ),
            {"organization_id": event.organization_id, "id": event.subject_id},
        )


async def resoled(database: Database, organization_id: str) -> dict[str, int]:
    """How often each shoe of the organization was resoled."""
    async with database.transaction(organization_id) as connection:
        return dict((await connection.execute(text("select id, size from shoes order by id"))).all())


class Resoling:
    """Resoles, with a fault planted before or after the effect."""

    def __init__(self, fault: Callable[[Sequence[Event]], Awaitable[None]] | None = None) -> None:
        self.fault = fault
        self.batches: list[list[str]] = []

    async def prepare(self, events: Sequence[Event]) -> list[str]:
        return [event.subject_id for event in events]

    async def apply(self, connection: AsyncConnection, events: Sequence[Event], prepared: list[str]) -> None:
        await resole(connection, events)
        if self.fault is not None:
            await self.fault(events)
        self.batches.append(prepared)
