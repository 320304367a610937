"""The best learners of each circle, in machine code: in a group, only its own competency counts."""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import kernel, tight
from services.matching.domain.engine.groups_best import best_first, push, replace_lowest
from services.matching.domain.engine.kernels import (
    HASH_BITS,
    LEVELS,
    Chosen,
    Held,
    Postings,
    Rules,
    Similar,
    are_apart,
    choice_points,
    level_of,
    pair_hash,
    rest_points,
)
from services.matching.domain.engine.roster import Ints, Longs, Small, Words

SCALE = 64
"""Prices are in parts of a point."""


class Wishes(NamedTuple):
    """Who openly wants competency c: rows `start[c]` to `start[c + 1]`; `step` is current level x LEVELS + target."""

    start: Longs
    learner: Ints
    step: Small


class Asked(NamedTuple):
    """What the score of a learner in a circle depends on; `bonus` is what comes on top of each person's scores."""

    people: Longs
    quarters: Longs
    salt: Words
    rules: Rules
    held: Held
    similar: Similar
    apart: Postings
    teachers_chosen: Chosen
    teachers: Postings
    wishes: Wishes
    fit: int
    bonus: Ints


@kernel
def best_learners(
    asked: Asked,
    teacher: Ints,
    competency: Ints,
    circles: Longs,
    prices: Longs,
    limits: Ints,
    start: Longs,
    learner: Ints,
    score: Ints,
    count: Ints,
) -> tuple[Ints, Ints]:
    """Fill in the best learners of each of these circles by score less price, as many as there is room for.

    `limits` is what the parts of a score besides fit are to each person at most; whoever cannot come among the best by
    it is not looked at. `count` is filled in with how many were. Also what the best score of each person in these
    circles is, and the most of the parts besides fit.
    """
    people, quarters, rules, bonus = asked.people, asked.quarters, asked.rules, asked.bonus
    wishes, step = asked.wishes.learner, asked.wishes.step
    best, most = np.zeros(len(prices), dtype=np.int32), np.zeros(len(prices), dtype=np.int32)
    offers = np.empty(LEVELS * LEVELS, dtype=np.int64)
    keys = np.empty(len(prices), dtype=np.int64)
    for circle in circles:
        first, room, found = start[circle], start[circle + 1] - start[circle], 0
        one = teacher[circle]
        _fill_offers(asked.held, asked.similar, asked.fit, one, competency[circle], offers)
        for row in range(asked.wishes.start[competency[circle]], asked.wishes.start[competency[circle] + 1]):
            fit, other = offers[step[row]], wishes[row]
            top = (fit + limits[other] + bonus[other]) * SCALE - prices[other]
            if fit == 0 or other == one or (found >= room and top < keys[0] >> HASH_BITS):
                continue
            rest = rest_points(people, quarters, rules, one, other)
            if rest < 0 or are_apart(asked.apart, one, other):
                continue
            rest += choice_points(asked.teachers_chosen, one, other)
            if fit + rest < rules.min_score:
                continue
            points = fit + rest + bonus[other]
            best[other], most[other] = max(best[other], points), max(most[other], rest)
            key = ((points * SCALE - prices[other]) << HASH_BITS) | pair_hash(asked.salt, one, other)
            if found < room:
                push(keys, learner[first:], score[first:], found, key, other, points)
            elif key > keys[0]:
                replace_lowest(keys, learner[first:], score[first:], room, key, other, points)
            found += 1
        count[circle] = found
        best_first(keys, learner[first:], score[first:], min(found, room))
    return best, most


@kernel
def merge(one: tuple[Longs, Ints, Ints], other: tuple[Longs, Ints, Ints], people: int) -> tuple[Longs, Ints, Ints]:
    """The lists of each circle made one: where they start, learners and scores."""
    seen = np.full(people, -1, dtype=np.int32)
    start = np.zeros(len(one[0]), dtype=np.int64)
    learner, score = (
        np.empty(len(one[1]) + len(other[1]), dtype=np.int32),
        np.empty(len(one[1]) + len(other[1]), np.int32),
    )
    count = 0
    for circle in range(len(start) - 1):
        for starts, learners, scores in (one, other):
            for row in range(starts[circle], starts[circle + 1]):
                if seen[learners[row]] != circle:
                    seen[learners[row]] = circle
                    learner[count], score[count] = learners[row], scores[row]
                    count += 1
        start[circle + 1] = count
    return start, learner[:count], score[:count]


@tight
def _fill_offers(held: Held, similar: Similar, fit: int, teacher: int, competency: int, offers: Longs) -> None:
    """What a teacher brings to each step from one level to another, by the competency or by a similar one."""
    for step in range(len(offers)):
        offers[step] = 0
    first = similar.start[competency]
    for near in range(first - 1, similar.start[competency + 1]):
        level = int(level_of(held, teacher, competency if near < first else similar.other[near]))
        share = 100 if near < first else int(similar.share[near])
        for current in range(level):
            for target in range(current + 1, LEVELS):
                points = share * (fit * (min(level, target) - current) // (target - current)) // 100
                offers[current * LEVELS + target] = max(offers[current * LEVELS + target], points)
