"""What a process of the sessions service holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.events import Consumer
from kit.http_client import ServiceClient
from kit.idempotency import Command
from kit.unit_of_work import Read
from kit.wiring import ServiceWiring
from services.sessions.clients.matching import MatchingEvents
from services.sessions.clients.profile import ProfileEvents
from services.sessions.settings import SessionsSettings
from services.sessions.storage.tables import idempotency_keys
from services.sessions.storage.transactions import applied_one_by_one, in_each_organization
from services.sessions.storage.unit_of_work import SessionsUnitOfWork
from services.sessions.use_cases.formation import lapse_overdue
from services.sessions.use_cases.ports import Applier


class Wiring(ServiceWiring[SessionsSettings]):
    """The parts of the sessions service."""

    service = "sessions"
    settings_type = SessionsSettings

    def __init__(self, settings: SessionsSettings, **parts: Any) -> None:
        super().__init__(settings, **parts)
        self.profile = ServiceClient(settings.profile_url, "profile", self.minter)
        self.matching = ServiceClient(settings.matching_url, "matching", self.minter)

    async def close(self) -> None:
        """Close what is open."""
        await self.profile.close()
        await self.matching.close()
        await super().close()

    def unit_of_work(self, command: Command, read: Read | None = None) -> SessionsUnitOfWork:
        """A transaction for one command; `read` gives its answer."""
        return SessionsUnitOfWork(
            self.database, command, read, ids=self.ids, clock=self.clock, stored_answers=idempotency_keys
        )

    def consumers(self) -> Sequence[Consumer]:
        """Who takes in the neighbours' facts."""
        return [
            self._consumer(self.profile, ProfileEvents(self.clock).appliers()),
            self._consumer(self.matching, MatchingEvents(self.ids, self.clock).appliers()),
        ]

    async def lapse_overdue(self) -> None:
        """End, in every organization, the engagements whose signatures did not come in time."""
        await in_each_organization(
            self.database, lambda transaction: lapse_overdue(transaction, self.clock), self.ids, self.clock
        )

    def _consumer(self, provider: ServiceClient, appliers: Mapping[str, Applier]) -> Consumer:
        handlers = {type_: applied_one_by_one(apply, self.ids, self.clock) for type_, apply in appliers.items()}
        wait_seconds = self.settings.event_poll_seconds
        return Consumer(self.database, provider.audience, provider, handlers, wait_seconds=wait_seconds)
