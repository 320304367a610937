"""Groups of few learners, exactly: table by table, the most that any set of learners can have at the tables so far.

A table is a place of a teacher; a set of learners is a number with a bit for each.
"""

import numpy as np

from services.matching.domain.engine.compiled import inline, kernel, tight
from services.matching.domain.engine.groups_circles import Circles
from services.matching.domain.engine.groups_pricing import Offer, to_offer
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import NOBODY, Ints, Longs, Words

LEARNERS = 12
"""More are never few: a column has a row a set of them."""
TOO_MANY = 2**60


def steps_to_try_all(problem: Problem, circles: Circles) -> int:
    """How many sets of learners are looked at on the way to the exact answer."""
    learners = len(np.unique(circles.learner))
    return len(_tables(problem, circles)) * 3**learners if learners <= LEARNERS else TOO_MANY


def solve_exactly(problem: Problem, circles: Circles, salt: Words) -> tuple[Ints, Ints, Ints, Ints]:
    """The groups of the highest total, one row a learner: table, circle, learner, score. Equals go by hashes of ids."""
    offer = to_offer(problem, circles)
    tables = _tables(problem, circles)
    tables = tables[np.argsort(salt[circles.teacher[offer.first[tables]]], kind="stable")]
    learners = np.unique(circles.learner)
    learners = learners[np.argsort(salt[learners], kind="stable")]
    bit = np.zeros(problem.roster.size, dtype=np.int32)
    bit[learners] = np.arange(len(learners))
    table, circle, score = _share_out(offer, tables, bit, len(learners))
    seated = table != NOBODY
    return table[seated], circle[seated], learners[seated], score[seated]


def _tables(problem: Problem, circles: Circles) -> Longs:
    """For each table the number of its teacher."""
    places = to_offer(problem, circles).places
    return np.repeat(np.arange(len(places)), places)


@kernel
def _share_out(offer: Offer, tables: Longs, bit: Ints, learners: int) -> tuple[Ints, Ints, Ints]:
    """The table of each learner (or `NOBODY`), the circle, and the score."""
    sets = 1 << learners
    worth, about = np.zeros(sets, dtype=np.int64), np.full(sets, NOBODY, dtype=np.int32)
    scores, most = np.zeros(learners, dtype=np.int64), np.zeros(sets, dtype=np.int64)
    taken = np.zeros((len(tables), sets), dtype=np.int32)
    subject = np.full((len(tables), sets), NOBODY, dtype=np.int32)
    for table in range(len(tables)):
        if table == 0 or tables[table] != tables[table - 1]:
            _worth_of_sets(offer, tables[table], bit, learners, scores, worth, about)
        for all_ in range(sets - 1, 0, -1):
            best, choice = most[all_], 0
            some = all_
            while some > 0:
                if worth[some] > 0 and most[all_ ^ some] + worth[some] > best:
                    best, choice = most[all_ ^ some] + worth[some], some
                some = (some - 1) & all_
            most[all_], taken[table, all_], subject[table, all_] = best, choice, about[choice]
    return _trace(offer, taken, subject, bit, learners)


@tight
def _worth_of_sets(
    offer: Offer, teacher: int, bit: Ints, learners: int, scores: Longs, worth: Longs, about: Ints
) -> None:
    """Fill in what each set of learners is worth as a group of a teacher (0: it cannot be one), and in which circle."""
    for some in range(len(worth)):
        worth[some], about[some] = 0, NOBODY
    for circle in range(offer.first[teacher], offer.first[teacher + 1]):
        for one in range(learners):
            scores[one] = -1
        for row in range(offer.start[circle], offer.start[circle + 1]):
            scores[bit[offer.learner[row]]] = offer.score[row]
        for some in range(1, len(worth)):
            lowest, size, sum_ = 0, 0, 0
            for one in range(learners):
                if some >> one & 1:
                    size += 1
                    lowest = min(lowest, scores[one])
                    sum_ += scores[one]
            if lowest == 0 and offer.minimum <= size <= offer.maximum and sum_ > worth[some]:
                worth[some], about[some] = sum_, circle


@inline
def _trace(offer: Offer, taken: Ints, subject: Ints, bit: Ints, learners: int) -> tuple[Ints, Ints, Ints]:
    """Who sits where, from the last table back."""
    table_of, circle_of = np.full(learners, NOBODY, dtype=np.int32), np.full(learners, NOBODY, dtype=np.int32)
    score_of = np.zeros(learners, dtype=np.int32)
    left = (1 << learners) - 1
    for table in range(len(taken) - 1, -1, -1):
        some, circle = taken[table, left], subject[table, left]
        if some == 0:
            continue
        for row in range(offer.start[circle], offer.start[circle + 1]):
            one = bit[offer.learner[row]]
            if some >> one & 1:
                table_of[one], circle_of[one], score_of[one] = table, circle, offer.score[row]
        left ^= some
    return table_of, circle_of, score_of
