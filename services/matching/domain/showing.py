"""What it costs to be shown: prices at which the few whom everybody would like are not shown to everybody.

An auction over the whole organization gives each place with a teacher a price, and leaves each learner with what they
gain at these prices. Whoever looks for a teacher sees them by score less price; whoever looks for somebody to help, by
score less what the learner gains anyhow, so that those whom nobody serves yet come first. In the auction's equilibrium
both orders begin with whom the auction itself would put together.
"""

import zlib
from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.auction import auction
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.query import best_teachers
from services.matching.domain.engine.roster import Ints, Words

CANDIDATES = 16
EPS = 50
"""Bids are raised by this many basis points: a price need not be exact to spread attention."""
TOO_CLOSE_TO_CALL = 4 * EPS
"""Prices are multiples of it, so that chance decides between people who are alike, and not who happens to be free."""
_ROW = np.dtype([("person", "<u8"), ("teaching", "<i4"), ("learning", "<i4")])


@dataclass(frozen=True, slots=True)
class Prices:
    """By hash of their ids, in its order: what a place with people costs, and what they gain as learners."""

    person: Words
    teaching: Ints
    learning: Ints

    def of(self, hashes: Words) -> tuple[Ints, Ints]:
        """The two columns for these people; 0 for whoever came after the auction."""
        if not len(self.person):
            return np.zeros(len(hashes), dtype=np.int32), np.zeros(len(hashes), dtype=np.int32)
        place = np.minimum(np.searchsorted(self.person, hashes), len(self.person) - 1)
        known = self.person[place] == hashes
        teaching, learning = (np.where(known, column[place], np.int32(0)) for column in (self.teaching, self.learning))
        return teaching, learning

    def pack(self) -> bytes:
        """The prices as bytes, the same on any machine."""
        rows = np.empty(len(self.person), dtype=_ROW)
        rows["person"], rows["teaching"], rows["learning"] = self.person, self.teaching, self.learning
        return zlib.compress(rows.tobytes(), 1)

    @classmethod
    def unpack(cls, packed: bytes) -> "Prices":
        """The prices of these bytes."""
        rows = np.frombuffer(zlib.decompress(packed), dtype=_ROW)
        return cls(*(np.ascontiguousarray(rows[name]) for name in ("person", "teaching", "learning")))


NO_PRICES = Prices(np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))


def auction_off(problem: Problem) -> Prices:
    """The prices of everybody in a round."""
    index, hashes = build_index(problem), problem.roster.hashes
    learners = np.flatnonzero(problem.learning_places > 0).astype(np.int32)
    lists = best_teachers(index, learners, CANDIDATES)
    teaching = auction(lists.start, lists.teacher, lists.score, problem.teaching_places, eps=EPS).prices
    teaching = teaching // TOO_CLOSE_TO_CALL * TOO_CLOSE_TO_CALL
    gains = np.append(np.maximum(lists.score - teaching[lists.teacher], 0), 0)
    some = np.flatnonzero(np.diff(lists.start))
    learning = np.zeros(problem.roster.size, dtype=np.int64)
    if len(some):
        learning[learners[some]] = np.maximum.reduceat(gains[:-1], lists.start[some])
    priced = np.flatnonzero((teaching > 0) | (learning > 0))
    order = priced[np.argsort(hashes[priced])]
    return Prices(hashes[order], teaching[order].astype(np.int32), learning[order].astype(np.int32))
