"""Rings of people each of whom teaches one and learns from one: found where they are worth more than their prices.

An arc is worth its score less what the learner and the teacher pay for these roles, and a ring what its arcs are. Some
arc of a ring of worth S and n people is worth S / n or more, and from the right one on so are the first two together
2 S / n or more, and so on (the cycle lemma, A. Dvoretzky and T. Motzkin, 1947): from everybody few ways have to be
followed to find every ring that is worth more than so much a person.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel, processors
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

LONGEST = 4
SHARES = 12
"""Worth a person is kept as worth * SHARES // size, which leaves no remainder for sizes 2, 3 and 4."""
NEVER = -(2**40)
EVERY = 2**30
"""No arc and no ring is further below its prices."""


class Arcs(NamedTuple):
    """What each of N people could learn from whom: rows `start[node]` to `start[node + 1]`, the highest worth first.

    No other arc is worth more than `behind` to its learner.
    """

    start: Longs
    teacher: Ints
    worth: Ints
    behind: Longs


@dataclass(frozen=True, slots=True)
class Rings:
    """One row a ring: everybody learns from who stands behind them, the last from the first; `NOBODY` fills up.

    `weight` is what the scores of the tracks, and the bonuses of the people, add up to.
    """

    member: Ints
    weight: Longs

    @property
    def size(self) -> Longs:
        """How many people each ring has."""
        size: Longs = np.count_nonzero(self.member != NOBODY, axis=1)
        return size

    def worth(self, prices: Longs) -> Longs:
        """What each ring is worth beyond the prices of its people."""
        worth: Longs = self.weight - np.append(prices, 0)[self.member].sum(axis=1)
        return worth

    def of(self, nodes: Longs) -> "Rings":
        """The same of people who so far were numbered by their place among these nodes."""
        return Rings(np.append(nodes, NOBODY).astype(np.int32)[self.member], self.weight)

    def __getitem__(self, rows: Longs) -> "Rings":
        return Rings(self.member[rows], self.weight[rows])


NO_RINGS = Rings(np.empty((0, LONGEST), dtype=np.int32), np.empty(0, dtype=np.int64))


def find_rings(arcs: Arcs, prices: Longs, longest: int, *, most: int, ways: int, least: int) -> tuple[Rings, int]:
    """The `most` best rings from each of N people, of those worth more than `least` a person, and a bound.

    `least` is below 0; at most so many `ways` from a person are followed. The bound is on what disjoint rings are worth
    in all: everybody counts for their share of the best ring that they are in, and also for what a ring could be worth
    that begins with them and was not followed to its end.
    """
    people = len(prices)
    by_teacher = np.argsort(arcs.teacher, kind="stable")
    learner = np.repeat(np.arange(people, dtype=np.int32), np.diff(arcs.start))[by_teacher]
    worth = arcs.worth[by_teacher]
    begin = np.append(0, np.cumsum(np.bincount(arcs.teacher, minlength=people)))
    steps = np.linspace(0, people, 4 * processors() + 1).astype(np.int64).tolist()
    best = max(int(arcs.worth.max(initial=0)), int(arcs.behind.max(initial=0)), 0)
    limits = _Limits(longest, ways, least, best)
    with ThreadPoolExecutor(processors()) as threads:
        parts = list(
            threads.map(
                lambda part: _search(arcs, begin, learner, worth, part[0], part[1], most, limits),
                pairwise(steps),
            )
        )
    member = np.concatenate([one[0] for one in parts])
    weight = np.concatenate([one[1] for one in parts]) + np.append(prices, 0)[member].sum(axis=1)
    excess = np.max([one[2] for one in parts], axis=0)
    return distinct(Rings(member, weight)), -(-int(excess.sum()) // SHARES) + sum(int(one[3]) for one in parts)


def together(one: Rings, other: Rings) -> Rings:
    """The rings of both, each once."""
    return distinct(Rings(np.concatenate([one.member, other.member]), np.concatenate([one.weight, other.weight])))


def distinct(rings: Rings) -> Rings:
    """Each ring once, with the lowest number first."""
    member, size = rings.member, rings.size
    if not len(member):
        return rings
    lowest = np.argmin(np.where(member == NOBODY, 2**30, member), axis=1)
    place = np.arange(LONGEST)
    turned = np.take_along_axis(member, (lowest[:, None] + place) % size[:, None], axis=1)
    turned[place >= size[:, None]] = NOBODY
    keys = turned.astype(np.int64) + 1
    head, tail = keys[:, 0] << 32 | keys[:, 1], keys[:, 2] << 32 | keys[:, 3]
    order = np.lexsort((tail, head))
    same = (np.diff(head[order], prepend=-1) == 0) & (np.diff(tail[order], prepend=-1) == 0)
    rows = order[~same]
    return Rings(turned[rows], rings.weight[rows])


class _Kept(NamedTuple):
    """The best rings from one person so far; how many there are, and which has the lowest share."""

    member: Ints
    worth: Longs
    share: Longs
    state: Longs


class _Limits(NamedTuple):
    longest: int
    ways: int
    least: int
    best: int


@kernel
def _search(
    arcs: Arcs, begin: Longs, learner: Ints, worth_back: Ints, first: int, last: int, most: int, limits: _Limits
) -> tuple[Ints, Longs, Longs, int]:
    """The rings from the people from `first` to before `last`, their worth, everybody's best share, and what is missed.

    `learner` and `worth_back` are the arcs by teacher, rows `begin[node]` to `begin[node + 1]`.
    """
    people = len(arcs.behind)
    closing = np.full(people, NEVER)
    excess = np.zeros(people, dtype=np.int64)
    member = np.empty(((last - first) * most, LONGEST), dtype=np.int32)
    worth = np.empty((last - first) * most, dtype=np.int64)
    kept = _Kept(
        np.empty((most, LONGEST), dtype=np.int32),
        np.empty(most, dtype=np.int64),
        np.empty(most, dtype=np.int64),
        np.zeros(2, dtype=np.int64),
    )
    found, missed = 0, 0
    for person in range(first, last):
        for row in range(begin[person], begin[person + 1]):
            closing[learner[row]] = worth_back[row]
        kept.state[:] = 0
        missed += _follow(arcs, closing, person, limits, kept, excess)
        count = kept.state[0]
        member[found : found + count], worth[found : found + count] = kept.member[:count], kept.worth[:count]
        found += count
        for row in range(begin[person], begin[person + 1]):
            closing[learner[row]] = NEVER
    return member[:found], worth[:found], excess, missed


@inline
def _follow(arcs: Arcs, closing: Longs, person: int, limits: _Limits, kept: _Kept, excess: Longs) -> int:
    """Keep the best rings from a person; what one that was not followed to its end could be worth at most."""
    path, at = np.full(LONGEST, NOBODY, dtype=np.int64), np.zeros(LONGEST, dtype=np.int64)
    total = np.zeros(LONGEST, dtype=np.int64)
    path[0], at[0] = person, arcs.start[person]
    depth, missed = 0, 0
    for _ in range(limits.ways):
        row = at[depth]
        if row == arcs.start[path[depth] + 1]:
            way = total[depth] + arcs.behind[path[depth]]
            if way > 0:
                missed = max(missed, way + limits.best * (limits.longest - depth - 1))
        else:
            way = total[depth] + arcs.worth[row]
        if row == arcs.start[path[depth] + 1] or way <= limits.least * (depth + 1):
            path[depth] = NOBODY
            depth -= 1
            if depth < 0:
                return missed
            continue
        at[depth] = row + 1
        other = arcs.teacher[row]
        if _is_on(path, other):
            continue
        if closing[other] == NEVER:
            missed = max(missed, way + arcs.behind[other])
        else:
            _keep(path, depth, other, way + closing[other], limits.least, kept, excess)
        if depth + 2 < limits.longest:
            depth += 1
            path[depth], at[depth], total[depth] = other, arcs.start[other], way
    return limits.best * limits.longest


@inline
def _is_on(path: Longs, node: int) -> bool:
    found = False
    for place in range(LONGEST):
        found = found or path[place] == node
    return found


@inline
def _keep(path: Longs, depth: int, last: int, worth: int, least: int, kept: _Kept, excess: Longs) -> None:
    """Add a ring, in the place of the one of the lowest share if there are enough; see what its people gain by it."""
    share = worth * (SHARES // (depth + 2))
    if share > 0:
        excess[last] = max(excess[last], share)
        for place in range(depth + 1):
            excess[path[place]] = max(excess[path[place]], share)
    count, where = kept.state
    if share <= least * SHARES or (count == len(kept.share) and share <= kept.share[where]):
        return
    if count < len(kept.share):
        where = count
        kept.state[0] = count + 1
    kept.share[where], kept.worth[where] = share, worth
    for place in range(LONGEST):
        kept.member[where, place] = path[place] if place <= depth else NOBODY
    kept.member[where, depth + 1] = last
    if kept.state[0] == len(kept.share):
        kept.state[1] = np.argmin(kept.share)
