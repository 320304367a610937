"""Looking back: feedback, which stays with its author, and what each participant learned, in either role."""

from dataclasses import dataclass
from datetime import datetime

from services.sessions.domain.engagement import Engagement
from services.sessions.domain.note import Visibility
from services.sessions.domain.tracks import Role


@dataclass(frozen=True, slots=True)
class Scores:
    """How it was, from 1 to 5: useful, safe to disagree in, supportive of the person, of the work."""

    usefulness: int
    could_disagree: int
    psychosocial: int
    instrumental: int


@dataclass(frozen=True, slots=True)
class Feedback:
    """One participant's scores; others see them only within an aggregate."""

    id: str
    engagement_id: str
    author_id: str
    scores: Scores
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Learning:
    """What a participant says they learned."""

    id: str
    engagement_id: str
    author_id: str
    role: Role
    competency_id: str | None
    visibility: Visibility
    text: str
    created_at: datetime


def give_feedback(
    *, feedback_id: str, engagement: Engagement, author_id: str, scores: Scores, now: datetime
) -> Feedback:
    """Feedback on an engagement that has begun, also after its end."""
    engagement.require_begun()
    return Feedback(feedback_id, engagement.id, author_id, scores, now)


def log_learning(
    *,
    learning_id: str,
    engagement: Engagement,
    author_id: str,
    text: str,
    competency_id: str | None,
    visibility: Visibility,
    now: datetime,
) -> Learning:
    """A learning of an engagement that has begun, in the role that the tracks give its author."""
    engagement.require_begun()
    role = learning_role(engagement, author_id, competency_id)
    return Learning(learning_id, engagement.id, author_id, role, competency_id, visibility, text, now)


def learning_role(engagement: Engagement, author_id: str, competency_id: str | None) -> Role:
    """In which role somebody learned: as the track of the competency has it, else teacher if they only teach."""
    for track in engagement.tracks:
        if track.competency_id == competency_id and track.learner_id == author_id:
            return Role.LEARNER
    for track in engagement.tracks:
        if track.competency_id == competency_id and track.teacher_id == author_id:
            return Role.TEACHER
    learns = engagement.has_role(author_id, Role.LEARNER)
    return Role.LEARNER if learns else Role.TEACHER
