"""Small random organizations and rounds, for properties that must hold in every one of them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from services.matching.domain.engine.build import Choice, Entrant, build_problem
from services.matching.domain.engine.index import Index, build_index
from services.matching.domain.engine.points import Conditions
from services.matching.domain.engine.problem import GroupSize, Mode, Problem
from services.matching.domain.people import GrowthArea, Person, Strength
from services.matching.domain.policy import CHOICES, HardRules, LevelBand, Terms, Weights

EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "12"))
steadily = settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
"""How properties are tried: others in each run, and many in `make fuzz`; a busy machine fails none of them."""

COMPETENCIES = [f"cmp_{letter}" for letter in "abcd"]
LANGUAGES = ["de", "en", "fr"]

levels = st.integers(1, 5)


@dataclass(frozen=True)
class Organization:
    """The people of a round and all that it is computed from, as the readable rules take it."""

    entrants: tuple[Entrant, ...]
    mode: Mode = Mode.BEST_TOTAL
    terms: Terms = field(default_factory=Terms)
    seed: int = 0
    topics: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    first: tuple[str, ...] = ()
    group_size: GroupSize = field(default_factory=GroupSize)
    longest_ring: int = 3
    similar: tuple[tuple[str, str, int], ...] = ()

    @cached_property
    def problem(self) -> Problem:
        """The same as columns."""
        return self.read_as(self.entrants)

    @cached_property
    def index(self) -> Index:
        """The index of the round."""
        return build_index(self.problem)

    @cached_property
    def conditions(self) -> Conditions:
        """What a score depends on besides two people."""
        return Conditions(
            terms=self.terms,
            topics=frozenset(self.topics),
            similar={(wanted, held): share for wanted, held, share in self.similar},
            ranks={(one.chooser_id, one.chosen_id, one.teaches): one.rank for one in self.choices},
            apart=frozenset((min(pair), max(pair)) for pair in self.apart),
        )

    @cached_property
    def by_row(self) -> tuple[Entrant, ...]:
        """The entrants in the order of the rows."""
        return tuple(sorted(self.entrants, key=lambda entrant: entrant.person.id))

    def person(self, row: int) -> Person:
        """The person of a row."""
        return self.by_row[row].person

    def read_as(self, entrants: Sequence[Entrant]) -> Problem:
        """The problem when these people are read, in this order."""
        return build_problem(
            entrants,
            mode=self.mode,
            terms=self.terms,
            seed=self.seed,
            topics=self.topics,
            apart=self.apart,
            choices=self.choices,
            first=self.first,
            group_size=self.group_size,
            longest_ring=self.longest_ring,
            similar=self.similar,
        )

    def with_people(self, *people: Person) -> "Organization":
        """The same round in which these people are as given."""
        known = {person.id: person for person in people}
        return replace(
            self,
            entrants=tuple(replace(one, person=known.get(one.person.id, one.person)) for one in self.entrants),
        )


@st.composite
def growth_areas(draw: st.DrawFn, competency_id: str) -> GrowthArea:
    current = draw(st.integers(0, 4))
    private = draw(st.integers(0, 3)) == 0
    return GrowthArea(competency_id, current, draw(st.integers(current + 1, 5)), draw(levels), private)


@st.composite
def windows(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    starts = draw(st.lists(st.integers(0, 10_079), max_size=3))
    return tuple((start, start + draw(st.integers(1, 600))) for start in starts)


@st.composite
def entrants(draw: st.DrawFn, number: int, size: int) -> Entrant:
    strong_in = draw(st.lists(st.sampled_from(COMPETENCIES), max_size=3, unique=True))
    wants = draw(st.lists(st.sampled_from(COMPETENCIES), max_size=3, unique=True))
    person = Person(
        id=f"per_{number:02}",
        display_name="",
        active=True,
        reporting_level=draw(st.none() | st.integers(1, 5)),
        manager_id=draw(st.none() | st.integers(0, size - 1).map(lambda other: f"per_{other:02}")),
        department=draw(st.none() | st.sampled_from(["north", "south"])),
        team=draw(st.none() | st.sampled_from(["red", "blue", "green"])),
        utc_offset=draw(st.sampled_from([-660, -480, -60, 0, 60, 330, 720])),
        languages=frozenset(draw(st.lists(st.sampled_from(LANGUAGES), max_size=3))),
        teaching_capacity=2,
        learning_capacity=2,
        paused_until=None,
        windows=draw(windows()),
        strengths=tuple(Strength(one, draw(levels), draw(st.integers(0, 4)) > 0) for one in strong_in),
        growth_areas=tuple(draw(growth_areas(one)) for one in wants),
    )
    return Entrant(person, draw(st.integers(0, 2)), draw(st.integers(0, 2)))


weights = st.sampled_from(
    [
        Weights(),
        Weights(fit=10_000, choice=0, availability=0, time_zone=0, language=0),
        Weights(fit=4_001, choice=1_999, availability=1_501, time_zone=999, language=501, other_department=999),
    ]
)
bands = st.builds(LevelBand, least=st.none() | st.integers(-3, 1), most=st.none() | st.integers(-1, 3))
rules = st.builds(
    HardRules,
    exclude_manager_line=st.booleans(),
    exclude_same_team=st.booleans(),
    require_shared_language=st.booleans(),
    max_time_zone_gap_hours=st.none() | st.integers(0, 12),
    level_band=st.none() | st.none() | bands,
    min_score=st.sampled_from([0, 0, 2_000, 5_000]),
)
terms = st.builds(Terms, weights=weights, rules=rules)


@st.composite
def choices(draw: st.DrawFn, ids: Sequence[str]) -> tuple[Choice, ...]:
    """A few people each rank a few others, in either role."""
    made: list[Choice] = []
    for chooser in draw(st.lists(st.sampled_from(ids), max_size=3, unique=True)):
        for teaches in (False, True):
            chosen = draw(st.lists(st.sampled_from(ids), max_size=min(3, CHOICES), unique=True))
            made += [Choice(chooser, other, rank, teaches) for rank, other in enumerate(chosen, 1) if other != chooser]
    return tuple(made)


@st.composite
def similarities(draw: st.DrawFn) -> tuple[tuple[str, str, int], ...]:
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(COMPETENCIES), st.sampled_from(COMPETENCIES)), max_size=3, unique=True)
    )
    return tuple((wanted, held, draw(st.integers(1, 99))) for wanted, held in pairs if wanted != held)


@st.composite
def organizations(draw: st.DrawFn, mode: Mode = Mode.BEST_TOTAL, most: int = 7) -> Organization:
    """A round of up to `most` people."""
    size = draw(st.integers(0, most))
    people = tuple(draw(entrants(number, size)) for number in range(size))
    ids = [entrant.person.id for entrant in people]
    some = st.lists(st.sampled_from(ids), max_size=2, unique=True).map(tuple) if ids else st.just(())
    pairs = st.lists(st.tuples(st.sampled_from(ids), st.sampled_from(ids)), max_size=2) if ids else st.just([])
    minimum = draw(st.integers(1, 3))
    return Organization(
        people,
        mode=mode,
        terms=draw(terms),
        seed=draw(st.integers(0, 3)),
        topics=tuple(draw(st.lists(st.sampled_from(COMPETENCIES), max_size=3, unique=True))),
        apart=tuple(draw(pairs)),
        choices=draw(choices(ids)) if ids else (),
        first=draw(some),
        group_size=GroupSize(minimum, minimum + draw(st.integers(0, 2))),
        longest_ring=draw(st.integers(3, 4)),
        similar=draw(similarities()),
    )


def problems(mode: Mode = Mode.BEST_TOTAL, most: int = 7) -> st.SearchStrategy[Problem]:
    """The columns of a round of up to `most` people."""
    return organizations(mode, most).map(lambda organization: organization.problem)
