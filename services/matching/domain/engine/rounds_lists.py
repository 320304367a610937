"""What learners know of teachers in the course of a round: short lists first, longer ones for who asks again."""

import numpy as np

from services.matching.domain.engine.auction import Known
from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.query import Lists, best_teachers
from services.matching.domain.engine.roster import Ints, Longs

SHORTEST, LONGEST = 32, 256


class Listing:
    """The lists of N people, of which those who learn ask; their rows in `known` change when they do.

    A list replaces the one before. Each time that somebody asks, the list is twice as long, from `shortest` on, up to
    `LONGEST`.
    """

    def __init__(self, index: Index, bonus: Longs, shortest: int = SHORTEST) -> None:
        people = index.problem.roster.size
        self._index = index
        self._shortest = shortest
        self._asked = np.zeros(people, dtype=np.int32)
        self._used = 0
        self.known = Known(
            begin=np.zeros(people, dtype=np.int64),
            end=np.zeros(people, dtype=np.int64),
            column=np.empty(0, dtype=np.int32),
            weight=np.empty(0, dtype=np.int32),
            bonus=bonus.astype(np.int64),
            hidden=np.zeros(people, dtype=np.int64),
        )

    @property
    def edges(self) -> int:
        """How many pairs are listed."""
        return int(np.sum(self.known.end - self.known.begin))

    def ask(self, learners: Ints, prices: Longs) -> None:
        """Give each of them the teachers who are worth most at these prices; nobody who is not worth their price."""
        most = np.minimum(LONGEST, self._shortest << np.minimum(self._asked[learners], 8))
        for length in np.unique(most).tolist():
            group = learners[most == length]
            self._replace(group, length, prices)
        self._asked[learners] = np.minimum(self._asked[learners], 8) + 1

    def learn_all(self, learners: Ints) -> None:
        """Let each of them know every feasible teacher."""
        self._replace(learners, max(1, len(self._asked)), np.zeros(len(self._asked), dtype=np.int64))

    def look_again(self, learners: Ints, prices: Longs, floors: Longs) -> None:
        """Find out what the best of all teachers is worth to each of them at these prices, if more than the floor."""
        known = self.known
        lists = best_teachers(self._index, learners, 1, prices, floors - known.bonus[learners])
        found = np.diff(lists.start) > 0
        known.hidden[learners] = 0
        known.hidden[learners[found]] = lists.score - prices[lists.teacher] + known.bonus[learners[found]]

    def look_further(self, learners: Ints, prices: Longs) -> int:
        """Let each know some who are worth more at these prices than all whom they know; how many overlooked any."""
        profits, most = self.profits(prices)[learners], self._shortest
        lists = best_teachers(self._index, learners, most, prices, profits - self.known.bonus[learners])
        self.extend(learners, lists)
        self.known.hidden[learners] = profits
        self._hide_beyond(learners, lists, most, prices)
        return int(np.count_nonzero(np.diff(lists.start)))

    def extend(self, learners: Ints, lists: Lists) -> None:
        """Let each of them know these teachers too."""
        known = self.known
        self._make_room(int((known.end[learners] - known.begin[learners]).sum()) + len(lists.score))
        self._used = _extend(self.known, learners, lists.start, lists.teacher, lists.score, self._used)

    def raise_bonus(self, by: Longs) -> None:
        """Add so much to all that a teacher is worth to each, whether they know them or not."""
        self.known.bonus[:] += by
        self.known.hidden[:] += by

    def profits(self, prices: Longs) -> Longs:
        """What the best teacher whom each person knows is worth to them at these prices; nobody is worth 0."""
        return _profits(self.known, prices)

    def _replace(self, learners: Ints, most: int, prices: Longs) -> None:
        known = self.known
        lists = best_teachers(self._index, learners, most, prices, -known.bonus[learners])
        known.begin[learners], known.end[learners] = 0, 0
        self.extend(learners, lists)
        known.hidden[learners] = 0
        self._hide_beyond(learners, lists, most, prices)

    def _hide_beyond(self, learners: Ints, lists: Lists, most: int, prices: Longs) -> None:
        """Nobody beyond a full list is worth more than its last."""
        full = np.diff(lists.start) >= most
        last, learner = lists.start[1:][full] - 1, learners[full]
        self.known.hidden[learner] = lists.score[last] - prices[lists.teacher[last]] + self.known.bonus[learner]

    def _make_room(self, rows: int) -> None:
        if self._used + rows > len(self.known.column):
            size = self.edges + rows
            column, weight = np.empty(size + size // 4, dtype=np.int32), np.empty(size + size // 4, dtype=np.int32)
            self._used = _tidy(self.known, column, weight)
            self.known = self.known._replace(column=column, weight=weight)


@kernel
def _tidy(known: Known, column: Ints, weight: Ints) -> int:
    """Move the rows that count to other columns, one list after another."""
    used = 0
    for learner in range(len(known.begin)):
        begin, end = known.begin[learner], known.end[learner]
        for row in range(begin, end):
            column[used + row - begin], weight[used + row - begin] = known.column[row], known.weight[row]
        known.begin[learner], known.end[learner] = used, used + end - begin
        used += end - begin
    return used


@kernel
def _extend(known: Known, learners: Ints, start: Longs, teacher: Ints, score: Ints, used: int) -> int:
    """Write the rows of each, old and new, one list after another from row `used`; where the last one ends."""
    for place in range(len(learners)):
        learner = learners[place]
        begin = used
        for row in range(known.begin[learner], known.end[learner]):
            known.column[used], known.weight[used] = known.column[row], known.weight[row]
            used += 1
        for row in range(start[place], start[place + 1]):
            known.column[used], known.weight[used] = teacher[row], score[row]
            used += 1
        known.begin[learner], known.end[learner] = begin, used
    return used


@kernel
def _profits(known: Known, prices: Longs) -> Longs:
    best = np.zeros(len(known.begin), dtype=np.int64)
    for learner in range(len(known.begin)):
        for row in range(known.begin[learner], known.end[learner]):
            value = known.weight[row] + known.bonus[learner] - prices[known.column[row]]
            best[learner] = max(best[learner], value)
    return best
