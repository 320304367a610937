"""What the best assignments are, found by trying everything, and rounds in which it is known."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from services.matching.tests.unit.organizations import Organization
from services.matching.tests.unit.reference import teaching_score

Scores = Mapping[tuple[int, int], int]
"""The score of each feasible pair of teacher and learner."""
Value = tuple[int, ...]


def ignore(_: float) -> None:
    return None


def all_scores(organization: Organization) -> Scores:
    rows = range(len(organization.by_row))
    found = {(one, other): teaching_score(organization, one, other) for one in rows for other in rows}
    return {pair: score for pair, score in found.items() if score is not None}


def free_places(organization: Organization) -> tuple[int, ...]:
    return tuple(entrant.teaching_places for entrant in organization.by_row)


def best(scores: Scores, places: tuple[int, ...], worth: Callable[[int, int], Value]) -> Value:
    """The most that pairs can add up to, part by part; `worth` is by learner and score, its first part counts most."""
    nothing = tuple(0 for _ in worth(0, 0))

    @cache
    def of_the_rest(learner: int, left: tuple[int, ...]) -> Value:
        if learner == len(places):
            return nothing
        choices = [of_the_rest(learner + 1, left)]
        for teacher, free in enumerate(left):
            if free and (teacher, learner) in scores:
                rest = of_the_rest(learner + 1, (*left[:teacher], free - 1, *left[teacher + 1 :]))
                here = worth(learner, scores[teacher, learner])
                choices.append(tuple(one + other for one, other in zip(here, rest, strict=True)))
        return max(choices)

    return of_the_rest(0, places)


def every_match(scores: Scores, places: tuple[int, ...]) -> Iterator[dict[int, int]]:
    """Every way to give learners teachers: teacher by learner."""

    def from_learner(learner: int, left: tuple[int, ...]) -> Iterator[dict[int, int]]:
        if learner == len(places):
            yield {}
            return
        yield from from_learner(learner + 1, left)
        for teacher, free in enumerate(left):
            if free and (teacher, learner) in scores:
                for rest in from_learner(learner + 1, (*left[:teacher], free - 1, *left[teacher + 1 :])):
                    yield {learner: teacher, **rest}

    return from_learner(0, places)
