"""How the best few partners of somebody are found, in machine code.

Block by block, the nearest clocks first: collect everybody of use whose kind is not forbidden, with their fit and what
their kind is worth; then look closely, best first in two steps, at those who can still be among the best. As soon as
there are enough, postings of people who bring too little by these alone are light: nobody is collected from them.
"""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import count_ones, kernel, tight
from services.matching.domain.engine.kernels import (
    ENOUGH_QUARTERS,
    HASH_BITS,
    Areas,
    Chosen,
    Facts,
    Rules,
    choice_points,
    mixed,
    near_points,
    out_of_band,
    same_line,
    same_team,
)
from services.matching.domain.engine.roster import Ints, Longs, Shorts
from services.matching.domain.engine.seats import FREE, MANAGER_AND_SELF, PARTS, SALT, TEAM_AND_DEPARTMENT, Seats
from services.matching.domain.engine.walk import (
    Found,
    add_chosen,
    add_learners,
    add_teachers,
    choose_light,
    clear_learners,
    collect_teachers,
)

NO_FLOOR = -(2**60)
DEAREST = 20_000
"""No higher price is told apart before a pair is looked at closely: nobody's score reaches half of it."""
MUCH_MORE = 250
"""By so many points more must be needed to look anew for light postings."""
STEP = 32
STEPS = 10_000 // STEP + 1
_LOW = 0xFFFFFFFF


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
    light: Ints


class Heap(NamedTuple):
    """The best so far: keys, of which the lowest comes first once there are enough, and their seats."""

    key: Longs
    seat: Ints


def columns_to_work_on(seats: Seats, areas: Areas) -> Work:
    """Columns for one thread."""
    size = len(seats.row)
    return Work(
        points=np.zeros(size, dtype=np.int16),
        back=np.zeros(size, dtype=np.int16),
        best=np.zeros(size, dtype=np.int16),
        near=np.zeros(size, dtype=np.int16),
        none=np.zeros(0, dtype=np.int16),
        found=Found(np.zeros(size + 1, dtype=np.uint32), np.zeros(size + 1, dtype=np.int16)),
        steps=np.zeros(STEPS, dtype=np.int32),
        clock_near=np.zeros(len(seats.clock_run), dtype=np.int32),
        clock_order=np.zeros(len(seats.clock_run), dtype=np.int32),
        light=np.zeros(int(np.diff(areas.start).max(initial=0)), dtype=np.int32),
    )


@kernel
def best_of_each(
    facts: Facts, seats: Seats, rules: Rules, question: Question, work: Work, asked: Ints, floors: Longs
) -> tuple[Ints, Ints, Ints]:
    """The best partners of each: how many, their rows, and the scores, best first."""
    counts = np.zeros(len(asked), dtype=np.int32)
    partners = np.empty((len(asked), question.most), dtype=np.int32)
    scores = np.empty((len(asked), question.most), dtype=np.int32)
    heap = Heap(np.empty(question.most, dtype=np.int64), np.empty(question.most, dtype=np.int32))
    kind = -1
    for place in range(len(asked)):
        person = asked[place]
        if seats.of_person[person] < 0 or not _has_places(facts, question.both, person):
            continue
        if seats.kind[person] != kind:
            kind = seats.kind[person]
            _measure_kinds(facts.people, seats, rules, person, work)
        counts[place] = _look_around(facts, seats, rules, question, person, floors[place], work, heap)
        _write(seats, question.prices, heap, counts[place], partners[place], scores[place])
    return counts, partners, scores


@tight
def _look_around(
    facts: Facts, seats: Seats, rules: Rules, question: Question, person: int, floor: int, work: Work, heap: Heap
) -> int:
    """Look at one block after another, the nearest clocks first; how many are kept."""
    own = seats.of_person[person]
    slack = _slack(facts.quarters, seats.row, rules, own)
    chosen = _most_chosen(facts.teachers_chosen, person)
    least = max(rules.min_score, floor + 1)
    kept, planned = 0, 0
    choose_light(facts, person, planned, work.light)
    for clock in work.clock_order[: len(seats.clock_run) - 1]:
        near = work.clock_near[clock]
        if near < 0:
            break
        for block in range(seats.clock_block[clock], seats.clock_block[clock + 1]):
            if kept == question.most:
                least = max(least, heap.key[0] >> HASH_BITS)
            need = least - near - slack - chosen
            if not question.both and need >= planned + MUCH_MORE:
                planned = need
                choose_light(facts, person, planned, work.light)
            count = _find(facts, seats, question.both, block, person, work)
            kept = _search(facts, seats, rules, question, own, slack, floor, count, work, heap, kept)
    return kept


@tight
def _slack(quarters: Longs, row: Longs, rules: Rules, own: int) -> int:
    """The most that a close look can add for a person: nothing for whoever is never free and in no department."""
    free = 0
    for word in range(len(quarters)):
        free += quarters[word] * count_ones(row[own, FREE + word])
    department = rules.other_department if row[own, TEAM_AND_DEPARTMENT] & _LOW != 0 else 0
    return rules.availability * min(free, ENOUGH_QUARTERS) // ENOUGH_QUARTERS + department


@tight
def _most_chosen(chosen: Chosen, person: int) -> int:
    """The most that choices add to any score of a person."""
    most = 0
    for place in range(chosen.start[person], chosen.start[person + 1]):
        most = max(most, chosen.points[place])
    return most


@tight
def _has_places(facts: Facts, both: bool, person: int) -> bool:
    return facts.learning_places[person] > 0 and (facts.teaching_places[person] > 0 or not both)


@tight
def _measure_kinds(people: Longs, seats: Seats, rules: Rules, person: int, work: Work) -> None:
    """What clock and languages are worth to a person, -1 where they forbid a pair; and the order of the clocks."""
    for clock in range(len(seats.clock_run) - 1):
        nearest = -1
        for run in range(seats.clock_run[clock], seats.clock_run[clock + 1]):
            start, end = seats.run_start[run], seats.run_start[run + 1]
            other = (seats.row[start, MANAGER_AND_SELF] & _LOW) - 1
            near = near_points(people, rules, person, other)
            work.near[start:end] = np.int16(near)
            nearest = max(nearest, near)
        work.clock_near[clock] = nearest
        rank = clock
        while rank > 0 and work.clock_near[work.clock_order[rank - 1]] < nearest:
            work.clock_order[rank] = work.clock_order[rank - 1]
            rank -= 1
        work.clock_order[rank] = clock


@tight
def _find(facts: Facts, seats: Seats, both: bool, block: int, person: int, work: Work) -> int:
    """Collect everybody of use in a block who is on postings that are not light; how many they are."""
    areas, similar, held, serves = facts.areas, facts.similar, facts.held, facts.serves
    start, end = seats.start[PARTS * block], seats.start[PARTS * block + PARTS]
    points, found = work.points, work.found
    back = work.back if both else work.none
    add_teachers(seats, areas, similar, block, person, work.light, points, work.best)
    if both:
        add_learners(seats, held, similar, serves, block, person, back)
    points[seats.of_person[person]] = 0
    for place in range(facts.apart.start[person], facts.apart.start[person + 1]):
        seat = seats.of_person[facts.apart.row[place]]
        if seat >= 0:
            points[seat] = 0
    if both:
        _mark_mutual_choices(facts, seats, person, start, end, work.best, 1)
    else:
        add_chosen(seats, facts.teachers_chosen, person, start, end, points)
    count = collect_teachers(
        seats, areas, similar, block, person, work.light, points, back, work.best, work.near, found
    )
    if both:
        _mark_mutual_choices(facts, seats, person, start, end, work.best, 0)
        clear_learners(seats, held, serves, block, person, back)
    return count


@tight
def _mark_mutual_choices(
    facts: Facts, seats: Seats, person: int, start: int, end: int, more: Shorts, times: int
) -> None:
    """Write down the mean of what choices are worth both ways, or 0 again."""
    for column in range(2):
        chosen = facts.teachers_chosen if column == 0 else facts.learners_chosen
        for place in range(chosen.start[person], chosen.start[person + 1]):
            partner = chosen.other[place]
            seat = seats.of_person[partner]
            if start <= seat < end:
                there = choice_points(facts.teachers_chosen, partner, person)
                back = choice_points(facts.teachers_chosen, person, partner)
                more[seat] = times * (there + back) // 2


@tight
def _search(
    facts: Facts,
    seats: Seats,
    rules: Rules,
    question: Question,
    own: int,
    slack: int,
    floor: int,
    count: int,
    work: Work,
    heap: Heap,
    kept: int,
) -> int:
    """Put the best of those found with those kept from other blocks; how many are kept now."""
    if len(question.tolls):
        for place in range(count):
            work.found.points[place] -= question.tolls[work.found.seat[place]]
    least = max(-(2**15), floor + 1 - slack)
    if len(question.tolls) == 0:
        least = max(least, rules.min_score - slack)
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
            kept = _keep(heap, question.most, kept, (value << HASH_BITS) | tie, seat)
    return kept


@tight
def _value(facts: Facts, seats: Seats, rules: Rules, question: Question, own: int, seat: int, before: int) -> int:
    """The score of the pair less the price, or `NO_FLOOR` if it may not be; `before` is what was known of it."""
    row = seats.row
    partner = (row[seat, MANAGER_AND_SELF] & _LOW) - 1
    if same_team(rules, row[own, TEAM_AND_DEPARTMENT], row[seat, TEAM_AND_DEPARTMENT]) or same_line(
        rules, row[own, MANAGER_AND_SELF], row[seat, MANAGER_AND_SELF]
    ):
        return NO_FLOOR
    if rules.band and _out_of_band(
        facts.people, rules, question.both, (row[own, MANAGER_AND_SELF] & _LOW) - 1, partner
    ):
        return NO_FLOOR
    score = before + int(question.tolls[seat]) if len(question.tolls) else before
    department, other = row[own, TEAM_AND_DEPARTMENT] & _LOW, row[seat, TEAM_AND_DEPARTMENT] & _LOW
    if department * other != 0 and department != other:
        score += rules.other_department
    free = 0
    for word in range(len(facts.quarters)):
        free += facts.quarters[word] * count_ones(row[own, FREE + word] & row[seat, FREE + word])
    score += rules.availability * min(free, ENOUGH_QUARTERS) // ENOUGH_QUARTERS
    if score < rules.min_score:
        return NO_FLOOR
    return score - question.prices[partner] if len(question.prices) else score


@tight
def _out_of_band(people: Longs, rules: Rules, both: bool, person: int, partner: int) -> bool:
    return out_of_band(people, rules, partner, person) or (both and out_of_band(people, rules, person, partner))


@tight
def _keep(heap: Heap, most: int, kept: int, key: int, seat: int) -> int:
    """Add to those kept, or put in the place of the lowest."""
    if kept < most:
        heap.key[kept], heap.seat[kept] = key, seat
        if kept + 1 == most:
            _make_heap(heap, most)
        return kept + 1
    if key > heap.key[0]:
        heap.key[0], heap.seat[0] = key, seat
        _sift_down(heap, most, 0)
    return kept


@tight
def _write(seats: Seats, prices: Longs, heap: Heap, kept: int, partners: Ints, scores: Ints) -> None:
    """Empty the heap from the lowest on, to get the best first."""
    _make_heap(heap, kept)
    for rank in range(kept - 1, -1, -1):
        partner = (seats.row[heap.seat[0], MANAGER_AND_SELF] & _LOW) - 1
        partners[rank] = partner
        scores[rank] = (heap.key[0] >> HASH_BITS) + (prices[partner] if len(prices) else 0)
        heap.key[0], heap.seat[0] = heap.key[rank], heap.seat[rank]
        _sift_down(heap, rank, 0)


@tight
def _make_heap(heap: Heap, size: int) -> None:
    for above in range(size // 2 - 1, -1, -1):
        _sift_down(heap, size, above)


@tight
def _sift_down(heap: Heap, size: int, place: int) -> None:
    key, seat = heap.key, heap.seat
    while 2 * place + 1 < size:
        below = 2 * place + 1
        if below + 1 < size and key[below + 1] < key[below]:
            below += 1
        if key[below] >= key[place]:
            return
        key[below], key[place] = key[place], key[below]
        seat[below], seat[place] = seat[place], seat[below]
        place = below
