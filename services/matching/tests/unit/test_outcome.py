from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.matching.domain.engine.build import build_problem
from services.matching.domain.engine.problem import Problem, Round, Solution
from services.matching.domain.match_run import PolicyUsed
from services.matching.domain.outcome import left_out, outcome_of, pairs_hash, prices, split
from services.matching.domain.packed_solution import pack_solution, unpack_solution
from services.matching.tests.builders import a_learner, a_teacher, entering


def a_problem() -> Problem:
    """Two teachers, of whom one has no place, and three learners; rows in the order of the ids."""
    people = [a_learner("per_l1"), a_learner("per_l2"), a_learner("per_l3"), a_teacher("per_t1"), a_teacher("per_t2")]
    places = {"per_t1": (2, 0), "per_t2": (0, 0)}
    return build_problem(entering(one, *places.get(one.id, (0, 1))) for one in people)


def a_solution(**columns: list[int]) -> Solution:
    """The first teacher with two learners."""
    rows: dict[str, list[int]] = {
        "proposal": [0, 1],
        "teacher": [3, 3],
        "learner": [0, 2],
        "score": [6_000, 5_000],
        "competency": [-1, -1],
    } | columns
    tracks: dict[str, Any] = {name: np.array(values, dtype=np.int32) for name, values in rows.items()}
    prices = np.array([0, 0, 0, 400, 0], dtype=np.int64)
    return Solution(**tracks, total=11_000, upper_bound=11_500, prices=prices, solver="auction")


NOTHING = a_solution(proposal=[], teacher=[], learner=[], score=[], competency=[])
UNBOUND = replace(a_solution(), total=1, upper_bound=None, rounds=(Round(9, 8, 7, 6, 5, 4),))


def assert_equal(one: Solution, other: Solution) -> None:
    for name in ("proposal", "teacher", "learner", "score", "competency", "prices"):
        mine, theirs = getattr(one, name), getattr(other, name)
        assert mine.dtype == theirs.dtype
        np.testing.assert_array_equal(mine, theirs)
    assert (one.total, one.upper_bound, one.solver) == (other.total, other.upper_bound, other.solver)
    assert one.rounds == other.rounds


def test_a_run_counts_people_and_not_tracks() -> None:
    outcome = outcome_of(a_problem(), a_solution(), "snapshot", PolicyUsed(None, 1))
    assert outcome.counts == {
        "people": 5,
        "teachers": 1,
        "learners": 3,
        "matched_learners": 2,
        "unmatched_learners": 1,
        "proposals": 2,
    }
    assert (outcome.total, outcome.upper_bound, outcome.solver) == (11_000, 11_500, "auction")
    empty = outcome_of(a_problem(), NOTHING, "snapshot", PolicyUsed(None, 1))
    assert (empty.counts["proposals"], empty.counts["unmatched_learners"]) == (0, 3)


def test_who_found_nobody_and_what_places_were_worth_is_said_by_id() -> None:
    assert left_out(a_problem(), a_solution()) == ["per_l2"]
    assert prices(a_problem(), a_solution()) == {"per_t1": 400}


@pytest.mark.parametrize(
    "other",
    [
        {"learner": [0, 1]},
        {"teacher": [3, 4]},
        {"score": [6_000, 5_001]},
        {"competency": [0, -1]},
        {"proposal": [0, 0]},
    ],
)
def test_the_hash_of_the_pairs_tells_any_difference(other: dict[str, list[int]]) -> None:
    problem = a_problem()
    assert pairs_hash(problem, a_solution()) == pairs_hash(problem, UNBOUND)
    assert pairs_hash(problem, a_solution()) != pairs_hash(problem, a_solution(**other))


@pytest.mark.parametrize("solution", [a_solution(), UNBOUND, NOTHING])
def test_a_solution_comes_back_from_its_bytes(solution: Solution) -> None:
    assert_equal(unpack_solution(pack_solution(solution)), solution)


def test_a_solution_is_split_between_proposals() -> None:
    solution = a_solution(
        proposal=[0, 0, 1, 2, 2],
        teacher=[3, 0, 3, 3, 3],
        learner=[0, 3, 1, 2, 0],
        score=[1, 2, 3, 4, 5],
        competency=[-1] * 5,
    )
    assert [part.score.tolist() for part in split(solution, 2)] == [[1, 2, 3], [4, 5]]
    assert [part.proposal.tolist() for part in split(solution, 9)] == [[0, 0, 1, 2, 2]]
    assert list(split(NOTHING, 2)) == []
