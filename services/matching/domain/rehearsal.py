"""Small made-up rounds in every mode, for no other end than that everything is compiled before somebody needs it."""

from collections.abc import Iterator
from itertools import count

import numpy as np

from services.matching.domain.crowd import gather, member_of
from services.matching.domain.crowd import rehearse as look_once
from services.matching.domain.drafting import Frame, draft_solution
from services.matching.domain.engine.build import Choice, Entrant, build_problem
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.problem import GroupSize, Mode, Problem
from services.matching.domain.engine.query import best_teachers, mutual_lists, pair_parts, pair_scores
from services.matching.domain.engine.solve import solve
from services.matching.domain.kinds import Kind
from services.matching.domain.people import GrowthArea, Person, Strength
from services.matching.domain.policy import Terms

PEOPLE, COMPETENCIES = 40, 5


def rehearse(name: str) -> None:
    """Do one of the things for which something must be compiled."""
    if name == LOOKING:
        crowd, _ = gather(member_of(entrant.person) for entrant in _entrants())
        look_once(crowd)
    elif name == ASKING:
        _ask(_round(Mode.BEST_TOTAL, max_gap=0))
    else:
        for max_gap in (0, Terms().max_gap):
            _solve(_round(Mode(name), max_gap))


LOOKING, ASKING = "looking", "asking"
REHEARSALS = (
    Mode.GROUPS,
    Mode.BEST_TOTAL,
    *(mode for mode in Mode if mode not in {Mode.GROUPS, Mode.BEST_TOTAL}),
    LOOKING,
    ASKING,
)
"""What needs most comes first."""


def _solve(problem: Problem) -> None:
    numbers = count()
    labels = {competency_id: competency_id for competency_id in problem.roster.competency_ids}
    frame = Frame("prg_rehearsal", None, Kind.MENTORING, lambda prefix: f"{prefix}_{next(numbers)}", labels)
    draft_solution(problem, solve(problem), frame)


def _ask(problem: Problem) -> None:
    index = build_index(problem)
    rows = np.arange(PEOPLE, dtype=np.int32)
    prices, floors = np.ones(PEOPLE, dtype=np.int64), np.ones(PEOPLE, dtype=np.int64)
    best_teachers(index, rows, 3, prices, floors)
    mutual_lists(index, rows, 3)
    pair_scores(index, rows, rows)
    pair_parts(index, rows, rows)


def _round(mode: Mode, max_gap: int) -> Problem:
    return build_problem(
        _entrants(),
        mode=mode,
        terms=Terms(max_gap=max_gap),
        apart=[("per_00", "per_01")],
        choices=[Choice("per_02", "per_03", 1, teaches=True), Choice("per_04", "per_05", 1, teaches=False)],
        first=["per_06"],
        group_size=GroupSize(2, 4),
        longest_ring=4,
        similar=[("cmp_0", "cmp_1", 50)],
    )


def _entrants() -> "Iterator[Entrant]":
    for number in range(PEOPLE):
        yield Entrant(_person(number), 1 + number % 2, 1)


def _person(number: int) -> Person:
    """Everybody teaches two things and wants two others, one of them sometimes privately."""
    taught = [(number * step + shift) % COMPETENCIES for step, shift in ((1, 0), (3, 1))]
    wanted = [(number * step + shift) % COMPETENCIES for step, shift in ((2, 2), (1, 3))]
    return Person(
        id=f"per_{number:02}",
        display_name="",
        active=True,
        reporting_level=number % 4,
        manager_id="per_07",
        department="north",
        team=f"team {number % 9}",
        utc_offset=60 * (number % 3),
        languages=frozenset({"en"}),
        teaching_capacity=2,
        learning_capacity=2,
        paused_until=None,
        windows=((540, 540 + 60 * (1 + number % 5)),),
        strengths=tuple(Strength(f"cmp_{one}", 1 + (number + one) % 5) for one in sorted(set(taught))),
        growth_areas=tuple(
            GrowthArea(f"cmp_{one}", 0, 1 + (number * 7 + one) % 5, 1 + number % 5, private=number % 6 == one)
            for one in sorted(set(wanted))
        ),
    )
