"""From whom rings are made: what everybody could learn from whom at which prices, asked of the index."""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.index import Index
from services.matching.domain.engine.mutual import FIRST_BONUS, OUT_OF_REACH
from services.matching.domain.engine.query import best_teachers, mutual_lists, pair_scores
from services.matching.domain.engine.rings import EVERY, NEVER, Arcs, Rings, find_rings
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

ARCS, WAYS = 16_000_000, 400_000_000
"""How many arcs are listed at a time, and how many ways are followed, at most."""
LISTED = 16
"""How many teachers and partners of each are listed before there are prices."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """N people who teach and learn: `people` are their rows, in an order drawn by lot; `longest` is for the rings.

    `lean` is what of each person's price their learner pays beyond half. It changes no ring's worth, so that any will
    do; where as much is to be gained by teaching somebody as by learning, the fewest arcs are worth more than nothing.
    """

    index: Index
    people: Ints
    longest: int
    lean: Longs

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

    def find(self, nodes: Longs, prices: Longs, least: int, most: int, far: int) -> tuple[Rings, int]:
        """Rings of some people, numbered as among these, and what no disjoint ones of theirs add up to more than.

        Each of these people has a price. `most` is how many rings from each person are kept, `least` what they are
        worth beyond the prices, a person; no arc in them is further below its price than `far`.
        """
        arcs = self._arcs(nodes, prices, far)
        ways = WAYS // max(1, len(nodes))
        rings, excess = find_rings(arcs, prices, self.longest, most=most, ways=ways, least=least)
        # Everybody learns once at most, so that the best arcs of all bound what any rings are worth, too.
        best = np.maximum(arcs.behind, 0)
        some = np.flatnonzero(np.diff(arcs.start))
        best[some] = np.maximum(best[some], arcs.worth[arcs.start[some]])
        if len(nodes) == len(self.people):
            self._balance(arcs)
        return rings, int(prices.sum()) + min(excess, int(best.sum()))

    def _arcs(self, nodes: Longs, prices: Longs, far: int) -> Arcs:
        rows = self.people[nodes]
        teach = np.maximum(0, prices // 2 + self.lean[nodes])
        size = self.index.problem.roster.size
        tolls, node_of = np.full(size, OUT_OF_REACH), np.zeros(size, dtype=np.int32)
        tolls[rows], node_of[rows] = teach, np.arange(len(nodes), dtype=np.int32)
        listed = max(1, ARCS // max(1, len(nodes)))
        learn = prices - teach - self.bonus[nodes]
        lists = best_teachers(self.index, rows, listed, tolls, learn - far)
        length, teacher = np.diff(lists.start), node_of[lists.teacher]
        worth = (lists.score - teach[teacher] - np.repeat(learn, length)).astype(np.int32)
        behind = np.full(len(nodes), NEVER if far == EVERY else -far)
        full = length >= min(listed, size)
        behind[full] = worth[lists.start[1:][full] - 1]
        return Arcs(lists.start, teacher, worth, behind)

    def find_along_lists(self, prices: Longs) -> Rings:
        """Rings along everybody's best teachers, and both ways with the best partners, whatever they are worth."""
        teachers = best_teachers(self.index, self.people, LISTED)
        partners = mutual_lists(self.index, self.people, LISTED)
        asked, paired = (np.repeat(self.people, np.diff(lists.start)) for lists in (teachers, partners))
        teacher = np.concatenate([teachers.teacher, partners.teacher, paired])
        node_of = np.full(self.index.problem.roster.size, NOBODY, dtype=np.int64)
        node_of[self.people] = np.arange(len(self.people))
        among = node_of[teacher] != NOBODY
        learner = node_of[np.concatenate([asked, paired, partners.teacher])[among]]
        keys = np.unique(learner * len(self.people) + node_of[teacher[among]])
        learner, teacher = np.divmod(keys, len(self.people))
        score = pair_scores(self.index, self.people[teacher], self.people[learner])
        worth = score - prices[teacher] // 2 - (prices - prices // 2 - self.bonus)[learner]
        order = np.lexsort((-worth, learner))
        start = np.append(0, np.cumsum(np.bincount(learner, minlength=len(self.people))))
        behind = np.full(len(self.people), NEVER)
        arcs = Arcs(start, teacher[order].astype(np.int32), worth[order].astype(np.int32), behind)
        self._balance(arcs)
        rings, _ = find_rings(arcs, prices, self.longest, most=4 * LISTED, ways=LISTED**3, least=-EVERY)
        return rings

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
