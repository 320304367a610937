"""Stable pairs: no teacher and learner would both rather have each other than what they have.

Deferred acceptance, learners proposing (D. Gale and L. S. Shapley, 1962; A. E. Roth, 1984, for several places): every
learner gets the best teacher whom they have in any stable outcome. Everybody prefers whom they ranked, in that order,
and then whoever scores higher with them. Lists are short, and whoever comes to the end of theirs asks for all who would
still take them: as proposals come in, teachers only become harder to please.
"""

import numpy as np

from services.matching.domain.engine.auction import CLOSED
from services.matching.domain.engine.both_ways import pairs_of, tracks_of
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.problem import Problem, Report, Solution
from services.matching.domain.engine.query import best_teachers, pair_scores
from services.matching.domain.engine.roster import NOBODY, Longs
from services.matching.domain.engine.stable_lists import all_above
from services.matching.domain.engine.stable_proposals import Offers, no_offers, no_wishes, propose, wish
from services.matching.domain.engine.stable_tastes import RANKED, Tastes, score_of

SHORTEST, LONGER = 32, 8


def solve_stable(problem: Problem, report: Report, *, shortest: int = SHORTEST) -> Solution:
    """The stable pairs that are best for learners; there is no bound, and no place has a price."""
    index = build_index(problem)
    match = accept(index, shortest, report).match
    served = np.flatnonzero(match != NOBODY).astype(np.int32)
    teacher, learner, score = tracks_of(index, match)
    return Solution(
        proposal=pairs_of(teacher, learner, problem.roster.size),
        teacher=teacher,
        learner=learner,
        score=score,
        competency=np.full(len(score), NOBODY, dtype=np.int32),
        total=int(pair_scores(index, match[served], served).sum()),
        upper_bound=None,
        prices=np.zeros(problem.roster.size, dtype=np.int64),
        solver="deferred acceptance",
    )


def accept(index: Index, shortest: int, report: Report) -> Offers:
    """What stands once everybody has proposed to whom they would have; lists begin with `shortest` teachers."""
    people = index.problem.roster.size
    learners = np.flatnonzero(index.problem.learning_places > 0).astype(np.int32)
    tastes, offers = Tastes(index), no_offers(index.problem.teaching_places)
    lists = best_teachers(index, learners, shortest)
    wishes = wish(no_wishes(people), tastes, learners, lists, all_ranked=False)
    report(0.7)
    done = np.zeros(people, dtype=np.bool_)
    done[learners] = np.diff(lists.start) < shortest
    alone = propose(wishes, offers, learners)
    while len(asking := np.sort(alone[~done[alone]])):
        suited = -tastes.left_out[asking] - 1
        for some, open_to_them in all_above(index, asking, lowest_scores(offers), suited, shortest * LONGER, LONGER):
            wishes = wish(wishes, tastes, some, open_to_them, all_ranked=True)
        done[asking] = True
        alone = propose(wishes, offers, asking)
    return offers


def lowest_scores(offers: Offers) -> Longs:
    """What a learner whom nobody ranked must score, at least, to be kept by each teacher: 0 with a free place."""
    full = np.flatnonzero((offers.taken == np.diff(offers.first)) & (offers.taken > 0))
    lowest = offers.liking[offers.first[full]]
    needed = np.zeros(len(offers.match), dtype=np.int64)
    needed[full] = np.where(lowest >= RANKED, CLOSED, score_of(lowest))
    return needed
