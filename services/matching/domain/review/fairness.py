"""How fair a round was, measured on what it was computed from and what came out.

Ranks, envy and blocking pairs look at the teachers whom a learner could have had, of all learners up to `SAMPLE` and in
larger rounds of a sample that the seed draws. Scores stand for what people would rather have.
"""

from dataclasses import dataclass

import numpy as np

from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.problem import Problem, Solution
from services.matching.domain.engine.query import Lists, best_teachers
from services.matching.domain.engine.roster import NOBODY, Ints, Longs
from services.matching.domain.policy import MAXIMUM

SAMPLE = 2_000
LONGEST_LIST = 100
GREEDY_PEOPLE = 20_000
"""Up to how many learners the greedy total is worked out."""
RANKS = {"first": 1, "second_or_third": 3, "up_to_tenth": 10}
BUSIEST_PER_CENT = 5


@dataclass(frozen=True, slots=True)
class Fairness:
    """Figures of a round. Counts of learners are out of `sampled`; the Gini coefficient is in thousandths."""

    learners: int
    sampled: int
    ranks: dict[str, int]
    envious: int
    blocking_pairs: int
    teachers: int
    load_gini: int
    busiest_share: int
    total: int
    greedy_total: int | None
    upper_bound: int | None


def fairness(problem: Problem, solution: Solution) -> Fairness:
    """The figures of a round."""
    index = build_index(problem)
    learners = np.flatnonzero(problem.learning_places > 0).astype(np.int32)
    sample = _sample(problem, learners)
    score = np.full(problem.roster.size, NOBODY, dtype=np.int64)
    np.maximum.at(score, solution.learner, solution.score.astype(np.int64))
    teachers = np.flatnonzero(problem.teaching_places > 0)
    load = np.bincount(solution.teacher, minlength=problem.roster.size)
    lists = best_teachers(index, sample, LONGEST_LIST)
    envious, blocking = _envy(problem, solution, lists, score[sample])
    return Fairness(
        learners=len(learners),
        sampled=len(sample),
        ranks=_ranks(lists, score[sample]),
        envious=envious,
        blocking_pairs=blocking,
        teachers=len(teachers),
        load_gini=gini(load[teachers]),
        busiest_share=busiest_share(load[teachers]),
        total=solution.total,
        greedy_total=_greedy(index, learners) if len(learners) <= GREEDY_PEOPLE else None,
        upper_bound=solution.upper_bound,
    )


def gini(loads: Longs) -> int:
    """How unevenly loads are spread, in thousandths: 0 for evenly, near 1,000 if few carry all.

    C. Gini, 1912, by the sorted form: sum of (2 i - n - 1) x_i over n times the sum.
    """
    count, total = len(loads), int(loads.sum())
    if not total:
        return 0
    weights = 2 * np.arange(1, count + 1, dtype=np.int64) - count - 1
    return int((weights * np.sort(loads)).sum()) * 1000 // (count * total)


def busiest_share(loads: Longs) -> int:
    """What the busiest twentieth of the teachers carry, in per cent of all."""
    count, total = -(-len(loads) * BUSIEST_PER_CENT // 100), int(loads.sum())
    return int(np.sort(loads)[::-1][:count].sum()) * 100 // total if total else 0


def _sample(problem: Problem, learners: Ints) -> Ints:
    if len(learners) <= SAMPLE:
        return learners
    chance = np.random.default_rng(problem.seed)
    return np.sort(chance.permutation(learners)[:SAMPLE])


def _ranks(lists: Lists, own: Longs) -> dict[str, int]:
    """How many learners have their first choice, and so on; `none` have nobody, `later` somebody further down."""
    counts = dict.fromkeys((*RANKS, "later", "none"), 0)
    for place, score in enumerate(own.tolist()):
        better = int(np.count_nonzero(lists.score[lists.start[place] : lists.start[place + 1]] > score))
        names = (name for name, last in RANKS.items() if better < last)
        counts["none" if score == NOBODY else next(names, "later")] += 1
    return counts


def _envy(problem: Problem, solution: Solution, lists: Lists, own: Longs) -> tuple[int, int]:
    """Learners who would rather have a teacher who serves somebody with a lower score; pairs who would rather meet."""
    people = problem.roster.size
    worst = np.full(people, MAXIMUM + 1, dtype=np.int64)
    np.minimum.at(worst, solution.teacher, solution.score.astype(np.int64))
    free = problem.teaching_places > np.bincount(solution.teacher, minlength=people)
    place = np.repeat(np.arange(len(own)), np.diff(lists.start))
    rather = lists.score > own[place]
    envied = rather & (worst[lists.teacher] < lists.score)
    return len(np.unique(place[envied])), int(np.count_nonzero(envied | (rather & free[lists.teacher])))


def _greedy(index: Index, learners: Ints) -> int:
    """What the highest pair first, again and again, would have added up to."""
    places = index.problem.teaching_places.copy()
    lists = best_teachers(index, learners, LONGEST_LIST)
    place = np.repeat(np.arange(len(learners)), np.diff(lists.start))
    served, total = np.zeros(len(learners), dtype=np.bool_), 0
    for at in np.argsort(-lists.score, kind="stable").tolist():
        teacher = lists.teacher[at]
        if places[teacher] > 0 and not served[place[at]]:
            places[teacher] -= 1
            served[place[at]] = True
            total += int(lists.score[at])
    return total
