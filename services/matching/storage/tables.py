"""The tables of the matching schema."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from kit.database import NAMING, Id
from kit.events import event_tables
from kit.idempotency import idempotency_table

SCHEMA = "matching"
metadata = MetaData(schema=SCHEMA, naming_convention=NAMING)

event_tables(metadata)
idempotency_keys = idempotency_table(metadata)


def _organization_id() -> Column[str]:
    return Column("organization_id", Id, nullable=False)


def _history() -> list[Column[object]]:
    return [
        Column("version", Integer, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
    ]


def _of(table: str, column: str, **more: Any) -> ForeignKeyConstraint:
    theirs = [f"{SCHEMA}.{table}.organization_id", f"{SCHEMA}.{table}.id"]
    return ForeignKeyConstraint(["organization_id", column], theirs, **more)


# This service's copy of what it needs of people. Profile owns the facts; `version` is profile's. `revision` is the
# organization's when the row last changed.
people = Table(
    "people",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("reporting_level", Integer),
    Column("manager_id", Id),
    Column("department", Text),
    Column("team", Text),
    Column("time_zone", Text, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("teaching_capacity", Integer, nullable=False),
    Column("learning_capacity", Integer, nullable=False),
    Column("paused_until", Date),
    Column("windows", JSONB, nullable=False),
    Column("strengths", JSONB, nullable=False),
    Column("growth_areas", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Column("job_title", Text),
    Column("revision", BigInteger, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("organization_id", "id"),
    Index("ix_people_organization_id_revision", "organization_id", "revision"),
)

# The newest version of each policy; what the versions say is with them.
match_policies = Table(
    "match_policies",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
)

# Written once and never changed: match runs name them.
match_policy_versions = Table(
    "match_policy_versions",
    metadata,
    _organization_id(),
    Column("match_policy_id", Id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("weights", JSONB, nullable=False),
    Column("rules", JSONB, nullable=False),
    Column("max_gap_basis_points", Integer, nullable=False),
    Column("blind_attributes", ARRAY(Text), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("organization_id", "match_policy_id", "version"),
    _of("match_policies", "match_policy_id"),
)

programs = Table(
    "programs",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("group_size", JSONB, nullable=False),
    Column("purpose", Text),
    Column("business_issue", Text),
    Column("success_measure", Text),
    Column("objectives", JSONB, nullable=False),
    Column("competency_ids", ARRAY(Id), nullable=False),
    Column("who_may_teach", JSONB, nullable=False),
    Column("who_may_learn", JSONB, nullable=False),
    Column("status", Text, nullable=False),
    *_history(),
    # The built-in standard policy where there is none.
    Column("match_policy_id", Id),
    PrimaryKeyConstraint("organization_id", "id"),
    _of("match_policies", "match_policy_id"),
)

participations = Table(
    "participations",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("program_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("capacity", Integer),
    *_history(),
    Column("paused", Text),
    # Offers that have run out since the last sign of life.
    Column("unanswered", Integer, nullable=False),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "program_id", "person_id"),
    _of("programs", "program_id"),
    Index("ix_participations_organization_id_program_id_id", "organization_id", "program_id", "id"),
)

# For their owner alone: no read of anybody else's joins this table.
participation_choices = Table(
    "participation_choices",
    metadata,
    _organization_id(),
    Column("participation_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("teachers", ARRAY(Id), nullable=False),
    Column("learners", ARRAY(Id), nullable=False),
    Column("excluded", ARRAY(Id), nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("organization_id", "participation_id"),
    _of("participations", "participation_id", ondelete="CASCADE"),
    Index("ix_participation_choices_organization_id_person_id", "organization_id", "person_id"),
    Index("ix_participation_choices_excluded", "excluded", postgresql_using="gin"),
)

match_runs = Table(
    "match_runs",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("program_id", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("progress", Float, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("snapshot_hash", Text),
    Column("engine_version", Text, nullable=False),
    Column("counts", JSONB(none_as_null=True)),
    Column("failure", Text),
    *_history(),
    Column("mode", Text, nullable=False),
    Column("longest_ring", Integer, nullable=False),
    Column("unmatched_first", Boolean, nullable=False),
    Column("replay_of", Id),
    Column("replay_equal", Boolean),
    Column("match_policy_id", Id),
    Column("match_policy_version", Integer),
    Column("pairs_hash", Text),
    Column("solver", Text),
    Column("total", BigInteger),
    Column("upper_bound", BigInteger),
    Column("gap_basis_points", Integer),
    Column("rounds", JSONB(none_as_null=True)),
    Column("failure_code", Text),
    PrimaryKeyConstraint("organization_id", "id"),
    _of("programs", "program_id"),
    _of("match_runs", "replay_of"),
    _of("match_policies", "match_policy_id"),
    Index("ix_match_runs_organization_id_program_id", "organization_id", "program_id"),
    # A replay stands in nobody's way but that of another replay of the same run.
    Index(
        "uq_match_runs_unfinished",
        "organization_id",
        text("coalesce(replay_of, program_id)"),
        unique=True,
        postgresql_where=text("status in ('queued', 'running')"),
    ),
)

# `tried` choices have been asked or passed over; for nobody to know.
requests = Table(
    "requests",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("program_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("aim", Text, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("choices", ARRAY(Id), nullable=False),
    Column("competency_id", Id),
    Column("message", Text),
    Column("discreet", Boolean, nullable=False),
    Column("answer_within_days", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("tried", Integer, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
    _of("programs", "program_id"),
    Index("ix_requests_organization_id_person_id_id", "organization_id", "person_id", "id"),
    Index("ix_requests_open", "organization_id", "program_id", postgresql_where=text("status = 'open'")),
)

proposals = Table(
    "proposals",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("program_id", Id, nullable=False),
    Column("match_run_id", Id),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("tracks", JSONB, nullable=False),
    # For all readers; each is told their side of it in words.
    Column("reasons", JSONB, nullable=False),
    # Never offered, never seen by its participants.
    Column("offered_at", DateTime(timezone=True)),
    Column("expires_at", DateTime(timezone=True)),
    *_history(),
    # When a no made it impossible; for coordinators to know.
    Column("declined_at", DateTime(timezone=True)),
    # Whoever made the request does not see its proposals before one is accepted.
    Column("request_id", Id),
    PrimaryKeyConstraint("organization_id", "id"),
    _of("programs", "program_id"),
    _of("match_runs", "match_run_id"),
    _of("requests", "request_id"),
    Index("ix_proposals_organization_id_program_id_id", "organization_id", "program_id", "id"),
    Index("ix_proposals_organization_id_match_run_id_id", "organization_id", "match_run_id", "id"),
    Index(
        "ix_proposals_open",
        "organization_id",
        "expires_at",
        postgresql_where=text("status in ('offered', 'partly_accepted')"),
    ),
    Index(
        "ix_proposals_organization_id_request_id",
        "organization_id",
        "request_id",
        postgresql_where=text("request_id is not null"),
    ),
)

proposal_participants = Table(
    "proposal_participants",
    metadata,
    _organization_id(),
    Column("proposal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("roles", ARRAY(Text), nullable=False),
    Column("decision", Text, nullable=False),
    Column("decided_at", DateTime(timezone=True)),
    # Kept for the person who said it; shown to nobody.
    Column("decline_reason", Text),
    PrimaryKeyConstraint("organization_id", "proposal_id", "person_id"),
    _of("proposals", "proposal_id"),
    Index("ix_proposal_participants_organization_id_person_id", "organization_id", "person_id", "proposal_id"),
)

# One row a person, role and accepted proposal; free again once the engagement has ended.
seats = Table(
    "seats",
    metadata,
    _organization_id(),
    Column("proposal_id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("role", Text, nullable=False),
    Column("taken_at", DateTime(timezone=True), nullable=False),
    Column("released_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("organization_id", "proposal_id", "person_id", "role"),
    _of("proposals", "proposal_id"),
    Index(
        "ix_seats_taken",
        "organization_id",
        "person_id",
        "role",
        postgresql_where=text("released_at is null"),
    ),
)

# What people say against what was found for them, and what they were answered.
contests = Table(
    "contests",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("program_id", Id, nullable=False),
    Column("proposal_id", Id),
    Column("match_run_id", Id),
    Column("person_id", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("answer", Text),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
    _of("programs", "program_id"),
    _of("proposals", "proposal_id"),
    _of("match_runs", "match_run_id"),
    Index("ix_contests_organization_id_program_id_id", "organization_id", "program_id", "id"),
    Index("ix_contests_organization_id_person_id_id", "organization_id", "person_id", "id"),
    Index(
        "uq_contests_open",
        "organization_id",
        "person_id",
        text("coalesce(proposal_id, match_run_id)"),
        unique=True,
        postgresql_where=text("status = 'open'"),
    ),
)
