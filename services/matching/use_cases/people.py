"""Keep the copy of people, and close what people who have left were offered."""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.clock import Clock
from services.matching.use_cases.departures import withdraw_of_people
from services.matching.use_cases.ports import Repositories


async def take_over(repositories: Repositories, told: Sequence[Mapping[str, Any]], clock: Clock) -> None:
    """Store what profile says of people; nothing stays on offer to those who have left, nor what they said."""
    gone = [person["id"] for person in told if not person["active"]]
    if gone:
        await repositories.requests.close_of_people(gone, clock.now())
    await repositories.people.put(told)
    await repositories.topics.note_wishes([person["id"] for person in told], clock.now().date())
    if gone:
        await withdraw_of_people(repositories, gone, clock.now())
        await repositories.choices.forget(gone)


async def release_places(repositories: Repositories, proposal_ids: Sequence[str], clock: Clock) -> None:
    """Give back the places of engagements that have ended."""
    await repositories.seats.release(proposal_ids, clock.now())
