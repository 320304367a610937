"""Which rings to make, of which nobody may be in two: prices of people, and a bound by them.

Subgradient steps on the dual of the packing (M. Held, P. Wolfe and H. P. Crowder, 1974, with B. T. Polyak's step):
whoever is in several rings that are worth more than their people's prices gets dearer, whoever is in none gets cheaper.
Prices are whole numbers, so every machine takes the same steps. How often a ring was worth its price of late says how
much of it the best fractional choice would take (F. Barahona and R. Anbil, "The volume algorithm", 2000).
"""

from functools import cache

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.rings import Rings
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

SCALE = 128
"""Prices are moved in parts of a point."""
WHOLE, MEMORY = 2**20, 32
"""A ring that is always worth its price; over how many steps this is smoothed."""
STEPS_AT_A_PACE, CAUTION = 20, 870
"""How long the pace stays, and what of it then does, in thousandths."""


def find_prices(rings: Rings, prices: Longs, *, steps: int, pace: int, hope: int) -> tuple[Longs, Longs]:
    """Better prices of N people, and how much each ring is wanted at such prices.

    `pace` is the length of a step and `hope` the total that it is aimed at, in thousandths (of the bound).
    """
    price = prices * SCALE
    best, share, bound = price.copy(), np.zeros(len(rings.weight), dtype=np.int64), 2**62
    for _ in range(0, steps, STEPS_AT_A_PACE):
        bound = _descend(rings.member, rings.weight, price, best, share, bound, pace, hope, STEPS_AT_A_PACE)
        pace = pace * CAUTION // 1000
    return best // SCALE, share


def bound_of(rings: Rings, prices: Longs) -> int:
    """What no disjoint rings of these add up to more than, by any prices of their people."""
    return int(prices.sum() + np.maximum(rings.worth(prices), 0).sum())


def pack_exactly(rings: Rings, size: int) -> Longs:
    """The disjoint rings of the highest total, of a few people."""
    by_lowest: list[list[tuple[int, int, int]]] = [[] for _ in range(size)]
    for ring, (members, weight) in enumerate(zip(rings.member.tolist(), rings.weight.tolist(), strict=True)):
        by_lowest[members[0]].append((sum(1 << member for member in members if member != NOBODY), weight, ring))

    @cache
    def best(free: int) -> tuple[int, tuple[int, ...]]:
        if not free:
            return 0, ()
        lowest = (free & -free).bit_length() - 1
        found = best(free & (free - 1))
        for inside, weight, ring in by_lowest[lowest]:
            if inside & free == inside:
                total, others = best(free & ~inside)
                if total + weight > found[0]:
                    found = total + weight, (ring, *others)
        return found

    return np.array(best((1 << size) - 1)[1], dtype=np.int64)


@kernel
def take(member: Ints, order: Longs, taken: Longs, most: int) -> None:
    """Take rings, in this order, whose people are all free, until so many people are placed.

    `taken` is the ring of each person, or `NOBODY`.
    """
    placed = 0
    for ring in order:
        if placed >= most:
            break
        free = True
        for place in range(member.shape[1]):
            free = free and (member[ring, place] == NOBODY or taken[member[ring, place]] == NOBODY)
        if free:
            for place in range(member.shape[1]):
                if member[ring, place] != NOBODY:
                    taken[member[ring, place]] = ring
                    placed += 1


@kernel
def _descend(
    member: Ints,
    weight: Longs,
    price: Longs,
    best: Longs,
    share: Longs,
    lowest: int,
    pace: int,
    hope: int,
    steps: int,
) -> int:
    """Take some steps; the lowest bound so far, whose prices are in `best`."""
    use = np.zeros(len(price), dtype=np.int64)
    for _ in range(steps):
        use[:] = 0
        bound = price.sum() + _use(member, weight, price, share, use)
        if bound < lowest:
            lowest = bound
            best[:] = price
        length = 0
        for person in range(len(price)):
            length += (1 - use[person]) ** 2
        if length == 0:
            break
        step = (bound - lowest // 1000 * hope) * pace // (1000 * length)
        for person in range(len(price)):
            price[person] = max(0, price[person] - step * (1 - use[person]))
    return lowest


@inline
def _use(member: Ints, weight: Longs, price: Longs, share: Longs, use: Longs) -> int:
    """Count for everybody the rings that are worth more than their prices; by how much they are in all."""
    above = 0
    for ring in range(len(weight)):
        worth, wanted = weight[ring] * SCALE, 0
        for place in range(member.shape[1]):
            if member[ring, place] != NOBODY:
                worth -= price[member[ring, place]]
        if worth > 0:
            above += worth
            wanted = WHOLE
            for place in range(member.shape[1]):
                if member[ring, place] != NOBODY:
                    use[member[ring, place]] += 1
        share[ring] += (wanted - share[ring]) // MEMORY
    return above
