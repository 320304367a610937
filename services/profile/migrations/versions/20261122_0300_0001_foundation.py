"""Organizations, on the base that every service has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from kit.database import Id
from kit.migrations import install_base
from kit.row_security import enable

revision = "0001"
down_revision = None


def upgrade() -> None:
    install_base(op, "profile")
    op.create_table(
        "organizations",
        sa.Column("organization_id", Id, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("time_zone", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("min_group_size", sa.Integer, nullable=False),
        sa.Column("terminology", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "id", name="pk_organizations"),
        schema="profile",
    )
    enable(op, "organizations")
