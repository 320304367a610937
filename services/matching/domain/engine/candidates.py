"""Candidates: for each person the best partners whom no rule forbids, found by competency.

Each person is scored against everybody who shares a competency with them, in blocks that bound the memory, and keeps
the best few. What two people's competencies alone are worth is cheap to know, so only pairs that can still be among
the best few are looked at closely. Equal scores are ordered by a hash of both ids and the seed, so that neither early
registration nor the order of input favours anyone.
"""

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from services.matching.domain.engine.arrays import Arrays, Integers, Mask
from services.matching.domain.engine.plain_points import CLOSENESS
from services.matching.domain.engine.rules import HardRules
from services.matching.domain.engine.scoring import (
    Edges,
    allowed,
    closeness_points,
    further_points,
    join,
    pair_hashes,
)

BLOCK_CELLS = 1_000_000
HASH_BITS = 49
NO_PAIR = -1
SAMPLE = 4

Report = Callable[[float], None]
Cells = npt.NDArray[np.int16]
"""One row a person of the block, one column a possible partner: points, or `NO_PAIR`."""
Partners = tuple[Integers, Integers, Integers | Mask]
"""Whom one growth area or strength leads to, what it brings, and whether that growth area is no secret."""


def teaching_candidates(
    arrays: Arrays, rules: HardRules, learners: Integers, open_to: Mask, most: int, report: Report
) -> Edges:
    """The best teachers of each learner among those open to them."""
    parts = []
    for done, block in _blocks(learners, arrays.size):
        best, helped = _directed(arrays, block, _offers)
        points = np.where((best > 0) & open_to, best + further_points(helped), NO_PAIR)
        parts.append(_best_of_each(arrays, rules, block, points, most))
        report(done)
    return join(parts)


def mutual_candidates(
    arrays: Arrays, rules: HardRules, people: Integers, open_to: Mask, most: int, report: Report
) -> Edges:
    """The best partners of each person among those open to them with whom both teach and both learn."""
    parts = []
    for done, block in _blocks(people, arrays.size):
        learned, areas_learned = _directed(arrays, block, _offers)
        taught, areas_taught = _directed(arrays, block, _needs)
        both = learned // 2 + further_points(areas_learned) // 2 + taught // 2 + further_points(areas_taught) // 2
        points = np.where((learned > 0) & (taught > 0) & open_to, both, NO_PAIR)
        parts.append(_best_of_each(arrays, rules, block, points, most))
        report(done)
    return join(parts)


def _blocks(people: Integers, size: int) -> Iterator[tuple[float, Integers]]:
    step = max(1, BLOCK_CELLS // max(1, size))
    for start in range(0, len(people), step):
        yield min(1.0, (start + step) / len(people)), people[start : start + step]


def _offers(arrays: Arrays, learner: int) -> Iterator[Partners]:
    for want in arrays.wants[learner]:
        offered = arrays.offered[want.competency]
        points = np.array(want.points)[offered.levels]
        yield offered.people, points, np.full_like(points, not want.private)


def _needs(arrays: Arrays, teacher: int) -> Iterator[Partners]:
    for competency, level in arrays.strengths[teacher]:
        wanted = arrays.wanted[competency]
        yield wanted.people, wanted.points[:, level], ~wanted.private


def _directed(
    arrays: Arrays, block: Integers, partners: Callable[[Arrays, int], Iterator[Partners]]
) -> tuple[Cells, Cells]:
    best = np.zeros((len(block), arrays.size), dtype=np.int16)
    helped = np.zeros((len(block), arrays.size), dtype=np.int16)
    for row, person in enumerate(block):
        for people, points, stated in partners(arrays, person):
            best[row, people] = np.maximum(best[row, people], points)
            helped[row, people] += (points > 0) & (stated > 0)
    return best, helped


def _best_of_each(arrays: Arrays, rules: HardRules, block: Integers, points: Cells, most: int) -> Edges:
    """The allowed edges of the highest scores in each row; the hash of the pair decides between equals."""
    if most >= arrays.size:
        return _scored(arrays, rules, block, points, *np.nonzero(points > NO_PAIR))[0]
    reach = np.partition(points, arrays.size - most, axis=1)[:, arrays.size - most]
    rows, partners = np.nonzero(points >= np.maximum(reach, 0)[:, None])
    some = _places(rows) < SAMPLE * most
    sample, rows = _scored(arrays, rules, block, points, rows[some], partners[some])
    # So many pairs score that much already: none of the best is further below than closeness could lift it.
    bars = _floors(sample.scores, rows, len(block), most)
    near = points >= np.maximum(bars - CLOSENESS, 0)[:, None]
    edges, rows = _scored(arrays, rules, block, points, *np.nonzero(near))
    hashes = (pair_hashes(arrays, edges.teachers, edges.learners) >> np.uint64(64 - HASH_BITS)).astype(np.int64)
    keys = (edges.scores << HASH_BITS) | hashes
    return edges.where(keys >= _floors(keys, rows, len(block), most)[rows])


def _scored(
    arrays: Arrays, rules: HardRules, block: Integers, points: Cells, rows: Integers, partners: Integers
) -> tuple[Edges, Integers]:
    people = block[rows]
    keep = allowed(arrays, rules, partners, people)
    rows, partners, people = rows[keep], partners[keep], people[keep]
    scores = points[rows, partners] + closeness_points(arrays, partners, people)
    keep = scores >= rules.min_score
    return Edges(partners, people, scores).where(keep), rows[keep]


def _places(rows: Integers) -> Integers:
    """How many entries of the same row come before each entry; rows ascend."""
    counts = np.bincount(rows)
    places: Integers = np.arange(len(rows)) - (np.cumsum(counts) - counts)[rows]
    return places


def _floors(values: Integers, rows: Integers, height: int, most: int) -> Integers:
    """The lowest of the `most` highest values of each row; -1 where there are fewer."""
    places = _places(rows)
    width = max(most, int(places.max(initial=0)) + 1)
    table = np.full((height, width), -1, dtype=np.int64)
    table[rows, places] = values
    floors: Integers = np.partition(table, width - most, axis=1)[:, width - most]
    return floors
