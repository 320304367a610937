"""Assignment as a flow of least cost: the only module that knows OR-tools."""

import numpy as np

from services.matching.domain.engine.arrays import Integers, Words
from services.matching.domain.engine.plain_points import MAXIMUM
from services.matching.domain.engine.scoring import Edges


def best_assignment(edges: Edges, places: Integers, hashes: Words) -> Edges:
    """The edges that give most learners a teacher and, among such, the highest total; a learner has one teacher.

    Everything is numbered in the order of the hashes, so that ties fall the same way on any machine.
    """
    if not len(edges):
        return edges
    edges = edges.where(np.lexsort((hashes[edges.teachers], hashes[edges.learners])))
    learners, learner_of_edge = _numbered(edges.learners, hashes)
    teachers, teacher_of_edge = _numbered(edges.teachers, hashes)
    source, sink = len(learners) + len(teachers), len(learners) + len(teachers) + 1
    learner_nodes, teacher_nodes = np.arange(len(learners)), np.arange(len(teachers)) + len(learners)
    tails = np.concatenate([learner_of_edge, np.full(len(learners), source), teacher_nodes])
    heads = np.concatenate([teacher_of_edge + len(learners), learner_nodes, np.full(len(teachers), sink)])
    capacities = np.concatenate([np.ones(len(edges) + len(learners), dtype=np.int64), places[teachers]])
    costs = np.concatenate([MAXIMUM - edges.scores, np.zeros(len(learners) + len(teachers), dtype=np.int64)])
    return edges.where(_flows(tails, heads, capacities, costs, source, sink)[: len(edges)] > 0)


def _flows(tails: Integers, heads: Integers, capacities: Integers, costs: Integers, source: int, sink: int) -> Integers:
    # Slow to import, and needed by a solving process alone.
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415 - see above

    network = SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    network.set_node_supply(source, int(np.sum(tails == source)))
    network.set_node_supply(sink, -int(np.sum(tails == source)))
    status = network.solve_max_flow_with_min_cost()
    if status != network.OPTIMAL:
        raise RuntimeError(f"the flow solver gave up with status {status}")
    flows: Integers = network.flows(arcs)
    return flows


def _numbered(people: Integers, hashes: Words) -> tuple[Integers, Integers]:
    """The distinct people in the order of their hashes, and the position of each edge's person among them."""
    distinct, of_edge = np.unique(people, return_inverse=True)
    order = np.argsort(hashes[distinct], kind="stable")
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return distinct[order], position[of_edge]
