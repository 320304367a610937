"""What a match run is computed from: who takes part with how many free places, under which rules, with which seed.

The order of people is canonical, so the same facts give the same instance whatever order they were read in.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from enum import StrEnum
from hashlib import sha256

from services.matching.domain.engine.rules import HardRules
from services.matching.domain.people import Person

ENGINE_VERSION = "flow-1"


class Mode(StrEnum):
    """How people are put together."""

    PAIR = "pair"
    RECIPROCAL = "reciprocal"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Entrant:
    """A person who takes part in a run, with the free places of each role."""

    person: Person
    teaching_places: int
    learning_places: int


@dataclass(frozen=True, slots=True)
class GroupSize:
    """How many learners a group has."""

    minimum: int = 2
    maximum: int = 8


@dataclass(frozen=True, slots=True)
class Instance:
    """One problem to solve; `apart` holds the pairs (smaller id first) that are not to be proposed again."""

    mode: Mode
    rules: HardRules
    competency_ids: frozenset[str]
    group_size: GroupSize
    seed: int
    entrants: tuple[Entrant, ...]
    apart: frozenset[tuple[str, str]]

    @property
    def snapshot_hash(self) -> str:
        """A fingerprint of all facts but the seed: equal hashes and seeds give equal matches."""
        facts = [
            self.mode,
            astuple(self.rules),
            sorted(self.competency_ids),
            astuple(self.group_size),
            [_facts(entrant) for entrant in self.entrants],
            sorted(self.apart),
        ]
        return sha256(json.dumps(facts, separators=(",", ":")).encode()).hexdigest()


def an_instance(
    entrants: Iterable[Entrant],
    *,
    mode: Mode = Mode.PAIR,
    rules: HardRules | None = None,
    competency_ids: Iterable[str] = (),
    group_size: GroupSize | None = None,
    seed: int = 0,
    apart: Iterable[tuple[str, str]] = (),
) -> Instance:
    """The instance of these facts in canonical order."""
    return Instance(
        mode=mode,
        rules=rules or HardRules(),
        competency_ids=frozenset(competency_ids),
        group_size=group_size or GroupSize(),
        seed=seed,
        entrants=tuple(sorted(entrants, key=lambda entrant: entrant.person.id)),
        apart=frozenset((min(pair), max(pair)) for pair in apart),
    )


def _facts(entrant: Entrant) -> list[object]:
    person = entrant.person
    return [
        person.id,
        entrant.teaching_places,
        entrant.learning_places,
        person.manager_id,
        person.team,
        person.utc_offset,
        sorted(person.languages),
        sorted(person.windows),
        sorted((one.competency_id, one.level) for one in person.strengths if one.willing),
        sorted(
            (one.competency_id, one.current_level, one.target_level, one.importance, one.private)
            for one in person.growth_areas
        ),
    ]
