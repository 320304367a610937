"""Whole rounds: from columns to pairs with a certificate."""

import numpy as np

from bench.instances import compiled, learners_of, problem_of
from bench.measuring import Sample, measure
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem, Solution
from services.matching.domain.engine.rounds import Rounds
from services.matching.domain.engine.solve import solve


def whole(people: int, scenario: str, mode: str = "best_total") -> Sample:
    """Index, lists, auction, price rounds and certificate of one round."""
    compiled(solve, scenario, mode)
    problem = problem_of(people, scenario, mode)
    solution, sample = measure(lambda: solve(problem))
    return sample.with_facts(**facts_of(problem, solution))


def anatomy(people: int, scenario: str) -> Sample:
    """The same step by step: what each price round did, and what places cost in the end."""
    compiled(_in_rounds)
    problem = problem_of(people, scenario)
    rounds, sample = measure(lambda: _in_rounds(problem))
    prices = np.sort(rounds.prices[problem.teaching_places > 0])[::-1]
    return sample.with_facts(
        learners=len(learners_of(problem)),
        rounds=[[one.asked, one.bids, one.edges, one.matched, one.total] for one in rounds.log],
        upper_bound=rounds.upper_bound(),
        prices=prices[np.linspace(0, len(prices) - 1, 201).astype(int)].tolist(),
    )


def facts_of(problem: Problem, solution: Solution) -> dict[str, float | int | str | None]:
    """What a round came to; the gap is in per cent of the bound."""
    bound = solution.upper_bound
    return {
        "people": problem.roster.size,
        "learners": len(learners_of(problem)),
        "places": int(problem.teaching_places.sum()),
        "matched": len(np.unique(solution.learner)),
        "total": solution.total,
        "bound": bound,
        "gap_percent": None if bound is None else 100 * (bound - solution.total) / max(1, bound),
        "solver": solution.solver,
    }


def _in_rounds(problem: Problem) -> Rounds:
    index = build_index(problem)
    rounds = Rounds(index, problem.teaching_places, np.zeros(problem.roster.size, dtype=np.int64))
    rounds.serve(learners_of(problem), lambda _: None)
    rounds.tighten()
    return rounds
