"""Competencies, how they relate and since when they are wanted, and job titles."""

from alembic import op

from kit.row_security import enable

revision = "0007"
down_revision = "0006"

SCHEMA = "matching"
TABLES = ("organizations", "wanted_topics", "competency_relations")

_ID = 'text collate "C" not null'
_STATEMENTS = f"""
create table {SCHEMA}.competency_relations (
    organization_id {_ID},
    competency_id {_ID},
    other_id {_ID},
    kind text not null,
    constraint pk_competency_relations primary key (organization_id, competency_id, other_id)
);

create table {SCHEMA}.wanted_topics (
    organization_id {_ID},
    person_id {_ID},
    competency_id {_ID},
    since date not null,
    constraint pk_wanted_topics primary key (organization_id, person_id, competency_id)
);
create index ix_wanted_topics_organization_id_competency_id on {SCHEMA}.wanted_topics (organization_id, competency_id);

create table {SCHEMA}.organizations (
    organization_id {_ID},
    min_group_size integer not null,
    constraint pk_organizations primary key (organization_id)
);

alter table {SCHEMA}.people add column job_title text;
"""


def upgrade() -> None:
    """Change the schema."""
    for statement in filter(str.strip, _STATEMENTS.split(";\n")):
        op.execute(statement)
    for table in TABLES:
        enable(op, table)


def downgrade() -> None:
    """Change it back."""
    op.execute(f"alter table {SCHEMA}.people drop column job_title")
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
