"""How fair runs were, and why they left people out."""

from alembic import op

from kit.row_security import enable

revision = "0008"
down_revision = "0007"

SCHEMA = "matching"
_ID = 'text collate "C" not null'
_REVIEWS = f"""
create table {SCHEMA}.match_run_reviews (
    organization_id {_ID},
    match_run_id {_ID},
    figures jsonb not null,
    constraint pk_match_run_reviews primary key (organization_id, match_run_id),
    constraint fk_match_run_reviews_organization_id_match_run_id foreign key (organization_id, match_run_id)
        references {SCHEMA}.match_runs (organization_id, id)
)
"""


def upgrade() -> None:
    """Change the schema."""
    columns = "add column code text, add column rule text, add column short_by integer"
    op.execute(f"alter table {SCHEMA}.match_run_left_out {columns}")
    op.execute(_REVIEWS)
    enable(op, "match_run_reviews")


def downgrade() -> None:
    """Change it back."""
    op.drop_table("match_run_reviews", schema=SCHEMA)
    op.execute(f"alter table {SCHEMA}.match_run_left_out drop column code, drop column rule, drop column short_by")
