"""The best pairing of a few hundred people, exactly: J. Edmonds, "Paths, trees, and flowers" (1965), by rustworkx."""

import numpy as np
import rustworkx

from services.matching.domain.engine.roster import NOBODY, Longs
from services.matching.domain.engine.splitmix import GOLDEN, finalized

LOT = 46
"""Bits below a weight that decide by lot between pairings of the same total, whichever the library finds first."""


def best_pairing(weight: Longs) -> Longs:
    """The mate of each of n people (or `NOBODY`) in a pairing of the highest total; a weight of 0 is no edge."""
    one, other = np.nonzero(np.triu(weight, 1))
    numbers = (one * len(weight) + other).astype(np.uint64) + np.uint64(1)
    lots = finalized(numbers * np.uint64(GOLDEN)) >> np.uint64(64 - LOT + len(weight).bit_length())
    worth = [(value << LOT) + lot for value, lot in zip(weight[one, other].tolist(), lots.tolist(), strict=True)]
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(weight)))
    graph.add_edges_from(list(zip(one.tolist(), other.tolist(), worth, strict=True)))
    mate = np.full(len(weight), NOBODY, dtype=np.int64)
    for first, second in rustworkx.max_weight_matching(graph, weight_fn=int):
        mate[first], mate[second] = second, first
    return mate
