"""Rings share nobody, are closed, and are the best there are; more people never make them worse than greedy."""

from dataclasses import replace
from functools import cache
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.cycle_arcs import list_arcs, list_rings
from services.matching.domain.engine.cycle_packing import pack
from services.matching.domain.engine.cycles import solve_cycles
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.mutual import who_may_pair
from services.matching.domain.engine.problem import Mode, Problem, Solution
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.engine.roster import Ints
from services.matching.domain.engine.solve import solve
from services.matching.tests.generator import organization
from services.matching.tests.unit.organizations import Organization, organizations, steadily


def rings_of(solution: Solution) -> list[dict[int, int]]:
    """Who teaches whom in each ring: learner by teacher."""
    rings: dict[int, dict[int, int]] = {}
    for proposal, teacher, learner in zip(solution.proposal, solution.teacher, solution.learner, strict=True):
        rings.setdefault(int(proposal), {})[int(teacher)] = int(learner)
    return list(rings.values())


def best_by_trying_everything(problem: Problem) -> int:
    """The highest total of rings that share nobody."""
    people = [int(row) for row in who_may_pair(build_index(problem))]
    index = build_index(problem)

    def row(person: int) -> Ints:
        return np.array([person], dtype=np.int32)

    scores = {
        (teacher, learner): int(pair_scores(index, row(teacher), row(learner))[0])
        for teacher, learner in permutations(people, 2)
    }

    def ring(members: tuple[int, ...]) -> int | None:
        totals = []
        for order in permutations(members[1:]):
            path = (members[0], *order)
            tracks = [scores[teacher, learner] for teacher, learner in zip(path, (*path[1:], path[0]), strict=True)]
            if min(tracks) >= 0:
                totals.append(sum(tracks))
        return max(totals, default=None)

    @cache
    def best(left: tuple[int, ...]) -> int:
        if len(left) < 2:
            return 0
        found = [best(left[1:])]
        for size in range(1, problem.longest_ring):
            for others in combinations(left[1:], size):
                worth = ring((left[0], *others))
                if worth is not None:
                    found.append(worth + best(tuple(one for one in left[1:] if one not in others)))
        return max(found)

    return best(tuple(sorted(people)))


@steadily
@given(organizations(Mode.CYCLES), st.sampled_from([3, 4]))
def test_few_people_get_the_best_rings_of_all(made: Organization, longest: int) -> None:
    made = replace(made, longest_ring=longest, first=())
    solution = solve_cycles(made.problem, lambda _: None)
    best = best_by_trying_everything(made.problem)
    assert solution.total == best
    assert solution.upper_bound is not None
    assert solution.upper_bound >= best


@steadily
@given(organizations(Mode.CYCLES))
def test_rings_are_closed_and_share_nobody(made: Organization) -> None:
    solution = solve(made.problem)
    rings = rings_of(solution)
    assert all(set(ring) == set(ring.values()) and 2 <= len(ring) <= made.problem.longest_ring for ring in rings)
    members = [member for ring in rings for member in ring]
    assert len(members) == len(set(members))
    assert (made.problem.teaching_places[members] > 0).all()
    assert (made.problem.learning_places[members] > 0).all()
    assert (pair_scores(made.index, solution.teacher, solution.learner) == solution.score).all()


@steadily
@given(organizations(Mode.CYCLES), st.randoms(use_true_random=False))
def test_the_order_of_input_changes_nothing(made: Organization, chance: object) -> None:
    shuffled = list(made.entrants)
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    there, here = solve(made.problem), solve(made.read_as(shuffled))
    assert there.total == here.total
    assert all((getattr(there, name) == getattr(here, name)).all() for name in ("proposal", "teacher", "learner"))


@pytest.mark.parametrize(("scenario", "least"), [("std", 0.5), ("ties", 0.9)])
def test_many_people_get_rings_near_the_bound(scenario: str, least: float) -> None:
    problem = replace(organization(400, scenario, mode=Mode.CYCLES), learning_places=np.ones(400, dtype=np.int32))
    problem = replace(problem, teaching_places=np.maximum(problem.teaching_places, 1))
    solution = solve(problem)
    members = [member for ring in rings_of(solution) for member in ring]
    assert len(members) == len(set(members))
    assert solution.upper_bound is not None
    assert least * solution.upper_bound < solution.total <= solution.upper_bound
    again = solve(problem)
    assert (again.learner == solution.learner).all()


def test_prices_and_swaps_find_more_than_taking_the_best_first() -> None:
    problem = replace(organization(400, mode=Mode.CYCLES), learning_places=np.ones(400, dtype=np.int32))
    problem = replace(problem, teaching_places=np.maximum(problem.teaching_places, 1))
    people = who_may_pair(build_index(problem))
    rings = list_rings(list_arcs(build_index(problem), people, 16), 3, np.zeros(len(people) + 1, dtype=np.int64))
    free, greedy = set(range(len(people))), 0
    length = (rings.members >= 0).sum(axis=1)
    for ring in np.argsort(-(rings.weight // length), kind="stable").tolist():
        inside = {member for member in rings.members[ring].tolist() if member >= 0}
        if inside <= free:
            free -= inside
            greedy += int(rings.weight[ring])
    assert int(rings.weight[pack(rings, len(people))].sum()) > greedy


def test_nobody_and_people_of_one_role_make_no_ring() -> None:
    assert len(solve(Organization((), mode=Mode.CYCLES).problem).score) == 0
    problem = organization(60, mode=Mode.CYCLES)
    only_learners = replace(problem, teaching_places=np.zeros(60, dtype=np.int32))
    assert len(solve(only_learners).score) == 0
