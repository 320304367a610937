"""Valid values, of which a test changes only what it is about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from services.sessions.domain.agreement import Agreement
from services.sessions.domain.engagement import Engagement, Participant
from services.sessions.domain.formation import AcceptedProposal, AcceptedTrack, form
from services.sessions.domain.kinds import Kind
from services.sessions.domain.mentoring_session import MentoringSession, Plan, schedule
from services.sessions.domain.tracks import Role

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
JUNIOR, EXECUTIVE, COLLEAGUE = "per_junior", "per_executive", "per_colleague"
TEACHER, LEARNER = (Role.TEACHER,), (Role.LEARNER,)


def a_proposal(
    participants: Sequence[Participant] = (Participant(JUNIOR, TEACHER, 5), Participant(EXECUTIVE, LEARNER, 1)),
    tracks: Sequence[AcceptedTrack] = (AcceptedTrack(JUNIOR, EXECUTIVE, "cmp_python", "Python", discreet=False),),
    **changes: Any,
) -> AcceptedProposal:
    """A junior who will teach an executive."""
    proposal = AcceptedProposal(
        proposal_id="pro_1",
        program_id="prg_1",
        kind=Kind.MENTORING,
        purpose="Executives learn technology",
        participants=participants,
        tracks=tracks,
    )
    return replace(proposal, **changes)


def formed(proposal: AcceptedProposal | None = None) -> tuple[Engagement, Agreement]:
    """A forming engagement with its first agreement."""
    numbers = count(1)
    return form(proposal or a_proposal(), lambda prefix: f"{prefix}_{next(numbers)}", NOW)


def signed_by(agreement: Agreement, *person_ids: str, now: datetime = NOW) -> Agreement:
    """The agreement with these signatures."""
    for person_id in person_ids:
        agreement = agreement.sign(person_id, agreement.content_hash, now)
    return agreement


def active(proposal: AcceptedProposal | None = None) -> Engagement:
    """An engagement whose agreement everybody signed."""
    engagement, agreement = formed(proposal)
    return engagement.activate(signed_by(agreement, *sorted(engagement.person_ids)), NOW)


def a_reciprocal_pair() -> Engagement:
    """Two people who teach each other."""
    both = (Role.TEACHER, Role.LEARNER)
    return active(
        a_proposal(
            kind=Kind.RECIPROCAL,
            participants=(Participant(JUNIOR, both, 5), Participant(EXECUTIVE, both, 1)),
            tracks=(
                AcceptedTrack(JUNIOR, EXECUTIVE, "cmp_python", "Python", discreet=False),
                AcceptedTrack(EXECUTIVE, JUNIOR, "cmp_strategy", "Strategy", discreet=False),
            ),
        )
    )


def a_plan(starts_in_hours: float = 24, **changes: Any) -> Plan:
    """An hour's meeting."""
    starts_at = NOW + timedelta(hours=starts_in_hours)
    plan = Plan(starts_at, starts_at + timedelta(hours=1), "Europe/Berlin", "Room 4", "First questions")
    return replace(plan, **changes)


def a_meeting(engagement: Engagement, starts_in_hours: float = 24) -> MentoringSession:
    """A scheduled meeting of the engagement."""
    return schedule(
        mentoring_session_id="mts_1", engagement=engagement, plan=a_plan(starts_in_hours), by=JUNIOR, now=NOW
    )
