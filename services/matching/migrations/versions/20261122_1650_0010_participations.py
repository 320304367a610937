"""Find a page of those who take part in a program."""

from alembic import op

revision = "0010"
down_revision = "0009"

SCHEMA = "matching"
_INDEX = "ix_participations_organization_id_program_id_id"


def upgrade() -> None:
    """Change the schema."""
    op.execute(f"create index {_INDEX} on {SCHEMA}.participations (organization_id, program_id, id)")


def downgrade() -> None:
    """Change it back."""
    op.drop_index(_INDEX, schema=SCHEMA)
