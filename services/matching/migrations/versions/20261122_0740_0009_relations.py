"""Find from either side how competencies relate."""

from alembic import op

revision = "0009"
down_revision = "0008"

SCHEMA = "matching"
_INDEX = "ix_competency_relations_organization_id_other_id"


def upgrade() -> None:
    """Change the schema."""
    op.execute(f"create index {_INDEX} on {SCHEMA}.competency_relations (organization_id, other_id)")


def downgrade() -> None:
    """Change it back."""
    op.drop_index(_INDEX, schema=SCHEMA)
