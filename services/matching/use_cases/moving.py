"""Lets requests go on to their next choices, in the background."""

from collections.abc import Iterable

from services.matching.use_cases.ports import MOVE_REQUESTS_ON, Repositories


async def move_on(repositories: Repositories, request_ids: Iterable[str | None]) -> None:
    """Let the requests of proposals that are over ask whoever comes next; most proposals have none."""
    waiting = {request_id for request_id in request_ids if request_id is not None}
    if waiting:
        await repositories.jobs.enqueue(MOVE_REQUESTS_ON, {"request_ids": sorted(waiting)})
