"""The progress of a match run as server-sent events."""

import asyncio
import time
from collections.abc import AsyncIterator

import orjson

from kit.identity import Principal
from services.matching.domain.match_run import UNFINISHED
from services.matching.queries.match_runs import get_match_run
from services.matching.wiring import Wiring

SECONDS_BETWEEN_LOOKS = 0.3
LONGEST_STREAM_SECONDS = 900.0
"""Front ends open a new stream when one ends before the run does."""


async def progress_events(wired: Wiring, caller: Principal, match_run_id: str) -> AsyncIterator[dict[str, str]]:
    """The run each time that it has changed, the last time when it has ended."""
    told = b""
    give_up_at = time.monotonic() + LONGEST_STREAM_SECONDS
    while time.monotonic() < give_up_at:
        async with wired.read(caller) as db:
            body = (await get_match_run(db, match_run_id)).body
        run = body if isinstance(body, bytes) else body.encode()
        if run != told:
            told = run
            yield {"event": "progress", "data": run.decode()}
        if orjson.loads(run)["status"] not in UNFINISHED:
            return
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
