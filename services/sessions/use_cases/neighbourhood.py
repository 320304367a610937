"""Take in what the neighbours tell of organizations, programs and people."""

from kit.clock import Clock
from services.sessions.use_cases.endings import settle
from services.sessions.use_cases.ports import Repositories


async def change_organization(repositories: Repositories, min_group_size: int) -> None:
    """Use the organization's own minimum in its reports."""
    await repositories.neighbourhood.set_min_group_size(min_group_size)


async def change_program(repositories: Repositories, program_id: str, name: str) -> None:
    """Call the program by its present name."""
    await repositories.neighbourhood.name_program(program_id, name)


async def deactivate_person(repositories: Repositories, person_id: str, clock: Clock) -> None:
    """End the engagements of somebody who is no longer there; their partners see an ordinary early end."""
    await repositories.neighbourhood.mark_person(person_id, active=False)
    now = clock.now()
    for engagement in await repositories.engagements.list_open_of(person_id):
        await settle(repositories, engagement.end_for_absence(now), now)


async def reactivate_person(repositories: Repositories, person_id: str) -> None:
    """Let somebody who is back take part in new engagements; those that ended stay ended."""
    await repositories.neighbourhood.mark_person(person_id, active=True)
