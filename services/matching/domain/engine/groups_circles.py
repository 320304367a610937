"""Circles: a teacher of a competency, and the learners who may join a group of theirs about it.

A growth area that is private takes no part here: all of a group would learn of it before anybody agreed.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from services.matching.domain.engine.compiled import processors
from services.matching.domain.engine.groups_lists import SCALE, Asked, Wishes, best_learners, merge
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.kernels import LEVELS
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import Ints, Longs, Words
from services.matching.domain.policy import MAXIMUM

BONUS = MAXIMUM
"""What serving a learner who comes first counts for in the search, in no score."""
LISTED = 32
"""Learners in hand a circle; more where its groups could take more."""
GLANCE = 24
"""Teachers of a competency who tell what a learner may hope for."""
PARTS = 16
"""Into how many parts of alike size circles are split for threads."""


@dataclass(frozen=True, slots=True)
class Circles:
    """One row a circle, by teacher: row i has in hand the learners `start[i]` to `start[i + 1]`, and their scores.

    It has `learners[i]` in all, of whom at most `groups[i]` groups can come. `best` is the score of each person in the
    circle that is worth most to them (0: in none), `rest` what all parts but fit add at most. Scores are with the bonus
    of those who come first.
    """

    teacher: Ints
    competency: Ints
    learners: Ints
    groups: Ints
    start: Longs
    learner: Ints
    score: Ints
    best: Ints
    rest: Ints

    @property
    def complete(self) -> bool:
        """Whether everybody is in hand."""
        return bool((np.diff(self.start) == self.learners).all())


def find_circles(problem: Problem, asked: Asked, listed: int = LISTED) -> Circles:
    """Every circle of which a group could be made, with the learners for whom it is nearly the best that there is."""
    teacher, competency, wanting = _pairs(problem, asked)
    limits = np.full(problem.roster.size, MAXIMUM, dtype=np.int32)
    few = _first_of_each(competency, asked.salt[teacher])
    glance = np.ones(len(few), dtype=np.int64), np.zeros(problem.roster.size, dtype=np.int64)
    hope = _listed(asked, teacher[few], competency[few], *glance, limits).best
    groups = np.minimum(problem.teaching_places[teacher], wanting // max(1, problem.group_size.minimum))
    room = np.minimum(wanting, np.maximum(listed, groups * problem.group_size.maximum))
    return _where_enough(problem, _listed(asked, teacher, competency, room, hope * np.int64(SCALE), limits))


def list_again(circles: Circles, asked: Asked, prices: Longs) -> Circles:
    """The same circles with the learners in hand who are best at these prices, in parts of a point."""
    room = np.diff(circles.start)
    again = _listed(asked, circles.teacher, circles.competency, room, prices, circles.rest)
    return replace(circles, learner=again.learner, score=again.score)


def together(circles: Circles, others: Circles) -> Circles:
    """The circles with whom either has in hand."""
    one, other = (circles.start, circles.learner, circles.score), (others.start, others.learner, others.score)
    start, learner, score = merge(one, other, len(circles.best))
    return replace(circles, start=start, learner=learner, score=score)


def to_asked(problem: Problem) -> Asked:
    """The columns that scores are computed from."""
    index = build_index(problem)
    facts = index.facts
    return Asked(
        people=facts.people,
        quarters=facts.quarters,
        salt=facts.salt,
        rules=index.rules,
        held=facts.held,
        similar=facts.similar,
        apart=facts.apart,
        teachers_chosen=facts.teachers_chosen,
        teachers=facts.teachers,
        wishes=_wishes(problem),
        fit=problem.terms.weights.fit,
        bonus=np.where(problem.first, BONUS, 0).astype(np.int32),
    )


def _wishes(problem: Problem) -> Wishes:
    areas = problem.roster.growth_areas
    owner = np.repeat(np.arange(problem.roster.size, dtype=np.int32), np.diff(areas.start))
    counted = problem.topics[areas.competency] & (areas.target > areas.current) & ~areas.private
    rows = np.flatnonzero(counted & (problem.learning_places[owner] > 0))
    rows = rows[np.argsort(areas.competency[rows], kind="stable")]
    start = np.searchsorted(areas.competency[rows], np.arange(len(problem.topics) + 1)).astype(np.int64)
    return Wishes(start, owner[rows], areas.current[rows] * np.int8(LEVELS) + areas.target[rows])


def _pairs(problem: Problem, asked: Asked) -> tuple[Ints, Ints, Longs]:
    """Whoever teaches what enough learners want, or something similar: teacher, competency, how many want it."""
    size, similar, competencies = problem.group_size, problem.roster.similarity, len(problem.topics)
    wanting = np.diff(asked.wishes.start)
    wanted = np.flatnonzero((wanting >= max(1, size.minimum)) & (size.minimum <= size.maximum))
    near = np.repeat(np.arange(competencies), np.diff(similar.start))
    counts = np.isin(near, wanted)
    competency, held = np.append(wanted, near[counts]), np.append(wanted, similar.other[counts])
    first, after = asked.teachers.start[held * LEVELS], asked.teachers.start[(held + 1) * LEVELS]
    row = np.concatenate([np.arange(0), *map(np.arange, first, after)])
    both = asked.teachers.row[row].astype(np.int64) * competencies + np.repeat(competency, after - first)
    teacher, competency = np.divmod(np.unique(both), max(1, competencies))
    return teacher.astype(np.int32), competency.astype(np.int32), wanting[competency]


def _first_of_each(competency: Ints, tie: Words) -> Longs:
    """The rows of a few teachers of each competency."""
    order = np.lexsort((tie, competency))
    rank = np.arange(len(order)) - np.searchsorted(competency[order], competency[order])
    return order[rank < GLANCE]


def _listed(asked: Asked, teacher: Ints, competency: Ints, room: Longs, prices: Longs, limits: Ints) -> Circles:
    """The best learners of each circle at these prices, as many as there is room for."""
    start = np.zeros(len(teacher) + 1, dtype=np.int64)
    np.cumsum(room, out=start[1:])
    learner, score = np.empty(start[-1], dtype=np.int32), np.empty(start[-1], dtype=np.int32)
    count, best, rest = (np.zeros(size, dtype=np.int32) for size in (len(teacher), len(prices), len(prices)))
    # Those of one competency look at the same learners.
    order = np.argsort(competency, kind="stable")

    def fill(part: slice) -> tuple[Ints, Ints]:
        return best_learners(asked, teacher, competency, order[part], prices, limits, start, learner, score, count)

    step = max(1, -(-len(order) // PARTS))
    with ThreadPoolExecutor(processors()) as threads:
        for most in threads.map(fill, [slice(first, first + step) for first in range(0, len(order), step)]):
            np.maximum(best, most[0], out=best)
            np.maximum(rest, most[1], out=rest)
    return Circles(teacher, competency, count, count, start, learner, score, best, rest)


def _where_enough(problem: Problem, found: Circles) -> Circles:
    """Only circles with enough learners for a group."""
    least = max(1, problem.group_size.minimum)
    kept = found.learners >= least
    teacher, learners = found.teacher[kept], found.learners[kept]
    room = np.diff(found.start)
    in_hand = np.where(kept, np.minimum(room, found.learners), 0)
    filled = np.arange(len(found.learner)) - np.repeat(found.start[:-1], room) < np.repeat(in_hand, room)
    return replace(
        found,
        teacher=teacher,
        competency=found.competency[kept],
        learners=learners,
        groups=np.minimum(problem.teaching_places[teacher], learners // least),
        start=np.append(0, np.cumsum(in_hand[kept])),
        learner=found.learner[filled],
        score=found.score[filled],
    )
