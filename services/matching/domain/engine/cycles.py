"""Cycles: rings of two, three or, if asked for, four people, each of whom teaches one and learns from one of them.

This is the cycle formulation of kidney exchange (D. J. Abraham, A. Blum and T. Sandholm, "Clearing algorithms for
barter exchange markets", 2007) with prices: what a ring is worth beyond its people's prices says which rings to list
(column generation), and once no more can be found, the prices bound every choice of rings. Then the rings that the
prices want most are made, the prices of who is left are found anew, and so on until nobody is left; and the rings that
fall furthest below their prices are dissolved and made anew, again and again.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.mutual import who_may_pair
from services.matching.domain.engine.packing import bound_of, find_prices, pack_exactly
from services.matching.domain.engine.problem import Problem, Report, Solution
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.engine.rings import EVERY, NO_RINGS, Rings, together
from services.matching.domain.engine.rings_lists import Exchange
from services.matching.domain.engine.rings_made import effort_for, make, make_again
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

FEW = 14
"""Up to how many people every choice of rings is tried."""
ROUNDS: tuple[tuple[int, int, int, int], ...] = (
    (400, 100, 1_000, 950),
    (200, 400, 1_000, 985),
    (100, 400, 600, 985),
    (50, 400, 400, 985),
    (50, 400, 400, 985),
)
"""What each round lists rings down to, and the steps, the pace and the hope of its prices."""
MANY, BEYOND = 20_000, 112
"""So many people and more take fewer rounds, from so many hundredths of the usual prices on: they have better rings."""
ROUNDS_OF_MANY: tuple[tuple[int, int, int, int], ...] = ((1_000, 200, 400, 985), (400, 100, 400, 985))
FAR_OF_MANY = (0, 100)
"""How far below its price an arc of theirs may be that is listed: the first prices are so rough that many arcs are."""
LAST_ROUND = (50, 100, 400, 985)
"""That of many before the bound: with all rings, too."""
STEADY = 85
"""No round takes a price below so many hundredths of what it was: who is in no ring listed is not worth nothing."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The rings made, as rows of people; and what nobody can beat: with any rings, and with all those listed.

    Weights and bounds are with the bonuses of those to be served first; `prices` has a row a person of the round.
    """

    rings: Rings
    upper_bound: int
    listed_bound: int
    bonus: int
    prices: Longs


def solve_cycles(problem: Problem, report: Report, *, few: int = FEW, many: int = MANY) -> Solution:
    """Disjoint rings of almost the highest total of their tracks' scores, and a bound over all feasible rings.

    Up to a `few` people it is the highest; so `many` and more take fewer rounds. Whoever is to be served
    first counts for 10,000 more; the bound is then on rings that serve as many of them. Prices are what each person
    adds at most.
    """
    index = build_index(problem)
    found = exchange(index, report, few, many)
    proposal, teacher, learner = _tracks(found.rings)
    score = pair_scores(index, teacher, learner)
    return Solution(
        proposal=proposal,
        teacher=teacher,
        learner=learner,
        score=score,
        competency=np.full(len(score), NOBODY, dtype=np.int32),
        total=int(score.sum()),
        upper_bound=found.upper_bound - found.bonus,
        prices=found.prices,
        solver="ring prices",
    )


def exchange(index: Index, report: Report, few: int = FEW, many: int = MANY) -> Exchanged:
    """The rings of a round, and how good they are."""
    people = who_may_pair(index)
    market = Exchange(index, people, index.problem.longest_ring, np.zeros(len(people), dtype=np.int64))
    nodes, prices, bonus = np.arange(len(market.people)), market.usual_prices(), market.bonus
    if len(nodes) <= few:
        listed = market.find(nodes, prices, -EVERY, max(1, len(nodes)) ** market.longest, EVERY)
        rings = listed[pack_exactly(listed, len(nodes))]
        upper_bound = listed_bound = int(rings.weight.sum())
    else:
        listed, prices, upper_bound = _list(market, nodes, prices, many, report)
        rings = make(market, nodes, listed, prices)
        again = effort_for(len(nodes)).again
        for number in range(again):
            report(0.7 + 0.25 * number / again)
            rings = make_again(market, rings, prices, number)
        listed_bound = bound_of(together(listed, rings), prices)
    shown = np.zeros(index.problem.roster.size, dtype=np.int64)
    shown[market.people] = np.maximum(prices - bonus, 0)
    served = int(np.append(bonus, 0)[rings.member].sum())
    return Exchanged(rings.of(market.people.astype(np.int64)), upper_bound, listed_bound, served, shown)


def _list(market: Exchange, nodes: Longs, prices: Longs, many: int, report: Report) -> tuple[Rings, Longs, int]:
    """Rings for everybody to be in, the prices that these lead to, and what no rings can beat."""
    listed, effort, are_many = NO_RINGS, effort_for(len(nodes)), len(nodes) >= many
    rounds = (*ROUNDS_OF_MANY, LAST_ROUND) if are_many else ROUNDS
    prices = prices * BEYOND // 100 if are_many else prices
    for number, (least, steps, pace, hope) in enumerate(rounds):
        if are_many and number == len(FAR_OF_MANY):
            found, _ = market.find_all(prices, -least, effort.kept)
        else:
            found = market.find(nodes, prices, -least, effort.kept, FAR_OF_MANY[number] if are_many else effort.far)
        listed = together(listed, found)
        better, _ = find_prices(listed, prices, steps=steps, pace=pace, hope=hope)
        prices = np.maximum(better, prices * STEADY // 100) if are_many else better
        report(0.6 * (number + 1) / (len(rounds) + 1))
    found, upper_bound = market.find_all(prices, -rounds[-1][0], effort.kept)
    report(0.6)
    return together(listed, found), prices, upper_bound


def _tracks(rings: Rings) -> tuple[Ints, Ints, Ints]:
    """The proposal, teacher and learner of each track: everybody learns from the next, the last from the first."""
    member, size = rings.member, rings.size
    following = np.roll(member, -1, axis=1)
    following[np.arange(len(size)), size - 1] = member[:, 0]
    ring, place = np.nonzero(member != NOBODY)
    return ring.astype(np.int32), following[ring, place], member[ring, place]
