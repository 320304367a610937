"""The order in which people changed, for the index in memory."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Change the schema."""


def downgrade() -> None:
    """Change it back."""
