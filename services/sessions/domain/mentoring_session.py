"""Mentoring sessions: meetings of an active engagement.

scheduled (and rescheduled) ──> held | no_show | cancelled
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import available_timezones

from kit.errors import ConflictError, FieldError, InvalidError, NotFoundError
from services.sessions.domain.engagement import Engagement

LONGEST = timedelta(hours=8)
FURTHEST_AHEAD = timedelta(days=366)
FURTHEST_BACK = timedelta(days=30)


class MentoringSessionStatus(StrEnum):
    """Where a mentoring session is in its life."""

    SCHEDULED = "scheduled"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class MentoringSessionNotFoundError(NotFoundError):
    """There is no such mentoring session here, or the caller has no part in it."""

    code = "mentoring-session-not-found"
    title = "The mentoring session does not exist"


class MentoringSessionClosedError(ConflictError):
    """Held, cancelled and missed meetings stay as they are."""

    code = "mentoring-session-closed"
    title = "The mentoring session is closed"


class MentoringSessionNotStartedError(ConflictError):
    """What has not begun can neither be held nor missed."""

    code = "mentoring-session-not-started"
    title = "The mentoring session has not started"


class MentoringSessionTimeError(InvalidError):
    """The meeting's time makes no sense."""

    code = "mentoring-session-time"
    title = "The time of the mentoring session is not possible"


class AttendanceError(InvalidError):
    """Attendance names people of the engagement, and a meeting takes two."""

    code = "attendance-invalid"
    title = "The attendance is not possible"


@dataclass(frozen=True, slots=True)
class Plan:
    """When and where people meet, and about what."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str
    place: str | None
    agenda: str | None


@dataclass(frozen=True, slots=True)
class MentoringSession:
    """A meeting of an engagement."""

    id: str
    engagement_id: str
    plan: Plan
    scheduled_by: str
    created_at: datetime
    updated_at: datetime
    status: MentoringSessionStatus = MentoringSessionStatus.SCHEDULED
    attended: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    closed_at: datetime | None = None
    version: int = 1

    @property
    def is_held(self) -> bool:
        """Whether the people met."""
        return self.status is MentoringSessionStatus.HELD

    def reschedule(self, engagement: Engagement, plan: Plan, now: datetime) -> "MentoringSession":
        """Meet at another time or place, or about something else."""
        engagement.require_active()
        self._require_scheduled()
        _require_possible(plan, now)
        return self._next(now, plan=plan)

    def hold(self, engagement: Engagement, attended: Iterable[str], now: datetime) -> "MentoringSession":
        """Record that people met, and who."""
        self._require_recordable(engagement, now)
        people = _people(engagement, attended, "attended")
        if len(people) < 2:
            raise AttendanceError("A meeting takes at least two.", errors=[_too_few("attended")])
        missing = tuple(sorted(engagement.person_ids - set(people)))
        return self._next(now, status=MentoringSessionStatus.HELD, attended=people, absent=missing, closed_at=now)

    def miss(self, engagement: Engagement, absent: Iterable[str], now: datetime) -> "MentoringSession":
        """Record that people did not come."""
        self._require_recordable(engagement, now)
        people = _people(engagement, absent, "absent")
        if not people:
            raise AttendanceError("Name who did not come.", errors=[_too_few("absent")])
        return self._next(now, status=MentoringSessionStatus.NO_SHOW, absent=people, closed_at=now)

    def cancel(self, now: datetime) -> "MentoringSession":
        """Call it off."""
        self._require_scheduled()
        return self._next(now, status=MentoringSessionStatus.CANCELLED, closed_at=now)

    def _next(self, now: datetime, **changes: Any) -> "MentoringSession":
        return replace(self, version=self.version + 1, updated_at=now, **changes)

    def _require_scheduled(self) -> None:
        if self.status is not MentoringSessionStatus.SCHEDULED:
            raise MentoringSessionClosedError(f"The mentoring session is {self.status}.")

    def _require_recordable(self, engagement: Engagement, now: datetime) -> None:
        # A meeting that began before the engagement ended did take place, and may still be recorded.
        if engagement.ended_at is None or self.plan.starts_at > engagement.ended_at:
            engagement.require_active()
        self._require_scheduled()
        if now < self.plan.starts_at:
            raise MentoringSessionNotStartedError("It can be recorded once it has started.")


def schedule(
    *, mentoring_session_id: str, engagement: Engagement, plan: Plan, by: str, now: datetime
) -> MentoringSession:
    """A new meeting; one that already took place may be entered for some weeks afterwards."""
    engagement.require_active()
    _require_possible(plan, now)
    return MentoringSession(
        id=mentoring_session_id, engagement_id=engagement.id, plan=plan, scheduled_by=by, created_at=now, updated_at=now
    )


def _require_possible(plan: Plan, now: datetime) -> None:
    errors = []
    if not now - FURTHEST_BACK <= plan.starts_at <= now + FURTHEST_AHEAD:
        errors.append(FieldError("/body/starts_at", "out-of-range", "Must be within a year from now."))
    if not timedelta() < plan.ends_at - plan.starts_at <= LONGEST:
        errors.append(FieldError("/body/ends_at", "out-of-range", "Must be after the start, by eight hours at most."))
    if plan.time_zone not in available_timezones():
        errors.append(FieldError("/body/time_zone", "unknown-time-zone", "Use a name of the IANA time zone database."))
    if errors:
        raise MentoringSessionTimeError("Correct the fields that are named in errors.", errors=errors)


def _people(engagement: Engagement, person_ids: Iterable[str], field: str) -> tuple[str, ...]:
    people = tuple(sorted(set(person_ids)))
    if not engagement.person_ids.issuperset(people):
        error = FieldError(f"/body/{field}", "not-a-participant", "Only participants of the engagement can be named.")
        raise AttendanceError("Only participants of the engagement can be named.", errors=[error])
    return people


def _too_few(field: str) -> FieldError:
    return FieldError(f"/body/{field}", "too-few", "Too few people are named.")
