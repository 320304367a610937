"""What a service's process holds: made once at start, closed at the end."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Generic, Self, TypeVar

from kit.clock import Clock, SystemClock
from kit.database import Database, Reader
from kit.identity import Principal, TokenMinter, TokenVerifier
from kit.ids import Ids, TimeOrderedIds
from kit.logging import configure_logging
from kit.migrations import is_at_head
from kit.pagination import CursorSealer
from kit.settings import ServiceSettings

Settings = TypeVar("Settings", bound=ServiceSettings)


class ServiceWiring(Generic[Settings]):
    """The parts that every service has."""

    service: str
    settings_type: type[Settings]

    def __init__(self, settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.ids: Ids = ids or TimeOrderedIds()
        self.database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
        self.cursors = CursorSealer(settings.cursor_key.get_secret_value())
        self.verifier = TokenVerifier(self.service, settings.trusted_keys)
        self.minter = TokenMinter(self.service, settings.signing_key.get_secret_value())

    @classmethod
    @asynccontextmanager
    async def opened(cls, settings: Settings | None = None) -> AsyncIterator[Self]:
        """The wiring of one process, closed on the way out; settings come from the environment unless given."""
        if settings is None:
            settings = cls.settings_type()
            configure_logging(cls.service, settings.log_level)
        wiring = cls(settings)
        try:
            yield wiring
        finally:
            await wiring.close()

    async def close(self) -> None:
        """Close what is open."""
        await self.database.close()

    def read(self, principal: Principal) -> AbstractAsyncContextManager[Reader]:
        """A read-only transaction in the caller's organization."""
        return self.database.read(principal)

    async def ready(self) -> bool:
        """Whether the own database answers and has the schema that this code needs."""
        return await is_at_head(self.database, self.service)
