"""The assignment alone, over pairs that are listed already."""

import numpy as np

from bench.instances import COMPILED_AT, edges_of
from bench.measuring import Sample, measure
from bench.peers.flow import Flow
from services.matching.domain.engine.auction import auction
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.query import Lists

EPS = 5
"""Basis points that a learner's choice may fall short."""


def ours(people: int, scenario: str) -> Sample:
    """The engine's auction."""
    _auction(*edges_of(COMPILED_AT, scenario))
    problem, lists = edges_of(people, scenario)
    match, sample = measure(lambda: _auction(problem, lists))
    return sample.with_facts(**_facts(lists, match))


def flow(people: int, scenario: str) -> Sample:
    """OR-tools' min-cost flow, from arcs to flows."""
    problem, lists = edges_of(people, scenario)
    found, sample = measure(lambda: Flow(lists, problem.teaching_places).matched())
    return sample.with_facts(**_facts(lists, found))


def _auction(problem: Problem, lists: Lists) -> Lists:
    match = auction(lists.start, lists.teacher, lists.score, problem.teaching_places, eps=EPS).match
    taken = np.flatnonzero(np.repeat(match, np.diff(lists.start)) == lists.teacher)
    return Lists(taken, lists.teacher[taken], lists.score[taken])


def _facts(lists: Lists, match: Lists) -> dict[str, int]:
    return {"edges": len(lists.score), "matched": len(match.score), "total": int(match.score.sum())}
