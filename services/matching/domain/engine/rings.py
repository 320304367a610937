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

from services.matching.domain.engine.compiled import inline, kernel, processors, tight
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.kernels import Facts, Rules, are_apart, choice_points, rest_points
from services.matching.domain.engine.roster import NOBODY, Ints, Longs, Shorts
from services.matching.domain.engine.seats import PARTS, Seats
from services.matching.domain.engine.walk import add_learners

LONGEST = 4
SHARES = 12
"""Worth a person is kept as worth * SHARES // size, which leaves no remainder for sizes 2, 3 and 4."""
NEVER = -(2**40)
EVERY = 2**30
"""No arc and no ring is further below its prices."""


class Arcs(NamedTuple):
    """What each of N people could learn from whom: rows `start[node]` to `start[node + 1]`, the highest worth first.

    No other arc is worth more than `behind` to its learner. An arc is worth its score less what its learner and its
    teacher pay: `learn` (less the bonus of whoever is to be served first) and `teach`.
    """

    start: Longs
    teacher: Ints
    worth: Ints
    behind: Longs
    learn: Longs
    teach: Longs

    def reach(self, before: Longs) -> Longs:
        """What ways to each person are worth at most, if those with an arc less are worth so much; these count too."""
        reach = before.copy()
        np.maximum.at(reach, self.teacher, np.repeat(before, np.diff(self.start)) + self.worth)
        return reach


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


def find_rings(
    index: Index, people: Ints, arcs: Arcs, prices: Longs, longest: int, *, most: int, ways: int, least: int
) -> tuple[Rings, int]:
    """The `most` best rings from each of N people, of those worth more than `least` a person, and a bound.

    The people are rows of the roster. `least` is below 0; at most so many `ways` from a person are followed. Whether a
    way closes is asked of the index: the arc back need not be listed. The bound is on what disjoint rings are worth in
    all: everybody counts for their share of the best ring that they are in, and also for what a ring could be worth
    that begins with them and was not followed to its end.
    """
    steps = np.linspace(0, len(people), 4 * processors() + 1).astype(np.int64).tolist()
    limits = _Limits(longest, ways, least, max(int(arcs.worth.max(initial=0)), int(arcs.behind.max(initial=0)), 0))
    with ThreadPoolExecutor(processors()) as threads:
        parts = list(
            threads.map(
                lambda part: _search(
                    index.facts, index.seats, index.rules, people, arcs, part[0], part[1], most, limits
                ),
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
    facts: Facts,
    seats: Seats,
    rules: Rules,
    people: Ints,
    arcs: Arcs,
    first: int,
    last: int,
    most: int,
    limits: _Limits,
) -> tuple[Ints, Longs, Longs, int]:
    """The rings from the people from `first` to before `last`, their worth, everybody's best share, what is missed."""
    excess = np.zeros(len(people), dtype=np.int64)
    member = np.empty(((last - first) * most, LONGEST), dtype=np.int32)
    worth = np.empty((last - first) * most, dtype=np.int64)
    kept = _Kept(
        np.empty((most, LONGEST), dtype=np.int32),
        np.empty(most, dtype=np.int64),
        np.empty(most, dtype=np.int64),
        np.zeros(2, dtype=np.int64),
    )
    seat, back = seats.of_person[people], np.zeros(len(seats.row), dtype=np.int16)
    found, missed = 0, 0
    for person in range(first, last):
        for block in range(len(seats.start) // PARTS):
            add_learners(seats, facts.held, facts.similar, facts.serves, block, people[person], back)
        kept.state[:] = 0
        missed += _follow(facts, rules, people, arcs, seat, back, person, limits, kept, excess)
        count = kept.state[0]
        member[found : found + count], worth[found : found + count] = kept.member[:count], kept.worth[:count]
        found += count
        back[:] = 0
    return member[:found], worth[:found], excess, missed


@inline
def _follow(
    facts: Facts,
    rules: Rules,
    people: Ints,
    arcs: Arcs,
    seat: Ints,
    back: Shorts,
    person: int,
    limits: _Limits,
    kept: _Kept,
    excess: Longs,
) -> int:
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
        fit = int(back[seat[other]])
        if fit > 0:
            paid = arcs.teach[person] + arcs.learn[other] - way
            score = _score(facts, rules, people[person], people[other], fit, paid + limits.least * (depth + 2))
            if score >= 0:
                _keep(path, depth, other, score - paid, limits.least, kept, excess)
        if depth + 2 < limits.longest:
            depth += 1
            path[depth], at[depth], total[depth] = other, arcs.start[other], way
    return limits.best * limits.longest


@tight
def _score(facts: Facts, rules: Rules, teacher: int, learner: int, fit: int, least: int) -> int:
    """The score of a pair whose fit is known, or -1 if that is not more than the least."""
    known = fit + choice_points(facts.teachers_chosen, teacher, learner)
    if known + rules.availability + rules.time_zone + rules.language + rules.other_department <= least:
        return -1
    rest = rest_points(facts.people, facts.quarters, rules, teacher, learner)
    if rest < 0 or known + rest <= least or known + rest < rules.min_score:
        return -1
    return -1 if are_apart(facts.apart, teacher, learner) else known + rest


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
