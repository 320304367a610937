"""Who could be proposed to whom in a program, at this moment."""

from datetime import datetime

from services.matching.domain.engine.instance import Entrant
from services.matching.domain.entry import NO_LOAD, entrant
from services.matching.domain.kinds import Role
from services.matching.domain.program import Program
from services.matching.use_cases.ports import Repositories


async def list_entrants(
    repositories: Repositories, program: Program, now: datetime, *, with_profiles: bool = True
) -> list[Entrant]:
    """Everybody in the program to whom something new can be proposed, with their free places."""
    loads = await repositories.entrants.loads(program.id)
    participants = await repositories.entrants.list_participants(program.id, now, with_profiles=with_profiles)
    found = [
        entrant(
            program,
            participation,
            person,
            loads.get((person.id, Role.TEACHER), NO_LOAD),
            loads.get((person.id, Role.LEARNER), NO_LOAD),
            now.date(),
        )
        for participation, person in participants
    ]
    return [one for one in found if one is not None]
