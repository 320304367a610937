"""Stable pairs: the proposals alone, on lists that are there, and the whole round."""

from bench.instances import COMPILED_AT, compiled, learners_of, problem_of
from bench.measuring import Sample, measure
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Mode, Problem
from services.matching.domain.engine.query import best_teachers
from services.matching.domain.engine.solve import solve
from services.matching.domain.engine.stable_blocking import blocking_pairs
from services.matching.domain.engine.stable_proposals import no_offers, no_wishes, propose, wish
from services.matching.domain.engine.stable_tastes import Tastes

LISTED = 32


def proposals(people: int, scenario: str) -> Sample:
    """Deferred acceptance over lists of 32."""
    _propose(problem_of(COMPILED_AT, scenario, Mode.STABLE))
    (matched, sample) = _propose(problem_of(people, scenario, Mode.STABLE))
    return sample.with_facts(people=people, matched=matched)


def whole(people: int, scenario: str) -> Sample:
    """Index, lists as long as anybody needs, and proposals; and how many pairs block what came out."""
    compiled(solve, scenario, Mode.STABLE)
    problem = problem_of(people, scenario, Mode.STABLE)
    solution, sample = measure(lambda: solve(problem))
    blocking = blocking_pairs(problem, solution)
    return sample.with_facts(people=people, matched=len(solution.learner), total=solution.total, blocking=blocking)


def _propose(problem: Problem) -> tuple[int, Sample]:
    index, learners = build_index(problem), learners_of(problem)
    tastes, lists = Tastes(index), best_teachers(index, learners, LISTED)

    def work() -> int:
        offers = no_offers(problem.teaching_places)
        wishes = wish(no_wishes(problem.roster.size), tastes, learners, lists, all_ranked=False)
        propose(wishes, offers, learners)
        return int((offers.match >= 0).sum())

    return measure(work)
