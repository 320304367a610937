"""Pairs of one teacher and one learner: the best total, the most participants, or the highest floor under everybody.

A learner gets one teacher at most in a round. Whoever is to be served first counts for more by as much as a whole
score; where most participants are wanted, being served counts for more than that.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.both_ways import pairs_of, tracks_of
from services.matching.domain.engine.exact import solve_exactly
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.participation import highest_floor, most_served, with_floor
from services.matching.domain.engine.problem import Mode, Problem, Report, Round, Solution
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.engine.roster import NOBODY, Ints, Longs
from services.matching.domain.engine.rounds import Rounds
from services.matching.domain.engine.rounds_lists import SHORTEST, Listing
from services.matching.domain.policy import MAXIMUM

EXACT_PEOPLE = 1_000
"""Up to how many people the answer is exactly the best."""
EXACT_ROUNDS = 8
SERVED_BONUS = 2 * MAXIMUM


@dataclass(frozen=True, slots=True)
class Assigned:
    """The teacher of each person or `NOBODY`, the prices, and what no match that serves as many adds up to more."""

    match: Ints
    prices: Longs
    upper_bound: int
    solver: str
    rounds: tuple[Round, ...] = ()


def solve_pairs(problem: Problem, report: Report) -> Solution:
    """The pairs that the mode of the problem is after, with a bound over all feasible pairs.

    A pair goes both ways where both can teach the other and have a place left for it; the track back is in no total.
    Prices are capped at the highest score.
    """
    index = build_index(problem)
    found = assign(index, report)
    served = np.flatnonzero(found.match != NOBODY).astype(np.int32)
    teacher, learner, score = tracks_of(index, found.match)
    return Solution(
        proposal=pairs_of(teacher, learner, problem.roster.size),
        teacher=teacher,
        learner=learner,
        score=score,
        competency=np.full(len(score), NOBODY, dtype=np.int32),
        total=int(pair_scores(index, found.match[served], served).sum()),
        upper_bound=found.upper_bound,
        prices=np.minimum(found.prices, MAXIMUM),
        solver=found.solver,
        rounds=found.rounds,
    )


def assign(index: Index, report: Report, *, exact: int = EXACT_PEOPLE, shortest: int = SHORTEST) -> Assigned:
    """One teacher for each learner as the mode of the index's problem has it: exactly the best up to `exact` people.

    Beyond, lists of teachers begin with `shortest`, and the total is as close as the policy's `max_gap` asks for.
    """
    if index.problem.roster.size <= exact:
        return _assign_exactly(index, report)
    return _assign_by_rounds(index, report, shortest)


def _assign_exactly(index: Index, report: Report) -> Assigned:
    problem = index.problem
    learners, bonus = _learners(index), _bonus(problem)
    if problem.mode is not Mode.BEST_TOTAL:
        # More than any total: nobody is left out for the sake of others' scores.
        bonus += (len(learners) + 1) * SERVED_BONUS
    found = _solve_all(index, learners, bonus)
    if problem.mode is Mode.MAX_MIN:
        report(0.5)
        index = _raised(index, learners, found.match)
        found = _solve_all(index, learners, bonus)
    return found


def _solve_all(index: Index, learners: Ints, bonus: Longs) -> Assigned:
    lists = Listing(index, bonus)
    lists.learn_all(learners)
    return _finish_exactly(index, lists, learners)


def _finish_exactly(index: Index, lists: Listing, learners: Ints) -> Assigned:
    found = solve_exactly(index, lists, learners, index.problem.teaching_places, EXACT_ROUNDS)
    served = int(lists.known.bonus[found.match != NOBODY].sum())
    return Assigned(found.match, found.prices, found.upper_bound - served, "min-cost flow")


def _assign_by_rounds(index: Index, report: Report, shortest: int) -> Assigned:
    mode, learners = index.problem.mode, _learners(index)
    rounds = Rounds(index, index.problem.teaching_places, _bonus(index.problem), shortest=shortest)
    rounds.serve(learners, lambda share: report(share * (0.4 if mode is Mode.MAX_MIN else 0.9)))
    if mode is not Mode.BEST_TOTAL:
        _serve_most(rounds, index, learners)
    if mode is Mode.MAX_MIN:
        index = _raised(index, learners, rounds.market.match, rounds.lists)
        rounds = Rounds(index, index.problem.teaching_places, _bonus(index.problem), shortest=shortest)
        rounds.serve(learners, lambda share: report(0.5 + share * 0.4))
        _serve_most(rounds, index, learners)
    return _within_gap(rounds, index, learners)


def _within_gap(rounds: Rounds, index: Index, learners: Ints) -> Assigned:
    """What the rounds came to, or the exact answer if that leaves more open than the policy allows."""
    if rounds.gap > index.problem.terms.max_gap:
        rounds.tighten()
    if rounds.gap > index.problem.terms.max_gap:
        return _finish_exactly(index, rounds.lists, learners)
    return Assigned(rounds.market.match, rounds.prices, rounds.upper_bound(), "auction", tuple(rounds.log))


def _serve_most(rounds: Rounds, index: Index, learners: Ints) -> None:
    """Make it worth more and more to be served, until as many are as can be."""
    places = index.problem.teaching_places
    if rounds.matched in {len(learners), int(places.sum())}:
        return
    most = most_served(index, rounds.lists, places, learners, rounds.market.match)
    bonus = SERVED_BONUS
    while rounds.matched < most:
        by = np.zeros(index.problem.roster.size, dtype=np.int64)
        by[learners] = bonus
        rounds.raise_bonus(by)
        bonus *= 4


def _raised(index: Index, learners: Ints, match: Ints, lists: Listing | None = None) -> Index:
    """The same round with the highest floor under everybody that serves as many as this match does."""
    served = np.flatnonzero(match != NOBODY).astype(np.int32)
    scores = np.zeros(len(match), dtype=np.int64)
    scores[served] = pair_scores(index, match[served], served)
    if lists is None:
        lists = Listing(index, np.zeros(len(match), dtype=np.int64))
        lists.learn_all(learners)
    return with_floor(index, highest_floor(index, lists, index.problem.teaching_places, learners, match, scores))


def _learners(index: Index) -> Ints:
    """Who learns, in the order of the hashes."""
    learners = np.flatnonzero(index.problem.learning_places > 0).astype(np.int32)
    return learners[np.argsort(index.facts.salt[learners], kind="stable")]


def _bonus(problem: Problem) -> Longs:
    return np.where(problem.first, MAXIMUM, 0).astype(np.int64)
