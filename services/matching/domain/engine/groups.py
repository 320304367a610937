"""Groups: one teacher and several learners who want the same competency, within the sizes that the program states.

Prices of learners bound what any groups can add up to, and tell a search which groups are worth making; few people are
solved exactly. A learner joins one group at most in a round, and a group takes a place of its teacher.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.groups_circles import LISTED, Circles, find_circles, list_again, to_asked, together
from services.matching.domain.engine.groups_exact import solve_exactly, steps_to_try_all
from services.matching.domain.engine.groups_lists import SCALE, Asked
from services.matching.domain.engine.groups_net import to_net
from services.matching.domain.engine.groups_pricing import FIRST_STEP, Prices, price_at, settle
from services.matching.domain.engine.groups_search import APART, improve
from services.matching.domain.engine.groups_seating import AT, CIRCLE, SCORE, nobody_seated
from services.matching.domain.engine.problem import Problem, Report, Solution
from services.matching.domain.engine.roster import NOBODY, Ints, Longs

FEW = 5_000_000
"""Steps within which all is tried."""
STEPS, STEPS_A_LEARNER = 20_000, 20
DESCENT, SECOND_DESCENT = 300, 60
"""Steps by which prices settle, and settle again when further learners are known."""
CHANGES = 10_000
"""Changes remembered within a step of the search, beside those of a few whole groups."""
CHUNKS = 20
"""In how many parts the search runs, each of which is reported."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """One row a learner in a group: the group by some number, its circle, the learner, the score with any bonus.

    No groups add up to more than `bound`, bonus and all; `place` is what a place of each person is worth as a teacher.
    """

    group: Ints
    circle: Ints
    learner: Ints
    score: Ints
    bound: int
    place: Longs
    solver: str


def solve_groups(problem: Problem, report: Report, *, exact: int = FEW, listed: int = LISTED) -> Solution:
    """The groups of the highest total that is found, with a bound over all feasible groups.

    All is tried where that takes `exact` steps at most. Else circles have `listed` learners in hand at first, or more
    where their groups could take more. `prices` has what a further group of each teacher is worth, in points.
    """
    asked = to_asked(problem)
    circles = find_circles(problem, asked, listed)
    report(0.2)
    if steps_to_try_all(problem, circles) <= exact:
        grouped = _exactly(problem, circles, asked)
    else:
        grouped = _searched(problem, circles, asked, report)
    score = grouped.score - asked.bonus[grouped.learner]
    served = int(asked.bonus[grouped.learner].sum())
    return Solution(
        proposal=np.unique(grouped.group, return_inverse=True)[1].astype(np.int32),
        teacher=circles.teacher[grouped.circle],
        learner=grouped.learner,
        score=score,
        competency=circles.competency[grouped.circle],
        total=int(score.sum()),
        upper_bound=grouped.bound - served,
        prices=grouped.place,
        solver=grouped.solver,
    )


def _searched(problem: Problem, circles: Circles, asked: Asked, report: Report) -> Grouped:
    """Groups by prices and search, for any number of people."""
    circles, prices, bound = _settled(problem, circles, asked)
    report(0.6)
    net = to_net(problem, circles, prices, asked.salt)
    seating = nobody_seated(problem.roster.size, len(net.circle), net.places, CHANGES + 2 * APART * net.maximum)
    chance = np.array([problem.seed % 2**64], dtype=np.uint64)
    steps = STEPS + STEPS_A_LEARNER * len(net.reached)
    total = 0
    for chunk in range(CHUNKS):
        total += improve(net, seating, chance, steps * chunk // CHUNKS, steps * (chunk + 1) // CHUNKS, steps)
        report(0.6 + 0.4 * (chunk + 1) / CHUNKS)
        if total == bound:
            break
    learner = np.flatnonzero(seating.learner[:, AT] != NOBODY).astype(np.int32)
    group = seating.learner[learner, AT]
    circle, score = seating.table[group, CIRCLE], seating.learner[learner, SCORE]
    return Grouped(group, circle, learner, score, bound, prices.place // SCALE, "prices and search")


def _exactly(problem: Problem, circles: Circles, asked: Asked) -> Grouped:
    group, circle, learner, score = solve_exactly(problem, circles, asked.salt)
    return Grouped(
        group, circle, learner, score, int(score.sum()), np.zeros(problem.roster.size, dtype=np.int64), "exact"
    )


def _settled(problem: Problem, circles: Circles, asked: Asked) -> tuple[Circles, Prices, int]:
    """Prices, the circles with whoever is worth having in hand at them, and the lowest bound over all learners."""
    hope = circles.best * np.int64(SCALE)
    # At these prices no group is worth having, so that nobody can have more than their best.
    bound = int(circles.best.sum())
    prices = settle(problem, circles, hope * 99 // 100, DESCENT)
    if circles.complete:
        return circles, prices, min(bound, prices.bound)
    every = list_again(circles, asked, prices.learner)
    bound = min(bound, price_at(problem, every, prices.learner).bound)
    circles = together(circles, every)
    prices = settle(problem, circles, prices.learner, SECOND_DESCENT, FIRST_STEP // 8)
    every = list_again(circles, asked, prices.learner)
    return circles, prices, min(bound, price_at(problem, every, prices.learner).bound)
