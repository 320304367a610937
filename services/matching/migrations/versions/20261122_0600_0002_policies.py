"""Match policies and their versions, choices and exclusions."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Change the schema."""


def downgrade() -> None:
    """Change it back."""
