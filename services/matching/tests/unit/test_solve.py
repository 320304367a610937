from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.problem import Mode, Problem, Solution
from services.matching.domain.engine.solve import solve
from services.matching.domain.policy import Terms, Weights
from services.matching.tests.builders import a_learner, a_person, a_teacher, entering
from services.matching.tests.unit.organizations import Organization, organizations, steadily

MODES = [Mode.BEST_TOTAL, Mode.MOST_PARTICIPANTS, Mode.MAX_MIN, Mode.STABLE, Mode.RECIPROCAL]
modes = st.sampled_from(MODES)


def solved(problem: Problem, mode: Mode) -> Solution:
    return solve(replace(problem, mode=mode))


def tracks(solution: Solution) -> list[tuple[int, ...]]:
    columns = solution.proposal, solution.teacher, solution.learner, solution.score, solution.competency
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(organizations(), modes)
@steadily
def test_proposals_are_numbered_best_first(organization: Organization, mode: Mode) -> None:
    solution = solved(organization.problem, mode)
    numbers = solution.proposal.tolist()
    assert sorted(set(numbers)) == list(range(len(set(numbers))))
    assert numbers == sorted(numbers)
    scores = [solution.score[solution.proposal == number].sum() // numbers.count(number) for number in set(numbers)]
    assert scores == sorted(scores, reverse=True)


@given(organizations(), modes)
@steadily
def test_places_are_kept_and_the_total_is_no_more_than_its_bound(organization: Organization, mode: Mode) -> None:
    problem = organization.problem
    solution = solved(problem, mode)
    assert (np.bincount(solution.teacher, minlength=problem.roster.size) <= problem.teaching_places).all()
    assert (np.bincount(solution.learner, minlength=problem.roster.size) <= problem.learning_places).all()
    assert solution.upper_bound is None or solution.total <= solution.upper_bound
    assert ((solution.prices >= 0) & (solution.prices <= 10_000)).all()


@given(organizations(), modes)
@steadily
def test_the_order_of_input_changes_nothing(organization: Organization, mode: Mode) -> None:
    again = solved(organization.read_as(organization.entrants[::-1]), mode)
    assert tracks(again) == tracks(solved(organization.problem, mode))


@pytest.mark.parametrize("mode", MODES)
def test_nobody_only_teachers_or_empty_profiles_give_no_proposal(mode: Mode) -> None:
    for people in ([], [a_teacher("per_1"), a_teacher("per_2")], [a_person("per_1"), a_person("per_2")]):
        assert tracks(solved(Organization(tuple(map(entering, people))).problem, mode)) == []


@pytest.mark.parametrize("mode", [Mode.BEST_TOTAL, Mode.MOST_PARTICIPANTS, Mode.MAX_MIN, Mode.STABLE])
def test_a_junior_teaches_a_senior(mode: Mode) -> None:
    people = entering(a_teacher(reporting_level=5)), entering(a_learner(reporting_level=1))
    assert [track[1:3] for track in tracks(solved(Organization(people).problem, mode))] == [(1, 0)]


def test_the_seed_orders_equals() -> None:
    people = [entering(a_teacher(f"per_t{n}")) for n in range(4)] + [entering(a_learner(f"per_l{n}")) for n in range(4)]
    alike = Organization(tuple(people), terms=Terms(weights=Weights(10_000, 0, 0, 0, 0)))
    seen = {tuple(solve(replace(alike, seed=seed).problem).learner.tolist()) for seed in range(20)}
    assert len(seen) > 3


def test_progress_goes_from_the_start_to_one() -> None:
    heard: list[float] = []
    solve(Organization((entering(a_teacher()), entering(a_learner()))).problem, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
