"""Prices of learners, and by them a bound that no round can beat: what it takes for nobody to be wanted twice.

After the Lagrangian relaxation of A. M. Geoffrion (1974), by subgradients that remember the last directions. Give up
that a learner joins one group at most, and ask a price for each instead. Then every teacher chooses alone: the circles
whose best learners bring the most beyond their prices. What all these bring, plus all prices, is a bound on what any
groups add up to. Prices rise for whom several want, fall for whom nobody wants, and the bound comes down.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import kernel, tight
from services.matching.domain.engine.groups_circles import Circles
from services.matching.domain.engine.groups_lists import SCALE
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import Ints, Longs

FIRST_STEP, STEP_BITS = 2_000, 20
"""The share of the bound by which the first step moves, in parts of 2**20."""
WHOLE_BITS = 10
"""One learner more or less weighs 2**10 in a direction."""
UNKNOWN = 2**40
PATIENCE = 10
"""Steps without a better bound before they get shorter."""


@dataclass(frozen=True, slots=True)
class Prices:
    """A price for each person as a learner, and what a place of theirs as a teacher is worth then; in parts of a point.

    No groups of the circles' learners in hand add up to more than `bound`, in points.
    """

    learner: Longs
    place: Longs
    bound: int


class Offer(NamedTuple):
    """What kernels take of circles: `first[t]` to `first[t + 1]` are those of the t-th teacher, who has `places[t]`."""

    first: Longs
    places: Ints
    groups: Ints
    start: Longs
    learner: Ints
    score: Ints
    minimum: int
    maximum: int


def to_offer(problem: Problem, circles: Circles) -> Offer:
    """The circles as kernels take them."""
    teachers, first = np.unique(circles.teacher, return_index=True)
    minimum = max(1, problem.group_size.minimum)
    most = len(np.unique(circles.learner)) // minimum
    return Offer(
        first=np.append(first, len(circles.teacher)).astype(np.int64),
        places=np.minimum(problem.teaching_places[teachers], most).astype(np.int32),
        groups=circles.groups,
        start=circles.start,
        learner=circles.learner,
        score=circles.score,
        minimum=minimum,
        maximum=min(problem.group_size.maximum, int(np.diff(circles.start).max(initial=minimum))),
    )


def settle(problem: Problem, circles: Circles, start: Longs, steps: int, step: int = FIRST_STEP) -> Prices:
    """The prices with the lowest bound on the way of some steps down from these."""
    return price_at(problem, circles, _descend(to_offer(problem, circles), start, steps, step))


def price_at(problem: Problem, circles: Circles, prices: Longs) -> Prices:
    """What these prices say of these circles: of all learners, where the circles were listed by them."""
    wanted, worth = np.zeros(len(prices), dtype=np.int64), np.zeros(len(prices), dtype=np.int64)
    offer = to_offer(problem, circles)
    place = np.zeros(len(offer.places), dtype=np.int64)
    total = _relaxed(offer, prices, np.full(len(circles.teacher), UNKNOWN), wanted, place)
    worth[np.unique(circles.teacher)] = place
    return Prices(prices, worth, total // SCALE)


@kernel
def _descend(offer: Offer, start: Longs, steps: int, step: int) -> Longs:
    """The prices at the lowest bound."""
    prices, best = start.copy(), start.copy()
    direction, wanted = np.zeros(len(prices), dtype=np.int64), np.zeros(len(prices), dtype=np.int64)
    place, most = np.zeros(len(offer.places), dtype=np.int64), np.full(len(offer.groups), UNKNOWN)
    lowest = _relaxed(offer, prices, most, wanted, place)
    failed = 0
    for _ in range(steps):
        length = 0
        for one in range(len(prices)):
            if prices[one] > 0 or wanted[one] > 0:
                direction[one] = (7 * direction[one] + 3 * ((1 - wanted[one]) << WHOLE_BITS)) // 10
                length += direction[one] * direction[one]
            else:
                direction[one] = 0
        if length == 0 or step == 0:
            break
        move = lowest * step // max(1, length >> WHOLE_BITS)
        fall = 0
        for one in range(len(prices)):
            price = max(0, prices[one] - ((move * direction[one]) >> STEP_BITS))
            fall = max(fall, prices[one] - price)
            prices[one] = price
        _raise(most, fall * offer.maximum)
        bound = _relaxed(offer, prices, most, wanted, place)
        failed += 1
        if bound < lowest:
            if bound < lowest - SCALE:
                failed = 0
            lowest = bound
            _copy(prices, best)
        if failed >= PATIENCE:
            failed, step = 0, step * 7 // 10
            fall = 0
            for one in range(len(prices)):
                fall = max(fall, prices[one] - best[one])
            _raise(most, fall * offer.maximum)
            _copy(best, prices)
    return best


@tight
def _copy(source: Longs, target: Longs) -> None:
    for place in range(len(source)):
        target[place] = source[place]


@tight
def _raise(column: Longs, by: int) -> None:
    for place in range(len(column)):
        column[place] += by


@kernel
def _relaxed(offer: Offer, prices: Longs, most: Longs, wanted: Longs, place: Longs) -> int:
    """The bound at these prices; how many groups want each learner, and what a further place of each teacher brings.

    `most` is what a group of each circle brings at most, and is made exact where it is looked at.
    """
    room = 0
    for circle in range(len(offer.groups)):
        room = max(room, min(offer.groups[circle] * offer.maximum, offer.start[circle + 1] - offer.start[circle]))
    values, members = np.empty(room + 1, dtype=np.int64), np.empty(room + 1, dtype=np.int32)
    places = 0
    for teacher in range(len(offer.places)):
        places = max(places, offer.places[teacher])
    gains, picked = np.empty(places + 1, dtype=np.int64), np.empty(places + 1, dtype=np.int64)
    total = 0
    for one in range(len(prices)):
        wanted[one] = 0
        total += prices[one]
    for teacher in range(len(offer.places)):
        picks = _pick(offer, prices, teacher, most, values, members, gains, picked)
        place[teacher] = gains[picks - 1] if picks == offer.places[teacher] else 0
        for pick in range(picks):
            total += gains[pick]
            groups = 1
            for other in range(picks):
                if picked[other] == picked[pick] and other != pick:
                    groups = 0 if other < pick else groups + 1 if groups else 0
            if groups:
                kept = _best_members(offer, prices, picked[pick], values, members)
                for member in range(_members(offer, values, kept, groups)):
                    wanted[members[member]] += 1
    return total


@tight
def _pick(
    offer: Offer, prices: Longs, teacher: int, most: Longs, values: Longs, members: Ints, gains: Longs, picked: Longs
) -> int:
    """The groups that one teacher would open, the best first: what each brings and of which circle; how many."""
    picks, places = 0, offer.places[teacher]
    for circle in range(offer.first[teacher], offer.first[teacher + 1]):
        lowest = gains[places - 1] if picks == places else 0
        if most[circle] <= lowest:
            continue
        most[circle] = _most(offer, prices, circle)
        if most[circle] <= lowest:
            continue
        kept = _best_members(offer, prices, circle, values, members)
        size = before = 0
        together = 0
        for groups in range(1, offer.groups[circle] + 1):
            together_before = together
            before, size = size, _members(offer, values, kept, groups)
            for member in range(before, size):
                together += values[member]
            gain = together - together_before
            if groups == 1:
                most[circle] = gain
            if size == 0 or gain <= (gains[places - 1] if picks == places else 0):
                break
            place = min(picks, places - 1)
            while place > 0 and gains[place - 1] < gain:
                gains[place], picked[place] = gains[place - 1], picked[place - 1]
                place -= 1
            gains[place], picked[place] = gain, circle
            picks = min(picks + 1, places)
    return picks


@tight
def _most(offer: Offer, prices: Longs, circle: int) -> int:
    """What a circle brings at most, in groups of any size."""
    most = 0
    for row in range(offer.start[circle], offer.start[circle + 1]):
        most += max(0, int(offer.score[row]) * SCALE - prices[offer.learner[row]])
    return most


@tight
def _members(offer: Offer, values: Longs, kept: int, groups: int) -> int:
    """How many of the best learners these groups of a circle take together; 0 if they are too few."""
    least, most = groups * offer.minimum, min(groups * offer.maximum, kept)
    if kept < least:
        return 0
    size = least
    while size < most and values[size] > 0:
        size += 1
    return size


@tight
def _best_members(offer: Offer, prices: Longs, circle: int, values: Longs, members: Ints) -> int:
    """The learners of a circle who bring the most, best first, as far as its groups could want them; how many."""
    first, after = offer.start[circle], offer.start[circle + 1]
    least, room = offer.groups[circle] * offer.minimum, offer.groups[circle] * offer.maximum
    kept = 0
    for row in range(first, after):
        learner = offer.learner[row]
        value = int(offer.score[row]) * SCALE - prices[learner]
        if kept == room and value <= values[room - 1]:
            continue
        if kept >= least and value <= 0 and value <= values[least - 1]:
            continue
        place = min(kept, room - 1)
        while place > 0 and values[place - 1] < value:
            values[place], members[place] = values[place - 1], members[place - 1]
            place -= 1
        values[place], members[place] = value, learner
        kept = min(kept + 1, room)
    return kept
