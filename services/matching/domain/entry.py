"""Who enters a match run, and with how many places: what is left of them over all programs, and in this one."""

from dataclasses import dataclass
from datetime import date

from services.matching.domain.engine.instance import Entrant
from services.matching.domain.kinds import Role
from services.matching.domain.participation import Participation, eligible_roles
from services.matching.domain.people import Person
from services.matching.domain.program import Program


@dataclass(frozen=True, slots=True)
class Load:
    """Places in one role that are taken or on offer: over all programs, and in the program of the run."""

    everywhere: int = 0
    here: int = 0


NO_LOAD = Load()


def entrant(
    program: Program, participation: Participation, person: Person, teaching: Load, learning: Load, on: date
) -> Entrant | None:
    """The person in a run of this program, or None if nothing new can be proposed to them."""
    if not person.is_available(on):
        return None
    roles = participation.roles & eligible_roles(program, person.reporting_level, person.department)
    teaching_places = person.teaching_capacity - teaching.everywhere
    if participation.capacity is not None:
        teaching_places = min(teaching_places, participation.capacity - teaching.here)
    learning_places = person.learning_capacity - learning.everywhere
    made = Entrant(
        person,
        max(0, teaching_places) if Role.TEACHER in roles else 0,
        max(0, learning_places) if Role.LEARNER in roles else 0,
    )
    return made if made.teaching_places or made.learning_places else None
