"""What becomes of proposals when people go: out of the organization, out of a program, or out of places.

A group goes on without them as long as it can; everything else that counts on them ends.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from services.matching.domain.capacity import Seat, seats_of
from services.matching.domain.deciding import drop_out
from services.matching.domain.proposal import Participant, ProposalStatus
from services.matching.use_cases.moving import move_on
from services.matching.use_cases.ports import Repositories


async def withdraw_of_people(repositories: Repositories, person_ids: Sequence[str], now: datetime) -> None:
    """End what is on offer to people who have left the organization; their requests have been closed before."""
    await repositories.proposals.lock_open(person_ids)
    await _drop_from_groups(repositories, person_ids, lambda _: True, ProposalStatus.WITHDRAWN, now)
    await move_on(repositories, await repositories.proposal_batches.withdraw_of_people(person_ids, now))


async def withdraw_of_participant(repositories: Repositories, program_id: str, person_id: str, now: datetime) -> None:
    """End what a program offers to somebody who leaves it, and what they ask for in it."""
    await repositories.requests.close_of_participant(program_id, person_id, now)
    await repositories.proposals.lock_open([person_id])
    await _drop_from_groups(repositories, [person_id], lambda _: True, ProposalStatus.WITHDRAWN, now, program_id)
    waiting = await repositories.proposal_batches.withdraw_of_participant(program_id, person_id, now)
    await move_on(repositories, waiting)


async def supersede(repositories: Repositories, full: Collection[Seat], now: datetime) -> None:
    """End what counts on places that are now all taken; the proposals are held already."""
    if not full:
        return
    await repositories.requests.close_of_full(full, now)
    waiting = await repositories.proposals.supersede(full, now)

    def is_full(participant: Participant) -> bool:
        return any(seat in full for seat in seats_of([participant]))

    person_ids = sorted({seat.person_id for seat in full})
    await _drop_from_groups(repositories, person_ids, is_full, ProposalStatus.SUPERSEDED, now)
    await move_on(repositories, waiting)


async def _drop_from_groups(
    repositories: Repositories,
    person_ids: Collection[str],
    goes: Callable[[Participant], bool],
    ended: ProposalStatus,
    now: datetime,
    program_id: str | None = None,
) -> None:
    for group in await repositories.proposals.list_open_groups(person_ids, program_id):
        gone = {one.person_id for one in group.participants if one.person_id in person_ids and goes(one)}
        if gone:
            minimum = (await repositories.programs.get(group.program_id)).details.group_size.minimum
            await repositories.proposals.save_without(drop_out(group, gone, minimum, ended, now), now)
