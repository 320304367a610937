"""The best pairs of a graph, within a bound: everybody bids for everybody, and what comes of it is cut into pairs.

The auction on the double cover gives the best fractional pairing and its duals; their sum bounds any pairing.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.auction import auction
from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.mutual import Graph
from services.matching.domain.engine.reciprocal_cut import cut
from services.matching.domain.engine.roster import NOBODY, Longs

LOWERINGS = 8


@dataclass(frozen=True, slots=True)
class Pairing:
    """The mate of each node (or `NOBODY`), and duals, twice their value: partners have twice their weight at least."""

    mate: Longs
    duals: Longs

    @property
    def bound(self) -> int:
        """What no pairing of the graph has more than."""
        return int(self.duals.sum()) // 2


def pair_up(graph: Graph, *, eps: int = 1) -> Pairing:
    """Pairs of almost the highest total: what an odd ring loses is not looked into."""
    people = len(graph.people)
    places = np.ones(people, dtype=np.int32)
    bids = auction(graph.start, graph.column.astype(np.int32), graph.weight, places, eps=eps)
    match = bids.match.astype(np.int64)
    duals, worth = _duals(graph.start, graph.column, graph.weight, match, bids.prices)
    mate = np.full(people, NOBODY, dtype=np.int64)
    cut(match, worth, mate)
    return Pairing(mate, duals)


def total(graph: Graph, mate: Longs) -> int:
    """The weight of all pairs."""
    nodes = np.repeat(np.arange(len(mate)), np.diff(graph.start))
    return int(graph.weight[(mate[nodes] == graph.column) & (nodes < graph.column)].sum())


def weights_among(start: Longs, column: Longs, weight: Longs, around: Longs) -> Longs:
    """The weights of all pairs of some people, in ascending order, as a matrix."""
    among = np.zeros((len(around), len(around)), dtype=np.int64)
    length = start[around + 1] - start[around]
    rows = np.arange(length.sum()) + np.repeat(start[around] - np.cumsum(length) + length, length)
    one, other = np.repeat(np.arange(len(around)), length), np.searchsorted(around, column[rows])
    inside = around[np.minimum(other, len(around) - 1)] == column[rows]
    among[one[inside], other[inside]] = weight[rows[inside]]
    return among


@kernel
def _duals(start: Longs, column: Longs, weight: Longs, match: Longs, prices: Longs) -> tuple[Longs, Longs]:
    """Price and profit of everybody, lowered as far as their partners' allow; and the weight of what they won."""
    people = len(match)
    duals, worth = prices.copy(), np.zeros(people, dtype=np.int64)
    for node in range(people):
        profit = 0
        for row in range(start[node], start[node + 1]):
            offered = weight[row] - prices[column[row]]
            profit = max(profit, offered)
            if column[row] == match[node]:
                worth[node] = weight[row]
        duals[node] += profit
    for _ in range(LOWERINGS):
        lowered = False
        for node in range(people):
            needed = 0
            for row in range(start[node], start[node + 1]):
                least = 2 * weight[row] - duals[column[row]]
                needed = max(needed, least)
            if needed < duals[node]:
                duals[node], lowered = needed, True
        if not lowered:
            break
    return duals, worth
