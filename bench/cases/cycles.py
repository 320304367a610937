"""Rings, beside an integer program over all short ones that likely teachers make."""

import numpy as np

from bench.cases.rounds import whole
from bench.instances import problem_of
from bench.measuring import Sample, measure
from bench.peers.highs_cycles import rings_of, solve_rings

LISTED, GAP, SECONDS = 16, 0.001, 60.0


def ours(people: int, scenario: str) -> Sample:
    """The engine's round."""
    return whole(people, scenario, "cycles")


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
