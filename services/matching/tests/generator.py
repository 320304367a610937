"""Seeded organizations of any size, as columns: like real ones in what makes matching hard, and quick to make.

`std` is ordinary; in `scarce` half as many teach, so a good third must stay without; in `ties` everybody is at one
site, free at the same hours, and only 40 competencies exist, so few scores differ.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.matching.domain.engine.build import id_hash
from services.matching.domain.engine.closeness import QUARTERS_A_WEEK
from services.matching.domain.engine.problem import Choices, GroupSize, Mode, Problem
from services.matching.domain.engine.roster import (
    Flags,
    GrowthAreas,
    Ints,
    Longs,
    Roster,
    Similarity,
    Small,
    Strengths,
    Words,
)
from services.matching.domain.policy import HardRules, Terms

TERMS = Terms(rules=HardRules(max_time_zone_gap_hours=6, min_score=2_500))
LEARNERS, MOST_STRENGTHS, MOST_AREAS = 0.6, 12, 6
LANGUAGES, ENGLISH = 12, 0
SITES: tuple[tuple[int, int, int], ...] = (
    (-480, 0, 8), (-420, 0, 6), (-360, 0, 6), (-300, 0, 12), (-180, 1, 5), (0, 0, 14), (60, 2, 10), (60, 3, 6),
    (120, 4, 4), (120, 5, 2), (180, 6, 3), (240, 7, 2), (330, 8, 10), (480, 9, 5), (540, 10, 4), (600, 0, 2),
)  # fmt: skip
"""Minutes ahead of UTC, the language of the place, and how many in a hundred work there."""
ONE_SITE = 6
SLOT_QUARTERS, FIRST_SLOT_HOUR, SLOTS_A_DAY, WORKING_DAYS = 8, 8, 5, 5

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scenario:
    """How one kind of organization differs from another."""

    teachers: float = 0.4
    competencies: int = 500
    alike: bool = False


SCENARIOS = {"std": Scenario(), "scarce": Scenario(teachers=0.2), "ties": Scenario(competencies=40, alike=True)}


def organization(
    people: int,
    scenario: str = "std",
    *,
    seed: int = 7,
    mode: Mode = Mode.BEST_TOTAL,
    terms: Terms = TERMS,
    group_size: GroupSize | None = None,
) -> Problem:
    """The round of an organization; the same for the same arguments."""
    kind = SCENARIOS[scenario]
    chance = np.random.default_rng(seed)
    roster = _roster(chance, people, kind)
    places = chance.choice(np.arange(1, 5, dtype=np.int32), size=people, p=[0.55, 0.28, 0.12, 0.05])
    teaching_places = np.where(chance.random(people) < kind.teachers, places, np.int32(0))
    learning_places = (chance.random(people) < LEARNERS).astype(np.int32)
    return Problem(
        mode=mode,
        seed=seed,
        terms=terms,
        roster=roster,
        teaching_places=teaching_places,
        learning_places=learning_places,
        topics=np.ones(kind.competencies, dtype=np.bool_),
        apart=_apart(chance, np.flatnonzero(teaching_places > 0), np.flatnonzero(learning_places > 0), people),
        choices=Choices(_nothing()[0], _nothing()[0], _nothing()[1], np.empty(0, dtype=np.bool_)),
        first=np.zeros(people, dtype=np.bool_),
        group_size=group_size or GroupSize(),
    )


def _roster(chance: np.random.Generator, people: int, kind: Scenario) -> Roster:
    grade = chance.choice(
        np.arange(1, 11, dtype=np.int16), size=people, p=np.array([16, 20, 19, 15, 11, 8, 5, 3, 2, 1]) / 100
    )
    departments = max(6, people // 400)
    department = chance.choice(np.arange(departments, dtype=np.int32), size=people, p=_zipf(departments, 0.6))
    share = np.array([share for _, _, share in SITES]) / sum(share for _, _, share in SITES)
    site = np.full(people, ONE_SITE) if kind.alike else chance.choice(len(SITES), size=people, p=share)
    team = _teams(chance, department)
    ids = tuple(f"per_{row:07}" for row in range(people))
    popular = _zipf(kind.competencies, 0.8)
    own = np.stack([chance.permutation(kind.competencies) for _ in range(departments)]).astype(np.int32)
    strengths = _strengths(chance, grade, popular, own[department])
    return Roster(
        ids=ids,
        competency_ids=tuple(f"cmp_{number:04}" for number in range(kind.competencies)),
        hashes=np.fromiter(map(id_hash, ids), dtype=np.uint64, count=people),
        manager=_managers(grade, department, team),
        team=team,
        department=department,
        level=grade,
        utc_offset=np.array([minutes for minutes, _, _ in SITES], dtype=np.int16)[site],
        languages=_languages(chance, np.array([language for _, language, _ in SITES])[site]),
        free=_free(chance, np.array([minutes for minutes, _, _ in SITES])[site], kind.alike),
        strengths=strengths,
        growth_areas=_growth_areas(chance, strengths, popular, own, department),
        similarity=Similarity(np.zeros(kind.competencies + 1, dtype=np.int64), *_nothing()),
    )


def _zipf(size: int, exponent: float) -> Doubles:
    weights = 1.0 / np.arange(1, size + 1) ** exponent
    share: Doubles = weights / weights.sum()
    return share


def _teams(chance: np.random.Generator, department: Ints) -> Ints:
    """Eight to a team, by department."""
    order = np.lexsort((chance.random(len(department)), department))
    ordered = department[order]
    place = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    team = np.empty(len(order), dtype=np.int32)
    team[order] = np.cumsum(place % 8 == 0) - 1
    return team


def _managers(grade: npt.NDArray[np.int16], department: Ints, team: Ints) -> Ints:
    """The highest of a team leads it, and reports to the highest of the department's leaders, who report to nobody."""
    lead_of_team = _highest(grade, team)
    manager = lead_of_team[team]
    leads = np.flatnonzero(manager == np.arange(len(team)))
    top_of_department = np.full(int(department.max(initial=0)) + 1, -1, dtype=np.int32)
    highest = _highest(grade[leads], department[leads])
    top_of_department[: len(highest)] = np.where(highest < 0, -1, leads[highest])
    manager[leads] = top_of_department[department[leads]]
    return np.where(manager == np.arange(len(team)), -1, manager).astype(np.int32)


def _highest(grade: npt.NDArray[np.int16], group: Ints) -> Ints:
    """The first of the highest grade in each group."""
    order = np.lexsort((-grade, group))
    first = order[np.flatnonzero(np.diff(group[order], prepend=-1))]
    highest = np.full(int(group.max(initial=-1)) + 1, -1, dtype=np.int32)
    highest[group[first]] = first
    return highest


def _languages(chance: np.random.Generator, local: Longs) -> Words:
    """Everybody speaks the language of the place, four of five English, and a quarter one more."""
    people = len(local)
    spoken = np.uint64(1) << local.astype(np.uint64)
    spoken |= (chance.random(people) < 0.8).astype(np.uint64) << np.uint64(ENGLISH)
    further = np.uint64(1) << chance.integers(0, LANGUAGES, people).astype(np.uint64)
    spoken |= np.where(chance.random(people) < 0.25, further, np.uint64(0))
    return spoken.reshape(-1, 1)


def _free(chance: np.random.Generator, offset: Longs, alike: bool) -> Words:
    """Two hours here and there between eight and six by the local clock, each slot for a quarter of the people."""
    words = np.zeros((len(offset), -(-QUARTERS_A_WEEK // 64)), dtype=np.uint64)
    rows = np.arange(len(offset))
    for slot in range(WORKING_DAYS * SLOTS_A_DAY):
        day, part = divmod(slot, SLOTS_A_DAY)
        start = day * 96 + FIRST_SLOT_HOUR * 4 + part * SLOT_QUARTERS - offset // 15
        is_free = chance.random(len(offset)) < (1.0 if alike else 0.25)
        for quarter in range(SLOT_QUARTERS):
            bit = (start + quarter) % QUARTERS_A_WEEK
            words[rows, bit // 64] |= is_free.astype(np.uint64) << (bit % 64).astype(np.uint64)
    return words


def _strengths(chance: np.random.Generator, grade: npt.NDArray[np.int16], popular: Doubles, own: Ints) -> Strengths:
    start, competency = _draw(chance, chance.integers(3, MOST_STRENGTHS + 1, len(grade)), popular, own, 0.6)
    mean = 2.6 + 0.18 * np.repeat(grade, np.diff(start))
    level = np.clip(np.round(chance.normal(mean, 0.9)), 1, 5).astype(np.int8)
    return Strengths(start, competency, level)


def _growth_areas(
    chance: np.random.Generator, strengths: Strengths, popular: Doubles, own: Ints, department: Ints
) -> GrowthAreas:
    """Who wants more of what they hold starts at their own level; a tenth is private."""
    wanted = np.minimum(1 + chance.poisson(1.8, len(department)), MOST_AREAS)
    start, competency = _draw(chance, wanted, popular, own[department], 0.4)
    size = len(competency)
    held = np.repeat(np.arange(len(department)), np.diff(strengths.start)) * len(popular) + strengths.competency
    asked = np.repeat(np.arange(len(department)), np.diff(start)) * len(popular) + competency
    place = np.minimum(np.searchsorted(held, asked), max(0, len(held) - 1))
    current = chance.choice(np.arange(4, dtype=np.int8), size=size, p=[0.35, 0.35, 0.2, 0.1])
    current = np.where(held[place] == asked, np.minimum(strengths.level[place], 4), current).astype(np.int8)
    further = chance.choice(np.arange(1, 4, dtype=np.int8), size=size, p=[0.4, 0.4, 0.2])
    importance = chance.choice(np.array([1, 3, 5], dtype=np.int8), size=size, p=[0.4, 0.35, 0.25])
    target = np.minimum(current + further, 5).astype(np.int8)
    return GrowthAreas(start, competency, current, target, importance, chance.random(size) < 0.1)


def _draw(chance: np.random.Generator, sizes: Longs, popular: Doubles, own: Ints, mix: float) -> tuple[Longs, Ints]:
    """For each person some distinct competencies, in order: a part by the department's own taste, the rest by all's.

    Drawn with replacement, a few more than needed, of which the first distinct ones stay; blocks bound the memory.
    """
    start = np.zeros(len(sizes) + 1, dtype=np.int64)
    blocks: list[Ints] = []
    upto = np.cumsum(popular)
    for first in range(0, len(sizes), 50_000):
        part = slice(first, first + 50_000)
        rows, width = len(sizes[part]), 3 * int(sizes.max(initial=1))
        draws = np.searchsorted(upto, chance.random((2, rows, width)) * upto[-1]).astype(np.int32)
        by_taste = np.take_along_axis(own[part], draws[0], axis=1)
        drawn = np.where(chance.random((rows, width)) < mix, by_taste, draws[1])
        chosen, counts = _first_distinct(drawn, sizes[part])
        start[first + 1 : first + rows + 1] = counts
        blocks.append(chosen)
    return np.cumsum(start), np.concatenate([np.empty(0, dtype=np.int32), *blocks])


def _first_distinct(drawn: Ints, sizes: Longs) -> tuple[Ints, Longs]:
    order = np.argsort(drawn, axis=1, kind="stable")
    ordered = np.take_along_axis(drawn, order, axis=1)
    is_new: Flags = np.concatenate(
        [np.ones((len(drawn), 1), dtype=np.bool_), ordered[:, 1:] != ordered[:, :-1]], axis=1
    )
    first = np.zeros_like(is_new)
    np.put_along_axis(first, order, is_new, axis=1)
    wanted = first & (np.cumsum(first, axis=1) <= sizes[:, None])
    keep: Flags = np.take_along_axis(wanted, order, axis=1)
    return ordered[keep], keep.sum(axis=1)


def _apart(chance: np.random.Generator, teachers: Longs, learners: Longs, people: int) -> Ints:
    """A few pairs that know each other or do not want to meet: one for every 18 people."""
    if not len(teachers) or not len(learners):
        return np.empty((0, 2), dtype=np.int32)
    size = people // 200 + people // 20
    pairs = np.stack([chance.choice(teachers, size), chance.choice(learners, size)], axis=1)
    distinct = np.unique(np.sort(pairs, axis=1), axis=0)
    apart: Ints = distinct[distinct[:, 0] != distinct[:, 1]].astype(np.int32)
    return apart


def _nothing() -> tuple[Ints, Small]:
    return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int8)
