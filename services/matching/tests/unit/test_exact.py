import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.exact import best_match, lowest_prices, solve_exactly
from services.matching.domain.engine.roster import NOBODY, Ints
from services.matching.domain.engine.rounds_lists import Listing
from services.matching.tests.unit.assignments import all_scores, best, free_places
from services.matching.tests.unit.organizations import Organization, organizations, steadily


def lists_of(organization: Organization, bonus: int = 0) -> tuple[Listing, Ints]:
    people = organization.problem.roster.size
    learners = np.flatnonzero(organization.problem.learning_places > 0).astype(np.int32)
    return Listing(organization.index, np.full(people, bonus), shortest=1), learners


@given(organizations(), st.sampled_from([0, 10_000]))
@steadily
def test_a_flow_finds_the_best_and_prices_that_support_it(organization: Organization, bonus: int) -> None:
    lists, learners = lists_of(organization, bonus)
    lists.learn_all(learners)
    places = organization.problem.teaching_places
    match = best_match(lists.known, learners, places)
    scores = all_scores(organization)
    worth = {pair: score + bonus for pair, score in scores.items()}
    total = sum(worth[int(teacher), learner] for learner, teacher in enumerate(match) if teacher != NOBODY)
    assert total == best(worth, free_places(organization), lambda _, score: (score,))[0]
    prices = lowest_prices(lists.known, learners, match)
    taken = np.bincount(match[match != NOBODY], minlength=len(places))
    assert not prices[taken < places].any()
    assert int((prices * places).sum() + lists.profits(prices).sum()) == total


@given(organizations())
@steadily
def test_pairs_that_were_not_listed_are_found_by_their_prices(organization: Organization) -> None:
    lists, learners = lists_of(organization)
    places = organization.problem.teaching_places
    lists.ask(learners, np.zeros(len(places), dtype=np.int64))
    exact = solve_exactly(organization.index, lists, learners, places, 100)
    scores = all_scores(organization)
    total = sum(scores[int(teacher), learner] for learner, teacher in enumerate(exact.match) if teacher != NOBODY)
    assert total == best(scores, free_places(organization), lambda _, score: (score,))[0] == exact.upper_bound


@given(organizations())
@steadily
def test_the_bound_holds_when_rounds_are_used_up(organization: Organization) -> None:
    lists, learners = lists_of(organization)
    places = organization.problem.teaching_places
    lists.ask(learners, np.zeros(len(places), dtype=np.int64))
    exact = solve_exactly(organization.index, lists, learners, places, 1)
    most = best(all_scores(organization), free_places(organization), lambda _, score: (score,))[0]
    assert exact.upper_bound >= most
