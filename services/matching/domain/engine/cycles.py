"""Cycles: rings of two, three or, if asked for, four people; everybody is in one ring at most.

A person whose best teacher does not want what they offer finds a place all the same. The bound is that of the best
assignment of one teacher and one learner to everybody, over all feasible pairs: any choice of rings is such an
assignment. For few people every choice of rings is tried.
"""

from dataclasses import replace

import numpy as np

from services.matching.domain.engine.assign import assign
from services.matching.domain.engine.cycle_arcs import list_arcs, list_rings
from services.matching.domain.engine.cycle_packing import EXACT_PEOPLE, pack
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.mutual import FIRST_BONUS, who_may_pair
from services.matching.domain.engine.problem import Mode, Problem, Report, Solution
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.engine.roster import NOBODY, Ints

LISTED = 16


def solve_cycles(problem: Problem, report: Report, *, listed: int = LISTED) -> Solution:
    """The rings of the highest total of tracks' scores, or close to it, and a bound over all feasible pairs.

    Whoever is to be served first counts for 10,000 more. Nobody has a price.
    """
    index = build_index(problem)
    people = who_may_pair(index)
    arcs = list_arcs(index, people, max(1, len(people)) if len(people) <= EXACT_PEOPLE else listed)
    report(0.3)
    bonus = np.append(np.where(problem.first[people], FIRST_BONUS, 0), 0).astype(np.int64)
    rings = list_rings(arcs, problem.longest_ring, bonus)
    report(0.4)
    members = rings.members[pack(rings, len(people))]
    report(0.9)
    proposal, teacher, learner = _tracks(people, members)
    score = pair_scores(index, teacher, learner)
    return Solution(
        proposal=proposal,
        teacher=teacher,
        learner=learner,
        score=score,
        competency=np.full(len(score), NOBODY, dtype=np.int32),
        total=int(score.sum()),
        upper_bound=_bound(index, people),
        prices=np.zeros(problem.roster.size, dtype=np.int64),
        solver="all rings" if len(people) <= EXACT_PEOPLE else "priced rings",
    )


def _tracks(people: Ints, members: Ints) -> tuple[Ints, Ints, Ints]:
    """The tracks of the rings: each member learns from the next, the last from the first."""
    here = members != NOBODY
    last = here.sum(axis=1) - 1
    following = np.roll(members, -1, axis=1)
    following[np.arange(len(members)), last] = members[:, 0]
    proposal = np.repeat(np.arange(len(members), dtype=np.int32), last + 1)
    return proposal, people[following[here]], people[members[here]]


def _bound(index: Index, people: Ints) -> int:
    problem = index.problem
    one = np.zeros(problem.roster.size, dtype=np.int32)
    one[people] = 1
    nobody_first = np.zeros(problem.roster.size, dtype=np.bool_)
    alone = replace(problem, mode=Mode.BEST_TOTAL, teaching_places=one, learning_places=one, first=nobody_first)
    return assign(build_index(alone), lambda _: None).upper_bound
