"""Whoever a walk found is looked at closely, best first, until nobody who is left could be among the best."""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import count_ones, tight
from services.matching.domain.engine.kernels import (
    ENOUGH_QUARTERS,
    HASH_BITS,
    LOW,
    Facts,
    Rules,
    mixed,
    out_of_band,
    same_line,
    same_team,
)
from services.matching.domain.engine.roster import Ints, Longs, Shorts
from services.matching.domain.engine.seats import FREE, MANAGER_AND_SELF, SALT, TEAM_AND_DEPARTMENT, Seats
from services.matching.domain.engine.selection_heap import Heap, keep
from services.matching.domain.engine.walk import Found

NO_FLOOR = -(2**60)
FORBIDDEN = -(2**15)
"""So far below zero that nobody's points make up for it, not even to where the dearest are."""
DEAREST = 20_000
"""No higher price is told apart before a pair is looked at closely: nobody's score reaches half of it."""
STEP = 32
STEPS = 10_000 // STEP + 1


class Question(NamedTuple):
    """What is asked of everybody: how many teachers they want, or partners if it is to go both ways.

    `prices` is by person and `tolls`, the same cut at `DEAREST`, by seat; or neither has any rows.
    """

    both: bool
    most: int
    prices: Longs
    tolls: Shorts


class Work(NamedTuple):
    """Columns to work on, for one thread: points by seat, all 0 between queries, and whom a walk found."""

    points: Shorts
    back: Shorts
    best: Shorts
    near: Shorts
    none: Shorts
    found: Found
    steps: Ints
    clock_near: Ints
    clock_order: Ints


@tight
def search(
    facts: Facts,
    seats: Seats,
    rules: Rules,
    question: Question,
    own: int,
    slack: int,
    floor: int,
    least: int,
    count: int,
    work: Work,
    heap: Heap,
    kept: int,
) -> int:
    """Put the best of those found with those kept from other blocks; how many are kept now."""
    above = 2**15
    wanted = question.most
    while True:
        full = kept == question.most
        bar = (heap.key[0] >> HASH_BITS) - slack if full else _reached_by(work.found.points, count, wanted, work.steps)
        bar = max(least, bar)
        kept = _take(facts, seats, rules, question, own, slack, floor, count, bar, above, work, heap, kept)
        if full or bar == least:
            return kept
        above = bar
        wanted *= 4


@tight
def _reached_by(points: Shorts, count: int, wanted: int, steps: Ints) -> int:
    """Points that so many reach, in whole steps; very few if so many do not reach 0."""
    if count <= wanted:
        return -(2**15)
    for step in range(STEPS):
        steps[step] = 0
    for place in range(count):
        if points[place] >= 0:
            steps[points[place] // STEP] += 1
    reached = 0
    for step in range(STEPS - 1, -1, -1):
        reached += steps[step]
        if reached >= wanted:
            return step * STEP
    return -(2**15)


@tight
def _take(
    facts: Facts,
    seats: Seats,
    rules: Rules,
    question: Question,
    own: int,
    slack: int,
    floor: int,
    count: int,
    bar: int,
    above: int,
    work: Work,
    heap: Heap,
    kept: int,
) -> int:
    """Look closely at everybody from the bar up to those who were looked at; how many are kept now."""
    for place in range(count):
        before = work.found.points[place]
        if before < bar or before >= above:
            continue
        if kept == question.most and before + slack < heap.key[0] >> HASH_BITS:
            continue
        seat = int(work.found.seat[place])
        value = _value(facts, seats, rules, question, own, seat, before)
        if value > floor:
            tie = mixed(np.uint64(seats.row[own, SALT]), np.uint64(seats.row[seat, SALT]))
            kept = keep(heap, question.most, kept, (value << HASH_BITS) | tie, seat)
    return kept


@tight
def _value(facts: Facts, seats: Seats, rules: Rules, question: Question, own: int, seat: int, before: int) -> int:
    """The score of the pair less the price, or `NO_FLOOR` if it may not be; `before` is what was known of it."""
    row = seats.row
    if same_team(rules, row[own, TEAM_AND_DEPARTMENT], row[seat, TEAM_AND_DEPARTMENT]) or same_line(
        rules, row[own, MANAGER_AND_SELF], row[seat, MANAGER_AND_SELF]
    ):
        return NO_FLOOR
    if rules.band and _out_of_band(facts.people, rules, question.both, person_of(seats, own), person_of(seats, seat)):
        return NO_FLOOR
    score = before + int(question.tolls[seat]) if len(question.tolls) else before
    department, other = row[own, TEAM_AND_DEPARTMENT] & LOW, row[seat, TEAM_AND_DEPARTMENT] & LOW
    if department * other != 0 and department != other:
        score += rules.other_department
    free = 0
    for word in range(len(facts.quarters)):
        free += facts.quarters[word] * count_ones(row[own, FREE + word] & row[seat, FREE + word])
    score += rules.availability * min(free, ENOUGH_QUARTERS) // ENOUGH_QUARTERS
    if score < rules.min_score:
        return NO_FLOOR
    return score - price_of(question, seats, seat)


@tight
def price_of(question: Question, seats: Seats, seat: int) -> int:
    """What a place with somebody costs: the toll, which is at hand, or what it was cut from."""
    toll = int(question.tolls[seat]) if len(question.tolls) else 0
    return toll if toll < DEAREST else int(question.prices[person_of(seats, seat)])


@tight
def person_of(seats: Seats, seat: int) -> int:
    """Whose seat it is."""
    return int(seats.row[seat, MANAGER_AND_SELF] & LOW) - 1


@tight
def _out_of_band(people: Longs, rules: Rules, both: bool, person: int, partner: int) -> bool:
    return out_of_band(people, rules, partner, person) or (both and out_of_band(people, rules, person, partner))
