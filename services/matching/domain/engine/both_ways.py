"""Two people who teach each other make one proposal, and where a learner could teach their teacher too, they do."""

import numpy as np

from services.matching.domain.engine.index import Index
from services.matching.domain.engine.query import pair_scores
from services.matching.domain.engine.roster import NOBODY, Ints


def tracks_of(index: Index, match: Ints) -> tuple[Ints, Ints, Ints]:
    """The teachers, learners and scores of a match, with the tracks back that both people have a place for.

    Nobody gets a second teacher by it. Tracks back are taken best first; equal ones in the order of the people's
    hashes.
    """
    learner = np.flatnonzero(match != NOBODY).astype(np.int32)
    teacher = match[learner]
    back = _tracks_back(index, teacher, learner, match)
    teachers, learners = np.concatenate([teacher, learner[back]]), np.concatenate([learner, teacher[back]])
    return teachers, learners, pair_scores(index, teachers, learners)


def pairs_of(teacher: Ints, learner: Ints, people: int) -> Ints:
    """A number for each track, the same for the two tracks between two people."""
    key = np.minimum(teacher, learner).astype(np.int64) * max(1, people) + np.maximum(teacher, learner)
    numbers: Ints = np.unique(key, return_inverse=True)[1].astype(np.int32)
    return numbers


def _tracks_back(index: Index, teacher: Ints, learner: Ints, match: Ints) -> Ints:
    """Which of the tracks also go the other way, though nobody matched them so."""
    problem = index.problem
    teaching = problem.teaching_places - np.bincount(teacher, minlength=len(match))
    learning = np.where(match == NOBODY, problem.learning_places, 0)
    open_to = np.flatnonzero((teaching[learner] > 0) & (learning[teacher] > 0))
    scores = pair_scores(index, learner[open_to], teacher[open_to])
    salt = index.facts.salt
    order = np.lexsort((salt[teacher[open_to]], salt[learner[open_to]], -scores))
    chosen = []
    for place in order[: np.count_nonzero(scores > 0)].tolist():
        track = open_to[place]
        one, other = int(learner[track]), int(teacher[track])
        if teaching[one] > 0 and learning[other] > 0:
            teaching[one] -= 1
            learning[other] = 0
            chosen.append(track)
    return np.array(chosen, dtype=np.int32)
