"""From whom rings are made: what everybody could learn from whom at which prices, asked of the index."""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.index import Index
from services.matching.domain.engine.mutual import FIRST_BONUS, OUT_OF_REACH
from services.matching.domain.engine.query import best_teachers
from services.matching.domain.engine.rings import EVERY, NEVER, Arcs, Rings, find_rings
from services.matching.domain.engine.roster import Ints, Longs

ARCS, WAYS = 16_000_000, 400_000_000
"""How many arcs are listed at a time, and how many ways are followed, at most."""
MANY, LISTED_OF_MANY, FAR, WAYS_OF_MANY = 20_000, 160, 600, 4_000
"""From so many people on, few arcs of each are listed, none that is further below its price, and few ways followed."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """N people who teach and learn: `people` are their rows, in an order drawn by lot; `longest` is for the rings."""

    index: Index
    people: Ints
    longest: int

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

    def find(self, nodes: Longs, prices: Longs, least: int, most: int) -> tuple[Rings, int]:
        """Rings of some people, numbered as among these, and what no disjoint ones of theirs add up to more than.

        Each of these people has a price. `most` is how many rings from each person are kept, `least` what they are
        worth beyond the prices, a person.
        """
        arcs = self._arcs(nodes, prices)
        ways = WAYS // max(1, len(nodes)) if len(nodes) < MANY else WAYS_OF_MANY
        rings, excess = find_rings(arcs, prices, self.longest, most=most, ways=ways, least=least)
        # Everybody learns once at most, so that the best arcs of all bound what any rings are worth, too.
        best = np.maximum(arcs.behind, 0)
        some = np.flatnonzero(np.diff(arcs.start))
        best[some] = np.maximum(best[some], arcs.worth[arcs.start[some]])
        return rings, int(prices.sum()) + min(excess, int(best.sum()))

    def _arcs(self, nodes: Longs, prices: Longs) -> Arcs:
        rows, teach = self.people[nodes], prices // 2
        size = self.index.problem.roster.size
        tolls, node_of = np.full(size, OUT_OF_REACH), np.zeros(size, dtype=np.int32)
        tolls[rows], node_of[rows] = teach, np.arange(len(nodes), dtype=np.int32)
        few = len(nodes) < MANY
        listed, far = (max(1, ARCS // max(1, len(nodes))), EVERY) if few else (LISTED_OF_MANY, FAR)
        learn = prices - teach - self.bonus[nodes]
        lists = best_teachers(self.index, rows, listed, tolls, learn - far)
        length, teacher = np.diff(lists.start), node_of[lists.teacher]
        worth = (lists.score - teach[teacher] - np.repeat(learn, length)).astype(np.int32)
        behind = np.full(len(nodes), NEVER if far == EVERY else -far)
        full = length >= min(listed, size)
        behind[full] = worth[lists.start[1:][full] - 1]
        return Arcs(lists.start, teacher, worth, behind)
