"""The slow, readable answers that the solver is held to."""

from functools import cache
from itertools import permutations

from services.matching.domain.engine.instance import Entrant, Instance
from services.matching.domain.engine.plain_points import MutualPoints, pair_points


def may_meet(instance: Instance, one: Entrant, other: Entrant) -> bool:
    """Whether no rule keeps the two apart."""
    pair = min(one.person.id, other.person.id), max(one.person.id, other.person.id)
    return instance.rules.forbids(one.person, other.person) is None and pair not in instance.apart


def teaching_score(instance: Instance, teacher: Entrant, learner: Entrant, only: str | None = None) -> int | None:
    """The score of a pair that a run may propose, or None."""
    if not teacher.teaching_places or not learner.learning_places or not may_meet(instance, teacher, learner):
        return None
    points = pair_points(teacher.person, learner.person, instance.competency_ids, only=only)
    return points.total if points.fit and points.total >= instance.rules.min_score else None


def mutual_score(instance: Instance, one: Entrant, other: Entrant) -> int | None:
    """The score of two people who teach each other, or None."""
    there = pair_points(one.person, other.person, instance.competency_ids)
    back = pair_points(other.person, one.person, instance.competency_ids)
    places = [one.teaching_places, one.learning_places, other.teaching_places, other.learning_places]
    if not all(places) or not there.fit or not back.fit or not may_meet(instance, one, other):
        return None
    total = MutualPoints(there, back).total
    return total if total >= instance.rules.min_score else None


def best_pairing(instance: Instance) -> tuple[int, int]:
    """The most learners that can be served, and the highest total among such, by trying everything."""
    entrants = instance.entrants

    @cache
    def best(number: int, places: tuple[int, ...]) -> tuple[int, int]:
        if number == len(entrants):
            return 0, 0
        choices = [best(number + 1, places)]
        for row, teacher in enumerate(entrants):
            score = teaching_score(instance, teacher, entrants[number])
            if score is not None and places[row]:
                left = (*places[:row], places[row] - 1, *places[row + 1 :])
                served, total = best(number + 1, left)
                choices.append((served + 1, total + score))
        return max(choices)

    return best(0, tuple(entrant.teaching_places for entrant in entrants))


def orders(instance: Instance) -> list[list[Entrant]]:
    """A few other orders in which the same people may be read."""
    some = list(permutations(instance.entrants[:4]))[:3]
    rest = list(instance.entrants[4:])
    return [[*rest[::-1], *first] for first in some]
