"""How competencies relate."""

from alembic import op

from kit.row_security import enable

revision = "0003"
down_revision = "0002"

_ID = 'text collate "C" not null'
_COMPETENCY = "references profile.competencies (organization_id, id)"
_STATEMENT = f"""
create table profile.competency_relations (
    organization_id {_ID},
    competency_id {_ID},
    other_id {_ID},
    kind text not null,
    constraint pk_competency_relations primary key (organization_id, competency_id, other_id),
    constraint fk_competency_relations_organization_id_competency_id
        foreign key (organization_id, competency_id) {_COMPETENCY},
    constraint fk_competency_relations_organization_id_other_id foreign key (organization_id, other_id) {_COMPETENCY}
)
"""


def upgrade() -> None:
    op.execute(_STATEMENT)
    op.execute(
        "create index ix_competency_relations_organization_id_other_id on profile.competency_relations"
        " (organization_id, other_id)"
    )
    enable(op, "competency_relations")


def downgrade() -> None:
    op.drop_table("competency_relations", schema="profile")
