"""The unit of work of the matching service: its repositories over one transaction."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.jobs import enqueue
from kit.unit_of_work import UnitOfWork
from services.matching.storage.repositories.choices import ChoicesRepository
from services.matching.storage.repositories.contests import ContestRepository
from services.matching.storage.repositories.entrants import EntrantRepository
from services.matching.storage.repositories.match_policies import MatchPolicyRepository
from services.matching.storage.repositories.match_runs import MatchRunRepository
from services.matching.storage.repositories.new_proposals import NewProposalRepository
from services.matching.storage.repositories.participations import ParticipationRepository
from services.matching.storage.repositories.people import PeopleRepository
from services.matching.storage.repositories.programs import ProgramRepository
from services.matching.storage.repositories.proposal_batches import ProposalBatches
from services.matching.storage.repositories.proposals import ProposalRepository
from services.matching.storage.repositories.requests import RequestRepository
from services.matching.storage.repositories.reviews import ReviewRepository
from services.matching.storage.repositories.seats import SeatRepository
from services.matching.storage.repositories.snapshots import SnapshotRepository
from services.matching.storage.repositories.topics import TopicRepository


class Jobs:
    """Asks for background jobs, in the transaction of the change that needs them."""

    def __init__(self, connection: AsyncConnection, organization_id: str) -> None:
        self._connection = connection
        self._organization_id = organization_id

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, after: timedelta | None = None) -> None:
        """Ask for one job."""
        await enqueue(self._connection, name, payload, self._organization_id, after=after)


class MatchingRepositories:
    """The repositories of this service over an open transaction."""

    def open_repositories(self, connection: AsyncConnection, organization_id: str) -> None:
        """Make the repositories."""
        self.jobs = Jobs(connection, organization_id)
        self.people = PeopleRepository(connection, organization_id)
        self.programs = ProgramRepository(connection, organization_id)
        self.policies = MatchPolicyRepository(connection, organization_id)
        self.choices = ChoicesRepository(connection, organization_id)
        self.participations = ParticipationRepository(connection, organization_id)
        self.match_runs = MatchRunRepository(connection, organization_id)
        self.entrants = EntrantRepository(connection, organization_id)
        self.proposals = ProposalRepository(connection, organization_id)
        self.new_proposals = NewProposalRepository(connection, organization_id)
        self.snapshots = SnapshotRepository(connection, organization_id)
        self.proposal_batches = ProposalBatches(connection, organization_id)
        self.seats = SeatRepository(connection, organization_id)
        self.requests = RequestRepository(connection, organization_id)
        self.reviews = ReviewRepository(connection, organization_id)
        self.topics = TopicRepository(connection, organization_id)
        self.contests = ContestRepository(connection, organization_id)


class MatchingUnitOfWork(UnitOfWork, MatchingRepositories):
    """One command, one transaction, with the repositories of this service."""

    def bind(self) -> None:
        """Make the repositories over the open transaction."""
        self.open_repositories(self.connection, self.organization_id)
