"""Requests, contests, quorum and signs of life."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Change the schema."""


def downgrade() -> None:
    """Change it back."""
