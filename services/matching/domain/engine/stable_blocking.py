"""How stable a solution is: the pairs who would both rather have each other than what they have."""

from collections.abc import Iterator

import numpy as np

from services.matching.domain.engine.auction import CLOSED
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.problem import Problem, Solution
from services.matching.domain.engine.roster import Ints, Longs
from services.matching.domain.engine.stable_lists import all_above
from services.matching.domain.engine.stable_tastes import RANKED, Tastes, score_of

SHORTEST, LONGER, BLOCK = 64, 8, 8_192
NOTHING = -1


def blocking_pairs(problem: Problem, solution: Solution) -> int:
    """How many feasible pairs of teacher and learner block a solution, by the preferences of stable pairs.

    The learner has nobody, or prefers the teacher to whom they have; the teacher has a free place, or prefers the
    learner to one of theirs.
    """
    index = build_index(problem)
    tastes = Tastes(index)
    people = problem.roster.size
    by_learner, by_teacher = tastes.of_both(solution.teacher, solution.learner, solution.score)
    own = np.full(people, NOTHING, dtype=np.int64)
    np.maximum.at(own, solution.learner, by_learner)
    worst = np.full(people, np.iinfo(np.int64).max)
    np.minimum.at(worst, solution.teacher, by_teacher)
    worst[problem.teaching_places > np.bincount(solution.teacher, minlength=people)] = NOTHING
    blocking = [np.empty(0, dtype=np.int64)]
    for teacher, learner, score in _candidates(index, tastes, own, worst):
        by_learner, by_teacher = tastes.of_both(teacher, learner, score)
        prefers = (by_learner > own[learner]) & (by_teacher > worst[teacher])
        blocking.append(learner[prefers].astype(np.int64) * people + teacher[prefers])
    taken = solution.learner.astype(np.int64) * people + solution.teacher
    return len(np.setdiff1d(np.concatenate(blocking), taken))


def _candidates(index: Index, tastes: Tastes, own: Longs, worst: Longs) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Every pair that could block, and some that do not."""
    learners = np.flatnonzero(index.problem.learning_places > 0).astype(np.int32)
    yield tastes.ranked(learners, by_teachers=True)
    # Whoever has somebody they ranked would leave for others whom they ranked alone.
    unranked = learners[own[learners] < RANKED]
    served = own[unranked] != NOTHING
    no_price = np.zeros(len(own), dtype=np.int64)
    needed = np.where(worst >= RANKED, CLOSED, score_of(np.maximum(worst, 0)))
    for some, prices, floors in (
        (unranked[served], no_price, score_of(own[unranked[served]]) - 1),
        (unranked[~served], needed, -tastes.left_out[unranked[~served]] - 1),
    ):
        for start in range(0, len(some), BLOCK):
            block = slice(start, start + BLOCK)
            for asked, lists in all_above(index, some[block], prices, floors[block], SHORTEST, LONGER):
                yield lists.teacher, np.repeat(asked, np.diff(lists.start)), lists.score
