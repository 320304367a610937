"""Rings as an integer program: a variable for each, and nobody in two (the cycle formulation of kidney exchange)."""

import highspy
import numpy as np
import numpy.typing as npt

from bench.peers.highs_rows import Rows, solve
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.query import best_teachers, mutual_lists, pair_scores
from services.matching.domain.engine.roster import Longs


def rings_of(problem: Problem, listed: int) -> tuple[Longs, Longs]:
    """Each pair and ring of three once, as its people (-1: no third), and what its tracks add up to.

    The tracks are those from the `listed` best teachers of everybody, and both ways with as many best partners.
    """
    index = build_index(problem)
    both = np.flatnonzero((problem.teaching_places > 0) & (problem.learning_places > 0)).astype(np.int32)
    teachers, partners = best_teachers(index, both, listed), mutual_lists(index, both, listed)
    asked, paired = np.repeat(both, np.diff(teachers.start)), np.repeat(both, np.diff(partners.start))
    teacher = np.concatenate([teachers.teacher, partners.teacher, paired])
    learner = np.concatenate([asked, paired, partners.teacher])
    inside = np.isin(teacher, both) & np.isin(learner, both)
    tracks = np.unique(np.stack([teacher, learner], axis=1)[inside], axis=0)
    scores = pair_scores(index, tracks[:, 0].copy(), tracks[:, 1].copy())
    feasible = scores >= 0
    worth = dict(zip(map(tuple, tracks[feasible].tolist()), scores[feasible].tolist(), strict=True))
    return _rings(worth)


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


def _rings(worth: dict[tuple[int, ...], int]) -> tuple[Longs, Longs]:
    """All rings of two or three tracks, each begun by the lowest row in it."""
    taught: dict[int, list[int]] = {}
    for teacher, learner in worth:
        taught.setdefault(teacher, []).append(learner)
    rings, scores = [], []
    for (first, second), score in worth.items():
        if second < first:
            continue
        if (second, first) in worth:
            rings.append((first, second, -1))
            scores.append(score + worth[second, first])
        for third in taught.get(second, ()):
            if third > first and (third, first) in worth:
                rings.append((first, second, third))
                scores.append(score + worth[second, third] + worth[third, first])
    return np.array(rings, dtype=np.int64).reshape(-1, 3), np.array(scores, dtype=np.int64)
