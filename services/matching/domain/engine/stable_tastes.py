"""Whom people prefer in stable pairs, as numbers: of two people, they prefer the one with the higher number.

The highest bits are for whom they ranked themselves, the next for the score, the lowest for a hash of both ids and the
seed, so no two people are liked the same. To teachers, a learner whom an earlier round left out scores 10,000 more.
"""

import numpy as np

from services.matching.domain.engine.compiled import kernel
from services.matching.domain.engine.index import Index
from services.matching.domain.engine.kernels import pair_hash
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.engine.roster import Flags, Ints, Longs, Words
from services.matching.domain.policy import CHOICES, MAXIMUM

HASH_BITS, SCORE_BITS = 32, 15
RANKED = 1 << (HASH_BITS + SCORE_BITS)
"""Whoever was ranked has at least this."""


class Tastes:
    """The preferences of everybody in a round."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._people = max(1, index.problem.roster.size)
        choices = index.problem.choices
        learner = np.where(choices.teaches, choices.chooser, choices.chosen)
        teacher = np.where(choices.teaches, choices.chosen, choices.chooser)
        pair, rank = self._pairs(teacher, learner), CHOICES + 1 - choices.rank.astype(np.int64)
        self._by_learner = _sorted(pair[choices.teaches], rank[choices.teaches])
        self._by_teacher = _sorted(pair[~choices.teaches], rank[~choices.teaches])
        self.left_out: Longs = np.where(index.problem.first, MAXIMUM, 0)

    def of_both(self, teacher: Ints, learner: Ints, score: Ints) -> tuple[Longs, Longs]:
        """How much learners like the teachers with whom they have these scores, and how much these like them."""
        ties = _pair_hashes(self._index.facts.salt, teacher, learner)
        by_learner = by_teacher = score.astype(np.int64) << HASH_BITS | ties
        if self.left_out.any():
            by_teacher = by_teacher + (self.left_out[learner] << HASH_BITS)
        if len(self._by_learner[0]):
            by_learner = by_learner + _found(self._by_learner, self._pairs(teacher, learner)) * RANKED
        if len(self._by_teacher[0]):
            by_teacher = by_teacher + _found(self._by_teacher, self._pairs(teacher, learner)) * RANKED
        return by_learner, by_teacher

    def ranked(self, learners: Ints, *, by_teachers: bool) -> tuple[Ints, Ints, Ints]:
        """Feasible pairs of these learners and the teachers they ranked, or who ranked them, with their scores."""
        pair = self._by_learner[0]
        if by_teachers:
            pair = np.union1d(pair, self._by_teacher[0])
        asked = np.zeros(self._people, dtype=np.bool_)
        asked[learners] = True
        pair = pair[asked[pair // self._people]]
        learner, teacher = (pair // self._people).astype(np.int32), (pair % self._people).astype(np.int32)
        score = pair_scores(self._index, teacher, learner)
        places: Flags = self._index.problem.teaching_places[teacher] > 0
        feasible = places & (score >= 0)
        return teacher[feasible], learner[feasible], score[feasible]

    def _pairs(self, teacher: Ints, learner: Ints) -> Longs:
        return learner.astype(np.int64) * self._people + teacher


def score_of(liking: Longs) -> Longs:
    """The score in what a teacher likes."""
    score: Longs = (liking >> HASH_BITS) & ((1 << SCORE_BITS) - 1)
    return score


@kernel
def _pair_hashes(salt: Words, teacher: Ints, learner: Ints) -> Longs:
    hashes = np.empty(len(teacher), dtype=np.int64)
    for pair in range(len(teacher)):
        hashes[pair] = pair_hash(salt, teacher[pair], learner[pair])
    return hashes


def _sorted(pair: Longs, rank: Longs) -> tuple[Longs, Longs]:
    order = np.argsort(pair, kind="stable")
    return pair[order], rank[order]


def _found(known: tuple[Longs, Longs], pair: Longs) -> Longs:
    """What is known of each pair, 0 if nothing; of some pairs something is."""
    pairs, rank = known
    place = np.minimum(np.searchsorted(pairs, pair), len(pairs) - 1)
    return np.where(pairs[place] == pair, rank[place], 0)
