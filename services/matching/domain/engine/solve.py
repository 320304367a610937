"""The engine: a pure function from a problem to its solution, the same for any order of input and on any machine."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from services.matching.domain.engine.assign import solve_pairs
from services.matching.domain.engine.cycles import solve_cycles
from services.matching.domain.engine.groups import solve_groups
from services.matching.domain.engine.problem import Mode, Problem, Report, Solution
from services.matching.domain.engine.reciprocal import solve_reciprocal
from services.matching.domain.engine.roster import Words
from services.matching.domain.engine.splitmix import GOLDEN, finalized
from services.matching.domain.engine.stable import solve_stable

_SOLVERS: dict[Mode, Callable[[Problem, Report], Solution]] = {
    Mode.BEST_TOTAL: solve_pairs,
    Mode.MOST_PARTICIPANTS: solve_pairs,
    Mode.MAX_MIN: solve_pairs,
    Mode.STABLE: solve_stable,
    Mode.RECIPROCAL: solve_reciprocal,
    Mode.CYCLES: solve_cycles,
    Mode.GROUPS: solve_groups,
}


def solve(problem: Problem, report: Report = lambda _: None) -> Solution:
    """The people to propose to each other; `report` hears the share of the work that is done.

    Proposals are numbered from the one whose tracks score best on average; a hash decides between equals.
    """
    solution = _SOLVERS[problem.mode](problem, report)
    report(1.0)
    return _in_order(problem, solution)


def _in_order(problem: Problem, solution: Solution) -> Solution:
    if not len(solution.proposal):
        return solution
    _, proposal, tracks = np.unique(solution.proposal, return_inverse=True, return_counts=True)
    score = np.zeros(len(tracks), dtype=np.int64)
    np.add.at(score, proposal, solution.score)
    hashes = _hashes(problem, solution)
    tie = np.zeros(len(tracks), dtype=np.uint64)
    np.add.at(tie, proposal, hashes)
    rank = np.empty(len(tracks), dtype=np.int32)
    rank[np.lexsort((tie, -(score // tracks)))] = np.arange(len(tracks), dtype=np.int32)
    order = np.lexsort((hashes, -solution.score, rank[proposal]))
    return replace(
        solution,
        proposal=rank[proposal][order],
        teacher=solution.teacher[order],
        learner=solution.learner[order],
        score=solution.score[order],
        competency=solution.competency[order],
    )


def _hashes(problem: Problem, solution: Solution) -> Words:
    """A number for each track that depends on the two ids and the seed alone (mixed as in splitmix64)."""
    seed = np.uint64(problem.seed * GOLDEN % 2**64)
    mixed = finalized(problem.roster.hashes[solution.teacher] ^ seed) + problem.roster.hashes[solution.learner]
    return finalized(mixed + solution.competency.astype(np.uint64))
