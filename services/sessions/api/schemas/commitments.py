"""Bodies of the commitments' operations."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Day, Input, NextCursor, Output, UtcDatetime, Version, text
from services.sessions.api.schemas.common import CommitmentId, EngagementId, MentoringSessionId, PersonId
from services.sessions.domain.commitment import Application, CommitmentStatus
from services.sessions.domain.commitment import Setting as SettingOfUse
from services.sessions.use_cases.commitments import Intention

What = Annotated[str, *text(1000, examples=["Let a script prepare the weekly figures."])]
Where = Annotated[str, *text(500, description="The situation at work.", examples=["Monday's review"])]
Evidence = Annotated[str, *text(2000, examples=["The review took ten minutes instead of forty."])]
Why = Annotated[str, *text(2000, examples=["The review was cancelled."])]
Setting = Annotated[SettingOfUse, Field(examples=["on_the_job"])]


class CommitmentIn(Input):
    """What the caller will use at work, when and where."""

    what: What
    when_on: Day
    where: Where

    def intention(self) -> Intention:
        """The values, as the use case knows them."""
        return Intention(**self.model_dump())


class ApplicationIn(Input):
    """The record of having used it."""

    used_on: Day
    setting: Setting
    evidence: Evidence | None = None

    def application(self) -> Application:
        """The values, as the rules know them."""
        return Application(**self.model_dump())


class NotUsed(Input):
    """Why it was not used."""

    why: Why


class ApplicationOut(Output):
    """The record of having used it."""

    used_on: Day
    setting: Setting
    evidence: Evidence | None


class CommitmentOut(Output):
    """A commitment, seen by the participants of its engagement."""

    id: CommitmentId
    mentoring_session_id: MentoringSessionId
    engagement_id: EngagementId
    owner_id: PersonId
    what: What
    when_on: Day
    where: Where
    check_in_on: Annotated[list[Day], Field(description="When to ask what came of it: after 7 and after 30 days.")]
    status: CommitmentStatus
    application: ApplicationOut | None
    why_not: Why | None
    version: Version
    created_at: UtcDatetime
    updated_at: UtcDatetime


class CommitmentsPage(Output):
    """A page of commitments."""

    items: list[CommitmentOut]
    next_cursor: NextCursor
