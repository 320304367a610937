"""Latecomers: one in a hundred, who come when the round stands."""

from dataclasses import replace

import numpy as np

from bench.instances import COMPILED_AT, learners_of, problem_of
from bench.measuring import Sample, measure
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem, Solution
from services.matching.domain.engine.roster import NOBODY, Ints
from services.matching.domain.engine.rounds import Rounds
from services.matching.domain.engine.solve import solve

ONE_IN = 100


def cold(people: int, scenario: str) -> Sample:
    """Everybody anew: index, lists, auction, bound."""
    solve(problem_of(COMPILED_AT, scenario))
    problem = problem_of(people, scenario)
    solution, sample = measure(lambda: solve(problem))
    return sample.with_facts(late=len(_split(problem)[1]), matched=len(solution.learner), total=solution.total)


def warm(people: int, scenario: str) -> Sample:
    """Latecomers bid in the market that stands, at its prices; pairs may move."""
    _let_in(_market(problem_of(COMPILED_AT, scenario)), problem_of(COMPILED_AT, scenario))
    problem = problem_of(people, scenario)
    market = _market(problem)
    before = market.market.match.copy()
    _, sample = measure(lambda: _let_in(market, problem))
    early, late = _split(problem)
    return sample.with_facts(
        late=len(late),
        moved=int((market.market.match[early] != before[early]).sum()),
        matched=market.matched,
        total=market.total,
        gap_percent=market.gap / 100,
    )


def frozen(people: int, scenario: str) -> Sample:
    """Latecomers get what is left; agreed pairs hold their places, so none can move."""
    small, problem = problem_of(COMPILED_AT, scenario), problem_of(people, scenario)
    solve(_rest(small, _market(small).market.match))
    agreed = _market(problem).market.match.copy()
    rest = _rest(problem, agreed)
    solution, sample = measure(lambda: solve(rest))
    late = _split(problem)[1]
    served = np.isin(solution.learner, late)
    return sample.with_facts(
        late=len(late), moved=_moved(problem, agreed, solution), matched=int((agreed != NOBODY).sum() + served.sum())
    )


def _market(problem: Problem) -> Rounds:
    rounds = Rounds(build_index(problem), problem.teaching_places, np.zeros(problem.roster.size, dtype=np.int64))
    rounds.serve(_split(problem)[0], lambda _: None)
    return rounds


def _let_in(rounds: Rounds, problem: Problem) -> None:
    rounds.serve(_split(problem)[1], lambda _: None, 1)
    rounds.upper_bound()


def _split(problem: Problem) -> tuple[Ints, Ints]:
    """Who is there from the beginning, and who is late."""
    learners = np.random.default_rng(1).permutation(learners_of(problem))
    late = len(learners) // ONE_IN
    return learners[late:], learners[:late]


def _rest(problem: Problem, agreed: Ints) -> Problem:
    """The round of the latecomers: agreed pairs hold their places."""
    taken = np.bincount(agreed[agreed != NOBODY], minlength=problem.roster.size)
    learning = np.zeros_like(problem.learning_places)
    learning[_split(problem)[1]] = 1
    places = (problem.teaching_places - taken).astype(problem.teaching_places.dtype)
    return replace(problem, teaching_places=places, learning_places=learning)


def _moved(problem: Problem, agreed: Ints, solution: Solution) -> int:
    """How many agreed pairs could not stand beside the new ones: of learners served twice, of places given twice."""
    again = np.count_nonzero(agreed[solution.learner] != NOBODY)
    teachers = np.concatenate([agreed[agreed != NOBODY], solution.teacher])
    over = np.bincount(teachers, minlength=problem.roster.size) - problem.teaching_places
    return int(again + np.maximum(over, 0).sum())
