"""The unit of work of the sessions service: its repositories over one transaction."""

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.unit_of_work import UnitOfWork
from services.sessions.storage.repositories.agreements import AgreementRepository
from services.sessions.storage.repositories.commitments import CommitmentRepository
from services.sessions.storage.repositories.engagements import EngagementRepository
from services.sessions.storage.repositories.mentoring_sessions import MentoringSessionRepository
from services.sessions.storage.repositories.neighbourhood import NeighbourhoodRepository
from services.sessions.storage.repositories.notes import NoteRepository
from services.sessions.storage.repositories.reflections import ReflectionRepository


class SessionsRepositories:
    """The repositories of this service over an open transaction."""

    def open_repositories(self, connection: AsyncConnection, organization_id: str) -> None:
        """Make the repositories."""
        self.neighbourhood = NeighbourhoodRepository(connection, organization_id)
        self.engagements = EngagementRepository(connection, organization_id)
        self.agreements = AgreementRepository(connection, organization_id)
        self.mentoring_sessions = MentoringSessionRepository(connection, organization_id)
        self.notes = NoteRepository(connection, organization_id)
        self.commitments = CommitmentRepository(connection, organization_id)
        self.reflections = ReflectionRepository(connection, organization_id)


class SessionsUnitOfWork(UnitOfWork, SessionsRepositories):
    """One command, one transaction, with the repositories of this service."""

    def bind(self) -> None:
        """Make the repositories over the open transaction."""
        self.open_repositories(self.connection, self.organization_id)
