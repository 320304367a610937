"""The five kinds of relationship, the two formats, and the two roles in them."""

from enum import StrEnum

from services.matching.domain.engine.instance import Mode


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


TIME_COST = {
    Kind.MENTORING: "About an hour every two weeks for six months.",
    Kind.COACHING: "About 45 minutes a week for three months.",
    Kind.RECIPROCAL: "About an hour every two weeks for six months, shared by both directions.",
    Kind.AWARENESS_TRAINING: "About an hour and a half a week for four weeks.",
    Kind.PEER: "About 45 minutes every two weeks for four months.",
}
"""What each side gives, said before anybody decides."""


def mode_of(kind: Kind, format: Format) -> Mode:
    """How people of such a program are put together."""
    if format is Format.GROUP:
        return Mode.GROUP
    return Mode.RECIPROCAL if kind is Kind.RECIPROCAL else Mode.PAIR
