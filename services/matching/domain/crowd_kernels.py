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
ENOUGH = 256
"""So many are put in order at a time: mostly the best are among the first of them."""
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


class Room(NamedTuple):
    """Columns to work on; `points` and `best` have a row a person, and are all 0 whenever nobody works on them.

    `found` has rows of people, `value` what each of these is worth before the rest is looked at, `order` rows of both.
    """

    points: Shorts
    best: Shorts
    found: Ints
    value: Ints
    order: Ints


def room_for(size: int) -> Room:
    """Room for a crowd of this size: large columns cost more to get from the system and give back than to look."""
    return Room(
        np.zeros(size, dtype=np.int16),
        np.zeros(size, dtype=np.int16),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
        np.empty(size, dtype=np.int32),
    )


class Chosen(NamedTuple):
    """Of whom the best are wanted, by score less price; whoever asks sits on the last row of `people`."""

    people: Longs
    quarters: Longs
    salt: Words
    allowed: Flags
    prices: Ints


@kernel
def best_teachers(
    wants: Wants, teachers: Postings, chosen: Chosen, rules: Rules, room: Room, most: int
) -> tuple[Ints, Longs, Longs]:
    """The `most` best for whoever asks: their rows, and in order their worth (score less price), what breaks ties."""
    count = _find_teachers(wants, teachers, chosen.allowed, room)
    return _best_of(chosen, rules, room, count, most, 0)


@kernel
def best_learners(
    offers: Offers, wishes: Wishes, chosen: Chosen, rules: Rules, room: Room, most: int
) -> tuple[Ints, Longs, Longs]:
    """The same of those whom whoever asks can teach."""
    count = _find_learners(offers, wishes, chosen.allowed, room)
    return _best_of(chosen, rules, room, count, most, 1)


@inline
def _find_teachers(wants: Wants, teachers: Postings, allowed: Flags, room: Room) -> int:
    """Put down what each of those allowed brings to whoever asks, and who brings anything."""
    count = 0
    for area in range(len(wants.private)):
        private = wants.private[area]
        if wants.start[area] + 1 == wants.start[area + 1]:
            count = _find_holders(wants, area, teachers, allowed, room, count)
            continue
        for place in range(_find_helpers(wants, area, teachers, allowed, room)):
            person = room.order[place]
            count = _add(room, person, room.best[person], private, count)
            room.best[person] = 0
    return count


@inline
def _find_holders(wants: Wants, area: int, teachers: Postings, allowed: Flags, room: Room, count: int) -> int:
    """Put down what those allowed bring to a growth area that one competency alone serves; how many are found now."""
    source = wants.start[area]
    for level in range(1, LEVELS):
        worth = np.int64(wants.worth[area, level]) * wants.share[source] // 100
        if worth == 0:
            continue
        key = wants.competency[source] * LEVELS + level
        for person in teachers.row[teachers.start[key] : teachers.start[key + 1]]:
            if allowed[person]:
                count = _add(room, person, worth, wants.private[area], count)
    return count


@inline
def _add(room: Room, person: int, worth: int, private: bool, count: int) -> int:
    """Add to somebody's points; how many are found now. A private growth area stands alone, public ones add up."""
    before = room.points[person]
    if before == 0:
        room.found[count] = person
        count += 1
    room.points[person] = max(before, worth) if private else before + worth
    return count


@inline
def _find_helpers(wants: Wants, area: int, teachers: Postings, allowed: Flags, room: Room) -> int:
    """Put down the best that each of those allowed brings to one growth area, and who brings anything to it."""
    best, count = room.best, 0
    for source in range(wants.start[area], wants.start[area + 1]):
        for level in range(1, LEVELS):
            worth = np.int64(wants.worth[area, level]) * wants.share[source] // 100
            if worth == 0:
                continue
            key = wants.competency[source] * LEVELS + level
            for person in teachers.row[teachers.start[key] : teachers.start[key + 1]]:
                if allowed[person]:
                    if best[person] == 0:
                        room.order[count] = person
                        count += 1
                    best[person] = max(best[person], worth)
    return count


@inline
def _find_learners(offers: Offers, wishes: Wishes, allowed: Flags, room: Room) -> int:
    """Put down what whoever asks brings to each of those allowed, and to whom anything."""
    count = 0
    for offer in range(len(offers.competency)):
        wanted = offers.competency[offer]
        first, after = offers.start[offer], offers.start[offer + 1]
        level, share = offers.level[first], np.int64(offers.share[first])
        for area in range(wishes.start[wanted], wishes.start[wanted + 1]):
            person = wishes.owner[area]
            if not allowed[person]:
                continue
            most = wishes.worth[area, level] * share // 100
            for way in range(first + 1, after):
                most = max(most, np.int64(wishes.worth[area, offers.level[way]]) * offers.share[way] // 100)
            if most > 0:
                count = _add(room, person, most, False, count)
    return count


@inline
def _best_of(
    chosen: Chosen, rules: Rules, room: Room, count: int, most: int, teaches: int
) -> tuple[Ints, Longs, Longs]:
    """The best of those found; the room is left as it was."""
    seat = len(chosen.people) - 1
    most = min(most, count)
    keys, rows = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int32)
    rest = rules.availability + rules.time_zone + rules.language + rules.other_department
    sizes = _take_prices_off(chosen.prices, room, count)
    kept, first, enough = 0, 0, ENOUGH
    while first < BINS and most > 0:
        # Whoever is in a bin is worth no more than the best of it; in the first, there is no best.
        if kept == most and first > 0 and HIGHEST - first * BIN + rest < keys[most - 1] >> HASH_BITS:
            break
        last, size = first, 0
        while last < BINS and size < enough:
            size += sizes[last]
            last += 1
        for place in room.order[: _put_in_order(room, sizes, count, first, last)]:
            person, value = room.found[place], np.int64(room.value[place])
            if kept == most and value + rest < keys[most - 1] >> HASH_BITS:
                continue
            teacher, learner = (seat, person) if teaches else (person, seat)
            other = rest_points(chosen.people, chosen.quarters, rules, teacher, learner)
            if other < 0 or value + chosen.prices[person] + other < rules.min_score:
                continue
            key = (value + other) * (1 << HASH_BITS) + pair_hash(chosen.salt, seat, person)
            if kept == most and key <= keys[most - 1]:
                continue
            at = kept if kept < most else most - 1
            while at > 0 and keys[at - 1] < key:
                keys[at], rows[at] = keys[at - 1], rows[at - 1]
                at -= 1
            keys[at], rows[at] = key, person
            kept = min(kept + 1, most)
        first, enough = last, 4 * enough
    return rows[:kept], keys[:kept] >> HASH_BITS, keys[:kept] & ((1 << HASH_BITS) - 1)


@inline
def _take_prices_off(prices: Ints, room: Room, count: int) -> Longs:
    """Put down what each of those found is worth and clear their points; how many are in each bin, the best first."""
    sizes = np.zeros(BINS, dtype=np.int64)
    for place in range(count):
        person = room.found[place]
        value = np.int64(room.points[person]) - prices[person]
        room.points[person] = 0
        room.value[place] = value
        sizes[_bin(value)] += 1
    return sizes


@inline
def _put_in_order(room: Room, sizes: Longs, count: int, first: int, last: int) -> int:
    """Put in order those of the bins from `first` to before `last`, bin by bin; how many they are."""
    start = np.zeros(BINS + 1, dtype=np.int64)
    for number in range(first, last):
        start[number + 1] = start[number] + sizes[number]
    total = start[last]
    for place in range(count):
        own = _bin(int(room.value[place]))
        if first <= own < last:
            room.order[start[own]] = place
            start[own] += 1
    return int(total)


@inline
def _bin(value: int) -> int:
    return (HIGHEST - max(LOWEST, min(HIGHEST, value))) // BIN
