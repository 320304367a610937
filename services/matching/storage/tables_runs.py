"""What match runs leave behind beside their proposals."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from kit.database import Id
from services.matching.storage.tables import SCHEMA, metadata


def _of_a_run() -> list[Column[str]]:
    return [Column("organization_id", Id, nullable=False), Column("match_run_id", Id, nullable=False)]


def _its_run() -> ForeignKeyConstraint:
    runs = f"{SCHEMA}.match_runs"
    return ForeignKeyConstraint(["organization_id", "match_run_id"], [f"{runs}.organization_id", f"{runs}.id"])


# What a run was computed from and what the engine answered, for replays and for questions asked later. It holds what
# people keep to themselves, so no response is made of it, and it goes after `kept_until`.
match_run_snapshots = Table(
    "match_run_snapshots",
    metadata,
    *_of_a_run(),
    Column("snapshot_hash", Text, nullable=False),
    Column("problem", LargeBinary, nullable=False),
    Column("solution", LargeBinary, nullable=False),
    Column("kept_until", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("organization_id", "match_run_id"),
    _its_run(),
    Index("ix_match_run_snapshots_kept_until", "kept_until"),
)

# What a place with a teacher was worth at the end; nobody who is not here had a price.
match_run_prices = Table(
    "match_run_prices",
    metadata,
    *_of_a_run(),
    Column("person_id", Id, nullable=False),
    Column("price", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "match_run_id", "person_id"),
    _its_run(),
)

# Learners whom a run left without a teacher: the next one serves them first.
match_run_left_out = Table(
    "match_run_left_out",
    metadata,
    *_of_a_run(),
    Column("person_id", Id, nullable=False),
    # Why, once the run has been reviewed.
    Column("code", Text),
    Column("rule", Text),
    Column("short_by", Integer),
    PrimaryKeyConstraint("organization_id", "match_run_id", "person_id"),
    _its_run(),
)

# How fair a run was, as figures.
match_run_reviews = Table(
    "match_run_reviews",
    metadata,
    *_of_a_run(),
    Column("figures", JSONB, nullable=False),
    PrimaryKeyConstraint("organization_id", "match_run_id"),
    _its_run(),
)
