"""Walks over postings: what everybody who is of use to somebody brings, added up in one column, in machine code.

Columns of points have a row a person and are zero but for those found.
"""

import numpy as np

from services.matching.domain.engine.compiled import inline
from services.matching.domain.engine.kernels import LEVELS, Areas, Chosen, Held, Postings, Similar, choice_points
from services.matching.domain.engine.roster import Ints, Shorts


@inline
def teachers_of(
    areas: Areas, similar: Similar, teachers: Postings, learner: int, points: Shorts, best: Shorts, found: Ints
) -> int:
    """Add up what each teacher brings to a learner; how many were found. `best` is zero before and after."""
    count = 0
    for row in range(areas.start[learner], areas.start[learner + 1]):
        if areas.private[row]:
            continue
        competency = np.int64(areas.competency[row])
        if similar.start[competency] == similar.start[competency + 1]:
            for level in range(1, LEVELS):
                worth = areas.worth[row, level]
                if worth > 0:
                    count = _add(teachers, competency * LEVELS + level, worth, points, found, count)
        else:
            number = _raise_near(areas, similar, teachers, row, best, found[count:], 0)
            count = _move(best, points, found, count, number)
    for row in range(areas.start[learner], areas.start[learner + 1]):
        if areas.private[row]:
            count = _raise_near(areas, similar, teachers, row, points, found, count)
    return count


@inline
def _add(teachers: Postings, key: int, worth: int, points: Shorts, found: Ints, count: int) -> int:
    for place in range(teachers.start[key], teachers.start[key + 1]):
        person = teachers.row[place]
        if points[person] == 0:
            found[count] = person
            count += 1
        points[person] += worth
    return count


@inline
def _raise_near(
    areas: Areas, similar: Similar, teachers: Postings, row: int, points: Shorts, found: Ints, count: int
) -> int:
    """Raise everybody to what they bring to a growth area, by its competency or by a similar one, if they are below."""
    competency = np.int64(areas.competency[row])
    first, after = similar.start[competency], similar.start[competency + 1]
    for near in range(first - 1, after):
        held, share = (competency, 100) if near < first else (np.int64(similar.other[near]), similar.share[near])
        for level in range(1, LEVELS):
            worth = np.int16(np.int64(areas.worth[row, level]) * share // 100)
            if worth > 0:
                count = _raise(teachers, held * LEVELS + level, worth, points, found, count)
    return count


@inline
def _raise(teachers: Postings, key: int, worth: int, points: Shorts, found: Ints, count: int) -> int:
    for place in range(teachers.start[key], teachers.start[key + 1]):
        person = teachers.row[place]
        if points[person] == 0:
            found[count] = person
            count += 1
        if points[person] < worth:
            points[person] = worth
    return count


@inline
def _move(best: Shorts, points: Shorts, found: Ints, count: int, number: int) -> int:
    """Add `best` of the last `number` found to their points, and clear it; keep those who were not found before."""
    kept = count
    for place in range(count, count + number):
        person = found[place]
        if points[person] == 0:
            found[kept] = person
            kept += 1
        points[person] += best[person]
        best[person] = 0
    return kept


@inline
def learners_of(
    held: Held,
    areas: Areas,
    similar: Similar,
    serves: Similar,
    wishes: Postings,
    teacher: int,
    points: Shorts,
    found: Ints,
) -> int:
    """Add up what a teacher brings to each learner; how many were found."""
    count = 0
    for private in range(2):
        for row in range(held.start[teacher], held.start[teacher + 1]):
            own, level = np.int64(held.competency[row]), np.int64(held.level[row])
            first, after = serves.start[own], serves.start[own + 1]
            for near in range(first - 1, after):
                wanted, share = (own, 100) if near < first else (np.int64(serves.other[near]), serves.share[near])
                alone = private == 1 or similar.start[wanted] == similar.start[wanted + 1]
                key = wanted * 2 + private
                for place in range(wishes.start[key], wishes.start[key + 1]):
                    area = wishes.row[place]
                    worth = np.int16(np.int64(areas.worth[area, level]) * share // 100)
                    # Of several things that serve the same growth area only the best counts.
                    if worth == 0 or not (alone or _serves_best(held, areas, similar, area, teacher) == row):
                        continue
                    learner = areas.owner[area]
                    if points[learner] == 0:
                        found[count] = learner
                        count += 1
                    points[learner] = max(points[learner], worth) if private else points[learner] + worth
    return count


@inline
def _serves_best(held: Held, areas: Areas, similar: Similar, area: int, teacher: int) -> int:
    """The first row of all that a teacher holds that brings most to a growth area."""
    competency = areas.competency[area]
    best, most = -1, 0
    for row in range(held.start[teacher], held.start[teacher + 1]):
        share = 100 if held.competency[row] == competency else 0
        for near in range(similar.start[competency], similar.start[competency + 1]):
            if similar.other[near] == held.competency[row]:
                share = np.int64(similar.share[near])
        worth = np.int64(areas.worth[area, held.level[row]]) * share // 100
        if worth > most:
            best, most = row, worth
    return best


@inline
def mean_of_both(
    teachers_chosen: Chosen,
    person: int,
    points: Shorts,
    other_points: Shorts,
    found: Ints,
    count: int,
    other_found: Ints,
    other_count: int,
) -> int:
    """Leave in `points` the mean of both directions for those found in both, and clear the rest; how many they are.

    `points` has choices in it, `other_points` none; fit and choice are each rounded down, as every part is.
    """
    both = 0
    for place in range(count):
        partner = found[place]
        if other_points[partner] > 0:
            there = choice_points(teachers_chosen, partner, person)
            back = choice_points(teachers_chosen, person, partner)
            fit = (points[partner] - there + other_points[partner]) // 2
            points[partner] = fit + (there + back) // 2
            found[both] = partner
            both += 1
        else:
            points[partner] = 0
    for place in range(other_count):
        other_points[other_found[place]] = 0
    return both


@inline
def add_choices(chosen: Chosen, person: int, points: Shorts) -> None:
    """Add what choices are worth, for those who are of use at all."""
    for place in range(chosen.start[person], chosen.start[person + 1]):
        if points[chosen.other[place]] > 0:
            points[chosen.other[place]] += chosen.points[place]
