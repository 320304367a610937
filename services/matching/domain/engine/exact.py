"""The best assignment exactly, as a flow of least cost: the only module that knows OR-tools.

For organizations so small that nothing needs to be left open, for a gap that the auction leaves wider than a policy
allows, and as the oracle of tests.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.auction import Known
from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.query import best_teachers
from services.matching.domain.engine.roster import NOBODY, Ints, Longs
from services.matching.domain.engine.rounds_lists import Listing

NEW_TEACHERS = 8


@dataclass(frozen=True, slots=True)
class Exact:
    """The teacher of each person or `NOBODY`, the prices that support it, and what nothing feasible adds up to more."""

    match: Ints
    prices: Longs
    upper_bound: int


def solve_exactly(index: Index, lists: Listing, learners: Ints, places: Ints, most_rounds: int) -> Exact:
    """The best match over the pairs listed, to which whatever beats it at its prices is added, until nothing does.

    The bound is on weights with bonuses; it equals the total unless the rounds are used up.
    """
    while True:
        match = best_match(lists.known, learners, places)
        prices = lowest_prices(lists.known, learners, match)
        profits = lists.profits(prices)[learners]
        better = best_teachers(index, learners, NEW_TEACHERS, prices, profits - lists.known.bonus[learners])
        most_rounds -= 1
        if most_rounds <= 0 or not len(better.score):
            best = np.flatnonzero(np.diff(better.start))
            first = better.start[best]
            gained = better.score[first] - prices[better.teacher[first]] + lists.known.bonus[learners[best]]
            profits[best] = gained
            return Exact(match, prices, int((prices * places).sum() + profits.sum()))
        lists.extend(learners, better)


def best_match(known: Known, learners: Ints, places: Ints) -> Ints:
    """The teacher of each person such that weights and bonuses of the known pairs add up to most, or `NOBODY`.

    Nodes and arcs are numbered in the order of `learners`, so ties fall as that order has it.
    """
    edges = _rows(known, learners)
    worth = known.weight[edges] + np.repeat(known.bonus[learners], _lengths(known, learners))
    gains = worth > 0
    edges, worth = edges[gains], worth[gains]
    learner = np.repeat(np.arange(len(learners)), _lengths(known, learners))[gains]
    teachers, teacher = np.unique(known.column[edges], return_inverse=True)
    match = np.full(len(known.begin), NOBODY, dtype=np.int32)
    used = _flows(learner, teacher, worth.astype(np.int64), places[teachers].astype(np.int64), len(learners))
    match[learners[learner[used]]] = known.column[edges[used]]
    return match


def lowest_prices(known: Known, learners: Ints, match: Ints) -> Longs:
    """The lowest prices at which everybody is content with a best match: nobody would gain by another whom they know.

    Only a best match has such prices; for another there are none, and this would not end.
    """
    seated = np.flatnonzero(match != NOBODY).astype(np.int32)
    first = np.zeros(len(match) + 1, dtype=np.int64)
    np.cumsum(np.bincount(match[seated], minlength=len(match)), out=first[1:])
    by_teacher = seated[np.argsort(match[seated], kind="stable")]
    return _lowest_prices(known, learners, match, first, by_teacher)


def _lengths(known: Known, learners: Ints) -> Longs:
    return known.end[learners] - known.begin[learners]


def _rows(known: Known, learners: Ints) -> Longs:
    """The rows of these learners, one after another."""
    length = _lengths(known, learners)
    before = np.cumsum(length) - length
    rows: Longs = np.arange(int(length.sum())) - np.repeat(before - known.begin[learners], length)
    return rows


def _flows(learner: Longs, teacher: Longs, worth: Longs, places: Longs, learners: int) -> Longs:
    """Which pairs a best flow uses: from each learner one unit, by a teacher or past them all, to one sink."""
    # Slow to import, and seldom needed.
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415 - see above

    sink = learners + len(places)
    everybody = np.arange(learners)
    tails = np.concatenate([learner, everybody, np.arange(len(places)) + learners])
    heads = np.concatenate([teacher + learners, np.full(learners + len(places), sink)])
    capacities = np.concatenate([np.ones(len(worth) + learners, dtype=np.int64), places])
    costs = np.concatenate([-worth, np.zeros(learners + len(places), dtype=np.int64)])
    network = SimpleMinCostFlow()
    arcs = network.add_arcs_with_capacity_and_unit_cost(tails, heads, capacities, costs)
    network.set_nodes_supplies(np.append(everybody, sink), np.append(np.ones(learners, dtype=np.int64), -learners))
    status = network.solve()
    if status != network.OPTIMAL:
        raise RuntimeError(f"the flow solver gave up with status {status}")
    used: Longs = np.flatnonzero(network.flows(arcs)[: len(worth)] > 0)
    return used


@kernel
def _lowest_prices(known: Known, learners: Ints, match: Ints, first: Longs, seated: Ints) -> Longs:
    """Raise prices to what others would pay, starting from 0, until nobody would pay more (label correction)."""
    prices = np.zeros(len(first) - 1, dtype=np.int64)
    queue = np.empty(max(1, len(known.begin)), dtype=np.int32)
    waiting = np.zeros(len(known.begin), dtype=np.bool_)
    for place in range(len(learners)):
        queue[place], waiting[learners[place]] = learners[place], True
    head, count = 0, len(learners)
    while count > 0:
        learner = queue[head]
        head = (head + 1) % len(queue)
        count -= 1
        waiting[learner] = False
        worth = _worth_of_own(known, prices, match, learner)
        for row in range(known.begin[learner], known.end[learner]):
            teacher = known.column[row]
            price = known.weight[row] + known.bonus[learner] - worth
            if price > prices[teacher] and teacher != match[learner]:
                prices[teacher] = price
                for seat in range(first[teacher], first[teacher + 1]):
                    other = seated[seat]
                    if not waiting[other]:
                        waiting[other] = True
                        queue[(head + count) % len(queue)] = other
                        count += 1
    return prices


@kernel
def _worth_of_own(known: Known, prices: Longs, match: Ints, learner: int) -> int:
    if match[learner] == NOBODY:
        return 0
    for row in range(known.begin[learner], known.end[learner]):
        if known.column[row] == match[learner]:
            worth: int = np.int64(known.weight[row]) + known.bonus[learner] - prices[match[learner]]
            return worth
    return 0
