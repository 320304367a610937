"""Events are kept for some time, then pruned."""

from datetime import datetime, timedelta

from sqlalchemy import TextClause, text

from kit.clock import Clock
from kit.database import Database
from kit.events.feed import OPEN_FEED

_AT_ONCE = 2000

_PRUNE_OUTBOX = text(
    """
    with old as (
        select organization_id, id, transaction_id, sequence
          from outbox
         where occurred_at < :before and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
         order by transaction_id, sequence
         limit :at_once
    ), gone as (
        delete from outbox using old where outbox.organization_id = old.organization_id and outbox.id = old.id
        returning outbox.id
    ), horizon as (
        insert into outbox_horizon as known (id, transaction_id, sequence)
        select 1, transaction_id, sequence from old order by transaction_id desc, sequence desc limit 1
        on conflict (id) do update set transaction_id = excluded.transaction_id, sequence = excluded.sequence
         where (known.transaction_id, known.sequence) < (excluded.transaction_id, excluded.sequence)
    )
    select count(*) from gone
    """
)
_PRUNE_INBOX = text(
    """
    with gone as (
        delete from inbox
         where (provider, event_id) in (select provider, event_id from inbox where applied_at < :before limit :at_once)
        returning 1
    )
    select count(*) from gone
    """
)


async def prune_events(
    database: Database,
    clock: Clock,
    *,
    keep: timedelta = timedelta(days=30),
    keep_inbox: timedelta = timedelta(days=60),
) -> int:
    """Remove old outbox and inbox rows, a few at a time, and say how many.

    The inbox must remember for longer than any neighbour's outbox, or a repeated event would be applied again.
    """
    if keep_inbox <= keep:
        raise ValueError("the inbox must be kept for longer than the outbox")
    now = clock.now()
    return await _prune(database, _PRUNE_OUTBOX, now - keep) + await _prune(database, _PRUNE_INBOX, now - keep_inbox)


async def _prune(database: Database, statement: TextClause, before: datetime) -> int:
    removed = 0
    while True:
        async with database.transaction(None) as connection:
            await connection.execute(OPEN_FEED)
            gone = int(await connection.scalar(statement, {"before": before, "at_once": _AT_ONCE}) or 0)
        removed += gone
        if gone < _AT_ONCE:
            return removed
