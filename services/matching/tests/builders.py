"""People with valid defaults, so that a test states only what matters to it."""

from typing import Any

from services.matching.domain.engine.build import Entrant, profile_of
from services.matching.domain.entry import Candidate
from services.matching.domain.kinds import Role
from services.matching.domain.people import GrowthArea, Person, Strength

NINE_TO_ELEVEN_DAILY = tuple((day * 1440 + 540, day * 1440 + 660) for day in range(5))


def a_person(person_id: str = "per_a", **facts: Any) -> Person:
    """Somebody who is free in the morning and speaks English."""
    defaults: dict[str, Any] = {
        "display_name": person_id,
        "active": True,
        "reporting_level": 3,
        "manager_id": None,
        "department": None,
        "team": None,
        "utc_offset": 0,
        "languages": frozenset({"en"}),
        "teaching_capacity": 1,
        "learning_capacity": 1,
        "paused_until": None,
        "windows": NINE_TO_ELEVEN_DAILY,
        "strengths": (),
        "growth_areas": (),
    }
    return Person(id=person_id, **(defaults | facts))


def a_teacher(person_id: str = "per_t", competency_id: str = "cmp_1", level: int = 5, **facts: Any) -> Person:
    """Somebody who holds one competency and will teach it."""
    return a_person(person_id, **({"strengths": (Strength(competency_id, level),)} | facts))


def a_learner(person_id: str = "per_l", competency_id: str = "cmp_1", **facts: Any) -> Person:
    """Somebody who wants to learn one competency from the ground up."""
    return a_person(person_id, **({"growth_areas": (a_growth_area(competency_id),)} | facts))


def a_growth_area(competency_id: str = "cmp_1", **facts: Any) -> GrowthArea:
    """From nothing to level 3."""
    defaults: dict[str, Any] = {"current_level": 0, "target_level": 3, "importance": 3}
    return GrowthArea(competency_id, **(defaults | facts))


def entering(person: Person, teaching_places: int | None = None, learning_places: int | None = None) -> Entrant:
    """The person in a run, with all their places free unless stated."""
    teaching = person.teaching_capacity if teaching_places is None else teaching_places
    learning = person.learning_capacity if learning_places is None else learning_places
    return Entrant(person, teaching, learning)


def a_candidate(person: Person, *roles: Role, **more: Any) -> Candidate:
    """The person as a run reads them, with nothing on their hands unless stated."""
    return Candidate(
        profile=profile_of(person),
        active=person.active,
        paused_until=person.paused_until,
        teaching_capacity=person.teaching_capacity,
        learning_capacity=person.learning_capacity,
        roles=frozenset(roles),
        **more,
    )
