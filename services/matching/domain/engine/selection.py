"""How the best few partners of somebody are found, in machine code.

Block by block, the nearest clocks first, and in each for many who ask before the next: collect everybody of use whose
kind is not forbidden, with their fit and what their kind is worth; then look closely at those who can still be among
the best. As soon as there are enough, postings of people who bring too little by these alone are light: nobody is
collected from them.
"""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import count_ones, kernel, tight
from services.matching.domain.engine.kernels import (
    ENOUGH_QUARTERS,
    HASH_BITS,
    LOW,
    Chosen,
    Facts,
    Rules,
    choice_points,
    near_points,
)
from services.matching.domain.engine.roster import Ints, Longs, Shorts
from services.matching.domain.engine.seats import FREE, PARTS, TEAM_AND_DEPARTMENT, Seats
from services.matching.domain.engine.selection_heap import Heap, make_heap, sift_down
from services.matching.domain.engine.selection_search import (
    DEAREST,
    FORBIDDEN,
    STEPS,
    Question,
    Work,
    person_of,
    price_of,
    search,
)
from services.matching.domain.engine.walk import (
    Found,
    add_chosen,
    add_learners,
    add_teachers,
    choose_light,
    clear_learners,
    collect_teachers,
)

MUCH_MORE = 250
"""By so many points more must be needed to look anew for light postings."""
TOGETHER = 1_024
"""So many people of one kind are answered block by block, while what is read of a block stays in the cache."""


class Asking(NamedTuple):
    """People of one kind who are answered together, a row each: what they have found, and what they still need.

    `slack` is the most that a close look can add and `chosen` the most that choices can; `kept` is how many are in the
    heap, -1 for who has no place; `light` has a column a growth area.
    """

    slack: Ints
    chosen: Ints
    kept: Ints
    planned: Ints
    key: Longs
    seat: Ints
    light: Ints


def columns_to_work_on(seats: Seats) -> Work:
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
    )


@kernel
def best_of_each(
    facts: Facts, seats: Seats, rules: Rules, question: Question, work: Work, asked: Ints, floors: Longs
) -> tuple[Ints, Ints, Ints]:
    """The best partners of each: how many, their rows, and the scores, best first."""
    counts = np.zeros(len(asked), dtype=np.int32)
    partners = np.empty((len(asked), question.most), dtype=np.int32)
    scores = np.empty((len(asked), question.most), dtype=np.int32)
    together, areas = min(TOGETHER, len(asked)), 0
    for person in asked:
        areas = max(areas, facts.areas.start[person + 1] - facts.areas.start[person])
    asking = Asking(
        slack=np.empty(together, dtype=np.int32),
        chosen=np.empty(together, dtype=np.int32),
        kept=np.empty(together, dtype=np.int32),
        planned=np.empty(together, dtype=np.int32),
        key=np.empty((together, question.most), dtype=np.int64),
        seat=np.empty((together, question.most), dtype=np.int32),
        light=np.empty((together, areas), dtype=np.int32),
    )
    first, kind = 0, -1
    while first < len(asked):
        after = first + 1
        while after < min(first + together, len(asked)) and seats.kind[asked[after]] == seats.kind[asked[first]]:
            after += 1
        if seats.kind[asked[first]] != kind:
            kind = seats.kind[asked[first]]
            _measure_kinds(facts.people, seats, rules, question.tolls, asked[first], work)
        _look_around(facts, seats, rules, question, asked[first:after], floors[first:after], work, asking)
        for place in range(first, after):
            row = place - first
            counts[place] = max(0, asking.kept[row])
            heap = Heap(asking.key[row], asking.seat[row])
            _write(seats, question, heap, counts[place], partners[place], scores[place])
        first = after
    return counts, partners, scores


@tight
def _look_around(
    facts: Facts,
    seats: Seats,
    rules: Rules,
    question: Question,
    asked: Ints,
    floors: Longs,
    work: Work,
    asking: Asking,
) -> None:
    """Look at one block after another, the nearest clocks first: for all who are asked, while it is in the cache."""
    for row in range(len(asked)):
        person = asked[row]
        able = seats.of_person[person] >= 0 and _has_places(facts, question.both, person)
        asking.kept[row] = 0 if able else -1
        if able:
            asking.slack[row] = _slack(facts.quarters, seats.row, rules, seats.of_person[person])
            asking.chosen[row] = _most_chosen(facts.teachers_chosen, person)
            asking.planned[row] = 0
            choose_light(facts, person, 0, asking.light[row])
    for clock in work.clock_order[: len(seats.clock_run) - 1]:
        near = work.clock_near[clock]
        if near < 0:
            break
        for block in range(seats.clock_block[clock], seats.clock_block[clock + 1]):
            for row in range(len(asked)):
                if asking.kept[row] >= 0:
                    _look_into(facts, seats, rules, question, block, near, asked[row], floors[row], work, asking, row)


@tight
def _look_into(
    facts: Facts,
    seats: Seats,
    rules: Rules,
    question: Question,
    block: int,
    near: int,
    person: int,
    floor: int,
    work: Work,
    asking: Asking,
    row: int,
) -> None:
    """Look at one block for one person."""
    own, slack, kept = seats.of_person[person], int(asking.slack[row]), int(asking.kept[row])
    heap, light = Heap(asking.key[row], asking.seat[row]), asking.light[row]
    least_value = floor + 1
    if kept == question.most:
        least_value = max(least_value, heap.key[0] >> HASH_BITS)
    least_score = max(least_value, rules.min_score)
    need = least_score - near - slack - asking.chosen[row]
    if not question.both and need >= asking.planned[row] + MUCH_MORE:
        asking.planned[row] = need
        choose_light(facts, person, need, light)
    bar = max(-DEAREST, (least_score if len(question.tolls) == 0 else least_value) - slack)
    count = _find(facts, seats, question.both, block, person, light, bar, work)
    asking.kept[row] = search(facts, seats, rules, question, own, slack, floor, bar, count, work, heap, kept)


@tight
def _slack(quarters: Longs, row: Longs, rules: Rules, own: int) -> int:
    """The most that a close look can add for a person: nothing for whoever is never free and in no department."""
    free = 0
    for word in range(len(quarters)):
        free += quarters[word] * count_ones(row[own, FREE + word])
    department = rules.other_department if row[own, TEAM_AND_DEPARTMENT] & LOW != 0 else 0
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
def _measure_kinds(people: Longs, seats: Seats, rules: Rules, tolls: Shorts, person: int, work: Work) -> None:
    """What clock and languages are worth to a person, less the toll, and the order of the clocks."""
    for clock in range(len(seats.clock_run) - 1):
        nearest = -1
        for run in range(seats.clock_run[clock], seats.clock_run[clock + 1]):
            start, end = seats.run_start[run], seats.run_start[run + 1]
            near = near_points(people, rules, person, person_of(seats, start))
            work.near[start:end] = np.int16(near if near >= 0 else FORBIDDEN)
            if near >= 0 and len(tolls):
                for seat in range(start, end):
                    work.near[seat] -= tolls[seat]
            nearest = max(nearest, near)
        work.clock_near[clock] = nearest
        rank = clock
        while rank > 0 and work.clock_near[work.clock_order[rank - 1]] < nearest:
            work.clock_order[rank] = work.clock_order[rank - 1]
            rank -= 1
        work.clock_order[rank] = clock


@tight
def _find(facts: Facts, seats: Seats, both: bool, block: int, person: int, light: Ints, bar: int, work: Work) -> int:
    """Collect everybody of use in a block who is on postings that are not light and reaches the bar; how many."""
    areas, similar, held, serves = facts.areas, facts.similar, facts.held, facts.serves
    start, end = seats.start[PARTS * block], seats.start[PARTS * block + PARTS]
    points, found = work.points, work.found
    back = work.back if both else work.none
    add_teachers(seats, areas, similar, block, person, light, points, work.best)
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
        seats, areas, similar, block, person, light, points, back, work.best, work.near, bar, found
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
def _write(seats: Seats, question: Question, heap: Heap, kept: int, partners: Ints, scores: Ints) -> None:
    """Empty the heap from the lowest on, to get the best first."""
    make_heap(heap, kept)
    for rank in range(kept - 1, -1, -1):
        partners[rank] = person_of(seats, heap.seat[0])
        scores[rank] = (heap.key[0] >> HASH_BITS) + price_of(question, seats, heap.seat[0])
        heap.key[0], heap.seat[0] = heap.key[rank], heap.seat[rank]
        sift_down(heap, rank, 0)
