"""Why a learner was left without a teacher: the reason that binds, and by how much.

Reasons are asked in this order: nothing was stated; a teacher could be had, but every place was worth more elsewhere;
the score is under the floor; one rule alone stands between the learner and the nearest teacher; several do; nobody
teaches it. A pair that is not to be proposed (again) counts as a place that was not free: who asked for that is told to
nobody.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import numpy as np

from services.matching.domain.engine.index import build_index, worth_by_level
from services.matching.domain.engine.problem import Mode, Problem, Solution
from services.matching.domain.engine.query import Lists, best_teachers, mutual_lists
from services.matching.domain.engine.roster import Flags, Ints, Longs
from services.matching.domain.policy import HardRules

_ANY_VALUE = -(2**40)
_BOTH_WAYS = frozenset({Mode.RECIPROCAL})


class Binding(StrEnum):
    """What kept a learner without a teacher."""

    NOTHING_STATED = "nothing-stated"
    NOBODY_FREE = "nobody-free"
    NOBODY_TO_EXCHANGE_WITH = "nobody-to-exchange-with"
    FLOOR = "floor"
    RULE = "rule"
    NOBODY_TEACHES_IT = "nobody-teaches-it"


class BindingRule(StrEnum):
    """The rule that removed the nearest teacher."""

    MANAGER_LINE = "manager-line"
    SAME_TEAM = "same-team"
    LANGUAGE = "language"
    TIME_ZONE = "time-zone"
    LEVEL_BAND = "level-band"
    SEVERAL = "several-rules"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One learner whom nobody teaches; `short_by` is what was missing, in points, where a number says it."""

    person_id: str
    code: Binding
    rule: BindingRule | None = None
    short_by: int | None = None


_WITHOUT: dict[BindingRule, Callable[[HardRules], HardRules]] = {
    BindingRule.MANAGER_LINE: lambda rules: replace(rules, exclude_manager_line=False),
    BindingRule.SAME_TEAM: lambda rules: replace(rules, exclude_same_team=False),
    BindingRule.LANGUAGE: lambda rules: replace(rules, require_shared_language=False),
    BindingRule.TIME_ZONE: lambda rules: replace(rules, max_time_zone_gap_hours=None),
    BindingRule.LEVEL_BAND: lambda rules: replace(rules, level_band=None),
}


def left_out(problem: Problem, solution: Solution) -> list[LeftOut]:
    """The learners whom nobody teaches, each with the reason that binds, in the order of their ids."""
    without: Flags = problem.learning_places > 0
    without[solution.learner] = False
    found: dict[int, LeftOut] = {}
    waiting = np.flatnonzero(without).astype(np.int32)
    nobody_free = partial(_nobody_free, solution)
    for reason in (_nothing_stated, nobody_free, _floor, _one_rule, _not_again, _several_rules):
        if len(waiting):
            found.update(reason(problem, waiting))
            waiting = np.array([row for row in waiting.tolist() if row not in found], dtype=np.int32)
    ids = problem.roster.ids
    found.update((row, LeftOut(ids[row], Binding.NOBODY_TEACHES_IT)) for row in waiting.tolist())
    return [found[row] for row in sorted(found)]


_Reasons = Iterator[tuple[int, LeftOut]]


def _nothing_stated(problem: Problem, waiting: Ints) -> _Reasons:
    areas = problem.roster.growth_areas
    counts = worth_by_level(problem).max(axis=1, initial=0) > 0
    if problem.mode is Mode.GROUPS:
        counts &= ~areas.private
    sums = np.append(0, np.cumsum(counts))
    for row in waiting.tolist():
        if sums[areas.start[row + 1]] == sums[areas.start[row]]:
            yield row, LeftOut(problem.roster.ids[row], Binding.NOTHING_STATED)


def _nobody_free(solution: Solution, problem: Problem, waiting: Ints) -> _Reasons:
    index = build_index(problem)
    priced = solution.upper_bound is not None and solution.prices.any()
    floors = np.full(len(waiting), _ANY_VALUE, dtype=np.int64)
    lists = best_teachers(index, waiting, 1, solution.prices if priced else None, floors)
    exchange = mutual_lists(index, waiting, 1) if problem.mode in _BOTH_WAYS else lists
    for place, row in _with_teacher(lists, waiting):
        if exchange.start[place] == exchange.start[place + 1]:
            yield row, LeftOut(problem.roster.ids[row], Binding.NOBODY_TO_EXCHANGE_WITH)
            continue
        first = lists.start[place]
        short = int(solution.prices[lists.teacher[first]] - lists.score[first]) if priced else 0
        yield row, LeftOut(problem.roster.ids[row], Binding.NOBODY_FREE, short_by=short if short > 0 else None)


def _floor(problem: Problem, waiting: Ints) -> _Reasons:
    lists = _lists(problem, problem.terms.rules, waiting)
    for place, row in _with_teacher(lists, waiting):
        short = problem.terms.rules.min_score - int(lists.score[lists.start[place]])
        yield row, LeftOut(problem.roster.ids[row], Binding.FLOOR, short_by=short)


def _one_rule(problem: Problem, waiting: Ints) -> _Reasons:
    nearest: dict[int, tuple[int, BindingRule]] = {}
    for rule, without in _WITHOUT.items():
        relaxed = without(problem.terms.rules)
        if relaxed == problem.terms.rules:
            continue
        lists = _lists(problem, relaxed, waiting)
        for place, row in _with_teacher(lists, waiting):
            score = int(lists.score[lists.start[place]])
            if row not in nearest or score > nearest[row][0]:
                nearest[row] = score, rule
    for row, (_, rule) in nearest.items():
        yield row, LeftOut(problem.roster.ids[row], Binding.RULE, rule)


def _not_again(problem: Problem, waiting: Ints) -> _Reasons:
    together = replace(problem, apart=problem.apart[:0])
    for _, row in _with_teacher(_lists(together, problem.terms.rules, waiting), waiting):
        yield row, LeftOut(problem.roster.ids[row], Binding.NOBODY_FREE)


def _several_rules(problem: Problem, waiting: Ints) -> _Reasons:
    rules = problem.terms.rules
    for without in _WITHOUT.values():
        rules = without(rules)
    for _, row in _with_teacher(_lists(problem, rules, waiting), waiting):
        yield row, LeftOut(problem.roster.ids[row], Binding.RULE, BindingRule.SEVERAL)


def _lists(problem: Problem, rules: HardRules, waiting: Ints) -> Lists:
    """The best teacher of each under these rules, whatever the score."""
    terms = replace(problem.terms, rules=replace(rules, min_score=0))
    return best_teachers(build_index(replace(problem, terms=terms)), waiting, 1)


def _with_teacher(lists: Lists, waiting: Ints) -> Iterator[tuple[int, int]]:
    """Who has somebody in their list: their place among those asked, and their row."""
    some: Longs = np.flatnonzero(np.diff(lists.start) > 0)
    return zip(some.tolist(), waiting[some].tolist(), strict=True)
