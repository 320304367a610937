"""Engagements, from the signed agreement to what is learned and used."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.database import Id
from kit.migrations import install_base
from kit.row_security import enable

revision = "0001"
down_revision = None


def _id(name: str = "id", *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, Id, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _belongs_to(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", column], [f"sessions.{table}.organization_id", f"sessions.{table}.id"]
    )


def _table(name: str, *parts: Any) -> None:
    op.create_table(name, *parts, schema="sessions")
    enable(op, name)


def upgrade() -> None:
    install_base(op, "sessions")
    _table(
        "organizations",
        _id("organization_id"),
        sa.Column("min_group_size", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("organization_id"),
    )
    _table(
        "programs",
        _id("organization_id"),
        _id(),
        _text("name"),
        sa.PrimaryKeyConstraint("organization_id", "id"),
    )
    _table(
        "deactivated_people",
        _id("organization_id"),
        _id(),
        sa.PrimaryKeyConstraint("organization_id", "id"),
    )
    _table(
        "engagements",
        _id("organization_id"),
        _id(),
        _id("program_id"),
        _id("proposal_id"),
        _text("kind"),
        _text("purpose"),
        _text("status"),
        _id("ended_by", nullable=True),
        _text("end_reason", nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        _moment("activated_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        sa.UniqueConstraint("organization_id", "proposal_id"),
        sa.Index(None, "organization_id", "program_id", "id"),
        sa.Index(None, "organization_id", "status", "created_at"),
    )
    _table(
        "participants",
        _id("organization_id"),
        _id("engagement_id"),
        _id("person_id"),
        sa.Column("roles", ARRAY(sa.Text), nullable=False),
        sa.Column("reporting_level", sa.Integer),
        sa.PrimaryKeyConstraint("organization_id", "engagement_id", "person_id"),
        _belongs_to("engagements", "engagement_id"),
        sa.Index(None, "organization_id", "person_id", "engagement_id"),
    )
    _table(
        "tracks",
        _id("organization_id"),
        _id(),
        _id("engagement_id"),
        _id("teacher_id"),
        _id("learner_id"),
        _id("competency_id"),
        _text("competency_label"),
        sa.Column("discreet", sa.Boolean, nullable=False),
        _text("direction"),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        _belongs_to("engagements", "engagement_id"),
        sa.Index(None, "organization_id", "engagement_id", "id"),
    )
    _table(
        "agreements",
        _id("organization_id"),
        _id(),
        _id("engagement_id"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("participants", ARRAY(Id), nullable=False),
        sa.Column("terms", JSONB, nullable=False),
        _text("content_hash"),
        _text("status"),
        _id("proposed_by", nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("created_at"),
        _moment("in_force_at", nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        sa.UniqueConstraint("organization_id", "engagement_id", "number"),
        _belongs_to("engagements", "engagement_id"),
    )
    _table(
        "signatures",
        _id("organization_id"),
        _id("agreement_id"),
        _id("person_id"),
        _moment("signed_at"),
        sa.PrimaryKeyConstraint("organization_id", "agreement_id", "person_id"),
        _belongs_to("agreements", "agreement_id"),
    )
    _table(
        "mentoring_sessions",
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
        sa.Column("attended", ARRAY(Id), nullable=False),
        sa.Column("absent", ARRAY(Id), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        _moment("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        _belongs_to("engagements", "engagement_id"),
        sa.Index(None, "organization_id", "engagement_id", "starts_at", "id"),
    )
    _table(
        "notes",
        _id("organization_id"),
        _id(),
        _id("mentoring_session_id"),
        _id("author_id"),
        _text("visibility"),
        _text("text"),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        _belongs_to("mentoring_sessions", "mentoring_session_id"),
        sa.Index(None, "organization_id", "mentoring_session_id", "id"),
    )
    _table(
        "commitments",
        _id("organization_id"),
        _id(),
        _id("engagement_id"),
        _id("mentoring_session_id"),
        _id("owner_id"),
        _text("what"),
        sa.Column("when_on", sa.Date, nullable=False),
        _text("place"),
        _text("status"),
        sa.Column("used_on", sa.Date),
        _text("setting", nullable=True),
        _text("evidence", nullable=True),
        _text("why_not", nullable=True),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("created_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        _belongs_to("engagements", "engagement_id"),
        _belongs_to("mentoring_sessions", "mentoring_session_id"),
        sa.Index(None, "organization_id", "owner_id", "id"),
        sa.Index(None, "organization_id", "mentoring_session_id", "id"),
        sa.Index(None, "organization_id", "engagement_id"),
    )
    _table(
        "feedback",
        _id("organization_id"),
        _id(),
        _id("engagement_id"),
        _id("author_id"),
        sa.Column("usefulness", sa.SmallInteger, nullable=False),
        sa.Column("could_disagree", sa.SmallInteger, nullable=False),
        sa.Column("psychosocial", sa.SmallInteger, nullable=False),
        sa.Column("instrumental", sa.SmallInteger, nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        _belongs_to("engagements", "engagement_id"),
        sa.Index(None, "organization_id", "engagement_id", "author_id", "id"),
    )
    _table(
        "learnings",
        _id("organization_id"),
        _id(),
        _id("engagement_id"),
        _id("author_id"),
        _text("role"),
        _id("competency_id", nullable=True),
        _text("visibility"),
        _text("text"),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("organization_id", "id"),
        _belongs_to("engagements", "engagement_id"),
        sa.Index(None, "organization_id", "engagement_id", "id"),
    )
    # The worker looks for overdue engagements in every organization; this is all that it may see across them.
    op.execute(
        "create policy organizations_sweep on organizations for select "
        "using (current_setting('app.sweep', true) = 'on')"
    )
