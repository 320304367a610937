from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.participation import highest_floor, most_served, with_floor
from services.matching.domain.engine.roster import NOBODY, Ints
from services.matching.domain.engine.rounds import Rounds
from services.matching.domain.engine.rounds_lists import Listing
from services.matching.tests.unit.assignments import Scores, all_scores, best, free_places, ignore
from services.matching.tests.unit.organizations import Organization, organizations, steadily

PEOPLE = 7
lengths = st.integers(1, 3)


def learners_of(organization: Organization) -> Ints:
    return np.flatnonzero(organization.problem.learning_places > 0).astype(np.int32)


def rounds_of(organization: Organization, shortest: int, eps: int = 1) -> Rounds:
    none = np.zeros(organization.problem.roster.size, dtype=np.int64)
    return Rounds(organization.index, organization.problem.teaching_places, none, eps=eps, shortest=shortest)


def served(organization: Organization, shortest: int, eps: int = 1, blocks: int = 3) -> Rounds:
    rounds = rounds_of(organization, shortest, eps)
    rounds.serve(learners_of(organization), ignore, blocks)
    return rounds


def most(organization: Organization, scores: Scores) -> int:
    return best(scores, free_places(organization), lambda _, score: (score,))[0]


def most_people(organization: Organization, scores: Scores) -> int:
    return best(scores, free_places(organization), lambda _, score: (int(score > 0),))[0]


def left_open(organization: Organization, highest: int, eps: int = 1) -> int:
    """Two steps a learner, or what the policy allows where the market was contested."""
    return max(PEOPLE * 2 * eps, -(-highest * organization.terms.max_gap // 9_000))


@given(organizations(most=PEOPLE), lengths, st.integers(1, 9))
@steadily
def test_short_lists_reach_what_all_pairs_would(organization: Organization, shortest: int, eps: int) -> None:
    highest = most(organization, all_scores(organization))
    rounds = served(organization, shortest, eps)
    assert rounds.total <= highest <= rounds.upper_bound() <= rounds.total + left_open(organization, highest, eps)


@given(organizations(most=PEOPLE), lengths)
@steadily
def test_a_second_look_lowers_the_bound_but_not_below_the_best(organization: Organization, shortest: int) -> None:
    rounds = served(organization, shortest)
    before = rounds.upper_bound()
    rounds.tighten()
    assert most(organization, all_scores(organization)) <= rounds.upper_bound() <= before


@given(organizations(most=PEOPLE), lengths, st.integers(0, PEOPLE))
@steadily
def test_latecomers_are_served_as_if_all_had_come_at_once(
    organization: Organization, shortest: int, early: int
) -> None:
    highest = most(organization, all_scores(organization))
    rounds, everybody = rounds_of(organization, shortest), learners_of(organization)
    for some in (everybody[:early], everybody[early:]):
        rounds.serve(some, ignore, 1)
    assert rounds.total >= highest - left_open(organization, highest)


@given(organizations(most=PEOPLE), lengths)
@steadily
def test_a_high_bonus_serves_as_many_as_can_be(organization: Organization, shortest: int) -> None:
    rounds = served(organization, shortest)
    rounds.raise_bonus(np.full(organization.problem.roster.size, 200_000))
    scores = all_scores(organization)
    people, total = best(scores, free_places(organization), lambda _, score: (int(score > 0), score))
    assert rounds.matched == people
    assert total - PEOPLE * 2 <= rounds.total <= total <= rounds.upper_bound()


@given(organizations(most=PEOPLE), lengths)
@steadily
def test_the_most_that_can_be_served_are_counted(organization: Organization, shortest: int) -> None:
    problem = organization.problem
    rounds = served(organization, shortest)
    for lists, match in (
        (rounds.lists, rounds.market.match),
        (empty_lists(organization), np.full(problem.roster.size, NOBODY, dtype=np.int32)),
    ):
        counted = most_served(organization.index, lists, problem.teaching_places, learners_of(organization), match)
        assert counted == most_people(organization, all_scores(organization))


@given(organizations(most=PEOPLE), lengths)
@steadily
def test_the_floor_goes_as_high_as_serves_no_fewer(organization: Organization, shortest: int) -> None:
    problem, scores = organization.problem, all_scores(organization)
    rounds = served(organization, shortest)
    match = rounds.market.match
    floor = highest_floor(
        organization.index,
        rounds.lists,
        problem.teaching_places,
        learners_of(organization),
        match,
        rounds.market.weight,
    )
    assert most_people(organization, above(scores, floor)) >= rounds.matched
    assert not rounds.matched or most_people(organization, above(scores, floor + 1)) < rounds.matched


@given(organizations(most=PEOPLE), st.sampled_from([0, 3_000, 7_000]))
@steadily
def test_below_a_floor_no_pair_is_feasible(organization: Organization, floor: int) -> None:
    raised = replace(organization.problem, terms=organization.terms)
    none = np.zeros(raised.roster.size, dtype=np.int64)
    rounds = Rounds(with_floor(organization.index, floor), raised.teaching_places, none, eps=1, shortest=2)
    rounds.serve(learners_of(organization), ignore)
    assert rounds.total <= most(organization, above(all_scores(organization), floor)) <= rounds.upper_bound()


def above(scores: Scores, floor: int) -> Scores:
    return {pair: score for pair, score in scores.items() if score >= floor}


def empty_lists(organization: Organization) -> Listing:
    return Listing(organization.index, np.zeros(organization.problem.roster.size, dtype=np.int64))
