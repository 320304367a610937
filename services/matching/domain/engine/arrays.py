"""An instance as arrays, so that scoring thousands of people is a few operations over columns.

Row numbers are positions in the instance's canonical order. Competencies are numbered in the order of their ids.
Strengths and growth areas are held per competency (who can teach it, who wants it), growth areas per person too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from services.matching.domain.engine.closeness import QUARTERS_A_WEEK, free_quarters
from services.matching.domain.engine.instance import Entrant, Instance
from services.matching.domain.engine.plain_points import fit_points, top_importance, wanted_areas
from services.matching.domain.people import HIGHEST_LEVEL, GrowthArea, Strength

Integers = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]
WORD_BITS = 64
LEVELS = HIGHEST_LEVEL + 1


@dataclass(frozen=True, slots=True)
class Offered:
    """Who teaches one competency, and at which level."""

    people: Integers
    levels: Integers


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who wants to learn one competency; `points[row, level]` is what a teacher of that level brings."""

    people: Integers
    points: Integers
    private: Mask


@dataclass(frozen=True, slots=True)
class Want:
    """One growth area of a person: `points[level]` is what a teacher of that level brings."""

    competency: int
    points: tuple[int, ...]
    private: bool


@dataclass(frozen=True, slots=True)
class Arrays:
    """The columns of an instance."""

    size: int
    competency_ids: tuple[str, ...]
    hashes: Words
    manager: Integers
    team: Integers
    utc_offset: Integers
    languages: Words
    states_language: Mask
    free: Words
    teaching_places: Integers
    learning_places: Integers
    offered: tuple[Offered, ...]
    wanted: tuple[Wanted, ...]
    wants: tuple[tuple[Want, ...], ...]
    strengths: tuple[tuple[tuple[int, int], ...], ...]
    apart: Integers


def to_arrays(instance: Instance) -> Arrays:
    """The columns of an instance."""
    entrants = instance.entrants
    people = [entrant.person for entrant in entrants]
    row_of = {person.id: row for row, person in enumerate(people)}
    teams = _numbers(person.team for person in people)
    languages = _numbers(language for person in people for language in person.languages)
    competencies = _numbers(
        [one.competency_id for entrant in entrants for one in _taught(entrant)]
        + [area.competency_id for entrant in entrants for area in wanted_areas(entrant.person)]
    )
    strengths = tuple(
        tuple((competencies[one.competency_id], one.level) for one in _taught(entrant)) for entrant in entrants
    )
    wants = tuple(_wants(entrant, instance, competencies) for entrant in entrants)
    return Arrays(
        size=len(people),
        competency_ids=tuple(competencies),
        hashes=np.array([_hash(instance.seed, person.id) for person in people], dtype=np.uint64),
        manager=_integers(row_of.get(person.manager_id or "", -1) for person in people),
        team=_integers(-1 if person.team is None else teams[person.team] for person in people),
        utc_offset=_integers(person.utc_offset for person in people),
        languages=_bits([sum(1 << languages[one] for one in person.languages) for person in people], len(languages)),
        states_language=np.array([bool(person.languages) for person in people], dtype=np.bool_),
        free=_bits([free_quarters(person.windows) for person in people], QUARTERS_A_WEEK),
        teaching_places=_integers(entrant.teaching_places for entrant in entrants),
        learning_places=_integers(entrant.learning_places for entrant in entrants),
        offered=_offered(strengths, len(competencies)),
        wanted=_wanted(wants, len(competencies)),
        wants=wants,
        strengths=strengths,
        apart=np.sort(
            _integers(
                row_of[one] * len(people) + row_of[other]
                for pair in instance.apart
                if pair[0] in row_of and pair[1] in row_of
                for one, other in (pair, pair[::-1])
            )
        ),
    )


def _taught(entrant: Entrant) -> list[Strength]:
    return [one for one in entrant.person.strengths if one.willing] if entrant.teaching_places > 0 else []


def _wants(entrant: Entrant, instance: Instance, competencies: dict[str, int]) -> tuple[Want, ...]:
    if entrant.learning_places <= 0:
        return ()
    areas = wanted_areas(entrant.person, instance.competency_ids)
    return tuple(
        Want(
            competencies[area.competency_id],
            _points_by_level(area.current_level, area.target_level, area.importance, top_importance(area, areas)),
            area.private,
        )
        for area in areas
    )


@lru_cache(maxsize=4096)
def _points_by_level(current_level: int, target_level: int, importance: int, top: int) -> tuple[int, ...]:
    area = GrowthArea("", current_level, target_level, importance)
    return tuple(fit_points(area, level, top) for level in range(LEVELS))


def _offered(strengths: tuple[tuple[tuple[int, int], ...], ...], size: int) -> tuple[Offered, ...]:
    rows: list[list[tuple[int, int]]] = [[] for _ in range(size)]
    for person, held in enumerate(strengths):
        for competency, level in held:
            rows[competency].append((person, level))
    return tuple(Offered(_integers(row[0] for row in part), _integers(row[1] for row in part)) for part in rows)


def _wanted(wants: tuple[tuple[Want, ...], ...], size: int) -> tuple[Wanted, ...]:
    rows: list[list[tuple[int, Want]]] = [[] for _ in range(size)]
    for person, areas in enumerate(wants):
        for want in areas:
            rows[want.competency].append((person, want))
    return tuple(
        Wanted(
            _integers(person for person, _ in part),
            np.array([want.points for _, want in part], dtype=np.int64).reshape(len(part), LEVELS),
            np.array([want.private for _, want in part], dtype=np.bool_),
        )
        for part in rows
    )


def _hash(seed: int, person_id: str) -> int:
    return int.from_bytes(blake2b(f"{seed}:{person_id}".encode(), digest_size=8).digest(), "little")


def _numbers(values: Iterable[str | None]) -> dict[str, int]:
    return {value: number for number, value in enumerate(sorted({value for value in values if value is not None}))}


def _integers(values: Iterable[int]) -> Integers:
    return np.fromiter(values, dtype=np.int64)


def _bits(rows: list[int], width: int) -> Words:
    words = max(1, -(-width // WORD_BITS))
    packed = b"".join(row.to_bytes(words * WORD_BITS // 8, "little") for row in rows)
    return np.frombuffer(packed, dtype="<u8").astype(np.uint64).reshape(len(rows), words)
