"""How many learners can be served at all, and how high a floor can be put under everybody without serving fewer.

Augmenting paths (C. Berge, 1957; H. W. Kuhn, 1955, for marriage with capacities): a learner without a teacher takes a
place from one who can move on, until somebody finds a free place. Where a search ends in vain, its learners have
nobody but its teachers, whose places are all taken: none of them is looked at again (the theorem of D. König). Only
short lists are held; a search that runs out of them asks for teachers whom it has not seen.
"""

from dataclasses import replace

import numpy as np

from services.matching.domain.engine.auction import CLOSED, Known
from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.query import best_teachers
from services.matching.domain.engine.roster import NOBODY, Ints, Longs
from services.matching.domain.engine.rounds_lists import Listing
from services.matching.domain.policy import MAXIMUM

NEW_TEACHERS = 8
FIRST_STEP = 16


class Seats:
    """Who sits where, by person: `match` is the teacher of each learner; a teacher's learners sit in their places."""

    def __init__(self, index: Index, lists: Listing, places: Ints, match: Ints) -> None:
        self._index = index
        self._lists = lists
        self.match = match.copy()
        self._first = np.zeros(len(places) + 1, dtype=np.int64)
        np.cumsum(places, out=self._first[1:])
        self._taken = np.zeros(len(places), dtype=np.int32)
        self._sitting = np.empty(self._first[-1], dtype=np.int32)
        self._seat = np.zeros(len(match), dtype=np.int64)
        _sit(self.match, self._first, self._taken, self._sitting, self._seat)

    def fill(self, learners: Ints, floor: int, allowed: int) -> int:
        """Find seats worth the floor or more for those who have none; how many are proven to get none.

        Stops when that is more than allowed. One is tried alone, then two together, then four: a few suffice to prove
        that a floor is too high, and many are proven together faster.
        """
        index = with_floor(self._index, floor)
        self._augment(learners, floor, np.full(len(self._taken), NOBODY, dtype=np.int32))
        closed = np.full(len(self._taken), NOBODY, dtype=np.int32)
        standing = learners[self.match[learners] == NOBODY]
        vain, done, size = 0, 0, 1
        while done < len(standing) and vain <= allowed:
            vain += self._seek(index, standing[done : done + size], floor, closed)
            done, size = done + size, size * 2
        return vain

    def _seek(self, index: Index, roots: Ints, floor: int, closed: Ints) -> int:
        """Find seats for these; how many get none. `closed` marks the teachers of whom nobody can let go."""
        while True:
            seen = closed.copy()
            tree, seated = self._augment(roots, floor, seen)
            if seated:
                continue
            known = np.where(seen != NOBODY, CLOSED, 0)
            found = best_teachers(index, tree, NEW_TEACHERS, known, np.full(len(tree), -1, dtype=np.int64))
            if not len(found.score):
                closed[:] = seen
                return int(np.count_nonzero(self.match[roots] == NOBODY))
            self._lists.extend(tree, found)

    def _augment(self, roots: Ints, floor: int, seen: Ints) -> tuple[Ints, int]:
        """Try to seat each of these who has no seat: whom the searches in vain have reached, and how many were seated.

        A search leaves out whom one before it has seen, so only where nobody was seated is it certain that all failed.
        """
        tree = np.empty(len(self.match), dtype=np.int32)
        seats = self._first, self._taken, self._sitting, self._seat
        size, seated = _augment(self._lists.known, floor, self.match, seats, roots, seen, tree)
        return tree[:size].copy(), seated


def with_floor(index: Index, floor: int) -> Index:
    """The same round in which pairs below the floor are not feasible."""
    return replace(index, rules=index.rules._replace(min_score=max(floor, index.rules.min_score)))


def most_served(index: Index, lists: Listing, places: Ints, learners: Ints, match: Ints) -> int:
    """The most learners that can have a teacher, starting from a match."""
    seats = Seats(index, lists, places, match)
    return len(learners) - seats.fill(learners, 0, len(learners))


def highest_floor(index: Index, lists: Listing, places: Ints, learners: Ints, match: Ints, scores: Longs) -> int:
    """The highest score that everybody can be given at least while as many are served as the match serves.

    `scores` are those of the match, by learner. The search doubles its steps from the lowest of them, and then halves.
    """
    served = match != NOBODY
    left = len(learners) - int(served.sum())

    def possible(floor: int) -> bool:
        kept = np.where(served & (scores >= floor), match, NOBODY).astype(np.int32)
        return Seats(index, lists, places, kept).fill(learners, floor, left) <= left

    low = int(scores[served].min()) if served.any() else 0
    high, step = MAXIMUM + 1, FIRST_STEP
    while low + step < high:
        if possible(low + step):
            low += step
            step *= 2
        else:
            high = low + step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if possible(middle) else (low, middle)
    return low


_Seats = tuple[Longs, Ints, Ints, Longs]


@kernel
def _sit(match: Ints, first: Longs, taken: Ints, sitting: Ints, seat: Longs) -> None:
    for learner in range(len(match)):
        teacher = match[learner]
        if teacher != NOBODY:
            seat[learner] = first[teacher] + taken[teacher]
            sitting[seat[learner]] = learner
            taken[teacher] += 1


@kernel
def _augment(
    known: Known, floor: int, match: Ints, seats: _Seats, roots: Ints, seen: Ints, tree: Ints
) -> tuple[int, int]:
    size, seated = 0, 0
    for place in range(len(roots)):
        if match[roots[place]] == NOBODY:
            end = _search(known, floor, match, seats, roots[place], seen, tree, size)
            if match[roots[place]] == NOBODY:
                size = end
            else:
                seated += 1
    return size, seated


@inline
def _search(known: Known, floor: int, match: Ints, seats: _Seats, root: int, seen: Ints, tree: Ints, head: int) -> int:
    """Search breadth first from one learner; teachers seen before lead nowhere. Where the learners reached end."""
    first, taken, sitting, _ = seats
    tree[head] = root
    size = head + 1
    while head < size:
        learner = tree[head]
        head += 1
        for row in range(known.begin[learner], known.end[learner]):
            teacher = known.column[row]
            if known.weight[row] < floor or seen[teacher] != NOBODY:
                continue
            seen[teacher] = learner
            if taken[teacher] < first[teacher + 1] - first[teacher]:
                _move_on(match, seats, seen, teacher)
                return size
            for seat in range(first[teacher], first[teacher + 1]):
                tree[size] = sitting[seat]
                size += 1
    return size


@inline
def _move_on(match: Ints, seats: _Seats, seen: Ints, teacher: int) -> None:
    """Give the free place to whoever reached its teacher, their place to whoever reached theirs, and so on."""
    first, taken, sitting, seat = seats
    free = first[teacher] + taken[teacher]
    taken[teacher] += 1
    while teacher != NOBODY:
        learner = seen[teacher]
        left, place = match[learner], seat[learner]
        match[learner], seat[learner], sitting[free] = teacher, free, learner
        teacher, free = left, place
