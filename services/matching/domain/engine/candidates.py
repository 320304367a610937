"""Candidates: for each person the best partners whom no rule forbids, found by competency.

Each learner is scored against everybody who offers something that they want, in blocks that bound the memory,
and keeps the best few. Equal scores are ordered by a hash of both ids and the seed, so that neither early
registration nor the order of input favours anyone.
"""

from collections.abc import Callable, Iterator

import numpy as np

from services.matching.domain.engine.arrays import Arrays, Integers, Mask
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

Report = Callable[[float], None]
Partners = tuple[Integers, Integers, Integers | Mask]
"""Whom one growth area or strength leads to, what it brings, and whether that growth area is no secret."""


def teaching_candidates(
    arrays: Arrays, rules: HardRules, learners: Integers, open_to: Mask, most: int, report: Report
) -> Edges:
    """The best teachers of each learner among those open to them."""
    parts = []
    for done, block in _blocks(learners, arrays.size):
        best, helped = _cells(arrays, block, _offers)
        rows, teachers = np.nonzero((best > 0) & open_to)
        pairs = teachers, block[rows]
        scores = _direction(best, helped, rows, teachers) + closeness_points(arrays, *pairs)
        parts.append(_best_of_each(arrays, rules, Edges(*pairs, scores), rows, most))
        report(done)
    return join(parts)


def mutual_candidates(
    arrays: Arrays, rules: HardRules, people: Integers, open_to: Mask, most: int, report: Report
) -> Edges:
    """The best partners of each person among those open to them with whom both teach and both learn."""
    parts = []
    for done, block in _blocks(people, arrays.size):
        learned, areas_learned = _cells(arrays, block, _offers)
        taught, areas_taught = _cells(arrays, block, _needs)
        rows, others = np.nonzero((learned > 0) & (taught > 0) & open_to)
        pairs = others, block[rows]
        scores = (
            _direction(learned, areas_learned, rows, others, share=2)
            + _direction(taught, areas_taught, rows, others, share=2)
            + closeness_points(arrays, *pairs)
        )
        parts.append(_best_of_each(arrays, rules, Edges(*pairs, scores), rows, most))
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


def _cells(
    arrays: Arrays, block: Integers, partners: Callable[[Arrays, int], Iterator[Partners]]
) -> tuple[Integers, Integers]:
    best = np.zeros((len(block), arrays.size), dtype=np.int64)
    helped = np.zeros((len(block), arrays.size), dtype=np.int64)
    for row, person in enumerate(block):
        for people, points, stated in partners(arrays, person):
            best[row, people] = np.maximum(best[row, people], points)
            helped[row, people] += (points > 0) & (stated > 0)
    return best, helped


def _direction(best: Integers, helped: Integers, rows: Integers, columns: Integers, share: int = 1) -> Integers:
    points: Integers = best[rows, columns] // share + further_points(helped[rows, columns]) // share
    return points


def _best_of_each(arrays: Arrays, rules: HardRules, edges: Edges, rows: Integers, most: int) -> Edges:
    """The allowed edges of the highest scores in each row; the hash of the pair decides between equals."""
    keep = allowed(arrays, rules, edges.teachers, edges.learners) & (edges.scores >= rules.min_score)
    edges, rows = edges.where(keep), rows[keep]
    if most >= arrays.size or not len(edges):
        return edges
    hashes = (pair_hashes(arrays, edges.teachers, edges.learners) >> np.uint64(64 - HASH_BITS)).astype(np.int64)
    keys = np.full((rows[-1] + 1, arrays.size), -1, dtype=np.int64)
    keys[rows, edges.teachers] = (edges.scores << HASH_BITS) | hashes
    floors = np.partition(keys, arrays.size - most, axis=1)[:, arrays.size - most]
    return edges.where(keys[rows, edges.teachers] >= floors[rows])
