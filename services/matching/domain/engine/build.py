"""Makes columns of people, one person at a time, so that nobody has to hold them all as objects."""

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

import numpy as np

from services.matching.domain.engine.closeness import QUARTERS_A_WEEK, quarters_in
from services.matching.domain.engine.problem import Choices, GroupSize, Mode, Problem
from services.matching.domain.engine.roster import (
    NOBODY,
    GrowthAreas,
    Ints,
    Longs,
    Roster,
    Similarity,
    Strengths,
    Words,
)
from services.matching.domain.people import Person
from services.matching.domain.policy import CHOICES, Terms

WORD_BITS = 64
READ_AT_ONCE = 1_000
STRENGTH_WORDS, AREA_WORDS = 2, 5
FREE_WORDS = -(-QUARTERS_A_WEEK // WORD_BITS)
Similar = tuple[str, str, int]
"""A wanted competency, one that serves it in part, and the share of that part in per cent."""


class Profile(NamedTuple):
    """What the engine keeps of a person: cheaper to make than the person, where there are 100,000 of them.

    The last two are words with blanks between them, which many people's are read from at once: of each strength that
    the person will teach the competency and the level; of each growth area the competency, the current and the target
    level, the importance, and 1 if it is private, else 0.
    """

    id: str
    manager_id: str | None
    team: str | None
    department: str | None
    reporting_level: int | None
    utc_offset: int
    languages: Iterable[str]
    windows: Iterable[Sequence[int]]
    strengths: str
    growth_areas: str


@dataclass(frozen=True, slots=True)
class Entrant:
    """A person who takes part in a run, with the free places of each role."""

    person: Person
    teaching_places: int
    learning_places: int


class Entering(NamedTuple):
    """The same, of whom nothing but the profile is there."""

    profile: Profile
    teaching_places: int
    learning_places: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom somebody would like, ranked from 1; `teaches` says that the chosen one is to teach."""

    chooser_id: str
    chosen_id: str
    rank: int
    teaches: bool


def build_roster(people: Iterable[Person], similar: Iterable[Similar] = ()) -> Roster:
    """The columns of these people, whatever order they come in."""
    return _Gathered(map(profile_of, people)).roster(similar)[0]


def build_problem(
    entrants: Iterable[Entrant | Entering],
    *,
    mode: Mode = Mode.BEST_TOTAL,
    terms: Terms | None = None,
    seed: int = 0,
    topics: Iterable[str] = (),
    apart: Iterable[tuple[str, str]] = (),
    choices: Iterable[Choice] = (),
    first: Collection[str] = (),
    group_size: GroupSize | None = None,
    longest_ring: int = 3,
    similar: Iterable[Similar] = (),
) -> Problem:
    """The round of these facts. No topics are all; pairs, choices and names of people who do not enter are dropped."""
    places = array("i")
    roster, order = _Gathered(_placed(entrants, places)).roster(similar)
    both = np.array(places, dtype=np.int32).reshape(-1, 2)[order]
    row_of = {person_id: row for row, person_id in enumerate(roster.ids)}
    about = frozenset(topics)
    return Problem(
        mode=mode,
        seed=seed,
        terms=terms or Terms(),
        roster=roster,
        teaching_places=np.ascontiguousarray(both[:, 0]),
        learning_places=np.ascontiguousarray(both[:, 1]),
        topics=np.array([not about or one in about for one in roster.competency_ids], dtype=np.bool_),
        apart=_apart(apart, row_of),
        choices=_choices(choices, row_of),
        first=np.fromiter((one in first for one in roster.ids), dtype=np.bool_, count=roster.size),
        group_size=group_size or GroupSize(),
        longest_ring=longest_ring,
    )


def id_hash(person_id: str) -> int:
    """A number of 64 bits that stands for an id wherever equals must be put in some order."""
    return int.from_bytes(blake2b(person_id.encode(), digest_size=8).digest(), "little")


def profile_of(person: Person) -> Profile:
    """What the engine keeps of this person."""
    return Profile(
        person.id,
        person.manager_id,
        person.team,
        person.department,
        person.reporting_level,
        person.utc_offset,
        person.languages,
        person.windows,
        " ".join([f"{one.competency_id} {one.level}" for one in person.strengths if one.willing]),
        " ".join(
            [
                f"{one.competency_id} {one.current_level} {one.target_level} {one.importance} {one.private:d}"
                for one in person.growth_areas
            ]
        ),
    )


def _placed(entrants: Iterable[Entrant | Entering], places: "array[int]") -> Iterator[Profile]:
    for entrant in entrants:
        places.extend((entrant.teaching_places, entrant.learning_places))
        yield entrant.profile if isinstance(entrant, Entering) else profile_of(entrant.person)


class _Gathered:
    """What is kept of each person, in the order in which they come; numbers of texts are given as these come up."""

    def __init__(self, people: Iterable[Profile]) -> None:
        self.ids: list[str] = []
        self.managers: list[str | None] = []
        self.competencies, self.teams, self.departments, self.languages = _Names(), _Names(), _Names(), _Names()
        self.facts = array("i")
        self.free = bytearray()
        self.strengths = _Rows(STRENGTH_WORDS, self.competencies)
        self.areas = _Rows(AREA_WORDS, self.competencies)
        self._speaks = cache(self._bits)
        self.speaks: list[int] = []
        for person in people:
            self._add(person)

    def _add(self, person: Profile) -> None:
        self.ids.append(person.id)
        self.managers.append(person.manager_id)
        level = NOBODY if person.reporting_level is None else person.reporting_level
        team, department = self.teams.number(person.team), self.departments.number(person.department)
        self.facts.extend((team, department, level, person.utc_offset))
        self.speaks.append(self._speaks(tuple(person.languages)))
        self.free += quarters_in(person.windows).to_bytes(FREE_WORDS * WORD_BITS // 8, "little")
        self.strengths.add(person.strengths)
        self.areas.add(person.growth_areas)

    def _bits(self, languages: tuple[str, ...]) -> int:
        return sum(1 << self.languages.number(one) for one in languages)

    def roster(self, similar: Iterable[Similar]) -> tuple[Roster, Longs]:
        """The columns, and which of the people as they came stands in which row."""
        order = np.array(sorted(range(len(self.ids)), key=self.ids.__getitem__), dtype=np.int64)
        ids = tuple(self.ids[row] for row in order)
        row_of = {person_id: row for row, person_id in enumerate(ids)}
        facts = np.array(self.facts, dtype=np.int32).reshape(-1, 4)[order]
        managers = [row_of.get(self.managers[row] or "", NOBODY) for row in order]
        strengths, areas = self.strengths.all(), self.areas.all()
        competency_ids, numbers = self.competencies.in_order()
        strength, strength_start = _sorted_rows(*strengths, order, numbers, best_alone=True)
        area, area_start = _sorted_rows(*areas, order, numbers, best_alone=False)
        roster = Roster(
            ids=ids,
            competency_ids=competency_ids,
            hashes=np.fromiter(map(id_hash, ids), dtype=np.uint64, count=len(ids)),
            manager=np.array(managers, dtype=np.int32),
            team=_renumbered(facts[:, 0], self.teams),
            department=_renumbered(facts[:, 1], self.departments),
            level=facts[:, 2].astype(np.int16),
            utc_offset=facts[:, 3].astype(np.int16),
            languages=self._languages(order),
            free=_words(self.free, FREE_WORDS)[order],
            strengths=Strengths(strength_start, strength[:, 0].copy(), strength[:, 1].astype(np.int8)),
            growth_areas=GrowthAreas(
                start=area_start,
                competency=area[:, 0].copy(),
                current=area[:, 1].astype(np.int8),
                target=area[:, 2].astype(np.int8),
                importance=area[:, 3].astype(np.int8),
                private=area[:, 4].astype(np.bool_),
            ),
            similarity=_similarity(similar, {one: number for number, one in enumerate(competency_ids)}),
        )
        return roster, order

    def _languages(self, order: Longs) -> Words:
        """Bit sets in the order of the languages' names, made of those in the order in which they came up."""
        names, numbers = self.languages.in_order()
        words = max(1, -(-len(names) // WORD_BITS))
        known: dict[int, bytes] = {}
        for speaks in set(self.speaks):
            bits = sum(1 << int(number) for came, number in enumerate(numbers) if speaks >> came & 1)
            known[speaks] = bits.to_bytes(words * WORD_BITS // 8, "little")
        return _words(b"".join(known[self.speaks[row]] for row in order), words)


class _Rows:
    """Rows of numbers made of words, of many people at once; the first word of each row names a competency."""

    def __init__(self, width: int, names: "_Names") -> None:
        self._width = width
        self._names = names
        self._waiting: list[str] = []
        self._rows = [np.empty((0, width), dtype=np.int32)]
        self._counts = array("i")

    def add(self, words: str) -> None:
        """Take what is said of the next person."""
        self._waiting.append(words)
        if len(self._waiting) == READ_AT_ONCE:
            self._read()

    def all(self) -> tuple[Ints, Longs]:
        """All rows as they came, and how many each person has."""
        self._read()
        return np.concatenate(self._rows), np.array(self._counts, dtype=np.int64)

    def _read(self) -> None:
        words = " ".join(self._waiting).split()
        rows = np.empty((len(words) // self._width, self._width), dtype=np.int32)
        rows[:, 0] = list(map(self._names.number, words[:: self._width]))
        for column in range(1, self._width):
            rows[:, column] = list(map(int, words[column :: self._width]))
        self._rows.append(rows)
        self._counts.extend([(one.count(" ") + 1) // self._width if one else 0 for one in self._waiting])
        self._waiting.clear()


class _Names:
    """Numbers for texts as they come up, and for None `NOBODY`."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str | None, int] = defaultdict(count().__next__, {None: NOBODY})
        self.number = self._numbers.__getitem__
        """The number of a name, given when it is first asked for."""

    def in_order(self) -> tuple[tuple[str, ...], Ints]:
        """The names in order, and by the number of each its place in that order."""
        names = sorted(name for name in self._numbers if name is not None)
        places = np.empty(len(names), dtype=np.int32)
        places[[self._numbers[name] for name in names]] = np.arange(len(names), dtype=np.int32)
        return tuple(names), places


def _renumbered(column: Ints, names: _Names) -> Ints:
    places = np.append(names.in_order()[1], np.int32(NOBODY))
    renumbered: Ints = places[column]
    return renumbered


def _sorted_rows(rows: Ints, counts: Longs, order: Longs, numbers: Ints, *, best_alone: bool) -> tuple[Ints, Longs]:
    """The rows of each person, by person in order and then by competency; and where each person's begin.

    With `best_alone`, of several rows about one competency the highest stays.
    """
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    rows[:, 0] = numbers[rows[:, 0]]
    owner = np.repeat(place, counts)
    by = np.lexsort([*rows.T[::-1], owner])
    rows, owner = rows[by], owner[by]
    if best_alone and len(rows):
        last = np.append((owner[1:] != owner[:-1]) | (rows[1:, 0] != rows[:-1, 0]), np.True_)
        rows, owner = rows[last], owner[last]
    return rows, np.searchsorted(owner, np.arange(len(order) + 1)).astype(np.int64)


def _words(packed: bytes | bytearray, words: int) -> Words:
    return np.frombuffer(bytes(packed), dtype="<u8").astype(np.uint64).reshape(-1, words)


def _similarity(similar: Iterable[Similar], number_of: dict[str, int]) -> Similarity:
    known = {
        (number_of[wanted], number_of[held]): share
        for wanted, held, share in sorted(similar)
        if wanted in number_of and held in number_of and wanted != held and share > 0
    }
    rows = np.array([(*pair, share) for pair, share in sorted(known.items())], dtype=np.int32).reshape(-1, 3)
    start = np.searchsorted(rows[:, 0], np.arange(len(number_of) + 1)).astype(np.int64)
    return Similarity(start, rows[:, 1].copy(), rows[:, 2].astype(np.int8))


def _apart(pairs: Iterable[tuple[str, str]], row_of: dict[str, int]) -> Ints:
    rows = sorted(
        {
            (min(row_of[one], row_of[other]), max(row_of[one], row_of[other]))
            for one, other in pairs
            if one in row_of and other in row_of
        }
    )
    return np.array(rows, dtype=np.int32).reshape(-1, 2)


def _choices(choices: Iterable[Choice], row_of: dict[str, int]) -> Choices:
    """One row a choice, by chooser and chosen; the best rank counts where somebody was chosen twice."""
    ranks: dict[tuple[int, int, bool], int] = {}
    for one in choices:
        if one.chooser_id in row_of and one.chosen_id in row_of and 1 <= one.rank <= CHOICES:
            key = row_of[one.chooser_id], row_of[one.chosen_id], one.teaches
            ranks[key] = min(one.rank, ranks.get(key, CHOICES))
    rows = np.array([(*key, rank) for key, rank in sorted(ranks.items())], dtype=np.int32).reshape(-1, 4)
    return Choices(rows[:, 0].copy(), rows[:, 1].copy(), rows[:, 3].astype(np.int8), rows[:, 2].astype(np.bool_))
