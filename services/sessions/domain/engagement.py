"""Engagements: what an accepted proposal becomes.

forming ── every participant signed one agreement ──> active ⇄ on_hold ──> completed | ended_early
   └──> ended_early | lapsed (nobody finished signing)
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kit.errors import ConflictError, ForbiddenError, NotFoundError
from services.sessions.domain.agreement import Agreement
from services.sessions.domain.kinds import Kind
from services.sessions.domain.tracks import Role, Track

FORMING_DAYS = 30


class Status(StrEnum):
    """Where an engagement is in its life."""

    FORMING = "forming"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    LAPSED = "lapsed"


ENDED = frozenset({Status.COMPLETED, Status.ENDED_EARLY, Status.LAPSED})


class Outcome(StrEnum):
    """How participants may end an engagement."""

    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"


class EngagementNotFoundError(NotFoundError):
    """There is no such engagement here, or the caller has no part in it."""

    code = "engagement-not-found"
    title = "The engagement does not exist"


class EngagementNotActiveError(ConflictError):
    """The engagement must be active for this."""

    code = "engagement-not-active"
    title = "The engagement is not active"


class EngagementNotOnHoldError(ConflictError):
    """Only a paused engagement is resumed."""

    code = "engagement-not-on-hold"
    title = "The engagement is not on hold"


class EngagementEndedError(ConflictError):
    """The engagement is over."""

    code = "engagement-ended"
    title = "The engagement has ended"


class AgreementMissingError(ConflictError):
    """Nothing is active until all participants signed one version."""

    code = "agreement-missing"
    title = "Not everybody has signed the same agreement"


class ParticipantRequiredError(ForbiddenError):
    """Only the engagement's own participants may do this."""

    code = "participant-required"
    title = "Only participants may do this"


@dataclass(frozen=True, slots=True)
class Participant:
    """A person's part in an engagement, with the reporting level of the day it formed."""

    person_id: str
    roles: tuple[Role, ...]
    reporting_level: int | None


@dataclass(frozen=True, slots=True)
class Engagement:
    """People who agreed to learn from each other, and what."""

    id: str
    program_id: str
    proposal_id: str
    kind: Kind
    purpose: str
    participants: tuple[Participant, ...]
    tracks: tuple[Track, ...]
    created_at: datetime
    updated_at: datetime
    status: Status = Status.FORMING
    activated_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    end_reason: str | None = None
    version: int = 1

    @property
    def person_ids(self) -> frozenset[str]:
        """The people who take part."""
        return frozenset(participant.person_id for participant in self.participants)

    @property
    def has_ended(self) -> bool:
        """Whether nothing more can come of it."""
        return self.status in ENDED

    def has_role(self, person_id: str, role: Role) -> bool:
        """Whether the person takes part in this role."""
        return any(p.person_id == person_id and role in p.roles for p in self.participants)

    def require_active(self) -> None:
        """Refuse unless an agreement is in force and nothing is paused."""
        if self.status is not Status.ACTIVE:
            raise EngagementNotActiveError(f"The engagement is {self.status}; it must be active for this.")

    def require_not_ended(self) -> None:
        """Refuse once it is over."""
        if self.has_ended:
            raise EngagementEndedError("The engagement has ended.")

    def require_begun(self) -> None:
        """Refuse while there is nothing yet that could be looked back on."""
        if self.activated_at is None:
            raise EngagementNotActiveError("The engagement has never been active.")

    def activate(self, agreement: Agreement, now: datetime) -> "Engagement":
        """Let the work begin: the one way to become active, and only with all signatures under one version."""
        self.require_not_ended()
        if agreement.engagement_id != self.id or not agreement.is_signed_by(self.person_ids):
            raise AgreementMissingError("Every participant must sign the same version first.")
        if self.status is not Status.FORMING:
            return self.touch(now)
        return self._next(now, status=Status.ACTIVE, activated_at=now)

    def touch(self, now: datetime) -> "Engagement":
        """Move on by a version, because its agreement did."""
        return self._next(now)

    def pause(self, now: datetime) -> "Engagement":
        """Put it on hold."""
        self.require_active()
        return self._next(now, status=Status.ON_HOLD)

    def resume(self, now: datetime) -> "Engagement":
        """Go on after a pause."""
        if self.status is not Status.ON_HOLD:
            raise EngagementNotOnHoldError(f"The engagement is {self.status}; only one on hold can be resumed.")
        return self._next(now, status=Status.ACTIVE)

    def end(self, outcome: Outcome, by: str, reason: str | None, now: datetime) -> "Engagement":
        """End it by a participant's word; the reason stays with that participant."""
        self.require_not_ended()
        if outcome is Outcome.COMPLETED:
            self.require_begun()
        return self._next(now, status=Status(outcome), ended_at=now, ended_by=by, end_reason=reason)

    def end_for_absence(self, now: datetime) -> "Engagement":
        """End it because a participant is no longer there; nothing in it says who or why."""
        self.require_not_ended()
        return self._next(now, status=Status.ENDED_EARLY, ended_at=now)

    def lapse(self, now: datetime) -> "Engagement":
        """Give up waiting for signatures."""
        if self.status is not Status.FORMING or now < self.created_at + timedelta(days=FORMING_DAYS):
            raise EngagementNotActiveError(f"Only an engagement that forms for {FORMING_DAYS} days lapses.")
        return self._next(now, status=Status.LAPSED, ended_at=now)

    def _next(self, now: datetime, **changes: Any) -> "Engagement":
        return replace(self, version=self.version + 1, updated_at=now, **changes)
