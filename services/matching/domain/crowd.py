"""Everybody of an organization in memory, ready for one of them to look for people: whom they could ask, or help.

A crowd has a seat after its last row, on which whoever asks sits down as they are at that moment; they need not be
among its people, nor be there as they are now. No private growth area is in a crowd: what people keep to themselves is
never a reason to show them. Whoever asks may bring their own.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np

from services.matching.domain.crowd_asker import Asker, Wanted, offers_of, wants_of
from services.matching.domain.crowd_kernels import Chosen, Wishes, best_learners, best_teachers, room_for
from services.matching.domain.crowd_wishes import AllWishes
from services.matching.domain.engine.build import (
    FREE_WORDS,
    Entering,
    Profile,
    Similar,
    build_problem,
    id_hash,
    profile_of,
)
from services.matching.domain.engine.closeness import free_quarters
from services.matching.domain.engine.index import build_index
from services.matching.domain.engine.kernels import CLOCK, KNOWN_TO, LANGUAGES, LEVELS, MADE_OF, Postings, Rules
from services.matching.domain.engine.problem import Problem
from services.matching.domain.engine.roster import NOBODY, Flags, Ints, Longs, Roster
from services.matching.domain.people import Person, without_secrets
from services.matching.domain.policy import Terms

Key = TypeVar("Key")
Value = TypeVar("Value")
_VIEWS = 8


class Found(NamedTuple):
    """Somebody who was found: `worth` is the score less what it costs to be shown, `tie` decides between equals."""

    person_id: str
    worth: int
    tie: int


class Member(NamedTuple):
    """Somebody of an organization, as everybody may know them: without private growth areas."""

    profile: Profile
    active: bool
    paused_until: date | None
    teaching_capacity: int
    learning_capacity: int


def member_of(person: Person) -> Member:
    """The person as everybody may know them."""
    capacities = person.teaching_capacity, person.learning_capacity
    return Member(profile_of(without_secrets(person)), person.active, person.paused_until, *capacities)


def gather(people: Iterable[Member], similar: Iterable[Similar] = ()) -> tuple["Crowd", Problem]:
    """The crowd of these people, and the round that they would make by the standard policy."""
    seen = _Seen()
    problem = build_problem(seen.entering(people), similar=similar)
    return Crowd(problem, seen), problem


def rehearse(crowd: "Crowd") -> None:
    """Look for people once for nobody in particular, so that whoever asks first need not wait for the compiler."""
    nobody = Person("", "", True, None, None, None, None, 0, frozenset(), 1, 1, None, (), (), ())
    asker = Asker(nobody, Wanted(Terms(), date.min))
    everybody, free = np.ones(crowd.size, dtype=np.bool_), np.zeros(crowd.size, dtype=np.int32)
    for teaches in (False, True):
        crowd.best(asker, teaches=teaches, allowed=everybody, prices=free, most=1)


class Crowd:
    """Some people of an organization. It does not change, but for who sits on the seat, one after the other."""

    def __init__(self, problem: Problem, seen: "_Seen") -> None:
        roster = problem.roster
        self.size, self.ids, self.hashes = roster.size, roster.ids, roster.hashes
        self._numbers = {
            "team": _numbers(seen.teams),
            "department": _numbers(seen.departments),
            "language": _numbers(seen.languages),
            "competency": _numbers(roster.competency_ids),
        }
        self._paused_until = np.fromiter((seen.pauses.get(one, 0) for one in roster.ids), np.int32, self.size)
        self._department = roster.department
        self._languages = np.ascontiguousarray(roster.languages.view(np.int64).T)
        self._language_words = roster.languages.shape[1] + 1
        self._people = _rows_with_a_seat(roster)
        self._quarters = np.ones(roster.free.shape[1], dtype=np.int64)
        self._sitting: Person | None = None
        self._salt = np.append(roster.hashes | np.uint64(1), np.uint64(0))
        self._teachers = _teachers(problem)
        self._room = room_for(self.size)
        self._wishes = AllWishes(problem)
        self._led_from_elsewhere = _led_from_elsewhere(roster, seen.managers)
        # All wishes take longest to look at, and are asked for most: no others drive them out.
        self._all_wished: dict[tuple[tuple[str, ...], int], Wishes] = {}
        self._wished: dict[tuple[tuple[str, ...], int], Wishes] = {}
        self._open: dict[tuple[date, str | None, str | None], Flags] = {}

    def rows(self, person_ids: Iterable[str]) -> list[int]:
        """Where those of the people are who are here."""
        return [row for one in person_ids if (row := self._row(one)) != NOBODY]

    def open_to(self, wanted: Wanted) -> Flags:
        """Who is not paused on the day, and of the language and department that are wanted."""
        return _kept(self._open, (wanted.on, wanted.language, wanted.department), lambda: self._find_open(wanted))

    def best(self, asker: Asker, *, teaches: bool, allowed: Flags, prices: Ints, most: int) -> list[Found]:
        """Whom somebody could teach best, or who could teach them, among those allowed, by score less price."""
        number_of, rules = self._numbers["competency"], rules_of(asker.wanted.terms, self._language_words)
        led = self._led_from_elsewhere.get(asker.person.id)
        if led is not None and asker.wanted.terms.rules.exclude_manager_line:
            allowed = allowed.copy()
            allowed[led] = False
        self._sit_down(asker.person)
        chosen = Chosen(self._people, self._quarters, self._salt, allowed, prices)
        if teaches:
            key = asker.wanted.topics, asker.wanted.terms.weights.fit
            memory = self._wished if asker.wanted.topics else self._all_wished
            wishes = _kept(memory, key, lambda: self._find_wishes(asker.wanted))
            best = best_learners(offers_of(asker, number_of), wishes, chosen, rules, self._room, most)
        else:
            best = best_teachers(wants_of(asker, number_of), self._teachers, chosen, rules, self._room, most)
        rows, worth, ties = (column.tolist() for column in best)
        return list(map(Found, [self.ids[row] for row in rows], worth, ties))

    def _row(self, person_id: str) -> int:
        place = bisect_left(self.ids, person_id)
        return place if place < self.size and self.ids[place] == person_id else NOBODY

    def _number(self, kind: str, name: str | None) -> int:
        """The number of a name; one that nobody here has is another than all of theirs."""
        return NOBODY if name is None else self._numbers[kind].get(name, len(self._numbers[kind]))

    def _sit_down(self, person: Person) -> None:
        if self._sitting is person:
            return
        own = self._row(person.id)
        manager = NOBODY if person.manager_id is None else self._row(person.manager_id)
        level = NOBODY if person.reporting_level is None else person.reporting_level
        seat, free = self._people[-1], LANGUAGES + self._language_words
        seat[MADE_OF] = _packed(self._number("team", person.team), self._number("department", person.department))
        seat[KNOWN_TO] = _packed(manager, self.size if own == NOBODY else own)
        seat[CLOCK] = person.utc_offset << 16 | (level + 1)
        seat[LANGUAGES:free] = self._spoken(person.languages)
        seat[free:] = np.frombuffer(free_quarters(person.windows).to_bytes(8 * FREE_WORDS, "little"), dtype="<i8")
        self._salt[-1] = np.uint64(id_hash(person.id) | 1)
        self._sitting = person

    def _spoken(self, languages: Collection[str]) -> Longs:
        words = np.zeros(self._language_words, dtype=np.uint64)
        for language in languages:
            number = self._numbers["language"].get(language, 64 * (self._language_words - 1))
            words[number // 64] |= np.uint64(1 << number % 64)
        return words.view(np.int64)

    def _find_open(self, wanted: Wanted) -> Flags:
        flags: Flags = self._paused_until <= wanted.on.toordinal()
        if wanted.language is not None:
            number = self._number("language", wanted.language)
            known = number < len(self._numbers["language"])
            flags &= (self._languages[number // 64] >> number % 64 & 1).astype(np.bool_) if known else known
        if wanted.department is not None:
            flags &= self._department == self._number("department", wanted.department)
        return flags

    def _find_wishes(self, wanted: Wanted) -> Wishes:
        known = self._numbers["competency"]
        topics = {known[one] for one in wanted.topics if one in known} if wanted.topics else None
        return self._wishes.about(topics, wanted.terms.weights.fit)


@lru_cache(64)
def rules_of(terms: Terms, language_words: int) -> Rules:
    """The terms of a policy as kernels take them."""
    return build_index(build_problem([], terms=terms)).rules._replace(language_words=language_words)


class _Seen:
    """What is noted of people as they go by: the names that the engine numbers in their order, and pauses."""

    def __init__(self) -> None:
        self.teams: set[str] = set()
        self.departments: set[str] = set()
        self.languages: set[str] = set()
        self.pauses: dict[str, int] = {}
        self.managers: dict[str, str] = {}

    def entering(self, people: Iterable[Member]) -> Iterator[Entering]:
        """The people with their places; whoever has left has none."""
        for member in people:
            person = member.profile
            if person.team is not None:
                self.teams.add(person.team)
            if person.department is not None:
                self.departments.add(person.department)
            if member.paused_until is not None:
                self.pauses[person.id] = member.paused_until.toordinal()
            if person.manager_id is not None:
                self.managers[person.id] = person.manager_id
            self.languages.update(person.languages)
            places = (member.teaching_capacity, member.learning_capacity) if member.active else (0, 0)
            yield Entering(person, *places)


def _led_from_elsewhere(roster: Roster, managers: Mapping[str, str]) -> dict[str, list[int]]:
    """The rows of those whose manager is not here but in another crowd, by manager."""
    led: dict[str, list[int]] = {}
    for row in np.flatnonzero(roster.manager == NOBODY).tolist():
        manager_id = managers.get(roster.ids[row])
        if manager_id is not None:
            led.setdefault(manager_id, []).append(row)
    return led


def _numbers(names: Iterable[str]) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(names))}


def _kept(memory: dict[Key, Value], key: Key, make: Callable[[], Value]) -> Value:
    """What was made for a key; those asked for last are kept."""
    found = memory.pop(key) if key in memory else make()
    while len(memory) >= _VIEWS:
        del memory[next(iter(memory))]
    memory[key] = found
    return found


def _rows_with_a_seat(roster: Roster) -> Longs:
    """A row a person as the engine packs them, and one for the seat.

    They have every quarter hour of the week, and a word for languages that nobody here speaks: room for whoever sits
    down.
    """
    team, department, manager = (column.astype(np.int64) for column in (roster.team, roster.department, roster.manager))
    known_to = _packed(manager, np.arange(roster.size, dtype=np.int64))
    head = np.stack([_packed(team, department), known_to, _clock(roster)], axis=1)
    spoken = np.pad(roster.languages.view(np.int64), ((0, 0), (0, 1)))
    return np.pad(np.concatenate([head, spoken, roster.free.view(np.int64)], axis=1), ((0, 1), (0, 0)))


def _packed(high: Any, low: Any) -> Any:
    return (high + 1) << 32 | (low + 1)


def _clock(roster: Roster) -> Longs:
    return roster.utc_offset.astype(np.int64) << 16 | (roster.level.astype(np.int64) + 1)


def _teachers(problem: Problem) -> Postings:
    strengths = problem.roster.strengths
    person = np.repeat(np.arange(problem.roster.size, dtype=np.int32), np.diff(strengths.start))
    key = strengths.competency * LEVELS + strengths.level
    by_key = _by_key(np.where(problem.teaching_places[person] > 0, key, NOBODY), len(problem.topics) * LEVELS)
    return Postings(by_key.start, person[by_key.row])


def _by_key(key: Ints, keys: int) -> Postings:
    """The rows of each key; those of none are left out."""
    order = np.argsort(key, kind="stable").astype(np.int32)
    start = np.searchsorted(key[order], np.arange(keys + 1)).astype(np.int64)
    return Postings(start - start[0], order[start[0] :])
