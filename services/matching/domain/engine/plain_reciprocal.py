"""Reciprocal pairs: two people who each teach the other something; everybody is in one pair at most."""

import numpy as np

from services.matching.domain.engine.arrays import Arrays, Integers, Mask, to_arrays
from services.matching.domain.engine.candidates import Report, mutual_candidates
from services.matching.domain.engine.instance import Instance
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.scoring import Edges, pair_hashes

CANDIDATES_A_PERSON = 32


def reciprocal_matches(instance: Instance, report: Report, most: int = CANDIDATES_A_PERSON) -> tuple[Match, ...]:
    """Best pairs first, until nobody who is left could be paired with another who is left."""
    arrays = to_arrays(instance)
    ids = [entrant.person.id for entrant in instance.entrants]
    free: Mask = (arrays.learning_places > 0) & (arrays.teaching_places > 0)
    matches: list[Match] = []
    while True:
        people = np.flatnonzero(free)
        edges = mutual_candidates(arrays, instance.rules, people, free, most, report)
        if not len(edges):
            return tuple(matches)
        report = _quiet
        for one, other, score in _greedy(arrays, edges):
            free[[one, other]] = False
            first, second = sorted((ids[one], ids[other]))
            matches.append(Match(first, (second,), score, mutual=True))


def _greedy(arrays: Arrays, edges: Edges) -> list[tuple[int, int, int]]:
    """Take the edges from the highest score down, leaving out people who are taken."""
    hashes = pair_hashes(arrays, edges.teachers, edges.learners)
    lower = np.minimum(arrays.hashes[edges.teachers], arrays.hashes[edges.learners])
    order: Integers = np.lexsort((lower, hashes, -edges.scores))
    taken: set[int] = set()
    pairs = []
    for one, other, score in zip(
        edges.teachers[order].tolist(), edges.learners[order].tolist(), edges.scores[order].tolist(), strict=True
    ):
        if one not in taken and other not in taken:
            taken.update((one, other))
            pairs.append((one, other, score))
    return pairs


def _quiet(_: float) -> None:
    return None
