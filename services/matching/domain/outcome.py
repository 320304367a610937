"""What is kept of a run beside its proposals, and what it comes to in figures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from itertools import chain, pairwise

import numpy as np

from services.matching.domain.engine.problem import Problem, Solution
from services.matching.domain.engine.roster import NOBODY, Flags
from services.matching.domain.match_run import Outcome, PolicyUsed

TRACK_COLUMNS = ("proposal", "teacher", "learner", "score", "competency")
SNAPSHOTS_KEPT_FOR = timedelta(days=30)
"""A snapshot holds what people keep to themselves, also of those who have left since."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a run was computed from and what the engine answered, both packed."""

    snapshot_hash: str
    problem: bytes
    solution: bytes


def outcome_of(problem: Problem, solution: Solution, snapshot_hash: str, policy: PolicyUsed) -> Outcome:
    """What a run found."""
    return Outcome(
        snapshot_hash=snapshot_hash,
        pairs_hash=pairs_hash(problem, solution),
        policy=policy,
        counts=count_people(problem, solution),
        total=solution.total,
        upper_bound=solution.upper_bound,
        solver=solution.solver,
        rounds=solution.rounds,
    )


def split(solution: Solution, proposals: int) -> Iterator[Solution]:
    """The tracks of a solution, at most so many proposals at a time; what the whole came to is with each part."""
    if not len(solution.proposal):
        return
    firsts = range(0, int(solution.proposal[-1]) + 1, proposals)
    starts = [*np.searchsorted(solution.proposal, firsts).tolist(), len(solution.proposal)]
    for start, end in pairwise(starts):
        columns = {name: getattr(solution, name)[start:end] for name in TRACK_COLUMNS}
        yield replace(solution, **columns)


def pairs_hash(problem: Problem, solution: Solution) -> str:
    """A fingerprint of who teaches whom in which proposal, what a group is about, and each score."""
    ids, competency_ids = problem.roster.ids, (*problem.roster.competency_ids, "")
    rows = zip(
        solution.proposal.tolist(),
        (ids[row] for row in solution.teacher.tolist()),
        (ids[row] for row in solution.learner.tolist()),
        (competency_ids[number] for number in solution.competency.tolist()),
        solution.score.tolist(),
        strict=True,
    )
    assert NOBODY == -1, "the last name is that of no competency"
    return sha256("\n".join(map(str, chain.from_iterable(rows))).encode()).hexdigest()


def count_people(problem: Problem, solution: Solution) -> dict[str, int]:
    """Whom the run was about, and what it found."""
    learners = int(np.count_nonzero(problem.learning_places))
    unmatched = int(np.count_nonzero(_left_out(problem, solution)))
    return {
        "people": problem.roster.size,
        "teachers": int(np.count_nonzero(problem.teaching_places)),
        "learners": learners,
        "matched_learners": learners - unmatched,
        "unmatched_learners": unmatched,
        "proposals": int(solution.proposal[-1]) + 1 if len(solution.proposal) else 0,
    }


def left_out(problem: Problem, solution: Solution) -> list[str]:
    """The learners whom nobody teaches."""
    return [problem.roster.ids[row] for row in np.flatnonzero(_left_out(problem, solution))]


def prices(problem: Problem, solution: Solution) -> dict[str, int]:
    """What a place was worth at the end, by teacher; who had no price is not there."""
    priced = np.flatnonzero(solution.prices > 0)
    return {problem.roster.ids[row]: price for row, price in zip(priced, solution.prices[priced].tolist(), strict=True)}


def _left_out(problem: Problem, solution: Solution) -> Flags:
    without: Flags = problem.learning_places > 0
    without[solution.learner] = False
    return without
