"""Rings are closed, allowed and share nobody; the best of all for a few, and never above a bound that holds."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise, permutations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.cycles import exchange, solve_cycles
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.mutual import who_may_pair
from services.matching.domain.engine.problem import Mode, Problem, Solution
from services.matching.domain.engine.rings import EVERY, LONGEST
from services.matching.domain.engine.rings_lists import ARCS, Exchange
from services.matching.domain.people import Strength
from services.matching.tests.builders import a_growth_area, a_person, entering
from services.matching.tests.generator import organization
from services.matching.tests.unit.organizations import Organization, organizations, steadily
from services.matching.tests.unit.reference import teaching_score

BONUS = 10_000


def ignore(_: float) -> None:
    return None


def rings_of(solution: Solution) -> list[tuple[int, ...]]:
    """The people of each ring: everybody teaches who stands before them, and the first teaches the last."""
    rings = []
    numbers = solution.proposal.tolist()
    assert numbers == sorted(numbers)
    assert sorted(set(numbers)) == list(range(len(set(numbers))))
    for number in sorted(set(numbers)):
        rows = np.flatnonzero(solution.proposal == number)
        teachers, learners = solution.teacher[rows].tolist(), solution.learner[rows].tolist()
        assert all(teacher == learner for teacher, learner in zip(teachers, learners[1:] + learners[:1], strict=True))
        rings.append(tuple(learners))
    return rings


def all_rings(round_: Organization) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every feasible ring of the round, the lowest row first, with its score."""
    people = range(len(round_.entrants))
    score = {
        (teacher, learner): teaching_score(round_, teacher, learner)
        for teacher in people
        for learner in people
        if teacher != learner
    }
    open_ = [row for row in people if min(places(round_, row)) > 0]
    for size in range(2, round_.longest_ring + 1):
        for ring in permutations(open_, size):
            tracks = [score[teacher, learner] for learner, teacher in pairwise((*ring, ring[0]))]
            if ring[0] == min(ring) and None not in tracks:
                yield ring, sum(track or 0 for track in tracks)


def places(round_: Organization, row: int) -> tuple[int, int]:
    return round_.by_row[row].teaching_places, round_.by_row[row].learning_places


def best_by_trying(round_: Organization) -> int:
    """The highest total, with the bonus of those to be served first."""
    first = round_.problem.first
    rings: dict[int, list[tuple[int, int]]] = {}
    for ring, score in all_rings(round_):
        bits = sum(1 << row for row in ring)
        rings.setdefault(min(ring), []).append((bits, score + BONUS * sum(int(first[row]) for row in ring)))

    @cache
    def best(row: int, taken: int) -> int:
        if row == len(first):
            return 0
        choices = [best(row + 1, taken)]
        if not taken >> row & 1:
            choices += [score + best(row + 1, taken | bits) for bits, score in rings.get(row, []) if not bits & taken]
        return max(choices)

    return best(0, 0)


def with_bonus(round_: Organization, solution: Solution) -> int:
    return solution.total + BONUS * int(round_.problem.first[solution.learner].sum())


@given(organizations(Mode.CYCLES))
@steadily
def test_the_rings_of_a_few_people_are_the_best_there_are_and_their_own_bound(round_: Organization) -> None:
    solution = solve_cycles(round_.problem, ignore)
    assert with_bonus(round_, solution) == best_by_trying(round_)
    assert solution.upper_bound == solution.total


@given(organizations(Mode.CYCLES), st.sampled_from([0, 100]))
@steadily
def test_rings_that_are_not_searched_to_the_end_stay_below_a_bound_that_holds(round_: Organization, many: int) -> None:
    solution = solve_cycles(round_.problem, ignore, few=0, many=many)
    served = with_bonus(round_, solution) - solution.total
    assert solution.upper_bound is not None
    assert with_bonus(round_, solution) <= best_by_trying(round_) <= solution.upper_bound + served


@given(organizations(Mode.CYCLES), st.sampled_from([0, 1, ARCS]), st.integers(0, 6))
@steadily
def test_the_bound_holds_at_any_prices_and_with_any_number_of_arcs_listed(
    round_: Organization, arcs: int, quarters: int
) -> None:
    people = who_may_pair(round_.index)
    lean = np.zeros(len(people), dtype=np.int64)
    market = Exchange(round_.index, people, round_.problem.longest_ring, lean, arcs=arcs)
    prices = market.usual_prices() * quarters // 4
    for _ in range(2):  # the second time, what people pay as learners and as teachers has moved
        _, bound = market.find_all(prices, -200, 4)
        assert bound >= best_by_trying(round_)


def test_a_ring_whose_last_arc_is_too_far_below_its_price_to_be_listed_counts_in_the_bound() -> None:
    expert = a_person("per_a", strengths=(Strength("cmp_1", 5), Strength("cmp_2", 5)))
    wants = (a_growth_area("cmp_1", target_level=5),)
    one = replace(expert, growth_areas=wants, strengths=(Strength("cmp_2", 2),))
    other = replace(expert, id="per_b", growth_areas=(a_growth_area("cmp_2", target_level=5),))
    round_ = Organization((entering(one), entering(other)), Mode.CYCLES)
    market = Exchange(round_.index, who_may_pair(round_.index), 2, np.zeros(2, dtype=np.int64))
    prices = market.usual_prices()
    _, bound = market.find_all(prices, -200, 4)
    assert int(prices.sum()) < best_by_trying(round_) <= bound


@pytest.mark.parametrize("limit", [{"arcs": 1}, {"ways": 1}])
def test_what_is_not_listed_or_not_followed_counts_in_the_bound(limit: dict[str, int]) -> None:
    index = build_index(everybody(60))
    nothing = np.zeros(60, dtype=np.int64)
    _, bound = Exchange(index, who_may_pair(index), 3, nothing, **limit).find_all(nothing, -200, 4)
    assert bound >= int(exchange(index, ignore).rings.weight.sum())


@pytest.mark.parametrize("scenario", ["std", "ties"])
def test_the_bound_is_what_all_rings_there_are_say_at_the_prices(scenario: str) -> None:
    index = build_index(everybody(60, scenario=scenario))
    people = who_may_pair(index)
    market = Exchange(index, people, 3, np.zeros(len(people), dtype=np.int64))
    prices = market.usual_prices()
    everything = market.find(np.arange(len(people)), prices, -EVERY, 10_000, EVERY)
    share = np.zeros(len(people) + 1)
    for place in range(LONGEST):
        np.maximum.at(share, everything.member[:, place], everything.worth(prices) / everything.size)
    _, bound = market.find_all(prices, -200, 4)
    assert bound == int(prices.sum()) + int(np.ceil(share[:-1].sum() - 1e-6))


@given(organizations(Mode.CYCLES), st.booleans())
@steadily
def test_rings_are_closed_allowed_disjoint_and_add_up(round_: Organization, few: bool) -> None:
    solution = solve_cycles(round_.problem, ignore, few=14 if few else 0)
    rings = rings_of(solution)
    people = [row for ring in rings for row in ring]
    assert len(people) == len(set(people))
    assert all(2 <= len(ring) <= round_.longest_ring for ring in rings)
    assert all(min(places(round_, row)) > 0 for row in people)
    rows = zip(solution.teacher.tolist(), solution.learner.tolist(), strict=True)
    scores = [teaching_score(round_, teacher, learner) for teacher, learner in rows]
    assert solution.score.tolist() == scores
    assert solution.total == sum(solution.score.tolist())
    assert (solution.competency == -1).all()
    assert (solution.prices >= 0).all()
    assert len(solution.prices) == len(round_.entrants)


@given(organizations(Mode.CYCLES), st.booleans(), st.randoms(use_true_random=False))
@steadily
def test_neither_the_order_of_reading_nor_a_name_nor_another_call_changes_a_ring(
    round_: Organization, few: bool, chance: Random
) -> None:
    shuffled = list(round_.entrants)
    chance.shuffle(shuffled)
    renamed = [replace(one, person=replace(one.person, display_name="somebody else")) for one in shuffled]
    known, again, other = (
        solve_cycles(problem, ignore, few=14 if few else 0)
        for problem in (round_.problem, round_.problem, round_.read_as(renamed))
    )
    assert rings_of(known) == rings_of(again) == rings_of(other)
    assert (known.total, known.upper_bound, known.prices.tolist()) == (
        other.total,
        other.upper_bound,
        other.prices.tolist(),
    )


@given(organizations(Mode.CYCLES))
@steadily
def test_nobody_is_left_who_could_be_in_one_more_ring(round_: Organization) -> None:
    solution = solve_cycles(round_.problem, ignore, few=0)
    placed = set(solution.learner.tolist())
    assert all(placed & set(ring) for ring, _ in all_rings(round_))


def everybody(people: int, longest_ring: int = 3, scenario: str = "std") -> Problem:
    problem = organization(people, scenario, mode=Mode.CYCLES)
    one = np.ones(people, dtype=np.int32)
    return replace(problem, teaching_places=one, learning_places=one, longest_ring=longest_ring)


@pytest.mark.parametrize(("scenario", "people", "least"), [("std", 400, 0.98), ("ties", 120, 0.99)])
def test_rings_of_many_come_near_their_bound_and_twice_to_the_same(scenario: str, people: int, least: float) -> None:
    problem = everybody(people, scenario=scenario)
    solution, again = solve_cycles(problem, ignore), solve_cycles(problem, ignore)
    assert solution.upper_bound is not None
    assert solution.upper_bound * least <= solution.total <= solution.upper_bound
    assert rings_of(solution) == rings_of(again)


def test_whoever_was_left_out_before_is_served_first() -> None:
    problem = everybody(200)
    missed = np.setdiff1d(np.arange(200), solve_cycles(problem, ignore).learner)
    first = np.isin(np.arange(200), missed)
    served = solve_cycles(replace(problem, first=first), ignore)
    assert np.isin(missed, served.learner).sum() > 0
    assert served.upper_bound is not None
    assert served.total <= served.upper_bound


def test_what_is_listed_bounds_the_rings_made_and_less_than_all_do() -> None:
    found = exchange(build_index(everybody(400)), ignore)
    total = int(found.rings.weight.sum())
    assert total <= found.listed_bound <= found.upper_bound * 1.001


def test_the_few_rounds_of_many_lead_to_nearly_as_good_rings_as_more_do() -> None:
    problem = everybody(400)
    index = build_index(problem)
    brief, long = exchange(index, ignore, many=0), exchange(index, ignore)
    total, best = int(brief.rings.weight.sum()), int(long.rings.weight.sum())
    assert best * 0.98 <= total <= brief.listed_bound
    assert max(total, best) <= min(brief.upper_bound, long.upper_bound)
    assert total == solve_cycles(problem, ignore, many=0).total


def test_rings_of_four_add_to_what_rings_of_three_can_do() -> None:
    threes, fours = (solve_cycles(everybody(200, longest), ignore) for longest in (3, 4))
    assert {len(ring) for ring in rings_of(threes)} == {2, 3}
    assert 4 in {len(ring) for ring in rings_of(fours)}
    assert fours.total > threes.total


@pytest.mark.parametrize("few", [0, 14])
def test_nobody_and_nobody_with_places_are_in_no_ring(few: int) -> None:
    nobody = solve_cycles(Organization((), mode=Mode.CYCLES).problem, ignore, few=few)
    places = np.zeros(100, dtype=np.int32)
    without = solve_cycles(replace(everybody(100), teaching_places=places), ignore, few=few)
    for solution in (nobody, without):
        assert (rings_of(solution), solution.total, solution.upper_bound) == ([], 0, 0)


def test_the_share_done_rises_and_stays_below_one() -> None:
    heard: list[float] = []
    solve_cycles(everybody(200), heard.append)
    assert heard == sorted(heard)
    assert 0 < heard[-1] < 1
