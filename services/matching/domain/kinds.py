"""The five kinds of relationship, the two formats, and the two roles in them."""

from enum import StrEnum


class Kind(StrEnum):
    """What a program offers, called what it is."""

    MENTORING = "mentoring"
    COACHING = "coaching"
    RECIPROCAL = "reciprocal"
    AWARENESS_TRAINING = "awareness_training"
    PEER = "peer"


class Format(StrEnum):
    """Two people, or one teacher with several learners."""

    PAIR = "pair"
    GROUP = "group"


class Role(StrEnum):
    """What a person does; one person may do both."""

    TEACHER = "teacher"
    LEARNER = "learner"
