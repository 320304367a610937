"""Groups: one teacher and several learners who want the same competency, within the sizes that the program states.

A growth area that is private takes no part here: all of a group would learn of it before anybody agreed.
"""

import heapq
from dataclasses import dataclass, replace

import numpy as np

from services.matching.domain.engine.arrays import Arrays, Integers, Mask, to_arrays
from services.matching.domain.engine.candidates import Report
from services.matching.domain.engine.instance import Instance
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.plain_points import group_points
from services.matching.domain.engine.scoring import allowed, closeness_points, pair_hashes

KEPT_PER_PLACE = 4


@dataclass(frozen=True, slots=True)
class _Circle:
    """A teacher of one competency, and the learners who would suit best."""

    teacher: int
    level: int
    competency: int
    learners: Integers
    scores: Integers
    complete: bool
    """Whether these are all; else only the best of them are kept in hand."""

    def value(self, size: int) -> int:
        """What the best group of this size adds up to."""
        return int(self.scores[:size].sum())


def group_matches(instance: Instance, report: Report) -> tuple[Match, ...]:
    """The highest group first, again and again over whoever is left, until no group of the least size remains."""
    arrays = to_arrays(instance)
    places, free = arrays.teaching_places.copy(), arrays.learning_places > 0
    size = instance.group_size
    circles = _all_circles(instance, arrays, free, report)
    heap = [(-circle.value(size.maximum), int(arrays.hashes[circle.teacher]), n) for n, circle in enumerate(circles)]
    heapq.heapify(heap)
    matches = []
    while heap:
        value, tie, number = heapq.heappop(heap)
        if places[circles[number].teacher] <= 0:
            continue
        circle = _still_free(instance, arrays, circles[number], free)
        if len(circle.learners) < size.minimum:
            continue
        circles[number] = circle
        if circle.value(size.maximum) == -value:
            matches.append(_match(instance, arrays, circle))
            free[circle.learners[: size.maximum]] = False
            places[circle.teacher] -= 1
        heapq.heappush(heap, (-circle.value(size.maximum), tie, number))
    return tuple(matches)


def _all_circles(instance: Instance, arrays: Arrays, free: Mask, report: Report) -> list[_Circle]:
    circles = []
    for competency, offered in enumerate(arrays.offered):
        for teacher, level in zip(offered.people.tolist(), offered.levels.tolist(), strict=True):
            circle = _circle(instance, arrays, free, teacher, level, competency)
            if len(circle.learners) >= instance.group_size.minimum:
                circles.append(circle)
        report((competency + 1) / len(arrays.offered))
    return circles


def _circle(instance: Instance, arrays: Arrays, free: Mask, teacher: int, level: int, competency: int) -> _Circle:
    wanted = arrays.wanted[competency]
    fits = wanted.points[:, level]
    open_to = (fits > 0) & ~wanted.private & free[wanted.people]
    learners = wanted.people[open_to]
    teachers = np.full_like(learners, teacher)
    scores = fits[open_to] + closeness_points(arrays, teachers, learners)
    keep = allowed(arrays, instance.rules, teachers, learners) & (scores >= instance.rules.min_score)
    teachers, learners, scores = teachers[keep], learners[keep], scores[keep]
    kept = KEPT_PER_PLACE * instance.group_size.maximum
    order = np.lexsort((pair_hashes(arrays, teachers, learners), -scores))[:kept]
    return _Circle(teacher, level, competency, learners[order], scores[order], len(scores) <= kept)


def _still_free(instance: Instance, arrays: Arrays, circle: _Circle, free: Mask) -> _Circle:
    """The circle without those who found a group; made anew when those in hand run out."""
    keep = free[circle.learners]
    if not circle.complete and keep.sum() < instance.group_size.maximum:
        return _circle(instance, arrays, free, circle.teacher, circle.level, circle.competency)
    return replace(circle, learners=circle.learners[keep], scores=circle.scores[keep])


def _match(instance: Instance, arrays: Arrays, circle: _Circle) -> Match:
    people = [instance.entrants[row].person for row in circle.learners[: instance.group_size.maximum]]
    teacher = instance.entrants[circle.teacher].person
    competency_id = arrays.competency_ids[circle.competency]
    points = group_points(teacher, people, instance.competency_ids, competency_id)
    learner_ids = tuple(sorted(person.id for person in people))
    return Match(teacher.id, learner_ids, points.total, competency_id=competency_id)
