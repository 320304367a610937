"""An auction over all feasible pairs, of which only short lists are ever held; and a bound that nobody can beat.

Learners come to the market in blocks and ask for the teachers who are worth most at the prices of then (column
generation by prices, as in P. C. Gilmore and R. E. Gomory, 1961). Since prices only rise, nobody who is not on a list
is ever worth more than the last who is: a learner never bids beyond that, and asks again once all whom they know have
become worth less. So every learner ends with what is best of all feasible teachers but for `eps`, as if all pairs had
been listed, and the prices bound what any other assignment could add up to (weak duality of linear programs).

Where many who are alike want the same, a list names a few of many teachers who are worth the same, and prices rise by
a step with each question. There people bid in large steps for whom they know, though others may be worth more. Then all
look for whom they overlooked at the prices reached, and bid anew, until the gap is no more than asked for.
"""

import numpy as np

from services.matching.domain.engine.auction import open_market, trade, trade_anew
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.problem import Report, Round
from services.matching.domain.engine.roster import NOBODY, Ints, Longs
from services.matching.domain.engine.rounds_lists import SHORTEST, Listing

BLOCKS = 8
MOST_EPS = 64
CONTESTED, SETTLED = 16, 64
"""A market is contested once more than one learner in so many is to ask again, until no more than so few are."""
PATIENCE = 1_000
"""By how much more than all whom they know somebody unknown may be worth in a contested market, before they ask."""
MOST_REVISIONS = 8


class Rounds:
    """A market of one index: `places` and `bonus` have a row a person; `eps` is what a learner's choice may fall short.

    Who has come stays until outbid, so latecomers are served by another `serve`.
    """

    def __init__(
        self, index: Index, places: Ints, bonus: Longs, *, eps: int | None = None, shortest: int = SHORTEST
    ) -> None:
        people = index.problem.roster.size
        self._index = index
        self._places = places
        self._eps = eps
        self.lists = Listing(index, bonus, shortest)
        self.market = open_market(people, places)
        self._present = np.zeros(people, dtype=np.bool_)
        self.log: list[Round] = []

    @property
    def total(self) -> int:
        """What the scores of the pairs add up to."""
        return int(self.market.weight.sum())

    @property
    def matched(self) -> int:
        """How many learners have a teacher."""
        return int(np.count_nonzero(self.market.match != NOBODY))

    @property
    def prices(self) -> Longs:
        """What a place with each person costs; 0 for who has none."""
        return np.where(self._places > 0, self.market.prices, 0)

    @property
    def gap(self) -> int:
        """How far the total may be below the best, in basis points of what can at most be reached, rounded up."""
        upper = self.upper_bound()
        return -((self.total - upper) * 10_000 // max(1, upper))

    def serve(self, learners: Ints, report: Report, blocks: int = BLOCKS) -> None:
        """Let these learners in, a block at a time in the order of their hashes, until nobody wants anything else."""
        self._present[learners] = True
        asking, contested = np.empty(0, dtype=np.int32), False
        for number, block in enumerate(np.array_split(self._by_hash(learners), blocks)):
            asking = self._round(np.concatenate([asking, block]), patient=contested)
            contested = contested or self._is_contested(len(asking))
            report((number + 1) / (blocks + 1))
        if contested:
            while len(asking) * SETTLED > np.count_nonzero(self._present):
                asking = self._round(asking, patient=True)
            asking = self._revise()
        self._go_on(asking)

    def raise_bonus(self, by: Longs) -> None:
        """Make it worth more to be served, and let those bid who are not."""
        self.lists.raise_bonus(by)
        unserved = np.flatnonzero((by > 0) & (self.market.match == NOBODY)).astype(np.int32)
        self._present[unserved] = True
        self._go_on(self._by_hash(unserved))

    def upper_bound(self) -> int:
        """What no assignment that serves as many (of those with a bonus) can beat."""
        known = self.lists.known
        best = np.maximum(self.lists.profits(self.market.prices), known.hidden)
        served = known.bonus[self.market.match != NOBODY]
        return int((self.prices * self._places).sum() + best.sum() - served.sum())

    def tighten(self) -> None:
        """Look up what could lie hidden from whom, so that the bound is as low as the prices allow."""
        known, prices = self.lists.known, self.market.prices
        profits = self.lists.profits(prices)
        unsure = np.flatnonzero(known.hidden > profits).astype(np.int32)
        self.lists.look_again(unsure, prices, profits[unsure])

    def _is_contested(self, asking: int) -> bool:
        """Whether many ask again though places are left; where none are, lists soon tell people so."""
        left = int(self._places.sum()) - self.matched
        return asking <= left and asking * CONTESTED > int(np.count_nonzero(self._present))

    def _revise(self) -> Ints:
        """Let everybody look for whom they overlooked and bid anew, until the gap is as asked for; who is to go on."""
        present = self._by_hash(np.flatnonzero(self._present).astype(np.int32))
        for left in range(MOST_REVISIONS, -1, -1):
            overlooked = self.lists.look_further(present, self.market.prices)
            if left == 0 or self.gap <= self._index.problem.terms.max_gap:
                break
            self.market, bids = trade_anew(self.lists.known, present, self._places, eps=self._eps or 1)
            self.log.append(Round(self.lists.edges, len(present), bids, overlooked, self.matched, self.total))
        wanting = (self.market.match == NOBODY) & (self.lists.profits(self.market.prices) > 0)
        going_on: Ints = present[wanting[present]]
        return going_on

    def _by_hash(self, learners: Ints) -> Ints:
        return learners[np.argsort(self._index.facts.salt[learners], kind="stable")]

    def _go_on(self, asking: Ints) -> None:
        while len(asking):
            asking = self._round(asking)

    def _round(self, learners: Ints, *, patient: bool = False) -> Ints:
        if not len(learners):
            return learners
        self.lists.ask(learners, self.market.prices)
        if self._eps is None:
            self._eps = self._fitting_eps(learners)
        eps, slack = (max(MOST_EPS, self._eps), PATIENCE) if patient else (self._eps, self._eps)
        bids, asking = trade(self.market, self.lists.known, learners, eps=eps, slack=slack)
        self.log.append(Round(self.lists.edges, len(learners), bids, len(asking), self.matched, self.total))
        return asking

    def _fitting_eps(self, learners: Ints) -> int:
        """Half of what the policy lets the total fall short, a learner."""
        best = self.lists.profits(self.market.prices)[learners] - self.lists.known.bonus[learners]
        usual = int(best.sum()) // len(learners)
        return min(MOST_EPS, max(1, usual * self._index.problem.terms.max_gap // 20_000))
