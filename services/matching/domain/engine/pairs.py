"""Pairs: each learner gets one teacher, each teacher as many learners as they have places.

Where the learner could teach the teacher something too, and both have a place left, the pair goes both ways at once.
"""

import numpy as np

from services.matching.domain.engine.arrays import Arrays, Integers, to_arrays
from services.matching.domain.engine.candidates import Report, teaching_candidates
from services.matching.domain.engine.flow import best_assignment
from services.matching.domain.engine.instance import Instance
from services.matching.domain.engine.match import Match
from services.matching.domain.engine.scoring import Edges, join, pair_hashes

CANDIDATES_A_LEARNER = 32


def pair_matches(instance: Instance, report: Report, most: int = CANDIDATES_A_LEARNER) -> tuple[Match, ...]:
    """The matches that serve most learners and, among such, score highest over the candidates."""
    arrays = to_arrays(instance)
    learners = np.array([row for row, wants in enumerate(arrays.wants) if wants], dtype=np.int64)
    chosen = _assign(instance, arrays, learners, most, report)
    ids = [entrant.person.id for entrant in instance.entrants]
    return tuple(
        Match(ids[teacher], (ids[learner],), score, mutual)
        for teacher, learner, score, mutual in _both_ways(arrays, chosen)
    )


def _assign(instance: Instance, arrays: Arrays, learners: Integers, most: int, report: Report) -> Edges:
    """Solve over the candidates; while someone left over could go to a free teacher, list those too and repeat."""
    places = arrays.teaching_places
    edges = teaching_candidates(arrays, instance.rules, learners, places > 0, most, report)
    while True:
        chosen = best_assignment(edges, places, arrays.hashes)
        left = np.setdiff1d(learners, chosen.learners)
        free = places > np.bincount(chosen.teachers, minlength=arrays.size)
        more = teaching_candidates(arrays, instance.rules, left, free, most, lambda _: None)
        if not len(more):
            return chosen
        edges = join([edges, more])


def _both_ways(arrays: Arrays, chosen: Edges) -> list[tuple[int, int, int, bool]]:
    """The chosen edges, best first, each with whether the learner teaches too; two opposite edges become one match."""
    order = np.lexsort((pair_hashes(arrays, chosen.teachers, chosen.learners), chosen.teachers, -chosen.scores))
    edges = chosen.where(order)
    rows = list(zip(edges.teachers.tolist(), edges.learners.tolist(), edges.scores.tolist(), strict=True))
    teaching_left = arrays.teaching_places - np.bincount(edges.teachers, minlength=arrays.size)
    learning_left = arrays.learning_places - np.bincount(edges.learners, minlength=arrays.size)
    directed = {(teacher, learner) for teacher, learner, _ in rows}
    matches: list[tuple[int, int, int, bool]] = []
    merged: set[tuple[int, int]] = set()
    for teacher, learner, score in rows:
        if (teacher, learner) in merged:
            continue
        mutual = (learner, teacher) in directed
        merged.add((learner, teacher))
        if not mutual and teaching_left[learner] > 0 and learning_left[teacher] > 0:
            mutual = _teaches(arrays, learner, teacher)
            teaching_left[learner] -= mutual
            learning_left[teacher] -= mutual
        matches.append((teacher, learner, score, mutual))
    return matches


def _teaches(arrays: Arrays, teacher: int, learner: int) -> bool:
    levels = dict(arrays.strengths[teacher])
    return any(want.points[levels.get(want.competency, 0)] > 0 for want in arrays.wants[learner])
