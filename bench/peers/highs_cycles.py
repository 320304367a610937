"""Rings as an integer program: a variable for each ring, and nobody in two (the cycle formulation of kidney exchange)."""

import highspy
import numpy as np
import numpy.typing as npt

from bench.peers.highs_rows import Rows, solve
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.query import best_teachers, mutual_lists
from services.matching.domain.engine.roster import Ints, Longs


def rings_of(problem: Problem, listed: int) -> tuple[Longs, Longs]:
    """Each ring of two or three as its people (-1: no third) and what its tracks add up to.

    Everybody learns from one of the `listed` best teachers or partners.
    """
    index = build_index(problem)
    both = np.flatnonzero((problem.teaching_places > 0) & (problem.learning_places > 0)).astype(np.int32)
    teachers = best_teachers(index, both, listed)
    partners = mutual_lists(index, both, listed)
    learner = np.concatenate([np.repeat(both, np.diff(lists.start)) for lists in (teachers, partners)])
    teacher = np.concatenate([teachers.teacher, partners.teacher])
    teacher, learner = np.concatenate([teacher, partners_back(both, partners.start)]), np.concatenate(
        [learner, partners.teacher]
    )
    open_to = np.isin(teacher, both) & np.isin(learner, both)
    pairs = np.unique(np.stack([teacher[open_to], learner[open_to]], axis=1), axis=0)
    score = _scores(problem, pairs)
    return _rings(pairs, score, problem.roster.size)


def partners_back(asked: Ints, start: Longs) -> Ints:
    """Who asked for each row: as teachers of those whom they may learn from."""
    back: Ints = np.repeat(asked, np.diff(start))
    return back


def solve_rings(
    rings: Longs, score: Longs, people: int, gap: float, seconds: float
) -> tuple[int, float, npt.NDArray[np.bool_]]:
    """The total of the best rings found, a bound, and which they are."""
    ring, place = np.nonzero(rings >= 0)
    rows = Rows()
    rows.add(ring, rings[ring, place], np.ones(len(ring)), people, -highspy.kHighsInf, 1)
    values, bound = solve(rows, score.astype(float), np.ones(len(rings)), gap, seconds)
    taken = values > 0.5
    return int(score[taken].sum()), bound, taken


def _scores(problem: Problem, pairs: Ints) -> dict[tuple[int, int], int]:
    from services.matching.domain.engine.query import pair_scores  # noqa: PLC0415
    ...
