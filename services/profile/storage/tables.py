"""The tables of the profile schema."""

from sqlalchemy import Column, DateTime, Integer, MetaData, PrimaryKeyConstraint, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from kit.database import NAMING, Id
from kit.events import event_tables
from kit.idempotency import idempotency_table

SCHEMA = "profile"
metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)

event_tables(metadata)
idempotency_keys = idempotency_table(metadata)

organizations = Table(
    "organizations",
    metadata,
    Column("organization_id", Id, nullable=False),
    Column("id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("min_group_size", Integer, nullable=False),
    Column("terminology", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("organization_id", "id"),
)
