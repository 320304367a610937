"""The audit of a policy: whether a score looks at what the policy is blind to, and whom the policy serves how well.

Each blind attribute is dealt out anew among the people, as by a shuffled pack of cards; if anybody's list of best
teachers changes by a rank or a point, something looked. Names are not among the columns, so there is nothing to deal.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.query import Lists, best_teachers
from services.matching.domain.engine.roster import Ints, Roster
from services.matching.domain.policy import BlindAttribute

SAMPLE = 2_000
LISTED = 20
EXAMPLES = 10
COLUMNS = {
    BlindAttribute.REPORTING_LEVEL: "level",
    BlindAttribute.DEPARTMENT: "department",
    BlindAttribute.TEAM: "team",
    BlindAttribute.REPORTING_LINE: "manager",
}


@dataclass(frozen=True, slots=True)
class Permuted:
    """What dealing out one attribute anew changed; 0 unless something looks at it. Pairs are (teacher, learner) ids."""

    attribute: BlindAttribute
    changed_ranks: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Served:
    """Learners of one level or department: how many could be taught at all, and what their best teachers add up to."""

    learners: int
    with_teacher: int
    best_scores: int


def permuted(problem: Problem, blind: Collection[BlindAttribute], seed: int) -> list[Permuted]:
    """What each blind attribute changes in the lists of the learners who are looked at."""
    learners = sample(problem, seed)
    before = best_teachers(build_index(problem), learners, LISTED)
    return [_one(problem, attribute, seed, learners, before) for attribute in sorted(blind)]


def served(problem: Problem, seed: int, group_of: Mapping[str, str]) -> dict[str, Served]:
    """How learners fare, by the group that each person is in."""
    learners = sample(problem, seed)
    lists = best_teachers(build_index(problem), learners, 1)
    found = np.diff(lists.start)
    best = np.zeros(len(learners), dtype=np.int64)
    best[found > 0] = lists.score
    groups: dict[str, list[int]] = {}
    for row, some, score in zip(learners.tolist(), found.tolist(), best.tolist(), strict=True):
        if (group := group_of.get(problem.roster.ids[row])) is not None:
            sums = groups.setdefault(group, [0, 0, 0])
            sums[0] += 1
            sums[1] += some
            sums[2] += score
    return {group: Served(*sums) for group, sums in sorted(groups.items())}


def sample(problem: Problem, seed: int) -> Ints:
    """The learners who are looked at: all, or as many as the seed draws."""
    learners = np.flatnonzero(problem.learning_places > 0).astype(np.int32)
    if len(learners) <= SAMPLE:
        return learners
    return np.sort(np.random.default_rng(seed).permutation(learners)[:SAMPLE])


def _one(problem: Problem, attribute: BlindAttribute, seed: int, learners: Ints, before: Lists) -> Permuted:
    if attribute not in COLUMNS:
        return Permuted(attribute, 0, ())
    dealt = replace(problem, roster=_dealt(problem.roster, COLUMNS[attribute], seed))
    after = best_teachers(build_index(dealt), learners, LISTED)
    ids = problem.roster.ids
    changed, examples = 0, []
    for place, learner in enumerate(learners.tolist()):
        was, now = _listed(before, place), _listed(after, place)
        if was != now:
            differing = [one for one in {*was, *now} if one not in was or one not in now] or [*was]
            changed += max(len(was), len(now)) - sum(one == other for one, other in zip(was, now, strict=False))
            examples.append((ids[min(teacher for teacher, _ in differing)], ids[learner]))
    return Permuted(attribute, changed, tuple(examples[:EXAMPLES]))


def _listed(lists: Lists, place: int) -> list[tuple[int, int]]:
    rows = slice(lists.start[place], lists.start[place + 1])
    return list(zip(lists.teacher[rows].tolist(), lists.score[rows].tolist(), strict=True))


def _dealt(roster: Roster, column: str, seed: int) -> Roster:
    order = np.random.default_rng(seed).permutation(roster.size)
    return replace(roster, **{column: getattr(roster, column)[order]})
