"""What the first migration of every service installs before its own tables."""

from kit.jobs.queue import queue_ddl
from kit.row_security import Statements, enable_with_feed

# Written out, and not made from the tables in the code: what a migration did must stay the same as the code moves on.
_STATEMENTS = (
    # Stable, because only then does Postgres put the body in place of the call, which is three times as fast.
    """
    create function {schema}.rfc3339(moment timestamptz) returns text
    language sql stable parallel safe
    return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    """,
    """
    create table {schema}.outbox (
        organization_id text collate "C" not null,
        id text collate "C" not null,
        sequence bigint generated always as identity not null,
        transaction_id xid8 not null default pg_current_xact_id(),
        type text not null,
        subject_id text collate "C" not null,
        data jsonb not null,
        occurred_at timestamptz not null,
        constraint pk_outbox primary key (organization_id, id)
    )
    """,
    "create unique index ix_outbox_transaction_id_sequence on {schema}.outbox (transaction_id, sequence)",
    """
    create table {schema}.outbox_horizon (
        id smallint not null,
        transaction_id xid8 not null,
        sequence bigint not null,
        constraint pk_outbox_horizon primary key (id),
        constraint ck_outbox_horizon_one_row check (id = 1)
    )
    """,
    """
    create table {schema}.consumer_cursors (
        provider text not null,
        cursor text not null,
        constraint pk_consumer_cursors primary key (provider)
    )
    """,
    """
    create table {schema}.inbox (
        provider text not null,
        event_id text collate "C" not null,
        applied_at timestamptz not null default now(),
        constraint pk_inbox primary key (provider, event_id)
    )
    """,
    "create index ix_inbox_applied_at on {schema}.inbox (applied_at)",
    """
    create table {schema}.idempotency_keys (
        organization_id text collate "C" not null,
        subject text not null,
        operation text not null,
        key text not null,
        fingerprint text not null,
        status integer,
        version integer,
        location text,
        retry_after integer,
        body bytea,
        created_at timestamptz not null,
        constraint pk_idempotency_keys primary key (organization_id, subject, operation, key)
    )
    """,
    "create index ix_idempotency_keys_created_at on {schema}.idempotency_keys (created_at)",
)


def install_base(op: Statements, schema: str) -> None:
    """The tables of events, jobs and stored answers, and `rfc3339`, by which statements write timestamps into JSON."""
    for statement in _STATEMENTS:
        op.execute(statement.format(schema=schema))
    enable_with_feed(op)
    enable_with_feed(op, "idempotency_keys")
    for statement in queue_ddl(schema):
        op.execute(statement)
