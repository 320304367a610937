"""The tables of events, which every service has in its schema."""

from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.types import UserDefinedType

from kit.database import Id


class TransactionId(UserDefinedType[str]):
    """Postgres' `xid8`: the number of a transaction, which never comes again."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in DDL."""
        return "xid8"


# So that Alembic knows the type when it compares a database with the tables.
ischema_names["xid8"] = TransactionId


class EventTables(NamedTuple):
    """What `event_tables` registered."""

    outbox: Table
    outbox_horizon: Table
    consumer_cursors: Table
    inbox: Table


def event_tables(metadata: MetaData) -> EventTables:
    """Register the outbox of this service, and the cursor and inbox of what it consumes.

    The outbox holds several organizations' rows and needs `kit.row_security.enable_with_feed`. The others hold no
    organization's data.
    """
    outbox = Table(
        "outbox",
        metadata,
        Column("organization_id", Id, nullable=False),
        Column("id", Id, nullable=False),
        Column("sequence", BigInteger, Identity(always=True), nullable=False),
        Column("transaction_id", TransactionId(), nullable=False, server_default=func.pg_current_xact_id()),
        Column("type", Text, nullable=False),
        Column("subject_id", Id, nullable=False),
        Column("data", JSONB, nullable=False),
        Column("occurred_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("organization_id", "id"),
        Index("ix_outbox_transaction_id_sequence", "transaction_id", "sequence", unique=True),
    )
    outbox_horizon = Table(
        "outbox_horizon",
        metadata,
        Column("id", SmallInteger, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
        Column("transaction_id", TransactionId(), nullable=False),
        Column("sequence", BigInteger, nullable=False),
    )
    consumer_cursors = Table(
        "consumer_cursors",
        metadata,
        Column("provider", Text, primary_key=True),
        Column("cursor", Text, nullable=False),
    )
    inbox = Table(
        "inbox",
        metadata,
        Column("provider", Text, nullable=False),
        Column("event_id", Id, nullable=False),
        Column("applied_at", DateTime(timezone=True), nullable=False, server_default=text("now()"), index=True),
        PrimaryKeyConstraint("provider", "event_id"),
    )
    return EventTables(outbox, outbox_horizon, consumer_cursors, inbox)
