"""Body of the program report."""

from typing import Annotated

from pydantic import Field

from kit.schemas import Output
from services.sessions.api.schemas.common import ProgramId


class Figure(Output):
    """A figure, or the word that it is about too few people to be shown."""

    value: Annotated[float | None, Field(description="Null where it is suppressed.", examples=[12])]
    suppressed: bool


class EngagementsByStatus(Output):
    """Engagements by where they are in their life."""

    forming: Figure
    active: Figure
    on_hold: Figure
    completed: Figure
    ended_early: Figure
    lapsed: Figure


class EngagementsByKind(Output):
    """Engagements by kind."""

    mentoring: Figure
    coaching: Figure
    reciprocal: Figure
    awareness_training: Figure
    peer: Figure


class EngagementFigures(Output):
    """How many engagements there are."""

    total: Figure
    by_status: EngagementsByStatus
    by_kind: EngagementsByKind


class TracksByDirection(Output):
    """Tracks by where knowledge flows, seen along the reporting lines."""

    upward: Figure
    downward: Figure
    level: Figure
    unknown: Figure


class TrackFigures(Output):
    """How many tracks there are."""

    total: Figure
    by_direction: TracksByDirection


class MentoringSessionsByStatus(Output):
    """Mentoring sessions by what became of them."""

    scheduled: Figure
    held: Figure
    cancelled: Figure
    no_show: Figure


class MentoringSessionFigures(Output):
    """How many mentoring sessions there are."""

    total: Figure
    by_status: MentoringSessionsByStatus


class CommitmentsByStatus(Output):
    """Commitments by what came of them."""

    open: Figure
    applied: Figure
    not_used: Figure


class CommitmentFigures(Output):
    """What is used at work."""

    total: Figure
    by_status: CommitmentsByStatus
    transfer_rate: Annotated[Figure, Field(description="Applied commitments as a share of all.")]
    median_days_to_first_use: Figure


class LearningsByRole(Output):
    """Learnings by the role in which they were made."""

    teacher: Figure
    learner: Figure


class LearningFigures(Output):
    """Who learned."""

    total: Figure
    by_role: LearningsByRole
    teacher_learning_rate: Annotated[Figure, Field(description="Teachers who learned as a share of all teachers.")]


class FeedbackFigures(Output):
    """How it was: means over people, from 1 to 5."""

    total: Figure
    usefulness: Figure
    could_disagree: Figure
    psychosocial: Figure
    instrumental: Figure


class ProgramReportOut(Output):
    """What came of a program."""

    program_id: ProgramId
    program_name: str
    min_group_size: Annotated[int, Field(description="Figures about fewer people than this are suppressed.")]
    engagements: EngagementFigures
    tracks: TrackFigures
    mentoring_sessions: MentoringSessionFigures
    commitments: CommitmentFigures
    learnings: LearningFigures
    feedback: FeedbackFigures
