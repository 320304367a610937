"""The order in which people changed, for the index in memory; and what it is worth to be shown."""

from alembic import op

from kit.row_security import enable

revision = "0006"
down_revision = "0005"

SCHEMA = "matching"
TABLES = ("opportunity_prices", "people_revisions")

_SCOPE = 'organization_id text collate "C" not null'
_STATEMENTS = f"""
create table {SCHEMA}.people_revisions (
    {_SCOPE},
    revision bigint not null,
    constraint pk_people_revisions primary key (organization_id)
);

alter table {SCHEMA}.people add column revision bigint not null default 0;
create index ix_people_organization_id_revision on {SCHEMA}.people (organization_id, revision);

create table {SCHEMA}.opportunity_prices (
    {_SCOPE},
    revision bigint not null,
    prices bytea not null,
    constraint pk_opportunity_prices primary key (organization_id)
);

create index ix_participation_choices_excluded on {SCHEMA}.participation_choices using gin (excluded);
"""


def upgrade() -> None:
    """Change the schema."""
    for statement in filter(str.strip, _STATEMENTS.split(";\n")):
        op.execute(statement)
    for table in TABLES:
        enable(op, table)


def downgrade() -> None:
    """Change it back."""
    op.execute(f"drop index {SCHEMA}.ix_participation_choices_excluded")
    op.drop_table("opportunity_prices", schema=SCHEMA)
    op.execute(f"drop index {SCHEMA}.ix_people_organization_id_revision")
    op.execute(f"alter table {SCHEMA}.people drop column revision")
    op.drop_table("people_revisions", schema=SCHEMA)
