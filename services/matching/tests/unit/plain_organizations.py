"""Small random organizations, for properties that must hold in every one of them."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from services.matching.domain.engine.instance import Entrant, GroupSize, Instance, Mode, an_instance
from services.matching.domain.engine.rules import HardRules
from services.matching.domain.people import GrowthArea, Person, Strength

steadily = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
"""How properties are tried: a busy machine fails none of them."""

COMPETENCIES = [f"cmp_{letter}" for letter in "abcd"]
LANGUAGES = ["de", "en", "fr"]

levels = st.integers(1, 5)


@st.composite
def growth_areas(draw: st.DrawFn, competency_id: str) -> GrowthArea:
    current = draw(st.integers(0, 4))
    return GrowthArea(competency_id, current, draw(st.integers(current + 1, 5)), draw(levels), draw(st.booleans()))


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
        department=None,
        team=draw(st.none() | st.sampled_from(["red", "blue"])),
        utc_offset=draw(st.sampled_from([-480, -60, 0, 60, 330, 720])),
        languages=frozenset(draw(st.lists(st.sampled_from(LANGUAGES), max_size=2))),
        teaching_capacity=2,
        learning_capacity=2,
        paused_until=None,
        windows=draw(windows()),
        strengths=tuple(Strength(one, draw(levels), draw(st.integers(0, 4)) > 0) for one in strong_in),
        growth_areas=tuple(draw(growth_areas(one)) for one in wants),
    )
    return Entrant(person, draw(st.integers(0, 2)), draw(st.integers(0, 2)))


rules = st.builds(
    HardRules,
    exclude_manager_line=st.booleans(),
    exclude_same_team=st.booleans(),
    require_shared_language=st.booleans(),
    max_time_zone_gap_hours=st.none() | st.integers(0, 12),
    min_score=st.sampled_from([0, 2_000, 5_000]),
)


@st.composite
def instances(draw: st.DrawFn, mode: Mode, most: int = 7) -> Instance:
    """A program of up to `most` people."""
    size = draw(st.integers(0, most))
    people = [draw(entrants(number, size)) for number in range(size)]
    pairs = st.tuples(st.sampled_from(people), st.sampled_from(people)) if people else st.nothing()
    apart = draw(st.lists(pairs, max_size=2)) if people else []
    minimum = draw(st.integers(1, 3))
    return an_instance(
        people,
        mode=mode,
        rules=draw(rules),
        competency_ids=draw(st.lists(st.sampled_from(COMPETENCIES), max_size=2)),
        group_size=GroupSize(minimum, minimum + draw(st.integers(0, 2))),
        seed=draw(st.integers(0, 3)),
        apart=[(one.person.id, other.person.id) for one, other in apart],
    )
