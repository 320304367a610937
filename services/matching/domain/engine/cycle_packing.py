"""Rings that share nobody, of the highest weight: chosen at prices, improved by swaps.

Each person gets a price, moved step by step towards what a place in a ring is worth (subgradients of the packing's
dual, M. Held, P. Wolfe and H. P. Crowder, 1974, in whole numbers). At these prices rings are taken from the best down,
and then swapped for others as long as that adds anything.
"""

from functools import cache

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.cycle_arcs import Rings
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

EXACT_PEOPLE = 14
"""Up to how many people every choice of rings is tried."""
TRIES, STEPS_A_TRY, SWEEPS = 12, 15, 4
SCALE = 256
BOLDNESS, CAUTION = 1_000, 850
"""How far a step goes, in thousandths of what the bound leaves open, and what of it each further try keeps."""


def pack(rings: Rings, size: int) -> Longs:
    """Which rings to make, of people numbered below `size`; the best choice of all for few people."""
    if not len(rings.weight):
        return np.empty(0, dtype=np.int64)
    return _try_all(rings, size) if size <= EXACT_PEOPLE else _at_prices(rings, size)


def _try_all(rings: Rings, size: int) -> Longs:
    by_lowest: list[list[tuple[int, int, int]]] = [[] for _ in range(size)]
    for ring, (members, weight) in enumerate(zip(rings.members.tolist(), rings.weight.tolist(), strict=True)):
        inside = [member for member in members if member != NOBODY]
        by_lowest[min(inside)].append((sum(1 << member for member in inside), weight, ring))

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


def _at_prices(rings: Rings, size: int) -> Longs:
    members, weight = rings.members, rings.weight
    length = (members != NOBODY).sum(axis=1)
    through, start = _through(members, weight // length, size)
    price = np.zeros(size + 1, dtype=np.int64)
    np.maximum.at(price, members.reshape(-1), np.repeat(weight * SCALE // (length + 1), members.shape[1]))
    price[NOBODY] = 0
    best, kept, boldness = 0, np.empty(0, dtype=np.int64), BOLDNESS
    for _ in range(TRIES):
        value = (weight * SCALE - price[members].sum(axis=1)) // length if best else weight // length
        order = np.lexsort((np.arange(len(value)), -value))
        taken = np.full(size, NOBODY, dtype=np.int64)
        _take(order, members, taken)
        _swap(order, members, weight, start, through, taken, SWEEPS)
        chosen = np.unique(taken[taken != NOBODY])
        total = int(weight[chosen].sum())
        if total > best:
            best, kept = total, chosen
        _move_prices(members, weight * SCALE, price, best * SCALE, STEPS_A_TRY, boldness)
        boldness = boldness * CAUTION // 1000
    return kept


def _through(members: Ints, value: Longs, size: int) -> tuple[Longs, Longs]:
    """The rings that each person could be in, the best first, and where each person's begin."""
    ring = np.repeat(np.arange(len(members)), members.shape[1])
    person = members.reshape(-1)
    ring, person = ring[person != NOBODY], person[person != NOBODY]
    order = np.lexsort((ring, -value[ring], person))
    return ring[order], np.append(0, np.cumsum(np.bincount(person, minlength=size))).astype(np.int64)


@kernel
def _take(order: Longs, members: Ints, taken: Longs) -> None:
    """Take rings in this order, each if all its people are free."""
    for place in range(len(order)):
        if _is_free(members, order[place], taken):
            _set(members, order[place], taken, order[place])


@kernel
def _is_free(members: Ints, ring: int, taken: Longs) -> bool:
    for place in range(members.shape[1]):
        member = members[ring, place]
        if member >= 0 and taken[member] >= 0:
            return False
    return True


@kernel
def _set(members: Ints, ring: int, taken: Longs, value: int) -> None:
    for place in range(members.shape[1]):
        if members[ring, place] >= 0:
            taken[members[ring, place]] = value


@kernel
def _swap(order: Longs, members: Ints, weight: Longs, start: Longs, through: Longs, taken: Longs, sweeps: int) -> None:
    """Make a ring in place of those in its way, if it and what can be made of the freed people are worth more."""
    width = members.shape[1]
    in_the_way, made = np.empty(width, dtype=np.int64), np.empty(width * width, dtype=np.int64)
    for _ in range(sweeps):
        changes = 0
        for turn in range(len(order)):
            ring = order[turn]
            if taken[members[ring, 0]] == ring:
                continue
            count = _clear(members, ring, taken, in_the_way)
            _set(members, ring, taken, ring)
            more = _refill(members, in_the_way, count, start, through, taken, made)
            gain = weight[ring] - weight[in_the_way[:count]].sum() + weight[made[:more]].sum()
            if gain > 0:
                changes += 1
                continue
            for place in range(more):
                _set(members, made[place], taken, -1)
            _set(members, ring, taken, -1)
            for place in range(count):
                _set(members, in_the_way[place], taken, in_the_way[place])
        if changes == 0:
            return


@kernel
def _clear(members: Ints, ring: int, taken: Longs, in_the_way: Longs) -> int:
    """Free the people of a ring from the rings that they are in, which are written down; how many there are."""
    count = 0
    for place in range(members.shape[1]):
        member = members[ring, place]
        if member >= 0 and taken[member] >= 0:
            in_the_way[count] = taken[member]
            count += 1
            _set(members, taken[member], taken, -1)
    return count


@kernel
def _refill(members: Ints, cleared: Longs, count: int, start: Longs, through: Longs, taken: Longs, made: Longs) -> int:
    """Make the best ring of free people for everybody whom a cleared ring left free; how many are made."""
    more = 0
    for place in range(count):
        for seat in range(members.shape[1]):
            member = members[cleared[place], seat]
            if member >= 0 and taken[member] < 0:
                ring = _best_free(members, member, start, through, taken)
                if ring >= 0:
                    made[more] = ring
                    more += 1
                    _set(members, ring, taken, ring)
    return more


@kernel
def _best_free(members: Ints, member: int, start: Longs, through: Longs, taken: Longs) -> int:
    for row in range(start[member], start[member + 1]):
        if _is_free(members, through[row], taken):
            found: int = through[row]
            return found
    return -1


@kernel
def _move_prices(members: Ints, weight: Longs, price: Longs, best: int, steps: int, boldness: int) -> None:
    """Raise the prices of people whom more than one ring would pay for, lower those whom none would."""
    people = len(price) - 1
    wanted = np.zeros(people + 1, dtype=np.int64)
    for _ in range(steps):
        wanted[:] = 0
        bound = 0
        for person in range(people):
            bound += price[person]
        for ring in range(len(weight)):
            rest = weight[ring]
            for place in range(members.shape[1]):
                rest -= price[members[ring, place]]
            if rest > 0:
                bound += rest
                for place in range(members.shape[1]):
                    wanted[members[ring, place]] += 1
        norm = 0
        for person in range(people):
            norm += (1 - wanted[person]) ** 2
        if norm == 0 or bound <= best:
            return
        step = (bound - best) // norm * boldness // 1000 + 1
        for person in range(people):
            price[person] = max(0, price[person] - step * (1 - wanted[person]))
