"""Rings, beside an integer program over all short ones that likely teachers make."""

import numpy as np

from bench.instances import compiled, problem_of
from bench.measuring import Sample, measure
from bench.peers.highs_cycles import rings_of, solve_rings
from services.matching.domain.engine.cycles import Exchanged, exchange
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import NOBODY

LISTED, GAP, SECONDS = 16, 0.001, 60.0


def ours(people: int, scenario: str) -> Sample:
    """The rings of a round, with the bound over all feasible rings and the one over those listed."""
    compiled(_exchange, scenario, "cycles")
    problem = problem_of(people, scenario, "cycles")
    found, sample = measure(lambda: _exchange(problem))
    total = int(found.rings.weight.sum())
    return sample.with_facts(
        matched=int(np.count_nonzero(found.rings.member != NOBODY)),
        total=total,
        bound=found.upper_bound,
        gap_percent=100 * (found.upper_bound - total) / max(1, found.upper_bound),
        listed_gap_percent=100 * (found.listed_bound - total) / max(1, found.listed_bound),
        solver="ring prices",
    )


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


def _exchange(problem: Problem) -> Exchanged:
    return exchange(build_index(problem), lambda _: None)
