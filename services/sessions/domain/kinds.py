"""The five kinds of engagement, each with its own contract: choose the right one and call it that."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What people agree to do with each other."""

    MENTORING = "mentoring"
    COACHING = "coaching"
    RECIPROCAL = "reciprocal"
    AWARENESS_TRAINING = "awareness_training"
    PEER = "peer"


@dataclass(frozen=True, slots=True)
class Contract:
    """What a kind expects of its participants until they agree on something else."""

    expectations: tuple[str, ...]
    length_weeks: int
    cadence_days: int
    session_minutes: int
    confidentiality: str
    disagreement: str
    measures: tuple[str, ...]


_BETWEEN_US = (
    "What is said here stays between the participants. Nothing is passed on, to managers included, "
    "unless the person who said it agrees first."
)
_SKILL_MAY_BE_SHARED = (
    "The conversations stay between the participants. That a skill was practised and reached may be told; how is not."
)
_NO_NAMES = "Examples may be told outside without names. Who said what stays in the room."

_PUSH_BACK = (
    "Everybody may push back, whatever anybody's position. Saying “I see it differently” is part of the "
    "work: it is answered with a reason or a question, and never held against the person who said it."
)

_CONTRACTS = {
    Kind.MENTORING: Contract(
        expectations=(
            "The learner brings the questions and chooses what to try.",
            "The teacher shares experience, and says where it may not apply.",
            "Both prepare for each meeting and say early when they cannot come.",
            "Both say what they learned, the teacher too.",
        ),
        length_weeks=26,
        cadence_days=14,
        session_minutes=60,
        confidentiality=_BETWEEN_US,
        disagreement=_PUSH_BACK,
        measures=("commitments used at work", "learnings of both roles", "could disagree"),
    ),
    Kind.COACHING: Contract(
        expectations=(
            "The learner names one skill and the situation at work in which it is needed.",
            "The teacher watches, asks and gives feedback on the skill, not on the person.",
            "Each meeting ends with something to practise before the next.",
        ),
        length_weeks=12,
        cadence_days=7,
        session_minutes=45,
        confidentiality=_SKILL_MAY_BE_SHARED,
        disagreement=_PUSH_BACK,
        measures=("commitments used at work", "days to the first use", "usefulness"),
    ),
    Kind.RECIPROCAL: Contract(
        expectations=(
            "Each participant teaches one thing and learns another.",
            "Both directions get about the same time, and the balance is looked at together.",
            "Each participant prepares for teaching as well as for learning.",
        ),
        length_weeks=26,
        cadence_days=14,
        session_minutes=60,
        confidentiality=_BETWEEN_US,
        disagreement=_PUSH_BACK,
        measures=("commitments used at work in each direction", "learnings of both roles", "could disagree"),
    ),
    Kind.AWARENESS_TRAINING: Contract(
        expectations=(
            "The teacher explains a subject from own experience, in words that the learners know.",
            "The learners come to understand, ask openly, and do not have to defend a position.",
            "It ends after the agreed meetings; going on is a new agreement.",
        ),
        length_weeks=4,
        cadence_days=7,
        session_minutes=90,
        confidentiality=_NO_NAMES,
        disagreement=_PUSH_BACK,
        measures=("attendance", "usefulness", "learnings of the learners"),
    ),
    Kind.PEER: Contract(
        expectations=(
            "Everybody brings a real issue in turn.",
            "The others ask before they advise.",
            "The time is shared equally.",
        ),
        length_weeks=16,
        cadence_days=14,
        session_minutes=45,
        confidentiality=_BETWEEN_US,
        disagreement=_PUSH_BACK,
        measures=("commitments used at work", "learnings of everybody", "could disagree"),
    ),
}


def contract_of(kind: Kind) -> Contract:
    """The contract from which the first agreement of this kind is drafted."""
    return _CONTRACTS[kind]
