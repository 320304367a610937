"""The tables of the profile schema."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
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

SCHEMA = "profile"
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


def _of_person() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", "person_id"], [f"{SCHEMA}.people.organization_id", f"{SCHEMA}.people.id"]
    )


def _of_competency() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", "competency_id"], [f"{SCHEMA}.competencies.organization_id", f"{SCHEMA}.competencies.id"]
    )


def _of_import() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organization_id", "import_id"], [f"{SCHEMA}.imports.organization_id", f"{SCHEMA}.imports.id"]
    )


organizations = Table(
    "organizations",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("time_zone", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("min_group_size", Integer, nullable=False),
    Column("terminology", JSONB, nullable=False),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
)

people = Table(
    "people",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("external_id", Text),
    Column("given_name", Text),
    Column("family_name", Text),
    Column("display_name", Text, nullable=False),
    Column("work_email", Text),
    # What tells addresses apart: two that differ in case only reach the same mailbox.
    Column("work_email_key", Text),
    Column("job_title", Text),
    Column("department", Text),
    Column("team", Text),
    Column("location", Text),
    Column("manager_id", Id),
    # The external id of a manager who is not here yet.
    Column("pending_manager", Text),
    Column("time_zone", Text, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("employment_status", Text, nullable=False),
    Column("reporting_level", Integer),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "external_id"),
    # Checked at the end of a statement, so that one import may swap two people's addresses.
    UniqueConstraint("organization_id", "work_email_key", deferrable=True, initially="IMMEDIATE"),
    ForeignKeyConstraint(
        ["organization_id", "manager_id"], [f"{SCHEMA}.people.organization_id", f"{SCHEMA}.people.id"]
    ),
    Index("ix_people_organization_id_display_name_id", "organization_id", "display_name", "id"),
    Index("ix_people_organization_id_manager_id", "organization_id", "manager_id"),
    Index(
        "ix_people_organization_id_pending_manager",
        "organization_id",
        "pending_manager",
        postgresql_where=text("pending_manager is not null"),
    ),
)

competencies = Table(
    "competencies",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("label", Text, nullable=False),
    # Compared byte by byte, so that its index serves the search by prefix.
    Column("label_key", Id, nullable=False),
    Column("description", Text),
    Column("category", Text),
    Column("source", Text, nullable=False),
    Column("source_id", Text),
    Column("status", Text, nullable=False),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "label_key"),
    Index(
        "ix_competencies_label_key_similarity",
        "label_key",
        postgresql_using="gin",
        postgresql_ops={"label_key": "public.gin_trgm_ops"},
    ),
)

# A related pair has a row in each direction.
competency_relations = Table(
    "competency_relations",
    metadata,
    _organization_id(),
    Column("competency_id", Id, nullable=False),
    Column("other_id", Id, nullable=False),
    Column("kind", Text, nullable=False),
    PrimaryKeyConstraint("organization_id", "competency_id", "other_id"),
    _of_competency(),
    ForeignKeyConstraint(
        ["organization_id", "other_id"], [f"{SCHEMA}.competencies.organization_id", f"{SCHEMA}.competencies.id"]
    ),
    Index("ix_competency_relations_organization_id_other_id", "organization_id", "other_id"),
)

strengths = Table(
    "strengths",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("competency_id", Id, nullable=False),
    Column("level", Integer, nullable=False),
    Column("willing", Boolean, nullable=False),
    Column("formats", ARRAY(Text), nullable=False),
    Column("asset_type", Text, nullable=False),
    Column("note", Text),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "person_id", "competency_id"),
    _of_person(),
    _of_competency(),
    Index("ix_strengths_organization_id_competency_id", "organization_id", "competency_id"),
)

growth_areas = Table(
    "growth_areas",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("person_id", Id, nullable=False),
    Column("competency_id", Id, nullable=False),
    Column("current_level", Integer, nullable=False),
    Column("target_level", Integer, nullable=False),
    Column("importance", Integer, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("situation", Text),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "person_id", "competency_id"),
    _of_person(),
    _of_competency(),
    Index("ix_growth_areas_organization_id_competency_id", "organization_id", "competency_id"),
)

list_versions = Table(
    "list_versions",
    metadata,
    _organization_id(),
    Column("person_id", Id, nullable=False),
    Column("list", Text, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("organization_id", "person_id", "list"),
    _of_person(),
)

preferences = Table(
    "preferences",
    metadata,
    _organization_id(),
    Column("person_id", Id, nullable=False),
    Column("pace", Text),
    Column("format", Text),
    Column("depth", Text),
    Column("language", Text),
    *_history(),
    PrimaryKeyConstraint("organization_id", "person_id"),
    _of_person(),
)

availabilities = Table(
    "availabilities",
    metadata,
    _organization_id(),
    Column("person_id", Id, nullable=False),
    # [[weekday, first minute, end minute], ...] in the person's own time zone.
    Column("windows", JSONB, nullable=False),
    Column("teaching_capacity", Integer, nullable=False),
    Column("learning_capacity", Integer, nullable=False),
    Column("hours_per_month", Integer),
    Column("paused_until", Date),
    *_history(),
    PrimaryKeyConstraint("organization_id", "person_id"),
    _of_person(),
)

imports = Table(
    "imports",
    metadata,
    _organization_id(),
    Column("id", Id, nullable=False),
    Column("status", Text, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("mapping", JSONB, nullable=False),
    Column("ignored_columns", ARRAY(Text), nullable=False),
    Column("refused_columns", ARRAY(Text), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("rows_read", Integer, nullable=False),
    Column("created", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused_rows", Integer, nullable=False),
    Column("pending_managers", Integer, nullable=False),
    Column("failure", Text),
    Column("finished_at", DateTime(timezone=True)),
    *_history(),
    PrimaryKeyConstraint("organization_id", "id"),
)

import_uploads = Table(
    "import_uploads",
    metadata,
    _organization_id(),
    Column("import_id", Id, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("organization_id", "import_id"),
    _of_import(),
)

import_errors = Table(
    "import_errors",
    metadata,
    _organization_id(),
    Column("import_id", Id, nullable=False),
    Column("position", Integer, nullable=False),
    Column("row_number", Integer, nullable=False),
    Column("column_name", Text),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    PrimaryKeyConstraint("organization_id", "import_id", "position"),
    _of_import(),
)
