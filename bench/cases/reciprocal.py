"""Pairs who teach each other, beside the exact blossom algorithm."""

import numpy as np
import rustworkx

from bench.cases.rounds import whole
from bench.instances import problem_of
from bench.measuring import Sample, measure
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.query import mutual_lists
from services.matching.domain.engine.roster import Longs

CLOSED = 2**40


def ours(people: int, scenario: str) -> Sample:
    """The engine's round."""
    return whole(people, scenario, "reciprocal")


def blossom(people: int, scenario: str, listed: int) -> Sample:
    """Rustworkx's maximum weight matching over the `listed` best partners of everybody; lists are not in its time."""
    index = build_index(problem_of(people, scenario, "reciprocal"))
    edges = _edges(index, listed)
    graph = rustworkx.PyGraph()
    graph.add_nodes_from(list(range(people)))
    graph.add_edges_from([tuple(edge) for edge in edges.tolist()])
    matching, sample = measure(lambda: rustworkx.max_weight_matching(graph, weight_fn=int))
    weight = {(one, other): score for one, other, score in edges.tolist()}
    total = sum(weight[min(pair), max(pair)] for pair in matching)
    return sample.with_facts(people=people, edges=len(edges), matched=2 * len(matching), total=total)


def _edges(index: Index, listed: int) -> Longs:
    """Each pair of partners once: the lower row, the higher, the mutual score."""
    problem = index.problem
    both = np.flatnonzero((problem.teaching_places > 0) & (problem.learning_places > 0)).astype(np.int32)
    prices = np.full(problem.roster.size, CLOSED)
    prices[both] = 0
    lists = mutual_lists(index, both, listed, prices, np.zeros(len(both), dtype=np.int64))
    asked = np.repeat(both, np.diff(lists.start)).astype(np.int64)
    columns = [np.minimum(asked, lists.teacher), np.maximum(asked, lists.teacher), lists.score]
    edges: Longs = np.unique(np.stack(columns, axis=1).astype(np.int64), axis=0)
    return edges
