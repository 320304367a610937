"""What a process of the matching service holds."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from kit.events import Consumer, Handler
from kit.http_client import ServiceClient
from kit.idempotency import Command
from kit.identity import Principal
from kit.jobs import JobRunner
from kit.unit_of_work import Read
from kit.wiring import ServiceWiring
from services.matching.clients.profile import ProfilePeople
from services.matching.clients.reviewer import ReviewProcess
from services.matching.clients.solver import SolverProcess
from services.matching.domain.opportunities import Filters
from services.matching.queries.recent_waits import RecentWaits
from services.matching.settings import MatchingSettings
from services.matching.storage.living_index import LivingIndex, NotInMemoryError
from services.matching.storage.repositories.opportunities import OpportunityReader
from services.matching.storage.tables import idempotency_keys
from services.matching.storage.transactions import (
    PeopleChanged,
    competencies_related,
    engagements_ended,
    organization_changed,
)
from services.matching.storage.unit_of_work import MatchingUnitOfWork
from services.matching.use_cases.opportunities import Opportunities, find_opportunities
from services.matching.use_cases.ports import EXPIRE_PROPOSALS, MOVE_REQUESTS_ON, RUN_MATCH, PeopleSource
from services.matching.use_cases.ports_reviews import REVIEW_RUN
from services.matching.use_cases.proposals import ExpireProposals
from services.matching.use_cases.requests import MoveRequestsOn
from services.matching.use_cases.review_run import ReviewRun
from services.matching.use_cases.run_match import RunMatch

_PEOPLE_AT_ONCE = 1000


class Wiring(ServiceWiring[MatchingSettings]):
    """The parts of the matching service."""

    service = "matching"
    settings_type = MatchingSettings

    def __init__(self, settings: MatchingSettings, **parts: Any) -> None:
        super().__init__(settings, **parts)
        self.profile = ServiceClient(settings.profile_url, "profile", self.minter)
        self.sessions = ServiceClient(settings.sessions_url, "sessions", self.minter)
        self.living_index = LivingIndex(self.database, self.clock)
        self.waits = RecentWaits(self.clock)

    async def close(self) -> None:
        """Close what is open."""
        await self.living_index.close()
        await self.profile.close()
        await self.sessions.close()
        await super().close()

    def unit_of_work(self, command: Command, read: Read | None = None, *, snapshot: bool = False) -> MatchingUnitOfWork:
        """A transaction for one command; `read` gives its answer."""
        return MatchingUnitOfWork(
            self.database,
            command,
            read,
            ids=self.ids,
            clock=self.clock,
            stored_answers=idempotency_keys,
            snapshot=snapshot,
        )

    def background_work(self, organization_id: str, *, snapshot: bool = False) -> MatchingUnitOfWork:
        """A transaction in an organization that nobody has asked for just now.

        With `snapshot` it sees the database at one moment.
        """
        caller = Principal("matching-worker", organization_id)
        command = Command(caller, operation="background", key=None, fingerprint="")
        return self.unit_of_work(command, snapshot=snapshot)

    async def find_opportunities(self, caller: Principal, filters: Filters, locale: str) -> Opportunities:
        """The caller's opportunities; an organization that is not in memory is read first, outside of a transaction."""
        while True:
            await self.living_index.prepare(caller.organization_id)
            with suppress(NotInMemoryError):
                async with self.read(caller) as db:
                    reads = OpportunityReader(db, self.living_index, self.waits)
                    return await find_opportunities(reads, caller.person_id, filters, locale, self.clock.now())

    def job_runner(self) -> JobRunner:
        """Who does the background jobs."""
        return JobRunner(
            self.settings.database_url.get_secret_value(),
            {
                REVIEW_RUN: ReviewRun(self.background_work, ReviewProcess()),
                RUN_MATCH: RunMatch(self.background_work, SolverProcess(), self.ids, self.clock),
                EXPIRE_PROPOSALS: ExpireProposals(self.background_work, self.clock),
                MOVE_REQUESTS_ON: MoveRequestsOn(self.background_work, self.ids, self.clock),
            },
            heartbeat_timeout=self.settings.job_heartbeat_timeout_seconds,
        )

    def consumers(self) -> Sequence[Consumer]:
        """Who takes in the neighbours' facts."""
        return [
            self._consumer(self.profile, self.profile_handlers(ProfilePeople(self.profile))),
            self._consumer(self.sessions, {"engagement.ended": engagements_ended(self.ids, self.clock)}),
        ]

    def profile_handlers(self, people: PeopleSource) -> Mapping[str, Handler[Any]]:
        """What applies each type of profile's events."""
        changed = PeopleChanged(people, self.ids, self.clock)
        return {
            **dict.fromkeys(("person.changed", "person.deactivated", "person.reactivated"), changed),
            "competency.related": competencies_related(self.ids, self.clock),
            "organization.changed": organization_changed(self.ids, self.clock),
        }

    def _consumer(self, provider: ServiceClient, handlers: Mapping[str, Handler[Any]]) -> Consumer:
        return Consumer(
            self.database,
            provider.audience,
            provider,
            handlers,
            wait_seconds=self.settings.event_poll_seconds,
            page_size=_PEOPLE_AT_ONCE,
        )
