"""OR-tools' min-cost flow: the exact assignment over listed pairs."""

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from services.matching.domain.engine.query import Lists
from services.matching.domain.engine.roster import Ints


class Flow:
    """A unit from each learner, by a teacher or past them all, to one sink."""

    def __init__(self, lists: Lists, places: Ints) -> None:
        self._lists = lists
        learners, teachers = len(lists.start) - 1, len(places)
        learner = np.repeat(np.arange(learners), np.diff(lists.start))
        sink, everybody = learners + teachers, np.arange(learners)
        self._network = SimpleMinCostFlow()
        self._arcs = self._network.add_arcs_with_capacity_and_unit_cost(
            np.concatenate([learner, everybody, learners + np.arange(teachers)]),
            np.concatenate([learners + lists.teacher, np.full(learners + teachers, sink)]),
            np.concatenate([np.ones(len(learner) + learners, dtype=np.int64), places]),
            np.concatenate([-lists.score.astype(np.int64), np.zeros(learners + teachers, dtype=np.int64)]),
        )
        supplies = np.append(np.ones(learners, dtype=np.int64), -learners)
        self._network.set_nodes_supplies(np.append(everybody, sink), supplies)

    def matched(self) -> Lists:
        """The pairs of the best assignment; `start` has their rows."""
        status = self._network.solve()
        if status != self._network.OPTIMAL:
            raise RuntimeError(f"the flow ended with {status}")
        taken = np.flatnonzero(self._network.flows(self._arcs)[: len(self._lists.score)] > 0)
        return Lists(taken, self._lists.teacher[taken], self._lists.score[taken])
