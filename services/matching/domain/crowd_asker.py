"""Whoever looks for people in a crowd, as its kernels read them: what they want, and what they can teach."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from services.matching.domain.crowd_kernels import Offers, Wants
from services.matching.domain.engine.build import Similar
from services.matching.domain.engine.kernels import LEVELS
from services.matching.domain.engine.points import area_weights, gained, wanted_areas
from services.matching.domain.people import Person, Strength
from services.matching.domain.policy import Terms

_EXACTLY = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """By what rules people are looked for, on which day; `topics` are the competencies that count (none: all)."""

    terms: Terms
    on: date
    topics: tuple[str, ...] = ()
    language: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who looks for people, with everything that they want to learn; `similar` has what is close to theirs."""

    person: Person
    wanted: Wanted
    similar: tuple[Similar, ...] = ()


def wants_of(asker: Asker, number_of: Mapping[str, int]) -> Wants:
    """What somebody wants of a crowd whose competencies have these numbers."""
    terms = asker.wanted.terms
    areas = area_weights(wanted_areas(asker.person, asker.wanted.topics), terms.weights.fit)
    areas.sort(key=lambda one: one[0].private)
    serving: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for wanted, held, share in asker.similar:
        serving[wanted].append((held, share))
    start, sources = [0], []
    for area, _ in areas:
        ways = ((area.competency_id, _EXACTLY), *serving[area.competency_id])
        sources += [(number_of[held], share) for held, share in ways if held in number_of]
        start.append(len(sources))
    worth = [[gained(area, weight, level) for level in range(LEVELS)] for area, weight in areas]
    return Wants(
        np.array(worth, dtype=np.int16).reshape(-1, LEVELS),
        np.array([area.private for area, _ in areas], dtype=np.bool_),
        np.array(start, dtype=np.int64),
        np.array([number for number, _ in sources], dtype=np.int32),
        np.array([share for _, share in sources], dtype=np.int8),
    )


def held_by(teacher: Person) -> dict[str, Strength]:
    """What somebody would teach, at its highest level, by competency."""
    held: dict[str, Strength] = {}
    for one in teacher.strengths:
        if one.willing and (one.competency_id not in held or one.level > held[one.competency_id].level):
            held[one.competency_id] = one
    return held


def offers_of(asker: Asker, number_of: Mapping[str, int]) -> Offers:
    """What somebody can teach a crowd whose competencies have these numbers."""
    levels = {one.competency_id: one.level for one in held_by(asker.person).values()}
    ways = {wanted: [(level, _EXACTLY)] for wanted, level in levels.items()}
    for wanted, held, share in asker.similar:
        if held in levels:
            ways.setdefault(wanted, []).append((levels[held], share))
    offered = sorted((number_of[wanted], found) for wanted, found in ways.items() if wanted in number_of)
    flat = [way for _, found in offered for way in found]
    return Offers(
        np.array([number for number, _ in offered], dtype=np.int32),
        np.cumsum([0, *(len(found) for _, found in offered)], dtype=np.int64),
        np.array([level for level, _ in flat], dtype=np.int8),
        np.array([share for _, share in flat], dtype=np.int8),
    )
