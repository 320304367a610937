"""Who could teach each other: a graph of people who have places of both roles, listed as far as prices ask for it.

Lists begin with the best few partners of everybody. Once there are duals, whoever could have something better outside
of their list is asked again at these prices: in the end the duals bound all feasible pairs, not only those listed.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.query import Lists, mutual_lists
from services.matching.domain.engine.roster import Ints, Longs

FIRST_BONUS = 10_000
"""What it is worth to pair somebody whom an earlier round left out; not a part of any score."""
OUT_OF_REACH = 2**40


@dataclass(frozen=True, slots=True)
class Graph:
    """N people are the nodes, `people` their rows, in an order drawn by lot (by ids and seed).

    The partners of a node are the rows `start[node]` to `start[node + 1]` of `column`, in ascending order; `weight` is
    the mutual score and the `bonus` of both. A pair that is not listed scores at most the lower `unlisted` of its two
    nodes; 0 says that all partners are listed.
    """

    people: Ints
    bonus: Longs
    unlisted: Longs
    start: Longs
    column: Longs
    weight: Longs


def who_may_pair(index: Index) -> Ints:
    """The rows of everybody with a free place in both roles, in an order drawn by lot."""
    problem = index.problem
    rows = np.flatnonzero((problem.teaching_places > 0) & (problem.learning_places > 0)).astype(np.int32)
    return rows[np.argsort(index.facts.salt[rows], kind="stable")]


def list_partners(index: Index, people: Ints, most: int) -> Graph:
    """The graph of the `most` best partners, among these people alone, of each of them."""
    prices = np.full(index.problem.roster.size, OUT_OF_REACH)
    prices[people] = 0
    lists = mutual_lists(index, people, most, prices, np.zeros(len(people), dtype=np.int64))
    full = np.diff(lists.start) == most
    unlisted = np.zeros(len(people), dtype=np.int64)
    unlisted[full] = lists.score[lists.start[1:][full] - 1]
    bonus = np.where(index.problem.first[people], FIRST_BONUS, 0)
    keys, weights = _pairs(index, people, bonus, np.arange(len(people)), lists)
    return Graph(people, bonus, unlisted, *_both_ways(keys, weights, len(people)))


def list_more(index: Index, graph: Graph, duals: Longs, most: int) -> tuple[Graph, Longs]:
    """The graph with the pairs besides that beat the duals, and by how much the best one of each node does.

    Duals are twice their value: the two nodes of a pair are to have twice its weight between them. With the excess
    added to everybody's dual this holds for all feasible pairs.
    """
    own = duals - 2 * graph.bonus
    asked = np.flatnonzero((graph.unlisted > 0) & (graph.unlisted > own))
    # No price is below 0: where somebody's dual is less than their bonus, all prices and floors move alike.
    shift = min(0, int(own.min(initial=0)) // 2)
    halves = np.zeros(index.problem.roster.size, dtype=np.int64)
    halves[graph.people] = own // 2 - shift
    lists = mutual_lists(index, graph.people[asked], most, halves, own[asked] // 2 + shift)
    keys, weights = _pairs(index, graph.people, graph.bonus, asked, lists)
    excess = np.zeros(len(graph.people), dtype=np.int64)
    nodes, partners = np.divmod(keys, len(graph.people))
    over = 2 * weights - duals[nodes] - duals[partners]
    np.maximum.at(excess, nodes, over)
    np.maximum.at(excess, partners, over)
    # What is behind the last of a full list is worth no more than that one is.
    full = np.flatnonzero(np.diff(lists.start) == most)
    last = lists.start[full + 1] - 1
    behind = 2 * (lists.score[last] - halves[lists.teacher[last]] - shift) - own[asked[full]]
    excess[asked[full]] = np.maximum(excess[asked[full]], behind)
    return _joined(graph, keys[over > 0], weights[over > 0]), excess


def _joined(graph: Graph, keys: Longs, weights: Longs) -> Graph:
    """The graph with these pairs too."""
    people = len(graph.people)
    node = np.repeat(np.arange(people), np.diff(graph.start))
    once = node < graph.column
    keys = np.concatenate([node[once] * people + graph.column[once], keys])
    keys, place = np.unique(keys, return_index=True)
    weights = np.concatenate([graph.weight[once], weights])[place]
    return Graph(graph.people, graph.bonus, graph.unlisted, *_both_ways(keys, weights, people))


def _pairs(index: Index, people: Ints, bonus: Longs, asked: Longs, lists: Lists) -> tuple[Longs, Longs]:
    """Each listed pair of nodes once, as the lower times N plus the higher, in ascending order; and their weights."""
    node_of = np.zeros(index.problem.roster.size, dtype=np.int64)
    node_of[people] = np.arange(len(people))
    one, other = np.repeat(asked, np.diff(lists.start)), node_of[lists.teacher]
    keys, place = np.unique(np.minimum(one, other) * len(people) + np.maximum(one, other), return_index=True)
    return keys, (lists.score + bonus[one] + bonus[other])[place]


@kernel
def _both_ways(keys: Longs, weights: Longs, people: int) -> tuple[Longs, Longs, Longs]:
    """The rows of every node, of pairs in ascending order: where they start, the partners, and the weights."""
    start = np.zeros(people + 1, dtype=np.int64)
    for key in keys:
        start[key // people + 1] += 1
        start[key % people + 1] += 1
    for node in range(people):
        start[node + 1] += start[node]
    filled = start[:-1].copy()
    column, weight = np.empty(2 * len(keys), dtype=np.int64), np.empty(2 * len(keys), dtype=np.int64)
    for place in range(len(keys)):
        one, other = keys[place] // people, keys[place] % people
        column[filled[one]], weight[filled[one]] = other, weights[place]
        column[filled[other]], weight[filled[other]] = one, weights[place]
        filled[one] += 1
        filled[other] += 1
    return start, column, weight
