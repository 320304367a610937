"""What a match run was computed from, its mode, and what came of it."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Change the schema."""


def downgrade() -> None:
    """Change it back."""
