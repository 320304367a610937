"""Reciprocal pairs: two people who each teach the other something; everybody is in one pair at most.

This is no matter of two sides: anybody may pair with anybody, a matching in a general graph. Up to a few hundred people
it is solved exactly. Beyond, an auction over everybody's best partners gives pairs and duals; whoever could do better
with somebody who is not listed is asked again at these prices; and where the duals say that something was lost, the
neighbourhood is paired anew, exactly.
"""

import numpy as np

from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.mutual import Graph, list_more, list_partners, who_may_pair
from services.matching.domain.engine.problem import Problem, Report, Solution
from services.matching.domain.engine.query import pair_parts
from services.matching.domain.engine.reciprocal_exact import best_pairing
from services.matching.domain.engine.reciprocal_pairs import Pairing, pair_up, total, weights_among
from services.matching.domain.engine.reciprocal_polish import polish
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

EXACT = 400
"""Up to how many people the pairs are exactly the best."""
LISTED, ROUNDS = 16, 4
ENOUGH = 5_000
"""Rounds end once what unlisted pairs might add to the bound is less than this fraction of it."""


def solve_reciprocal(problem: Problem, report: Report, *, exact: int = EXACT, listed: int = LISTED) -> Solution:
    """The pairs of the highest total of mutual scores, or close to it, and a bound over all feasible pairs.

    Up to `exact` people it is the highest; beyond, everybody lists `listed` partners at a time. Whoever is to be served
    first counts for 10,000 more; the bound is then on pairings that serve as many of them. Nobody is left who could be
    paired with somebody else who is left. Prices are what each person adds at most.
    """
    index = build_index(problem)
    people = who_may_pair(index)
    few = len(people) <= exact
    graph, pairing, bound = _pair_exactly(index, people) if few else _pair_by_rounds(index, people, listed, report)
    lower = np.flatnonzero(pairing.mate > np.arange(len(people)))
    rows = np.sort(np.stack([people[lower], people[pairing.mate[lower]]], axis=1), axis=1)
    rows = rows[np.argsort(rows[:, 0])]
    teacher, learner = rows.reshape(-1), rows[:, ::-1].reshape(-1)
    parts = _parts(index, teacher, learner)
    prices = np.zeros(problem.roster.size, dtype=np.int64)
    prices[people] = np.maximum(pairing.duals - 2 * graph.bonus, 0) // 2
    return Solution(
        proposal=np.repeat(np.arange(len(rows), dtype=np.int32), 2),
        teacher=teacher,
        learner=learner,
        score=parts.sum(axis=0, dtype=np.int32),
        competency=np.full(len(teacher), NOBODY, dtype=np.int32),
        total=int(((parts[:, ::2] + parts[:, 1::2]) // 2).sum()),
        upper_bound=bound - int(graph.bonus[pairing.mate != NOBODY].sum()),
        prices=prices,
        solver="blossom" if few else "double-cover auction",
    )


def _pair_exactly(index: Index, people: Ints) -> tuple[Graph, Pairing, int]:
    """The best pairs of all, which are their own bound."""
    graph = list_partners(index, people, max(1, len(people)))
    among = weights_among(graph.start, graph.column, graph.weight, np.arange(len(people)))
    pairing = Pairing(best_pairing(among), pair_up(graph).duals)
    return graph, pairing, total(graph, pairing.mate)


def _pair_by_rounds(index: Index, people: Ints, listed: int, report: Report) -> tuple[Graph, Pairing, int]:
    """Pairs over lists that grow until the duals bound what is not listed as well, almost or entirely."""
    graph = list_partners(index, people, listed)
    done = 0
    while True:
        done += 1
        report(done / (ROUNDS + 1))
        pairing = pair_up(graph)
        more, excess = list_more(index, graph, pairing.duals, listed)
        bound = int((pairing.duals + excess).sum()) // 2
        if done == ROUNDS or int(excess.sum()) * ENOUGH <= 2 * bound:
            break
        graph = more
    polish(graph.start, graph.column, graph.weight, pairing.duals, pairing.mate)
    _pair_rest(index, people, pairing.mate)
    return graph, pairing, bound


def _pair_rest(index: Index, people: Ints, mate: Longs) -> None:
    """Pair those who are left with each other, as long as any of them could be."""
    while True:
        left = np.flatnonzero(mate == NOBODY)
        graph = list_partners(index, people[left], LISTED)
        if not len(graph.column):
            return
        found = pair_up(graph).mate
        mate[left] = np.where(found == NOBODY, NOBODY, left[found])


def _parts(index: Index, teachers: Ints, learners: Ints) -> Ints:
    """What the scores of these tracks are made of: one row a part, one column a track."""
    parts = pair_parts(index, teachers, learners)
    return np.stack(
        [parts.fit, parts.choice, parts.availability, parts.time_zone, parts.language, parts.other_department]
    )
