"""What the solver answers: people to propose to each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """One teacher with one learner or more; `mutual` when the learner also teaches the teacher."""

    teacher_id: str
    learner_ids: tuple[str, ...]
    score: int
    mutual: bool = False
    competency_id: str | None = None
