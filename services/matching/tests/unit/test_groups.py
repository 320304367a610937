from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.groups import solve_groups
from services.matching.domain.engine.problem import GroupSize, Mode, Solution
from services.matching.domain.people import Person
from services.matching.domain.policy import Terms, Weights
from services.matching.tests.builders import a_growth_area, a_learner, a_teacher, entering
from services.matching.tests.generator import organization
from services.matching.tests.unit.groups_by_trying import best_by_trying, crowds, track_score, with_bonus
from services.matching.tests.unit.organizations import Organization, steadily

searched_too = st.sampled_from([{}, {"exact": 0}])
"""Groups of few people are found by trying all; the search is to be as right."""


def ignore(_: float) -> None:
    return None


def tracks(solution: Solution) -> list[tuple[int, ...]]:
    columns = solution.proposal, solution.teacher, solution.learner, solution.score, solution.competency
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


def a_round(*people: Person, teaching: int = 1, size: GroupSize | None = None) -> Organization:
    """These people with the default rules; who teaches has so many places."""
    entrants = tuple(entering(person, teaching if person.strengths else 0) for person in people)
    return Organization(entrants, mode=Mode.GROUPS, group_size=size or GroupSize())


@given(crowds())
@steadily
def test_the_groups_of_a_few_people_are_the_best_there_are_and_their_own_bound(round_: Organization) -> None:
    solution = solve_groups(round_.problem, ignore)
    assert with_bonus(round_, solution) == best_by_trying(round_)
    assert solution.upper_bound == solution.total


@given(crowds(most=9), st.integers(1, 4))
@steadily
def test_a_search_ends_between_nothing_and_a_bound_that_the_best_groups_keep(round_: Organization, listed: int) -> None:
    solution = solve_groups(round_.problem, ignore, exact=0, listed=listed)
    served = with_bonus(round_, solution) - solution.total
    best = best_by_trying(round_)
    assert solution.upper_bound is not None
    assert with_bonus(round_, solution) <= best <= solution.upper_bound + served
    assert (solution.total > 0) == (best > 0)


@given(crowds(), searched_too)
@steadily
def test_every_track_is_allowed_and_scored_by_its_one_public_growth_area(
    round_: Organization, how: dict[str, int]
) -> None:
    solution = solve_groups(round_.problem, ignore, **how)
    ids = round_.problem.roster.competency_ids
    for _, teacher, learner, score, competency in tracks(solution):
        assert track_score(round_, teacher, learner, ids[competency]) == score
        areas = round_.by_row[learner].person.growth_areas
        assert not next(area for area in areas if area.competency_id == ids[competency]).private
    assert solution.total == solution.score.sum()


@given(crowds(), searched_too)
@steadily
def test_sizes_and_places_are_kept_and_nobody_learns_in_two_groups(round_: Organization, how: dict[str, int]) -> None:
    solution = solve_groups(round_.problem, ignore, **how)
    size, places = round_.group_size, round_.problem.teaching_places
    assert all(size.minimum <= members <= size.maximum for members in Counter(solution.proposal.tolist()).values())
    about = set(zip(solution.proposal.tolist(), solution.teacher.tolist(), solution.competency.tolist(), strict=True))
    assert sorted(number for number, _, _ in about) == list(range(len(about)))
    assert all(groups <= places[teacher] for teacher, groups in Counter(teacher for _, teacher, _ in about).items())
    assert len(set(solution.learner.tolist())) == len(solution.learner)


@given(crowds(), searched_too, st.randoms(use_true_random=False))
@steadily
def test_neither_the_order_of_reading_nor_a_name_nor_another_call_changes_a_group(
    round_: Organization, how: dict[str, int], chance: Random
) -> None:
    shuffled = list(round_.entrants)
    chance.shuffle(shuffled)
    renamed = [replace(one, person=replace(one.person, display_name="somebody else")) for one in shuffled]
    known, again, other = (
        solve_groups(problem, ignore, **how) for problem in (round_.problem, round_.problem, round_.read_as(renamed))
    )
    assert tracks(known) == tracks(again) == tracks(other)
    assert (known.upper_bound, known.prices.tolist()) == (other.upper_bound, other.prices.tolist())


@pytest.mark.parametrize("scenario", ["std", "scarce", "ties"])
def test_a_thousand_people_come_within_a_hundredth_of_what_nobody_can_beat(scenario: str) -> None:
    problem = organization(1_000, scenario, mode=Mode.GROUPS, group_size=GroupSize(3, 8))
    solution = solve_groups(problem, ignore)
    assert solution.upper_bound is not None
    assert solution.upper_bound * 99 // 100 < solution.total <= solution.upper_bound
    assert (np.bincount(solution.learner, minlength=1_000) <= problem.learning_places).all()
    assert (solution.prices >= 0).all()
    assert (solution.prices[problem.teaching_places == 0] == 0).all()


def test_short_lists_cost_little_and_bound_what_long_ones_find() -> None:
    problem = organization(1_000, mode=Mode.GROUPS, group_size=GroupSize(2, 4))
    short, long = (solve_groups(problem, ignore, listed=listed) for listed in (1, 1_000))
    assert short.upper_bound is not None
    assert long.total * 99 // 100 < short.total
    assert long.total <= short.upper_bound


def test_seeds_differ_in_groups_and_hardly_in_the_total() -> None:
    problem = organization(500, mode=Mode.GROUPS)
    one, other = (solve_groups(replace(problem, seed=seed), ignore) for seed in (1, 2))
    assert tracks(one) != tracks(other)
    assert one.upper_bound is not None
    assert min(one.total, other.total) > one.upper_bound * 99 // 100


def test_three_hundred_who_want_one_teacher_fill_that_teachers_places() -> None:
    learners = [a_learner(f"per_{number:03}") for number in range(300)]
    solution = solve_groups(a_round(a_teacher(), *learners, teaching=3).problem, ignore)
    assert sorted(Counter(solution.proposal.tolist()).values()) == [8, 8, 8]
    assert solution.upper_bound is not None
    assert solution.total == 24 * int(solution.score.max()) <= solution.upper_bound


def test_one_competency_for_all_leaves_nobody_out() -> None:
    teachers = [a_teacher(f"per_t{number:02}") for number in range(20)]
    learners = [a_learner(f"per_{number:03}") for number in range(100)]
    solution = solve_groups(a_round(*teachers, *learners, size=GroupSize(3, 8)).problem, ignore)
    assert len(solution.learner) == 100
    assert solution.total == solution.upper_bound


@pytest.mark.parametrize(
    "round_",
    [
        a_round(),
        a_round(a_teacher(), *(a_learner(f"per_{n}", growth_areas=(a_growth_area(private=True),)) for n in range(4))),
        a_round(a_teacher(), *(a_learner(f"per_{n}") for n in range(4)), size=GroupSize(5, 8)),
        a_round(a_teacher(), *(a_learner(f"per_{n}") for n in range(4)), size=GroupSize(3, 2)),
        a_round(a_teacher(), *(a_learner(f"per_{n}") for n in range(4)), teaching=0),
    ],
    ids=["nobody", "all in private", "too few", "sizes that contradict each other", "no places"],
)
def test_where_no_group_can_be_there_is_none(round_: Organization) -> None:
    for how in ({}, {"exact": 0}):
        solution = solve_groups(round_.problem, ignore, **how)
        assert (tracks(solution), solution.total, solution.upper_bound) == ([], 0, 0)


def test_who_comes_first_gets_a_seat_before_who_scores_more() -> None:
    people = [a_teacher(), *(a_learner(f"per_{number:02}", utc_offset=0) for number in range(20))]
    late = a_learner("per_late", utc_offset=300, languages=frozenset())
    round_ = replace(a_round(*people, late), first=("per_late",))
    seated = solve_groups(round_.problem, ignore)
    assert round_.problem.roster.ids.index("per_late") in seated.learner.tolist()
    assert seated.upper_bound is not None
    assert seated.total <= seated.upper_bound


def test_a_teacher_with_two_places_opens_two_groups_about_one_competency() -> None:
    round_ = a_round(a_teacher(), *(a_learner(f"per_{n}") for n in range(6)), teaching=2, size=GroupSize(3, 3))
    solution = solve_groups(round_.problem, ignore)
    assert Counter(solution.proposal.tolist()) == {0: 3, 1: 3}
    assert len(set(solution.competency.tolist())) == 1


def test_equal_learners_are_chosen_by_the_seed_and_not_by_their_row() -> None:
    people = [a_teacher(), *(a_learner(f"per_{number:02}") for number in range(40))]
    alike = replace(a_round(*people), terms=Terms(weights=Weights(10_000, 0, 0, 0, 0)))
    seen = [solve_groups(replace(alike, seed=seed).problem, ignore).learner.tolist() for seed in range(30)]
    times = Counter(learner for learners in seen for learner in learners)
    assert max(times.values()) < 20
    assert sum(learner < 20 for learner in times.elements()) in range(80, 160)
