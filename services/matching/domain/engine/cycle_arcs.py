"""Rings: two, three or four people each of whom teaches the next, listed from everybody's best teachers.

As in kidney exchange (D. J. Abraham, A. Blum and T. Sandholm, 2007) rings are written down one by one. Arcs are the
best teachers of each learner and, both ways, the best partners for an exchange: without these, short rings become rare
as organizations grow.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.mutual import OUT_OF_REACH, list_partners
from services.matching.domain.engine.query import best_teachers, pair_scores
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

LONGEST = 4
REACH_OF_FOUR = 6
"""How many of a learner's best teachers rings of four look at: their number grows with the fourth power of it."""


@dataclass(frozen=True, slots=True)
class Arcs:
    """The teachers of each node, ascending: rows `start[node]` to `start[node + 1]`; nodes are people in some order."""

    people: Ints
    start: Longs
    teacher: Longs
    score: Longs


@dataclass(frozen=True, slots=True)
class Rings:
    """One row a ring: its members, each of whom learns from the next (the last from the first), then `NOBODY`.

    `weight` is the sum of its tracks' scores and of its members' bonuses.
    """

    members: Ints
    weight: Longs


def list_arcs(index: Index, people: Ints, most: int) -> Arcs:
    """The arcs among these people: the `most` best teachers of each, and both ways those of as many exchanges."""
    count = len(people)
    node = np.full(index.problem.roster.size, NOBODY, dtype=np.int64)
    node[people] = np.arange(count)
    prices = np.full(index.problem.roster.size, OUT_OF_REACH)
    prices[people] = 0
    lists = best_teachers(index, people, most, prices, np.zeros(count, dtype=np.int64))
    learner = np.repeat(np.arange(count), np.diff(lists.start))
    exchange = list_partners(index, people, most)
    partner = np.repeat(np.arange(count), np.diff(exchange.start))
    keys = np.unique(np.concatenate([learner * count + node[lists.teacher], partner * count + exchange.column]))
    learner, teacher = np.divmod(keys, max(count, 1))
    score = pair_scores(index, people[teacher], people[learner]).astype(np.int64)
    possible = score >= 0
    learner, teacher, score = learner[possible], teacher[possible], score[possible]
    return Arcs(people, _starts(learner, count), teacher, score)


def list_rings(arcs: Arcs, longest: int, bonus: Longs) -> Rings:
    """All rings of the arcs of up to three people, and if asked for those of four along the best arcs."""
    parts = [_rings_of(arcs, length) for length in range(2, min(longest, 3) + 1)]
    if longest >= LONGEST:
        reach = REACH_OF_FOUR if len(arcs.people) > REACH_OF_FOUR * REACH_OF_FOUR else len(arcs.people)
        parts.append(_rings_of(_thinned(arcs, reach), LONGEST))
    members = np.concatenate([found for found, _ in parts])
    weight = np.concatenate([sums for _, sums in parts])
    return Rings(members, weight + np.where(members == NOBODY, 0, bonus[members]).sum(axis=1))


def _thinned(arcs: Arcs, most: int) -> Arcs:
    learner = np.repeat(np.arange(len(arcs.people)), np.diff(arcs.start))
    order = np.lexsort((arcs.teacher, -arcs.score, learner))
    place = np.arange(len(order)) - arcs.start[learner[order]]
    kept = np.sort(order[place < most])
    return Arcs(arcs.people, _starts(learner[kept], len(arcs.people)), arcs.teacher[kept], arcs.score[kept])


def _starts(learner: Longs, count: int) -> Longs:
    return np.append(0, np.cumsum(np.bincount(learner, minlength=count))).astype(np.int64)


def _rings_of(arcs: Arcs, length: int) -> tuple[Ints, Longs]:
    none, no_weights = np.empty((0, LONGEST), dtype=np.int32), np.empty(0, dtype=np.int64)
    found = _walk(arcs.start, arcs.teacher, arcs.score, length, none, no_weights)
    members = np.full((found, LONGEST), NOBODY, dtype=np.int32)
    weight = np.zeros(found, dtype=np.int64)
    if found:
        _walk(arcs.start, arcs.teacher, arcs.score, length, members, weight)
    return members, weight


@kernel
def _walk(start: Longs, teacher: Longs, score: Longs, length: int, members: Ints, weight: Longs) -> int:
    """Write down each ring of this length once, from its lowest node, if there is room; how many there are."""
    found = 0
    path = np.zeros(LONGEST, dtype=np.int64)
    at = np.zeros(LONGEST, dtype=np.int64)
    total = np.zeros(LONGEST + 1, dtype=np.int64)
    for first in range(len(start) - 1):
        path[0], at[0], depth = first, start[first], 0
        while depth >= 0:
            if at[depth] == start[path[depth] + 1]:
                depth -= 1
                continue
            arc = at[depth]
            at[depth] += 1
            following = teacher[arc]
            if depth == length - 1:
                if following == first:
                    if len(weight) > 0:
                        members[found, :length] = path[:length]
                        weight[found] = total[depth] + score[arc]
                    found += 1
            elif following > first and _is_new(path, depth, following):
                depth += 1
                path[depth], at[depth] = following, start[following]
                total[depth] = total[depth - 1] + score[arc]
    return found


@kernel
def _is_new(path: Longs, depth: int, node: int) -> bool:
    for place in range(1, depth + 1):  # noqa: SIM110 - a kernel has no generators
        if path[place] == node:
            return False
    return True
