"""The best pairing of a few hundred people, exactly: J. Edmonds, "Paths, trees, and flowers" (1965), by rustworkx."""

import numpy as np
import rustworkx

from services.matching.domain.engine.roster import NOBODY, Longs, Words

LOT = 46
"""Bits below a weight that decide by lot between pairings of the same total, whichever the library finds first."""


def best_pairing(weight: Longs) -> Longs:
    """The mate of each of n people (or `NOBODY`) in a pairing of the highest total; a weight of 0 is no edge."""
    one, other = np.nonzero(np.triu(weight, 1))
    lots = _mixed(one * len(weight) + other) >> np.uint64(64 - LOT + len(weight).bit_length())
    worth = [(value << LOT) + lot for value, lot in zip(weight[one, other].tolist(), lots.tolist(), strict=True)]
    graph = rustworkx.PyGraph(multigraph=False)
    graph.add_nodes_from(range(len(weight)))
    graph.add_edges_from(list(zip(one.tolist(), other.tolist(), worth, strict=True)))
    mate = np.full(len(weight), NOBODY, dtype=np.int64)
    for first, second in rustworkx.max_weight_matching(graph, weight_fn=int):
        mate[first], mate[second] = second, first
    return mate


def _mixed(numbers: Longs) -> Words:
    """Numbers that look like chance, the same for the same ones (from the generator splitmix64)."""
    words = (numbers.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Words = words ^ (words >> np.uint64(31))
    return mixed
