"""The slow, readable answers that the engine is held to. Rows are those of the organization's problem."""

from functools import cache

from services.matching.domain.engine.points import (
    Points,
    forbidding_rule,
    mean_points,
    pair_points,
    score,
    single_fit,
)
from services.matching.tests.unit.organizations import Organization


def teaching_score(organization: Organization, teacher: int, learner: int) -> int | None:
    """The score of a pair that a round may propose, or None."""
    one, other = organization.by_row[teacher], organization.by_row[learner]
    if one.teaching_places <= 0 or other.learning_places <= 0:
        return None
    return score(organization.person(teacher), organization.person(learner), organization.conditions)


def group_points(organization: Organization, teacher: int, learner: int, competency_id: str) -> Points | None:
    """The points of a learner's track in a group about one competency, or None if it may not be."""
    one, other = organization.by_row[teacher], organization.by_row[learner]
    pair = organization.person(teacher), organization.person(learner)
    may_meet = forbidding_rule(*pair, organization.conditions) is None
    served = single_fit(*pair, competency_id, organization.conditions).points > 0
    if one.teaching_places <= 0 or other.learning_places <= 0 or not may_meet or not served:
        return None
    return pair_points(*pair, organization.conditions, only=competency_id)


def mutual_score(organization: Organization, one: int, other: int) -> int | None:
    """The score of two people who teach each other, or None."""
    first, second = organization.by_row[one], organization.by_row[other]
    places = (first.teaching_places, first.learning_places, second.teaching_places, second.learning_places)
    conditions = organization.conditions
    pairs = (
        (organization.person(one), organization.person(other)),
        (organization.person(other), organization.person(one)),
    )
    there, back = (pair_points(*pair, conditions) for pair in pairs)
    may_meet = all(forbidding_rule(*pair, conditions) is None for pair in pairs)
    if min(places) <= 0 or not there.fit or not back.fit or not may_meet:
        return None
    total = mean_points([there, back]).total
    return total if total >= organization.terms.rules.min_score else None


def best_total(organization: Organization) -> int:
    """The highest total that any assignment of learners to teachers has, by trying everything."""
    people = organization.by_row

    @cache
    def best(learner: int, places: tuple[int, ...]) -> int:
        if learner == len(people):
            return 0
        choices = [best(learner + 1, places)]
        for teacher, free in enumerate(places):
            points = teaching_score(organization, teacher, learner)
            if points is not None and free:
                left = (*places[:teacher], free - 1, *places[teacher + 1 :])
                choices.append(points + best(learner + 1, left))
        return max(choices)

    return best(0, tuple(entrant.teaching_places for entrant in people))
