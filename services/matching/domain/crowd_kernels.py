"""Looks through a crowd for one who asks, in machine code: what everybody brings, and who are the best of them.

Like the engine's queries, these walk an inverted index and look at the other parts of a score best first, until whoever
is left could not be among the best; but one side of each pair is not in the index.
"""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel
from services.matching.domain.engine.kernels import HASH_BITS, LEVELS, Postings, Rules, pair_hash, rest_points
from services.matching.domain.engine.roster import Flags, Ints, Longs, Shorts, Small, Words

BIN = 64
LOWEST, HIGHEST = -10_000, 10_000
BINS = (HIGHEST - LOWEST) // BIN + 2


class Wants(NamedTuple):
    """The growth areas of whoever asks, public ones first: `worth[area, level]`, and what serves each to what share."""

    worth: Shorts
    private: Flags
    start: Longs
    competency: Ints
    share: Small


class Offers(NamedTuple):
    """What whoever asks can teach: for each competency that somebody may want, at which levels to what share."""

    competency: Ints
    start: Longs
    level: Small
    share: Small


class Wishes(NamedTuple):
    """What the crowd wants to learn: rows by competency, whose they are, and what a level brings to each."""

    start: Longs
    owner: Ints
    worth: Shorts


@kernel
def teachers_for(wants: Wants, teachers: Postings, size: int) -> tuple[Shorts, Ints]:
    """What each of the crowd brings to whoever asks, and who brings anything."""
    points, best = np.zeros(size, dtype=np.int16), np.zeros(size, dtype=np.int16)
    found, touched = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.int32)
    count = 0
    for area in range(len(wants.private)):
        number = 0
        for source in range(wants.start[area], wants.start[area + 1]):
            for level in range(1, LEVELS):
                worth = np.int64(wants.worth[area, level]) * wants.share[source] // 100
                key = wants.competency[source] * LEVELS + level
                if worth == 0:
                    continue
                for place in range(teachers.start[key], teachers.start[key + 1]):
                    person = teachers.row[place]
                    if best[person] == 0:
                        touched[number] = person
                        number += 1
                    best[person] = max(best[person], worth)
        for place in range(number):
            person = touched[place]
            if points[person] == 0:
                found[count] = person
                count += 1
            # A private growth area stands alone; the public ones add up.
            if wants.private[area]:
                points[person] = max(points[person], best[person])
            else:
                points[person] += best[person]
            best[person] = 0
    return points, found[:count]


@kernel
def learners_for(offers: Offers, wishes: Wishes, size: int) -> tuple[Shorts, Ints]:
    """What whoever asks brings to each of the crowd, and to whom anything."""
    points = np.zeros(size, dtype=np.int16)
    found = np.empty(size, dtype=np.int32)
    count = 0
    for offer in range(len(offers.competency)):
        wanted = offers.competency[offer]
        for area in range(wishes.start[wanted], wishes.start[wanted + 1]):
            most = 0
            for way in range(offers.start[offer], offers.start[offer + 1]):
                most = max(most, np.int64(wishes.worth[area, offers.level[way]]) * offers.share[way] // 100)
            if most == 0:
                continue
            person = wishes.owner[area]
            if points[person] == 0:
                found[count] = person
                count += 1
            points[person] += most
    return points, found[:count]


@kernel
def best_of(
    people: Longs,
    quarters: Longs,
    salt: Words,
    rules: Rules,
    seat: int,
    teaches: bool,
    points: Shorts,
    found: Ints,
    allowed: Flags,
    prices: Ints,
    most: int,
) -> tuple[Ints, Longs, Longs]:
    """The `most` best of those found: their rows, and in order their worth (score less price) and what breaks ties."""
    order = _best_first(points, prices, found, allowed)
    keys, rows = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int32)
    rest = rules.availability + rules.time_zone + rules.language + rules.other_department
    kept = 0
    for person in order:
        value = np.int64(points[person]) - prices[person]
        if kept == most:
            lowest = keys[most - 1] >> HASH_BITS
            if min(value, HIGHEST) + BIN + rest < lowest:
                break
            if value + rest < lowest:
                continue
        teacher, learner = (seat, person) if teaches else (person, seat)
        other = rest_points(people, quarters, rules, teacher, learner)
        if other < 0 or points[person] + other < rules.min_score:
            continue
        key = (value + other) * (1 << HASH_BITS) + pair_hash(salt, seat, person)
        if kept == most and key <= keys[most - 1]:
            continue
        place = kept if kept < most else most - 1
        while place > 0 and keys[place - 1] < key:
            keys[place], rows[place] = keys[place - 1], rows[place - 1]
            place -= 1
        keys[place], rows[place] = key, person
        kept = min(kept + 1, most)
    return rows[:kept], keys[:kept] >> HASH_BITS, keys[:kept] & ((1 << HASH_BITS) - 1)


@inline
def _best_first(points: Shorts, prices: Ints, found: Ints, allowed: Flags) -> Ints:
    """Those found who are allowed, in bins of their points less price, the best bin first."""
    start = np.zeros(BINS + 1, dtype=np.int64)
    for person in found:
        if allowed[person]:
            start[_bin(np.int64(points[person]) - prices[person]) + 1] += 1
    for number in range(BINS):
        start[number + 1] += start[number]
    order = np.empty(start[BINS], dtype=np.int32)
    for person in found:
        if allowed[person]:
            number = _bin(np.int64(points[person]) - prices[person])
            order[start[number]] = person
            start[number] += 1
    return order


@inline
def _bin(value: int) -> int:
    return (HIGHEST - max(LOWEST, min(HIGHEST, value))) // BIN
