"""Tracks: who teaches whom what. The direction is derived from the two people, never stated by anybody."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """A part in a track."""

    TEACHER = "teacher"
    LEARNER = "learner"


class Direction(StrEnum):
    """Where knowledge flows, seen along the reporting lines."""

    UPWARD = "upward"
    DOWNWARD = "downward"
    LEVEL = "level"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Track:
    """One direction inside an engagement; `discreet` when the competency is a private growth area of the learner."""

    id: str
    teacher_id: str
    learner_id: str
    competency_id: str
    competency_label: str
    discreet: bool
    direction: Direction


def direction_between(teacher_level: int | None, learner_level: int | None) -> Direction:
    """The direction of teaching between two reporting levels, of which 1 is the top."""
    if teacher_level is None or learner_level is None:
        return Direction.UNKNOWN
    if teacher_level == learner_level:
        return Direction.LEVEL
    return Direction.UPWARD if teacher_level > learner_level else Direction.DOWNWARD
