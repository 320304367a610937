"""Groups as an integer program with everybody listed: an oracle that shares no code with the engine's groups.

A teacher opens so many groups about a competency, in which at least the minimum and at most the maximum of learners
sit for each. A learner sits once, and a teacher's groups take their places.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
import numpy.typing as npt

from bench.peers.highs_rows import Rows, solve
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.query import pair_parts, pair_scores
from services.matching.domain.engine.roster import Ints, Longs


@dataclass(frozen=True, slots=True)
class Seats:
    """One row a learner who could sit with a teacher about a competency, and the score; by `circle`."""

    teacher: Longs
    learner: Longs
    score: Longs
    circle: Longs
    circle_teacher: Longs


def all_seats(problem: Problem) -> Seats:
    """Everybody who could sit anywhere, by the score in which only the competency of the group counts."""
    roster, fit = problem.roster, problem.terms.weights.fit
    held, areas = roster.strengths, roster.growth_areas
    teacher_of = np.repeat(np.arange(roster.size), np.diff(held.start))
    learner_of = np.repeat(np.arange(roster.size), np.diff(areas.start))
    rows: list[npt.NDArray[np.int64]] = []
    for competency in np.flatnonzero(problem.topics).tolist():
        teaches = np.flatnonzero((held.competency == competency) & (problem.teaching_places[teacher_of] > 0))
        wants = (areas.competency == competency) & ~areas.private & (problem.learning_places[learner_of] > 0)
        wanted = np.flatnonzero(wants)
        one, other = (column.reshape(-1) for column in np.meshgrid(teaches, wanted, indexing="ij"))
        current, target = areas.current[other].astype(np.int64), areas.target[other].astype(np.int64)
        gain = np.clip(np.minimum(held.level[one], target) - current, 0, None)
        points = fit * gain // np.maximum(1, target - current)
        columns = [teacher_of[one], learner_of[other], points, np.full(len(one), competency)]
        rows.append(np.stack(columns, axis=1)[points > 0])
    teacher, learner, points, competency = np.concatenate([np.empty((0, 4), dtype=np.int64), *rows]).T
    score, kept = _scores(problem, teacher.astype(np.int32), learner.astype(np.int32), points)
    keys, circle, size = np.unique(
        np.stack([teacher, competency], axis=1)[kept], axis=0, return_inverse=True, return_counts=True
    )
    enough = size[circle] >= problem.group_size.minimum
    numbers = np.cumsum(size >= problem.group_size.minimum) - 1
    return Seats(
        teacher=teacher[kept][enough],
        learner=learner[kept][enough],
        score=score[kept][enough],
        circle=numbers[circle[enough]],
        circle_teacher=keys[size >= problem.group_size.minimum, 0],
    )


def solve_groups(problem: Problem, seats: Seats, gap: float, seconds: float) -> tuple[int, float, int]:
    """The total of the best groups found, a bound, and how many learners sit."""
    size, people = problem.group_size, problem.roster.size
    seated, circles = len(seats.score), len(seats.circle_teacher)
    opened = seated + np.arange(circles)
    seat = np.arange(seated)
    rows = Rows()
    rows.add(seat, seats.learner, np.ones(seated), people, -highspy.kHighsInf, 1)
    rows.add(opened, seats.circle_teacher, np.ones(circles), people, -highspy.kHighsInf, problem.teaching_places)
    one, both = np.ones(seated), np.concatenate([seat, opened])
    by_circle = np.concatenate([seats.circle, np.arange(circles)])
    for least, most, factor in ((0.0, highspy.kHighsInf, size.minimum), (-highspy.kHighsInf, 0.0, size.maximum)):
        rows.add(both, by_circle, np.concatenate([one, np.full(circles, -float(factor))]), circles, least, most)
    # Nobody sits where there is no group: this says nothing new, but makes the relaxation much tighter.
    each = np.concatenate([seat, seats.circle + seated])
    rows.add(each, np.concatenate([seat, seat]), np.concatenate([one, -one]), seated, -highspy.kHighsInf, 0.0)
    upper = np.concatenate([one, problem.teaching_places[seats.circle_teacher].astype(float)])
    worth = np.concatenate([seats.score, np.zeros(circles, dtype=np.int64)])
    values, bound = solve(rows, worth.astype(float), upper, gap, seconds)
    taken = values[:seated] > 0.5
    return int(seats.score[taken].sum()), bound, int(taken.sum())


def _scores(problem: Problem, teacher: Ints, learner: Ints, points: Longs) -> tuple[Longs, npt.NDArray[np.bool_]]:
    """The score of each seat, and which are feasible: no hard rule forbids it, and the floor is reached."""
    rules = replace(problem.terms.rules, min_score=0)
    index = build_index(replace(problem, terms=replace(problem.terms, rules=rules)))
    parts = pair_parts(index, teacher, learner)
    rest = parts.choice + parts.availability + parts.time_zone + parts.language + parts.other_department
    score: Longs = points + rest
    return score, (pair_scores(index, teacher, learner) >= 0) & (score >= problem.terms.rules.min_score)
