"""From whom rings are made: what everybody could learn from whom at which prices, asked of the index."""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.index import Index
from services.matching.domain.engine.mutual import FIRST_BONUS, OUT_OF_REACH
from services.matching.domain.engine.query import best_teachers
from services.matching.domain.engine.rings import EVERY, NEVER, Arcs, Rings, find_rings
from services.matching.domain.engine.roster import Ints, Longs

ARCS, WAYS = 48_000_000, 400_000_000
AT_A_TIME, UNEVEN, THOROUGHLY = 4_096, 30, 16
"""So many people are asked for together. One of them may have so many times the arcs of others; and where the bound is
looked for, so many times the ways."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """N people who teach and learn: `people` are their rows, in an order drawn by lot; `longest` is for the rings.

    At most about so many `arcs` are listed at a time, and so many `ways` followed.

    `lean` is what of each person's price their learner pays beyond half. It changes no ring's worth, so that any will
    do; where as much is to be gained by teaching somebody as by learning, the fewest arcs are worth more than nothing.
    """

    index: Index
    people: Ints
    longest: int
    lean: Longs
    arcs: int = ARCS
    ways: int = WAYS

    @property
    def bonus(self) -> Longs:
        """What it counts besides the scores that somebody is in a ring."""
        return np.where(self.index.problem.first[self.people], FIRST_BONUS, 0)

    def usual_prices(self) -> Longs:
        """Prices to begin with: most of what the best teacher of each person is worth."""
        lists = best_teachers(self.index, self.people, 1)
        prices = self.bonus
        prices[np.diff(lists.start) > 0] += lists.score
        return prices * 8 // 10

    def find(self, nodes: Longs, prices: Longs, least: int, most: int, far: int) -> Rings:
        """Rings of some people, numbered as among these.

        Each of these people has a price. `most` is how many rings from each person are kept, `least` what they are
        worth beyond the prices, a person; no arc in them but the last is further below its price than `far`.
        """
        arcs = self._arcs(nodes, prices, np.full(len(nodes), far))
        ways = self.ways // max(1, len(nodes))
        rings, _ = find_rings(
            self.index, self.people[nodes], arcs, prices, self.longest, most=most, ways=ways, least=least
        )
        if len(nodes) == len(self.people):
            self._balance(arcs)
        return rings

    def find_all(self, prices: Longs, least: int, most: int) -> tuple[Rings, int]:
        """Rings of everybody, and what no disjoint ones add up to more than.

        In a ring that is worth more than its prices, from the right person on, the first arcs together are so as well:
        each is no further below its price than those before it are above theirs.
        """
        nodes, far = np.arange(len(prices)), np.zeros(len(prices), dtype=np.int64)
        arcs = self._arcs(nodes, prices, far)
        for _ in range(self.longest - 2):
            far = arcs.reach(far)
            arcs = self._arcs(nodes, prices, far)
        ways = THOROUGHLY * self.ways // max(1, len(prices))
        rings, excess = find_rings(
            self.index, self.people, arcs, prices, self.longest, most=most, ways=ways, least=least
        )
        # Everybody learns once at most, so that the best arcs of all bound what any rings are worth, too.
        best = np.maximum(arcs.behind, 0)
        some = np.flatnonzero(np.diff(arcs.start))
        best[some] = np.maximum(best[some], arcs.worth[arcs.start[some]])
        self._balance(arcs)
        return rings, int(prices.sum()) + min(excess, int(best.sum()))

    def _arcs(self, nodes: Longs, prices: Longs, far: Longs) -> Arcs:
        """Arcs among some people, none further below its price than its learner's `far`."""
        rows = self.people[nodes]
        teach = np.maximum(0, prices // 2 + self.lean[nodes])
        size = self.index.problem.roster.size
        tolls, node_of = np.full(size, OUT_OF_REACH), np.zeros(size, dtype=np.int32)
        tolls[rows], node_of[rows] = teach, np.arange(len(nodes), dtype=np.int32)
        learn = prices - teach - self.bonus[nodes]
        length, behind = np.zeros(len(nodes), dtype=np.int64), np.where(far == EVERY, NEVER, -far)
        teacher, worth, left = [np.empty(0, dtype=np.int32)], [np.empty(0, dtype=np.int32)], self.arcs
        for first in range(0, len(nodes), AT_A_TIME):
            part = slice(first, first + AT_A_TIME)
            listed = max(1, min(size, UNEVEN * left // (len(nodes) - first)))
            lists = best_teachers(self.index, rows[part], listed, tolls, (learn - far)[part])
            length[part] = np.diff(lists.start)
            teacher.append(node_of[lists.teacher])
            worth.append(lists.score - (teach[teacher[-1]] + np.repeat(learn[part], length[part])).astype(np.int32))
            full = np.flatnonzero(length[part] == listed)
            behind[first + full] = worth[-1][lists.start[1:][full] - 1]
            left = max(0, left - len(lists.teacher))
        start = np.append(0, np.cumsum(length))
        return Arcs(start, np.concatenate(teacher), np.concatenate(worth), behind, learn, teach)

    def _balance(self, arcs: Arcs) -> None:
        """Move what people pay as learners and as teachers so that both have as much to gain."""
        people = len(self.people)
        gains = np.flatnonzero(arcs.worth > 0)
        learner = np.repeat(np.arange(people), np.diff(arcs.start))[gains]
        moved, ways = np.zeros(people, dtype=np.int64), np.ones(people, dtype=np.int64)
        for node, sign in ((arcs.teacher[gains], 1), (learner, -1)):
            np.add.at(moved, node, sign * arcs.worth[gains].astype(np.int64))
            ways += np.bincount(node, minlength=people)
        self.lean[:] += moved // ways
