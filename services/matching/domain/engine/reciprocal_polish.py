"""Pairs made best in small neighbourhoods, where duals say that something was lost.

Two people whose duals add up to more than their pair, or somebody single whose dual is not 0, are the only places where
a pairing can be below its bound. Around each, those within reach of least loss are paired anew, exactly (a large
neighbourhood search), and everybody else stays as they are.
"""

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.reciprocal_exact import best_pairing
from services.matching.domain.engine.reciprocal_pairs import weights_among
from services.matching.domain.engine.roster import NOBODY, Longs

SIZES = (64, 128)
"""How many people a neighbourhood has: a larger one is tried where a smaller one gains nothing."""
PASSES, SPOTS = 4, 200
NEGLIGIBLE = 8
SETTLED, FAR = -1, 2**60


def polish(start: Longs, column: Longs, weight: Longs, duals: Longs, mate: Longs) -> None:
    """Improve `mate` around the people who lose most.

    The partners of a person are the rows `start[person]` to `start[person + 1]`; duals are twice their value, and those
    of two partners add up to twice the weight or more.
    """
    cost = np.full(len(mate), FAR)
    for _ in range(PASSES):
        gained = False
        lost = _losses(start, column, weight, duals, mate)
        for spot in np.argsort(-lost, kind="stable")[:SPOTS].tolist():
            if lost[spot] <= NEGLIGIBLE:
                break
            for size in SIZES:
                around = np.sort(_surround(start, column, weight, duals, mate, spot, size, cost))
                gains = _pair_again(start, column, weight, mate, around)
                gained = gained or gains
                if gains or len(around) < size:
                    break
        if not gained:
            break


def _pair_again(start: Longs, column: Longs, weight: Longs, mate: Longs, around: Longs) -> bool:
    """Pair some people, who have no mates but each other, as well as can be; whether that gained anything."""
    among = weights_among(start, column, weight, around)
    old = np.where(mate[around] == NOBODY, NOBODY, np.searchsorted(around, mate[around]))
    new = best_pairing(among)
    if _total(among, new) <= _total(among, old):
        return False
    mate[around] = np.where(new == NOBODY, NOBODY, around[new])
    return True


def _total(among: Longs, mate: Longs) -> int:
    paired = np.flatnonzero(mate != NOBODY)
    return int(among[paired, mate[paired]].sum())


@kernel
def _losses(start: Longs, column: Longs, weight: Longs, duals: Longs, mate: Longs) -> Longs:
    """What each single person, or each pair at one of the two, is below its duals."""
    lost = np.zeros(len(mate), dtype=np.int64)
    for person in range(len(mate)):
        if mate[person] == NOBODY:
            lost[person] = duals[person]
        elif mate[person] > person:
            for row in range(start[person], start[person + 1]):
                if column[row] == mate[person]:
                    lost[person] = duals[person] + duals[mate[person]] - 2 * weight[row]
    return lost


@kernel
def _surround(
    start: Longs, column: Longs, weight: Longs, duals: Longs, mate: Longs, spot: int, most: int, cost: Longs
) -> Longs:
    """Those who are cheapest to reach by alternating paths, with their mates; `cost` is `FAR` before and after."""
    reached = np.empty(len(mate), dtype=np.int64)
    around = np.empty(most + 1, dtype=np.int64)
    reached[0], cost[spot] = spot, 0
    count, done, size = 1, 0, 0
    while done < count and size < most:
        nearest = done
        for place in range(done + 1, count):
            if cost[reached[place]] < cost[reached[nearest]]:
                nearest = place
        person = reached[nearest]
        reached[nearest], reached[done] = reached[done], person
        done += 1
        if cost[person] == SETTLED:
            continue
        so_far = cost[person]
        for member in (person, mate[person]):
            if member != NOBODY:
                around[size], cost[member] = member, SETTLED
                size += 1
                if member != person or person == spot:
                    count = _reach(start, column, weight, duals, member, so_far, cost, reached, count)
    cost[reached[:count]] = FAR
    cost[around[:size]] = FAR
    return around[:size]


@inline
def _reach(
    start: Longs,
    column: Longs,
    weight: Longs,
    duals: Longs,
    member: int,
    so_far: int,
    cost: Longs,
    reached: Longs,
    count: int,
) -> int:
    """Note the partners of a member at what it costs to get to them; how many are reached now."""
    for row in range(start[member], start[member + 1]):
        other = column[row]
        far = so_far + duals[member] + duals[other] - 2 * weight[row]
        if far < cost[other]:
            if cost[other] == FAR:
                reached[count] = other
                count += 1
            cost[other] = far
    return count
