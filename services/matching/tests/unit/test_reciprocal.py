from dataclasses import replace
from functools import cache
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.mutual import list_partners, who_may_pair
from services.matching.domain.engine.problem import Mode, Problem, Solution
from services.matching.domain.engine.reciprocal import solve_reciprocal
from services.matching.domain.engine.reciprocal_exact import best_pairing
from services.matching.domain.engine.reciprocal_pairs import total, weights_among
from services.matching.tests.generator import organization
from services.matching.tests.unit.organizations import Organization, organizations, steadily
from services.matching.tests.unit.reference import mutual_score

BONUS = 10_000


def ignore(_: float) -> None:
    return None


def pairs_of(solution: Solution) -> list[tuple[int, int]]:
    """The pairs as rows; every pair has two tracks, there and back."""
    rows = list(zip(solution.proposal.tolist(), solution.teacher.tolist(), solution.learner.tolist(), strict=True))
    for (number, one, other), (again, back, forth) in zip(rows[::2], rows[1::2], strict=True):
        assert (number, one, other) == (again, forth, back)
    assert [number for number, _, _ in rows[::2]] == list(range(len(rows) // 2))
    return [(one, other) for _, one, other in rows[::2]]


def best_by_trying(round_: Organization) -> tuple[int, int]:
    """The highest total with the bonus of those to be served first, and how many of these it serves."""
    first = [entrant.person.id in round_.first for entrant in round_.by_row]

    @cache
    def best(left: tuple[int, ...]) -> int:
        if not left:
            return 0
        one, rest = left[0], left[1:]
        found = [best(rest)]
        for other in rest:
            score = mutual_score(round_, one, other)
            if score is not None:
                without = tuple(row for row in rest if row != other)
                found.append(score + BONUS * (first[one] + first[other]) + best(without))
        return max(found)

    return best(tuple(range(len(first)))), sum(first)


def with_bonus(round_: Organization, solution: Solution) -> int:
    first = round_.problem.first
    return solution.total + BONUS * sum(int(first[row]) for pair in pairs_of(solution) for row in pair)


@given(organizations(Mode.RECIPROCAL, most=9))
@steadily
def test_the_pairs_of_a_few_people_are_the_best_there_are_and_their_own_bound(round_: Organization) -> None:
    solution = solve_reciprocal(round_.problem, ignore)
    assert with_bonus(round_, solution) == best_by_trying(round_)[0]
    assert solution.upper_bound == solution.total


@given(organizations(Mode.RECIPROCAL, most=9), st.integers(1, 3))
@steadily
def test_rounds_over_short_lists_end_between_what_is_left_over_and_a_bound_on_everything(
    round_: Organization, listed: int
) -> None:
    solution = solve_reciprocal(round_.problem, ignore, exact=0, listed=listed)
    served = with_bonus(round_, solution) - solution.total
    assert solution.upper_bound is not None
    assert with_bonus(round_, solution) <= best_by_trying(round_)[0] <= solution.upper_bound + served
    taken = {row for pair in pairs_of(solution) for row in pair}
    left = [row for row in range(len(round_.entrants)) if row not in taken]
    assert all(mutual_score(round_, one, other) is None for one in left for other in left if one != other)


@given(organizations(Mode.RECIPROCAL, most=9), st.booleans())
@steadily
def test_pairs_are_allowed_disjoint_and_add_up(round_: Organization, few: bool) -> None:
    solution = solve_reciprocal(round_.problem, ignore, exact=100 if few else 0)
    pairs = pairs_of(solution)
    scores = [mutual_score(round_, one, other) for one, other in pairs]
    assert None not in scores
    assert sum(score or 0 for score in scores) == solution.total
    assert len({row for pair in pairs for row in pair}) == 2 * len(pairs)
    assert (solution.competency == -1).all()
    assert len(solution.prices) == len(round_.entrants)
    assert (solution.prices >= 0).all()


@given(organizations(Mode.RECIPROCAL), st.booleans(), st.randoms(use_true_random=False))
@steadily
def test_neither_the_order_of_reading_nor_a_name_nor_another_call_changes_a_pair(
    round_: Organization, few: bool, chance: Random
) -> None:
    shuffled = list(round_.entrants)
    chance.shuffle(shuffled)
    renamed = [replace(one, person=replace(one.person, display_name="somebody else")) for one in shuffled]
    exact = 100 if few else 0
    known, again, other = (
        solve_reciprocal(problem, ignore, exact=exact)
        for problem in (round_.problem, round_.problem, round_.read_as(renamed))
    )
    assert pairs_of(known) == pairs_of(again) == pairs_of(other)
    assert (known.total, known.upper_bound, known.prices.tolist()) == (
        other.total,
        other.upper_bound,
        other.prices.tolist(),
    )


def everybody(people: int, scenario: str = "std") -> Problem:
    problem = organization(people, scenario, mode=Mode.RECIPROCAL)
    one = np.ones(people, dtype=np.int32)
    return replace(problem, teaching_places=one, learning_places=one)


@pytest.mark.parametrize("scenario", ["std", "ties"])
def test_rounds_come_within_a_two_thousandth_of_the_best_pairs_with_a_bound_that_holds(scenario: str) -> None:
    problem = everybody(500, scenario)
    index = build_index(problem)
    people = who_may_pair(index)
    graph = list_partners(index, people, len(people))
    nodes = np.arange(len(people))
    best = best_pairing(weights_among(graph.start, graph.column, graph.weight, nodes))
    solution = solve_reciprocal(problem, ignore, exact=0)
    assert solution.upper_bound is not None
    assert solution.upper_bound * 0.9995 <= solution.total <= total(graph, best) <= solution.upper_bound


def test_nobody_and_nobody_with_places_are_paired_with_nobody() -> None:
    nobody = solve_reciprocal(Organization((), mode=Mode.RECIPROCAL).problem, ignore)
    full = everybody(300)
    places = np.zeros(300, dtype=np.int32)
    without = solve_reciprocal(replace(full, learning_places=places), ignore, exact=0)
    for solution in (nobody, without):
        assert (pairs_of(solution), solution.total, solution.upper_bound) == ([], 0, 0)


def test_the_share_done_rises_and_stays_below_one() -> None:
    heard: list[float] = []
    solve_reciprocal(everybody(300), heard.append, exact=0)
    assert heard == sorted(heard)
    assert heard[0] > 0
    assert heard[-1] < 1
