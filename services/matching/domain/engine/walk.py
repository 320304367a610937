"""Walks over postings: what everybody of a block who is of use to somebody brings, added up in machine code.

Columns have a row a seat and are 0 before and after; whoever is collected is cleared.
"""

from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.compiled import tight
from services.matching.domain.engine.kernels import LEVELS, Areas, Chosen, Facts, Held, Similar
from services.matching.domain.engine.roster import Ints, Shorts
from services.matching.domain.engine.seats import Counts, Seats


class Found(NamedTuple):
    """Whom a walk found: seats, and what is known of the points of each."""

    seat: Counts
    points: Shorts


@tight
def choose_light(facts: Facts, learner: int, need: int, light: Ints) -> None:
    """Choose for each growth area up to which level postings are light: the longest that bring less than is needed.

    Whoever is on light postings alone brings less (MaxScore: H. Turtle and J. Flood, 1995), so nobody else needs a
    close look. Private growth areas, and those that similar competencies serve, are light at all levels or at none.
    """
    areas, similar, teachers = facts.areas, facts.similar, facts.teachers.start
    first = areas.start[learner]
    for area in range(first, areas.start[learner + 1]):
        light[area - first] = 0
        useless = areas.private[area] and areas.worth[area, LEVELS - 1] < need
        while light[area - first] < LEVELS - 1 and (useless or areas.worth[area, light[area - first] + 1] == 0):
            light[area - first] += 1
    spare = need - 1
    while spare > 0:
        best, best_level, most, least_cost = -1, 0, 0, 1
        for area in range(first, areas.start[learner + 1]):
            competency, before = areas.competency[area], light[area - first]
            is_served = similar.start[competency] < similar.start[competency + 1]
            for level in range(LEVELS - 1 if is_served else before + 1, LEVELS if not areas.private[area] else 0):
                cost = int(areas.worth[area, level]) - int(areas.worth[area, before])
                many = teachers[competency * LEVELS + level + 1] - teachers[competency * LEVELS + before + 1]
                if cost <= spare and many * least_cost > most * cost:
                    best, best_level, most, least_cost = area, level, many, cost
        if best < 0:
            return
        spare -= least_cost
        light[best - first] = best_level


@tight
def add_teachers(
    seats: Seats, areas: Areas, similar: Similar, block: int, learner: int, light: Ints, points: Shorts, best: Shorts
) -> None:
    """Add up what each teacher brings to a learner: the sum, or the best private growth area if that is more.

    Light postings count for those alone who are on others, too.
    """
    first, after = areas.start[learner], areas.start[learner + 1]
    for lowest in range(2):
        for area in range(first, after):
            competency, level = areas.competency[area], light[area - first]
            if areas.private[area]:
                continue
            if similar.start[competency] == similar.start[competency + 1]:
                levels = (level + 1, LEVELS) if lowest == 0 else (1, level + 1)
                _add_exact(seats, areas, len(similar.start) - 1, block, area, levels, lowest, points)
            elif (level == LEVELS - 1) == (lowest == 1):
                _raise_all(seats, areas, similar, block, area, best)
                _move_all(seats, areas, similar, block, area, best, lowest, points)
    for area in range(first, after):
        if areas.private[area] and light[area - first] < LEVELS - 1:
            _raise_all(seats, areas, similar, block, area, points)


@tight
def _add_exact(
    seats: Seats,
    areas: Areas,
    competencies: int,
    block: int,
    area: int,
    levels: tuple[int, int],
    lowest: int,
    points: Shorts,
) -> None:
    """Add what those bring to a growth area who teach its own competency and have as many points as the lowest."""
    for level in range(levels[0], levels[1]):
        worth = areas.worth[area, level]
        if worth > 0:
            key = (block * competencies + areas.competency[area]) * LEVELS + level
            for seat in seats.teacher[seats.teacher_start[key] : seats.teacher_start[key + 1]]:
                if points[seat] >= lowest:
                    points[seat] += worth


@tight
def _raise_all(seats: Seats, areas: Areas, similar: Similar, block: int, area: int, points: Shorts) -> None:
    """Raise everybody to what they bring to a growth area by its competency or a similar one."""
    competency = areas.competency[area]
    first = similar.start[competency]
    for near in range(first - 1, similar.start[competency + 1]):
        share = 100 if near < first else int(similar.share[near])
        held = int(competency) if near < first else int(similar.other[near])
        for level in range(1, LEVELS):
            worth = np.int16(areas.worth[area, level] * share // 100)
            if worth > 0:
                key = (block * (len(similar.start) - 1) + held) * LEVELS + level
                for seat in seats.teacher[seats.teacher_start[key] : seats.teacher_start[key + 1]]:
                    points[seat] = max(points[seat], worth)


@tight
def _move_all(
    seats: Seats, areas: Areas, similar: Similar, block: int, area: int, best: Shorts, lowest: int, points: Shorts
) -> None:
    """Add to the points of whoever has as many as the lowest the best of what they bring to one growth area."""
    competency = areas.competency[area]
    first = similar.start[competency]
    for near in range(first - 1, similar.start[competency + 1]):
        held = int(competency) if near < first else int(similar.other[near])
        start, end = _teachers_above(seats, block * (len(similar.start) - 1) + held, 0)
        for seat in seats.teacher[start:end]:
            if points[seat] >= lowest:
                points[seat] += best[seat]
            best[seat] = 0


@tight
def _teachers_above(seats: Seats, key: int, level: int) -> tuple[int, int]:
    """The postings of one competency in a block above a level."""
    return seats.teacher_start[key * LEVELS + level + 1], seats.teacher_start[key * LEVELS + LEVELS]


@tight
def add_learners(
    seats: Seats, held: Held, similar: Similar, serves: Similar, block: int, teacher: int, points: Shorts
) -> None:
    """Add up what a teacher brings to each learner, likewise."""
    competencies = len(similar.start) - 1
    for private in range(2):
        for row in range(held.start[teacher], held.start[teacher + 1]):
            own, level = int(held.competency[row]), int(held.level[row])
            first, after = serves.start[own], serves.start[own + 1]
            for near in range(first - 1, after):
                share = 100 if near < first else int(serves.share[near])
                wanted = own if near < first else int(serves.other[near])
                key = (block * competencies + wanted) * 2 + private
                start, end = seats.wish_start[key], seats.wish_start[key + 1]
                if private == 1:
                    for place in range(start, end):
                        worth = np.int16(seats.wish_worth[place, level] * share // 100)
                        points[seats.wish[place]] = max(points[seats.wish[place]], worth)
                elif similar.start[wanted] == similar.start[wanted + 1]:
                    for place in range(start, end):
                        points[seats.wish[place]] += seats.wish_worth[place, level]
                elif _is_first_to_serve(held, similar, teacher, row, wanted):
                    _add_best(seats, held, similar, teacher, wanted, start, end, points)


@tight
def _is_first_to_serve(held: Held, similar: Similar, teacher: int, row: int, wanted: int) -> bool:
    """Whether nothing that the teacher holds before this row serves what is wanted."""
    for before in range(held.start[teacher], row):
        if _served_share(similar, int(held.competency[before]), wanted) > 0:
            return False
    return True


@tight
def _served_share(similar: Similar, held: int, wanted: int) -> int:
    """In per cent, how far somebody who wants one competency is served by another, or by the same."""
    share = 100 if held == wanted else 0
    for near in range(similar.start[wanted], similar.start[wanted + 1]):
        if similar.other[near] == held:
            share = int(similar.share[near])
    return share


@tight
def _add_best(
    seats: Seats, held: Held, similar: Similar, teacher: int, wanted: int, start: int, end: int, points: Shorts
) -> None:
    """Add for each wish the best of all that a teacher holds."""
    for place in range(start, end):
        most = 0
        for row in range(held.start[teacher], held.start[teacher + 1]):
            share = _served_share(similar, int(held.competency[row]), wanted)
            if share > 0:
                most = max(most, seats.wish_worth[place, int(held.level[row])] * share // 100)
        points[seats.wish[place]] += most


@tight
def collect_teachers(
    seats: Seats,
    areas: Areas,
    similar: Similar,
    block: int,
    learner: int,
    light: Ints,
    points: Shorts,
    back: Shorts,
    more: Shorts,
    near: Shorts,
    bar: int,
    found: Found,
) -> int:
    """Gather who is not on light postings alone and reaches the bar with what is known, and clear the points; how many.

    With `back` only those who have points there too, by the mean of both and what they have in `more`.
    """
    competencies = len(similar.start) - 1
    count = 0
    for area in range(areas.start[learner], areas.start[learner + 1]):
        competency = int(areas.competency[area])
        first = similar.start[competency]
        for other in range(first - 1, similar.start[competency + 1]):
            held = competency if other < first else int(similar.other[other])
            start, end = _teachers_above(seats, block * competencies + held, light[area - areas.start[learner]])
            if len(back):
                count = _collect_mutual(seats.teacher[start:end], points, back, more, near, bar, found, count)
            else:
                count = _collect(seats.teacher[start:end], points, near, bar, found, count)
    return count


@tight
def clear_learners(seats: Seats, held: Held, serves: Similar, block: int, teacher: int, points: Shorts) -> None:
    """Clear the points of everybody to whom a teacher could bring something."""
    competencies = len(serves.start) - 1
    for row in range(held.start[teacher], held.start[teacher + 1]):
        own = int(held.competency[row])
        first = serves.start[own]
        for other in range(first - 1, serves.start[own + 1]):
            key = (block * competencies + (own if other < first else int(serves.other[other]))) * 2
            for seat in seats.wish[seats.wish_start[key] : seats.wish_start[key + 2]]:
                points[seat] = 0


@tight
def _collect(seats: Counts, points: Shorts, near: Shorts, bar: int, found: Found, count: int) -> int:
    for seat in seats:
        own = points[seat]
        if own > 0:
            points[seat] = 0
            found.seat[count] = seat
            found.points[count] = own + near[seat]
            count += found.points[count] >= bar
    return count


@tight
def _collect_mutual(
    seats: Counts, points: Shorts, back: Shorts, more: Shorts, near: Shorts, bar: int, found: Found, count: int
) -> int:
    for seat in seats:
        own = points[seat]
        if own > 0:
            points[seat] = 0
            found.seat[count] = seat
            found.points[count] = (own + back[seat]) // 2 + more[seat] + near[seat]
            count += (back[seat] > 0) & (found.points[count] >= bar)
    return count


@tight
def add_chosen(seats: Seats, chosen: Chosen, person: int, first: int, end: int, points: Shorts) -> None:
    """Add what choices are worth, for those who are of use at all and whose seats are asked for."""
    for place in range(chosen.start[person], chosen.start[person + 1]):
        seat = seats.of_person[chosen.other[place]]
        if first <= seat < end and points[seat] > 0:
            points[seat] += chosen.points[place]
