"""Groups, beside an integer program over all of them."""

import numpy as np

from bench.cases.rounds import whole
from bench.instances import problem_of
from bench.measuring import Sample, measure
from bench.peers.highs_groups import all_seats, solve_groups

GAP, SECONDS = 0.001, 120.0


def ours(people: int, scenario: str) -> Sample:
    """The engine's round."""
    return whole(people, scenario, "groups")


def highs(people: int, scenario: str) -> Sample:
    """HiGHS to within 0.1 % of its bound; listing who can sit where is not in its time."""
    problem = problem_of(people, scenario, "groups")
    seats = all_seats(problem)
    (total, bound, matched), sample = measure(lambda: solve_groups(problem, seats, GAP, SECONDS))
    return sample.with_facts(
        people=people,
        learners=len(np.unique(seats.learner)),
        seats=len(seats.score),
        matched=matched,
        total=total,
        bound=int(bound),
        gap_percent=100 * (bound - total) / max(1, bound),
        solver="HiGHS",
    )
