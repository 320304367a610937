"""Commitments: what a learner will use at work, when and where; and whether it was used.

open ──> applied
  └──> not_used ──> applied (later after all)
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from kit.errors import ConflictError, FieldError, ForbiddenError, InvalidError, NotFoundError
from services.sessions.domain.engagement import Engagement
from services.sessions.domain.mentoring_session import MentoringSession
from services.sessions.domain.tracks import Role

CHECK_IN_DAYS = (7, 30)
TIME_ZONE_SLACK = timedelta(days=1)


class CommitmentStatus(StrEnum):
    """Whether it was used."""

    OPEN = "open"
    APPLIED = "applied"
    NOT_USED = "not_used"


class Setting(StrEnum):
    """Where learning showed: in the work itself, with others, or in a course."""

    ON_THE_JOB = "on_the_job"
    SOCIAL = "social"
    FORMAL = "formal"


class CommitmentNotFoundError(NotFoundError):
    """There is no such commitment here, or the caller has no part in it."""

    code = "commitment-not-found"
    title = "The commitment does not exist"


class LearnerRequiredError(ForbiddenError):
    """A commitment is a learner's own."""

    code = "learner-required"
    title = "Only learners make commitments"


class OwnerRequiredError(ForbiddenError):
    """Only who made the commitment says what came of it."""

    code = "owner-required"
    title = "Only its owner may do this"


class MentoringSessionNotHeldError(ConflictError):
    """A commitment closes a meeting that took place."""

    code = "mentoring-session-not-held"
    title = "The mentoring session was not held"


class CommitmentAnsweredError(ConflictError):
    """It is already known what came of it."""

    code = "commitment-answered"
    title = "It is already known what came of this commitment"


class CommitmentDateError(InvalidError):
    """The date makes no sense."""

    code = "commitment-date"
    title = "The date is not possible"


@dataclass(frozen=True, slots=True)
class Application:
    """The record of having used it."""

    used_on: date
    setting: Setting
    evidence: str | None


@dataclass(frozen=True, slots=True)
class Commitment:
    """What its owner will use at work, when and where."""

    id: str
    mentoring_session_id: str
    engagement_id: str
    owner_id: str
    what: str
    when_on: date
    where: str
    created_at: datetime
    updated_at: datetime
    status: CommitmentStatus = CommitmentStatus.OPEN
    application: Application | None = None
    why_not: str | None = None
    version: int = 1

    @property
    def check_in_on(self) -> tuple[date, ...]:
        """When to ask its owner what came of it."""
        return tuple(self.created_at.date() + timedelta(days=days) for days in CHECK_IN_DAYS)

    def apply(self, person_id: str, application: Application, now: datetime) -> "Commitment":
        """Record the first use at work, also after it was first said to be unused."""
        self._require_owner(person_id)
        if self.status is CommitmentStatus.APPLIED:
            raise CommitmentAnsweredError("It is already recorded as used.")
        earliest, latest = self.created_at.date() - TIME_ZONE_SLACK, now.date() + TIME_ZONE_SLACK
        if not earliest <= application.used_on <= latest:
            message = "Must lie between the commitment and today."
            raise CommitmentDateError(message, errors=[FieldError("/body/used_on", "out-of-range", message)])
        return self._next(now, status=CommitmentStatus.APPLIED, application=application, why_not=None)

    def leave_unused(self, person_id: str, why: str, now: datetime) -> "Commitment":
        """Record that it was not used, and why."""
        self._require_owner(person_id)
        if self.status is not CommitmentStatus.OPEN:
            raise CommitmentAnsweredError("It is already recorded what came of it.")
        return self._next(now, status=CommitmentStatus.NOT_USED, why_not=why)

    def _next(self, now: datetime, **changes: Any) -> "Commitment":
        return replace(self, version=self.version + 1, updated_at=now, **changes)

    def _require_owner(self, person_id: str) -> None:
        if self.owner_id != person_id:
            raise OwnerRequiredError("Only who made the commitment says what came of it.")


def commit(
    *,
    commitment_id: str,
    engagement: Engagement,
    mentoring_session: MentoringSession,
    owner_id: str,
    what: str,
    when_on: date,
    where: str,
    now: datetime,
) -> Commitment:
    """A learner's commitment that closes a held meeting."""
    if not engagement.has_role(owner_id, Role.LEARNER):
        raise LearnerRequiredError("Only somebody who learns in this engagement makes a commitment.")
    if not mentoring_session.is_held:
        raise MentoringSessionNotHeldError("Record the meeting as held first.")
    if when_on < mentoring_session.plan.starts_at.date() - TIME_ZONE_SLACK:
        message = "Must not lie before the meeting."
        raise CommitmentDateError(message, errors=[FieldError("/body/when_on", "out-of-range", message)])
    return Commitment(
        id=commitment_id,
        mentoring_session_id=mentoring_session.id,
        engagement_id=engagement.id,
        owner_id=owner_id,
        what=what,
        when_on=when_on,
        where=where,
        created_at=now,
        updated_at=now,
    )
