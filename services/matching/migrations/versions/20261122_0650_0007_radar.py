"""Competencies, how they relate, and job titles."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Change the schema."""


def downgrade() -> None:
    """Change it back."""
