"""The tables of the sessions schema."""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.database import NAMING, Id
from kit.events import event_tables
from kit.idempotency import idempotency_table

SCHEMA = "sessions"
metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)

event_tables(metadata)
idempotency_keys = idempotency_table(metadata)


def _id(name: str = "id", *, nullable: bool = False) -> Column[str]:
    return Column(name, Id, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Text, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _belongs_to(table: str, column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{SCHEMA}.{table}.organization_id", f"{SCHEMA}.{table}.id"]
    )


organizations = Table(
    "organizations",
    metadata,
    _id("organization_id"),
    Column("min_group_size", Integer, nullable=False),
    PrimaryKeyConstraint("organization_id"),
)

programs = Table(
    "programs",
    metadata,
    _id("organization_id"),
    _id(),
    _text("name"),
    PrimaryKeyConstraint("organization_id", "id"),
)

deactivated_people = Table(
    "deactivated_people",
    metadata,
    _id("organization_id"),
    _id(),
    PrimaryKeyConstraint("organization_id", "id"),
)

engagements = Table(
    "engagements",
    metadata,
    _id("organization_id"),
    _id(),
    _id("program_id"),
    _id("proposal_id"),
    _text("kind"),
    _text("purpose"),
    _text("status"),
    _id("ended_by", nullable=True),
    _text("end_reason", nullable=True),
    Column("version", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("activated_at", nullable=True),
    _moment("ended_at", nullable=True),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "proposal_id"),
    Index(None, "organization_id", "program_id", "id"),
    Index(None, "organization_id", "status", "created_at"),
)

participants = Table(
    "participants",
    metadata,
    _id("organization_id"),
    _id("engagement_id"),
    _id("person_id"),
    Column("roles", ARRAY(Text), nullable=False),
    Column("reporting_level", Integer),
    PrimaryKeyConstraint("organization_id", "engagement_id", "person_id"),
    _belongs_to("engagements", "engagement_id"),
    Index(None, "organization_id", "person_id", "engagement_id"),
)

tracks = Table(
    "tracks",
    metadata,
    _id("organization_id"),
    _id(),
    _id("engagement_id"),
    _id("teacher_id"),
    _id("learner_id"),
    _id("competency_id"),
    _text("competency_label"),
    Column("discreet", Boolean, nullable=False),
    _text("direction"),
    PrimaryKeyConstraint("organization_id", "id"),
    _belongs_to("engagements", "engagement_id"),
    Index(None, "organization_id", "engagement_id", "id"),
)

agreements = Table(
    "agreements",
    metadata,
    _id("organization_id"),
    _id(),
    _id("engagement_id"),
    Column("number", Integer, nullable=False),
    Column("participants", ARRAY(Id), nullable=False),
    Column("terms", JSONB, nullable=False),
    _text("content_hash"),
    _text("status"),
    _id("proposed_by", nullable=True),
    Column("version", Integer, nullable=False),
    _moment("created_at"),
    _moment("in_force_at", nullable=True),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "engagement_id", "number"),
    _belongs_to("engagements", "engagement_id"),
)

signatures = Table(
    "signatures",
    metadata,
    _id("organization_id"),
    _id("agreement_id"),
    _id("person_id"),
    _moment("signed_at"),
    PrimaryKeyConstraint("organization_id", "agreement_id", "person_id"),
    _belongs_to("agreements", "agreement_id"),
)

mentoring_sessions = Table(
    "mentoring_sessions",
    metadata,
    _id("organization_id"),
    _id(),
    _id("engagement_id"),
    _moment("starts_at"),
    _moment("ends_at"),
    _text("time_zone"),
    _text("place", nullable=True),
    _text("agenda", nullable=True),
    _text("status"),
    _id("scheduled_by"),
    Column("attended", ARRAY(Id), nullable=False),
    Column("absent", ARRAY(Id), nullable=False),
    Column("version", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("closed_at", nullable=True),
    PrimaryKeyConstraint("organization_id", "id"),
    _belongs_to("engagements", "engagement_id"),
    Index(None, "organization_id", "engagement_id", "starts_at", "id"),
)

notes = Table(
    "notes",
    metadata,
    _id("organization_id"),
    _id(),
    _id("mentoring_session_id"),
    _id("author_id"),
    _text("visibility"),
    _text("text"),
    Column("version", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    PrimaryKeyConstraint("organization_id", "id"),
    _belongs_to("mentoring_sessions", "mentoring_session_id"),
    Index(None, "organization_id", "mentoring_session_id", "id"),
)

commitments = Table(
    "commitments",
    metadata,
    _id("organization_id"),
    _id(),
    _id("engagement_id"),
    _id("mentoring_session_id"),
    _id("owner_id"),
    _text("what"),
    Column("when_on", Date, nullable=False),
    _text("place"),
    _text("status"),
    Column("used_on", Date),
    _text("setting", nullable=True),
    _text("evidence", nullable=True),
    _text("why_not", nullable=True),
    Column("version", Integer, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    PrimaryKeyConstraint("organization_id", "id"),
    _belongs_to("engagements", "engagement_id"),
    _belongs_to("mentoring_sessions", "mentoring_session_id"),
    Index(None, "organization_id", "owner_id", "id"),
    Index(None, "organization_id", "mentoring_session_id", "id"),
    Index(None, "organization_id", "engagement_id"),
)

feedback = Table(
    "feedback",
    metadata,
    _id("organization_id"),
    _id(),
    _id("engagement_id"),
    _id("author_id"),
    Column("usefulness", SmallInteger, nullable=False),
    Column("could_disagree", SmallInteger, nullable=False),
    Column("psychosocial", SmallInteger, nullable=False),
    Column("instrumental", SmallInteger, nullable=False),
    _moment("created_at"),
    PrimaryKeyConstraint("organization_id", "id"),
    _belongs_to("engagements", "engagement_id"),
    Index(None, "organization_id", "engagement_id", "author_id", "id"),
)

learnings = Table(
    "learnings",
    metadata,
    _id("organization_id"),
    _id(),
    _id("engagement_id"),
    _id("author_id"),
    _text("role"),
    _id("competency_id", nullable=True),
    _text("visibility"),
    _text("text"),
    _moment("created_at"),
    PrimaryKeyConstraint("organization_id", "id"),
    _belongs_to("engagements", "engagement_id"),
    Index(None, "organization_id", "engagement_id", "id"),
)
