"""Rings, beside an integer program over all short ones that likely teachers make."""

import numpy as np

from bench.cases.rounds import facts_of
from bench.instances import compiled, problem_of
from bench.measuring import Sample, SkippedError, measure
from bench.peers.highs_cycles import rings_of, solve_rings
from services.matching.domain.engine.solve import solve

LISTED, GAP, SECONDS = 16, 0.001, 60.0


def ours(people: int, scenario: str) -> Sample:
    """The engine's round."""
    try:
        compiled(solve, scenario, "cycles")
    except KeyError:
        raise SkippedError("the engine has no mode cycles") from None
    problem = problem_of(people, scenario, "cycles")
    solution, sample = measure(lambda: solve(problem))
    return sample.with_facts(**facts_of(problem, solution))


def highs(people: int, scenario: str) -> Sample:
    """HiGHS over pairs and rings of three among the 16 best teachers and partners of everybody, listed beforehand."""
    rings, score = rings_of(problem_of(people, scenario, "cycles"), LISTED)
    (total, bound, taken), sample = measure(lambda: solve_rings(rings, score, people, GAP, SECONDS))
    return sample.with_facts(
        rings=len(rings),
        matched=int(np.count_nonzero(rings[taken] >= 0)),
        total=total,
        bound=int(bound),
        gap_percent=100 * (bound - total) / max(1, bound),
        solver="HiGHS",
    )
