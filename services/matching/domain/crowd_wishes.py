"""What a crowd openly wants to learn, by competency, and what a teacher of each level brings to each wish."""

from collections.abc import Collection

import numpy as np

from services.matching.domain.crowd_kernels import Wishes
from services.matching.domain.engine.kernels import LEVELS
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import Ints, Longs, Shorts, Small


class AllWishes:
    """The growth areas of those who have a place to learn, by competency and then by person."""

    def __init__(self, problem: Problem) -> None:
        areas, people = problem.roster.growth_areas, problem.roster.size
        owner = np.repeat(np.arange(people, dtype=np.int32), np.diff(areas.start))
        rows = np.flatnonzero((problem.learning_places[owner] > 0) & (areas.target > areas.current))
        rows = rows[np.argsort(areas.competency[rows], kind="stable")]
        self._people = people
        self._start = np.searchsorted(areas.competency[rows], np.arange(len(problem.topics) + 1)).astype(np.int64)
        self._owner = owner[rows]
        self._current, self._target, self._importance = (
            column[rows] for column in (areas.current, areas.target, areas.importance)
        )

    def about(self, topics: Collection[int] | None, fit: int) -> Wishes:
        """Those about these competencies (None: all), which share the weight of `fit` among those of each person."""
        if topics is None:
            return Wishes(self._start, self._owner, self._worth(slice(None), fit))
        counts = np.zeros(len(self._start), dtype=np.int64)
        chosen = sorted(topics)
        counts[np.array(chosen, dtype=np.int64) + 1] = self._start[1:][chosen] - self._start[:-1][chosen]
        rows = np.concatenate([np.empty(0, np.int64), *(np.arange(*self._start[one : one + 2]) for one in chosen)])
        return Wishes(np.cumsum(counts), self._owner[rows], self._worth(rows, fit))

    def _worth(self, rows: slice | Longs, fit: int) -> Shorts:
        """As `points.area_weights` shares the weight: by importance, and what is left to the first most important."""
        owner, importance = self._owner[rows], self._importance[rows].astype(np.int64)
        weight = fit * importance // np.maximum(self._sums(owner, importance)[owner], 1)
        order = np.lexsort((-importance, owner))
        first = order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
        weight[first] += fit - self._sums(owner, weight)[owner[first]]
        return _gained(self._current[rows], self._target[rows], weight)

    def _sums(self, owner: Ints, values: Longs) -> Longs:
        return np.bincount(owner, weights=values, minlength=self._people).astype(np.int64)


def _gained(current: Small, target: Small, weight: Longs) -> Shorts:
    low, high = current.astype(np.int64)[:, None], target.astype(np.int64)[:, None]
    gain = np.clip(np.minimum(np.arange(LEVELS), high) - low, 0, None)
    worth: Shorts = (weight[:, None] * gain // (high - low)).astype(np.int16)
    return worth
