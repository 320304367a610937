"""Rings made of those listed, some at a time: between these steps prices find their level among whoever is left."""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.packing import find_prices, take
from services.matching.domain.engine.rings import EVERY, NO_RINGS, Rings, together
from services.matching.domain.engine.rings_lists import Exchange
from services.matching.domain.engine.roster import NOBODY, Ints, Longs
from services.matching.domain.engine.splitmix import GOLDEN


class Effort(NamedTuple):
    """How many rings are listed from each person at a time, and down to what worth a person; how much is made anew.

    That worth is for when everybody is left. Rings are dissolved so many times, of one in `dissolved` people. No arc is
    listed that is further below its price than `far`.
    """

    kept: int
    least: int
    again: int
    dissolved: int
    far: int


THOROUGH, BRISK, QUICK = Effort(64, 1_000, 30, 5, EVERY), Effort(16, 200, 12, 10, 2_000), Effort(16, 200, 2, 10, 800)
BRISK_FROM, QUICK_FROM = 3_000, 20_000
STEPS, PACE, HOPE = 100, 400, 970
PLACED, AT_ONCE = 8, 32
"""One in so many of those who are left is placed at a time, or all if there are but few."""


def effort_for(people: int) -> Effort:
    """What can be done for so many people in good time."""
    if people < BRISK_FROM:
        return THOROUGH
    return BRISK if people < QUICK_FROM else QUICK


def make(exchange: Exchange, nodes: Longs, listed: Rings, prices: Longs) -> Rings:
    """Disjoint rings of these people, from those listed and others; nobody is left who could be in one more.

    `prices` are those of everybody in the exchange. Each time that half of those who are left are placed, rings are
    listed anew, at the prices of then: the fewer are left, the further below them.
    """
    effort = effort_for(len(prices))
    made, left, prices = NO_RINGS, nodes, prices.copy()
    place = np.full(len(prices) + 1, NOBODY, dtype=np.int32)
    looked = len(nodes) if len(listed.weight) > len(nodes) else 2 * len(nodes)
    while True:
        if 2 * len(left) <= looked or not len(listed.weight):
            least = min(EVERY, effort.least * len(prices) // max(1, len(left))) if len(listed.weight) else EVERY
            far = EVERY if least == EVERY else effort.far
            found = exchange.find(left, prices[left], -least, effort.kept, far)
            listed, looked = together(listed, found.of(left)), len(left)
            if not len(listed.weight):
                return made
        place[left] = np.arange(len(left))
        rings = Rings(place[listed.member], listed.weight)
        prices[left], share = find_prices(rings, prices[left], steps=STEPS, pace=PACE, hope=HOPE)
        taken = np.full(len(left), NOBODY, dtype=np.int64)
        order = np.lexsort((-rings.worth(prices[left]), -share))
        take(rings.member, order, taken, len(left) // PLACED if len(left) > AT_ONCE else len(left))
        made = together(made, listed[np.unique(taken[taken != NOBODY])])
        gone = np.append(taken != NOBODY, False)
        left, listed = left[~gone[:-1]], listed[np.flatnonzero(~gone[rings.member].any(axis=1))]


def make_again(exchange: Exchange, made: Rings, prices: Longs, number: int) -> Rings:
    """The rings after those furthest below the prices were dissolved, if they add up to more: others each time."""
    lost = -made.worth(prices) // made.size
    order = np.argsort(-lost * (32 + _drawn(made.member[:, 0], number)), kind="stable")
    loose = order[np.cumsum(made.size[order]) <= max(2 * AT_ONCE, len(prices) // effort_for(len(prices)).dissolved)]
    kept = made[np.setdiff1d(order, loose)]
    single = np.ones(len(prices) + 1, dtype=np.bool_)
    single[kept.member] = False
    others = make(exchange, np.flatnonzero(single[:-1]), made[loose], prices)
    return together(kept, others) if others.weight.sum() > made.weight[loose].sum() else made


def _drawn(nodes: Ints, number: int) -> Longs:
    """A number below 64 for each node, another each time."""
    mixed = (nodes.astype(np.uint64) + np.uint64(number * 1_000_003)) * np.uint64(GOLDEN)
    drawn: Longs = (mixed >> np.uint64(58)).astype(np.int64)
    return drawn
