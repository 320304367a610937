"""The feed that consumers pull: every committed event exactly in order, none ever skipped.

Sequence numbers alone are not safe: a transaction that took a low number may commit after one with a higher number,
behind a reader's back. So the order is (transaction id, sequence), and only transactions below the oldest one that
is still running are shown. A long transaction delays the feed; it cannot make it lose an event.
"""

import asyncio
import re
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import Row, text
from starlette.responses import Response

from kit.database import Database
from kit.errors import BadRequestError, ExpectedError
from kit.identity import require_internal
from kit.row_security import FEED_SETTING

START = "0.0"
LONGEST_WAIT_SECONDS = 30.0
LARGEST_PAGE = 1000
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 0.4
_POSITION = re.compile(r"(0|[1-9][0-9]{0,17})\.(0|[1-9][0-9]{0,17})")

# The policies hide from the planner how many rows it will find; it would read and sort the whole table for each page.
OPEN_FEED = text(f"select set_config('{FEED_SETTING}', 'on', true), set_config('enable_sort', 'off', true)")
# One statement, so that nothing is pruned between the look at the horizon and the look at the rows.
PAGE = text(
    """
    with page as materialized (
        select transaction_id, sequence,
               json_build_object(
                   'cursor', transaction_id::text || '.' || sequence,
                   'id', id,
                   'organization_id', organization_id,
                   'type', type,
                   'subject_id', subject_id,
                   'data', data,
                   'occurred_at', rfc3339(occurred_at)
               ) as event
          from outbox
         where (transaction_id, sequence) > (cast(cast(:transaction_id as text) as xid8), cast(:sequence as bigint))
           and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
         order by transaction_id, sequence
         limit cast(:limit as bigint)
    )
    select (select json_agg(event order by transaction_id, sequence)::text from page) as events,
           (select transaction_id::text || '.' || sequence
              from page order by transaction_id desc, sequence desc limit 1) as cursor,
           exists (
               select from outbox_horizon
                where (transaction_id, sequence)
                      > (cast(cast(:transaction_id as text) as xid8), cast(:sequence as bigint))
           ) as pruned
    """
)


class InvalidPositionError(BadRequestError):
    """The position was not given out by this feed."""

    code = "invalid-cursor"
    title = "The cursor is not valid"


class EventsPrunedError(ExpectedError):
    """The consumer was away for longer than events are kept: it must build its copy anew."""

    status = 410
    code = "events-pruned"
    title = "Events after this cursor are no longer kept"


def feed_router() -> APIRouter:
    """The route by which the other services pull this service's events."""
    router = APIRouter(include_in_schema=False, dependencies=[Depends(require_internal)])

    @router.get("/internal/events")
    async def events_list(
        request: Request,
        after: Annotated[str, Query(max_length=40)] = START,
        wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0.0,
        limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 500,
    ) -> Response:
        position = _position(after)
        database: Database = request.app.state.wiring.database
        give_up_at = time.monotonic() + wait
        pause = _FIRST_PAUSE_SECONDS
        while True:
            page = await _page(database, position, limit)
            if page.cursor or time.monotonic() + pause > give_up_at or await request.is_disconnected():
                body = f'{{"events":{page.events or "[]"},"next_cursor":"{page.cursor or after}"}}'
                return Response(body, media_type="application/json")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)

    return router


def _position(cursor: str) -> tuple[str, int]:
    found = _POSITION.fullmatch(cursor)
    if found is None:
        raise InvalidPositionError(f"Start from {START}, or go on from a cursor of this feed.")
    return found[1], int(found[2])


async def _page(database: Database, position: tuple[str, int], limit: int) -> Row[Any]:
    async with database.transaction(None) as connection:
        await connection.execute(OPEN_FEED)
        page = await connection.execute(PAGE, {"transaction_id": position[0], "sequence": position[1], "limit": limit})
        row = page.one()
    if row.pruned:
        raise EventsPrunedError("Events after this cursor were pruned. Build the copy anew.")
    return row
