"""Lists without an end: everybody above a floor, however many there are."""

from collections.abc import Iterator

import numpy as np

from services.matching.domain.engine.index import Index
from services.matching.domain.engine.query import Lists, best_teachers
from services.matching.domain.engine.roster import Flags, Ints, Longs


def all_above(
    index: Index, learners: Ints, prices: Longs, floors: Longs, most: int, longer: int
) -> Iterator[tuple[Ints, Lists]]:
    """For all these learners, some at a time, every teacher worth more than the floor; lists grow until all are on."""
    while len(learners):
        lists = best_teachers(index, learners, most, prices, floors)
        all_listed = np.diff(lists.start) < most
        yield learners[all_listed], _only(lists, all_listed)
        learners, floors = learners[~all_listed], floors[~all_listed]
        most *= longer


def _only(lists: Lists, chosen: Flags) -> Lists:
    length = np.diff(lists.start)
    rows = np.repeat(chosen, length)
    start = np.zeros(int(chosen.sum()) + 1, dtype=np.int64)
    np.cumsum(length[chosen], out=start[1:])
    return Lists(start, lists.teacher[rows], lists.score[rows])
