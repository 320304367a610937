"""Opportunities: who could help somebody and whom they could help, weighed and explained for them alone.

Nothing that others keep to themselves is a reason to show them. What whoever asks keeps to themselves may be, and is
named to them only.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np

from services.matching.domain.asking import taught
from services.matching.domain.crowd import Crowd, Found
from services.matching.domain.crowd_asker import Asker, Wanted
from services.matching.domain.crowd_pairs import Pairs
from services.matching.domain.engine.build import Similar
from services.matching.domain.engine.points import Conditions, best_fit, forbidding_rule
from services.matching.domain.engine.roster import Flags, Ints
from services.matching.domain.explanation import Explanation
from services.matching.domain.explanation_pair import PairTeller
from services.matching.domain.explanation_reader import Audience
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.people import Person, without_secrets
from services.matching.domain.policy import Terms
from services.matching.domain.request import MOST_OPEN, Aim, other_roles, roles_of

ROLE_OF_OTHERS = {Aim.LEARN: Role.TEACHER, Aim.TEACH: Role.LEARNER}


class Direction(StrEnum):
    """What opportunities are for."""

    LEARN = "learn"
    TEACH = "teach"
    BOTH = "both"

    @property
    def aims(self) -> tuple[Aim, ...]:
        """The same, one by one."""
        return tuple(Aim) if self is Direction.BOTH else (Aim(self),)


@dataclass(frozen=True, slots=True)
class Filters:
    """What whoever asks wants to see."""

    direction: Direction
    program_id: str | None
    competency_id: str | None
    language: str | None
    department: str | None
    max_time_zone_gap_hours: int | None
    limit: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Whoever asks, as they are now: their free places, and those whom they are not shown (nor are they told why).

    `similar` has what is close to what they teach and want. `revision` and `priced` say how new the people and the
    prices are that the answer must be made of.
    """

    person: Person
    similar: tuple[Similar, ...]
    free: Mapping[Role, int]
    barred: frozenset[str]
    revision: int
    priced: int | None


@dataclass(frozen=True, slots=True)
class OpenProgram:
    """A program, with the roles that whoever asks has in it now, and how many requests they have open.

    `wait_hours` is how long people wait there for a yes, if enough offers tell.
    """

    id: str
    name: str
    kind: Kind
    is_open: bool
    topics: tuple[str, ...]
    terms: Terms
    roles: frozenset[Role]
    asked: int
    wait_hours: int | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was found, as they are now: their free places, and their roles in programs, by id."""

    person: Person
    free: Mapping[Role, int]
    roles: Mapping[str, frozenset[Role]]


@dataclass(frozen=True, slots=True)
class InProgram:
    """Where a request is possible now, and how long people wait there for a yes."""

    id: str
    name: str
    expected_wait_hours: int | None


@dataclass(slots=True)
class Opportunity:
    """Somebody with whom to learn or teach; `discreet` when the reader alone knows what it is about."""

    person_id: str
    display_name: str
    score: int
    competency_id: str
    competency_label: str
    discreet: bool
    explanation: Explanation
    programs: tuple[InProgram, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A crowd with the prices of its people, and who of them is hidden, as a younger layer has them as they are now."""

    crowd: Crowd
    shown: Flags
    teaching: Ints
    learning: Ints


def wanted_by(filters: Filters, program: OpenProgram | None, on: date) -> Wanted | None:
    """By what rules people are looked for; None if nobody can be found."""
    terms = Terms() if program is None else program.terms
    topics = () if program is None else program.topics
    if filters.competency_id is not None:
        if topics and filters.competency_id not in topics:
            return None
        topics = (filters.competency_id,)
    widest = [
        hours for hours in (terms.rules.max_time_zone_gap_hours, filters.max_time_zone_gap_hours) if hours is not None
    ]
    rules = replace(terms.rules, max_time_zone_gap_hours=min(widest, default=None))
    return Wanted(replace(terms, rules=rules), on, topics, filters.language, filters.department)


def look(
    layers: Iterable[Layer], asker: Asker, aim: Aim, barred: Collection[str], among: Collection[str] | None, most: int
) -> list[Found]:
    """The `most` whom it is best to show, perhaps of some people alone, the best first."""
    found: list[Found] = []
    for layer in layers:
        crowd = layer.crowd
        allowed = layer.shown & crowd.open_to(asker.wanted)
        if among is not None:
            allowed &= _marked(crowd, among)
        allowed[crowd.rows([asker.person.id, *barred])] = False
        prices = layer.teaching if aim is Aim.LEARN else layer.learning
        found += crowd.best(asker, teaches=aim is Aim.TEACH, allowed=allowed, prices=prices, most=most)
    return sorted(found, key=lambda one: (-one.worth, -one.tie, one.person_id))[:most]


def weigh(
    asker: Asker,
    candidates: Iterable[tuple[Aim, Candidate]],
    standing: Standing,
    programs: Sequence[OpenProgram],
    kind: Kind,
    locale: str,
) -> Iterator[tuple[Aim, Opportunity]]:
    """The opportunities with these candidates, but for those with whom there is none as both are now."""
    pairs, own_id = Pairs(asker), asker.person.id
    tellers = {aim: PairTeller(kind, _SIDES[aim], asker.wanted.terms.weights, locale) for aim in Aim}
    similar = {(wanted, held): share for wanted, held, share in standing.similar}
    conditions = {one.id: Conditions(one.terms, frozenset(one.topics), similar) for one in programs}
    asked_in = {aim: [one for one in programs if _is_open_to(one, standing, aim)] for aim in Aim}
    for aim, candidate in candidates:
        person = candidate.person
        found = pairs.with_teacher(person) if aim is Aim.LEARN else pairs.with_learner(without_secrets(person))
        if found is None:
            continue
        subject = found.subject
        ids = (person.id, own_id) if aim is Aim.LEARN else (own_id, person.id)
        yield (
            aim,
            Opportunity(
                person_id=person.id,
                display_name=person.display_name,
                score=found.score,
                competency_id=subject.competency_id,
                competency_label=subject.label,
                discreet=found.discreet,
                explanation=tellers[aim].told(*ids, subject, found.measured),
                programs=tuple(
                    [
                        InProgram(one.id, one.name, one.wait_hours)
                        for one in asked_in[aim]
                        if _may_ask(one, conditions[one.id], standing, candidate, aim, subject.competency_id)
                    ]
                ),
            ),
        )


_SIDES = {Aim.LEARN: Audience.LEARNER, Aim.TEACH: Audience.TEACHER}


def _is_open_to(program: OpenProgram, standing: Standing, aim: Aim) -> bool:
    """Whether somebody may ask for anybody at all."""
    needed = roles_of(aim, program.kind)
    has_places = all(standing.free[role] > 0 for role in needed)
    return program.is_open and needed <= program.roles and has_places and program.asked < MOST_OPEN


def _may_ask(
    program: OpenProgram, conditions: Conditions, standing: Standing, candidate: Candidate, aim: Aim, subject: str
) -> bool:
    """Whether one who may ask for somebody there may ask for this one, as far as they may know it."""
    theirs = other_roles(roles_of(aim, program.kind))
    takes_part = theirs <= candidate.roles.get(program.id, frozenset())
    if not (takes_part and all(candidate.free[role] > 0 for role in theirs)):
        return False
    teacher, learner = without_secrets(candidate.person), standing.person
    if aim is Aim.TEACH:
        teacher, learner = learner, teacher
    if forbidding_rule(teacher, learner, conditions) is not None:
        return False
    # What only the learner knows of can be asked for by name.
    by_name = subject in taught(teacher, learner, conditions)
    back = program.kind is not Kind.RECIPROCAL or _fits_openly(learner, teacher, conditions)
    return back and (by_name or _fits_openly(teacher, learner, conditions))


def _fits_openly(teacher: Person, learner: Person, conditions: Conditions) -> bool:
    return best_fit(teacher, without_secrets(learner), conditions).topic is not None


def _marked(crowd: Crowd, people: Collection[str]) -> Flags:
    marked: Flags = np.zeros(crowd.size, dtype=np.bool_)
    marked[crowd.rows(people)] = True
    return marked
