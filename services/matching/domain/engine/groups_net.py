"""Who can be in which circle, made ready for the search: by circle, and by learner in two orders."""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.groups_best import best_first, push, replace_lowest
from services.matching.domain.engine.groups_circles import Circles
from services.matching.domain.engine.groups_lists import SCALE
from services.matching.domain.engine.groups_pricing import Prices, to_offer
from services.matching.domain.engine.kernels import HASH_BITS, pair_hash
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import Ints, Longs, Words

HOST, FIRST, AFTER = 0, 1, 2
"""Of a circle: which teacher's it is, by number, and which of `Net.member` are its rows."""
LEARNER, SCORE, VALUE = 0, 1, 2
"""Of a learner in a circle; the value is the score less the learner's price."""
CIRCLE, PROMISE = 0, 2
"""Of a circle for a learner, beside the score: what a new group with them is worth at best."""
JOIN_FIRST, JOIN_AFTER, OPEN_FIRST, OPEN_AFTER, PRICE = 0, 1, 2, 3, 4
"""Of a person: which of `Net.join` and `Net.open` are theirs, and their price."""
KEPT = 48
"""Circles in hand a learner, in each order."""


class Net(NamedTuple):
    """Scores, prices and values are in points.

    `member` has the learners of each circle, the highest value first; `join` has the circles of each learner, the
    highest score first, and `open` the highest promise first. `place` is what a place of each teacher costs. `reached`
    are the learners whom any circle reaches.
    """

    circle: Ints
    member: Ints
    join: Ints
    open: Ints
    person: Ints
    place: Ints
    places: Ints
    reached: Ints
    minimum: int
    maximum: int


def to_net(problem: Problem, circles: Circles, prices: Prices, salt: Words) -> Net:
    """The net of these circles at these prices."""
    offer = to_offer(problem, circles)
    price = (prices.learner // SCALE).astype(np.int32)
    place = (prices.place[circles.teacher[offer.first[:-1]]] // SCALE).astype(np.int32)
    host = np.repeat(np.arange(len(place)), np.diff(offer.first))
    circle = np.stack([host, offer.start[:-1], offer.start[1:]], axis=1).astype(np.int32)
    member = _members(circle, offer.learner, offer.score, price, salt, circles.teacher)
    promise = _promises(circle, member, place, offer.minimum, offer.maximum)
    rows = _by_learner(circle, member, len(price))
    join_start, number, row = _best_circles(rows, member[:, SCORE].copy(), np.zeros_like(price), salt, circles.teacher)
    join = np.stack([number, member[row, SCORE]], axis=1)
    open_start, number, row = _best_circles(rows, promise, -price, salt, circles.teacher)
    opening = np.stack([number, member[row, SCORE], promise[row]], axis=1)
    person = np.stack([join_start[:-1], join_start[1:], open_start[:-1], open_start[1:], price], axis=1)
    reached = np.flatnonzero(np.diff(join_start)).astype(np.int32)
    return Net(
        circle=circle,
        member=member,
        join=join,
        open=opening,
        person=person.astype(np.int32),
        place=place,
        places=offer.places,
        reached=reached[np.argsort(salt[reached], kind="stable")],
        minimum=offer.minimum,
        maximum=offer.maximum,
    )


@kernel
def _members(circle: Ints, learner: Ints, score: Ints, price: Ints, salt: Words, teacher: Ints) -> Ints:
    """The rows of `Net.member`."""
    member = np.empty((len(learner), 3), dtype=np.int32)
    keys, one, other = (
        np.empty(len(price), dtype=np.int64),
        np.empty(len(price), np.int32),
        np.empty(len(price), np.int32),
    )
    for number in range(len(circle)):
        first, size = circle[number, FIRST], 0
        for row in range(first, circle[number, AFTER]):
            value = int(score[row] - price[learner[row]])
            key = (value << HASH_BITS) | pair_hash(salt, teacher[number], learner[row])
            push(keys, one, other, size, key, learner[row], score[row])
            size += 1
        best_first(keys, one, other, size)
        for rank in range(size):
            member[first + rank, LEARNER], member[first + rank, SCORE] = one[rank], other[rank]
            member[first + rank, VALUE] = other[rank] - price[one[rank]]
    return member


@kernel
def _promises(circle: Ints, member: Ints, place: Ints, minimum: int, maximum: int) -> Ints:
    """What a new group of each circle is worth at best with each of its learners in it."""
    promise = np.empty(len(member), dtype=np.int32)
    for number in range(len(circle)):
        first, after = circle[number, FIRST], circle[number, AFTER]
        worth, size = -int(place[circle[number, HOST]]), 0
        while first + size < after and (size < minimum or (size < maximum and member[first + size, VALUE] > 0)):
            worth += member[first + size, VALUE]
            size += 1
        last = int(member[first + size - 1, VALUE])
        spare = last if size == maximum else min(last, 0)
        for row in range(first, after):
            promise[row] = worth if row < first + size else worth - spare + member[row, VALUE]
    return promise


@kernel
def _by_learner(circle: Ints, member: Ints, people: int) -> tuple[Longs, Ints, Ints]:
    """Circles and rows of each learner, and where each learner's begin."""
    start, upto = np.zeros(people + 1, dtype=np.int64), np.zeros(people, dtype=np.int64)
    for row in range(len(member)):
        start[member[row, LEARNER] + 1] += 1
    for learner in range(people):
        start[learner + 1] += start[learner]
        upto[learner] = start[learner]
    numbers, rows = np.empty(len(member), dtype=np.int32), np.empty(len(member), dtype=np.int32)
    for number in range(len(circle)):
        for row in range(circle[number, FIRST], circle[number, AFTER]):
            place = upto[member[row, LEARNER]]
            numbers[place], rows[place] = number, row
            upto[member[row, LEARNER]] = place + 1
    return start, numbers, rows


@kernel
def _best_circles(
    by_learner: tuple[Longs, Ints, Ints], worth: Ints, floor: Ints, salt: Words, teacher: Ints
) -> tuple[Longs, Ints, Ints]:
    """The circles that are worth most to each learner, above a floor, best first; and the rows of `Net.member`."""
    start, numbers, rows = by_learner
    people = len(floor)
    kept = np.zeros(people + 1, dtype=np.int64)
    for learner in range(people):
        kept[learner + 1] = kept[learner] + min(KEPT, start[learner + 1] - start[learner])
    best, best_row = np.empty(kept[people], dtype=np.int32), np.empty(kept[people], dtype=np.int32)
    keys = np.empty(KEPT, dtype=np.int64)
    count = 0
    for learner in range(people):
        kept[learner] = count
        one, other, found = best[count:], best_row[count:], 0
        for place in range(start[learner], start[learner + 1]):
            value = int(worth[rows[place]])
            if value > floor[learner]:
                key = (value << HASH_BITS) | pair_hash(salt, teacher[numbers[place]], learner)
                if found < KEPT:
                    push(keys, one, other, found, key, numbers[place], rows[place])
                elif key > keys[0]:
                    replace_lowest(keys, one, other, KEPT, key, numbers[place], rows[place])
                found += 1
        found = min(found, KEPT)
        best_first(keys, one, other, found)
        count += found
    kept[people] = count
    return kept, best[:count], best_row[:count]
