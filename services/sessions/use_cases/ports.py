"""What the use cases need from the outside."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from kit.answers import Answer
from kit.events import Event
from services.sessions.domain.agreement import Agreement
from services.sessions.domain.commitment import Commitment
from services.sessions.domain.engagement import Engagement
from services.sessions.domain.mentoring_session import MentoringSession
from services.sessions.domain.note import Note
from services.sessions.domain.reflection import Feedback, Learning


class Events(Protocol):
    """Facts to tell other services, in the transaction of the change."""

    async def append(self, type_: str, subject_id: str, data: Mapping[str, Any]) -> None:
        """Tell one fact."""
        ...


class Neighbourhood(Protocol):
    """What this service remembers of its neighbours' facts."""

    async def set_min_group_size(self, size: int) -> None:
        """Remember how many people a figure must be about."""
        ...

    async def name_program(self, program_id: str, name: str) -> None:
        """Remember what a program is called."""
        ...

    async def mark_person(self, person_id: str, *, active: bool) -> None:
        """Remember whether a person is still there."""
        ...

    async def any_deactivated(self, person_ids: frozenset[str]) -> bool:
        """Whether one of these people is no longer there."""
        ...


class Engagements(Protocol):
    """The organization's engagements; what is read is locked for a change."""

    async def add(self, engagement: Engagement) -> None:
        """Store a new engagement."""
        ...

    async def get(self, engagement_id: str) -> Engagement:
        """The engagement; `EngagementNotFoundError` if there is none."""
        ...

    async def get_of_agreement(self, agreement_id: str) -> Engagement:
        """The engagement that the agreement belongs to; `AgreementNotFoundError` if there is none."""
        ...

    async def get_of_mentoring_session(self, mentoring_session_id: str) -> Engagement:
        """The engagement that the meeting belongs to; `MentoringSessionNotFoundError` if there is none."""
        ...

    async def save(self, engagement: Engagement) -> None:
        """Store its new state."""
        ...

    async def knows_proposal(self, proposal_id: str) -> bool:
        """Whether an engagement came of the proposal before."""
        ...

    async def list_open_of(self, person_id: str) -> Sequence[Engagement]:
        """The engagements of a person that have not ended."""
        ...

    async def list_forming_since(self, moment: datetime) -> Sequence[Engagement]:
        """The engagements that have been forming since this moment or longer."""
        ...


class Agreements(Protocol):
    """The versions of agreements."""

    async def add(self, agreement: Agreement) -> None:
        """Store a new version."""
        ...

    async def get(self, agreement_id: str) -> Agreement:
        """The version; `AgreementNotFoundError` if there is none."""
        ...

    async def list_of(self, engagement_id: str) -> Sequence[Agreement]:
        """All versions of an engagement, the first one first."""
        ...

    async def save(self, agreement: Agreement) -> None:
        """Store its new state and its signatures."""
        ...


class MentoringSessions(Protocol):
    """The meetings of engagements."""

    async def add(self, mentoring_session: MentoringSession) -> None:
        """Store a new meeting."""
        ...

    async def get(self, mentoring_session_id: str) -> MentoringSession:
        """The meeting; `MentoringSessionNotFoundError` if there is none."""
        ...

    async def save(self, mentoring_session: MentoringSession) -> None:
        """Store its new state."""
        ...

    async def list_scheduled_after(self, engagement_id: str, moment: datetime) -> Sequence[MentoringSession]:
        """The meetings of an engagement that are still to come."""
        ...


class Notes(Protocol):
    """Notes on meetings."""

    async def add(self, note: Note) -> None:
        """Store a new note."""
        ...

    async def get(self, note_id: str) -> Note:
        """The note; `NoteNotFoundError` if there is none."""
        ...

    async def save(self, note: Note) -> None:
        """Store its new state."""
        ...

    async def remove(self, note: Note) -> None:
        """Forget it."""
        ...


class Commitments(Protocol):
    """Commitments of learners."""

    async def add(self, commitment: Commitment) -> None:
        """Store a new commitment."""
        ...

    async def get(self, commitment_id: str) -> Commitment:
        """The commitment; `CommitmentNotFoundError` if there is none."""
        ...

    async def save(self, commitment: Commitment) -> None:
        """Store its new state."""
        ...


class Reflections(Protocol):
    """Feedback and learnings, which are written once."""

    async def add_feedback(self, feedback: Feedback) -> None:
        """Store feedback."""
        ...

    async def add_learning(self, learning: Learning) -> None:
        """Store a learning."""
        ...


class Repositories(Protocol):
    """Everything that one transaction in one organization can reach."""

    @property
    def events(self) -> Events:
        """Facts to tell other services."""
        ...

    @property
    def neighbourhood(self) -> Neighbourhood:
        """What the neighbours told."""
        ...

    @property
    def engagements(self) -> Engagements:
        """The organization's engagements."""
        ...

    @property
    def agreements(self) -> Agreements:
        """Their agreements."""
        ...

    @property
    def mentoring_sessions(self) -> MentoringSessions:
        """Their meetings."""
        ...

    @property
    def notes(self) -> Notes:
        """Notes on meetings."""
        ...

    @property
    def commitments(self) -> Commitments:
        """What learners will use."""
        ...

    @property
    def reflections(self) -> Reflections:
        """Feedback and learnings."""
        ...


Applier = Callable[[Repositories, Event], Awaitable[None]]
"""Applies one event of a neighbour, in the transaction that remembers it."""


class UnitOfWork(Repositories, Protocol):
    """One command, one transaction."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def answer(
        self, resource_id: str, *, status: int = 200, location: str | None = None, retry_after: int | None = None
    ) -> Answer:
        """What the caller is told: the resource as it is now."""
        ...

    async def no_content(self) -> Answer:
        """Done, with nothing to say."""
        ...
