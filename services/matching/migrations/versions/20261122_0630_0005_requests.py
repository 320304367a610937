"""Requests, contests, what nobody but its author notices of a no, and signs of life."""

from alembic import op

from kit.row_security import enable

revision = "0005"
down_revision = "0004"

SCHEMA = "matching"
TABLES = ("contests", "requests")

_ID = 'text collate "C"'
_SCOPE = f"organization_id {_ID} not null"
_HISTORY = "version integer not null, created_at timestamptz not null, updated_at timestamptz not null"


def _of(table: str, column: str) -> str:
    return f"foreign key (organization_id, {column}) references {SCHEMA}.{table} (organization_id, id)"


_STATEMENTS = f"""
alter table {SCHEMA}.participations
    add column paused text,
    add column unanswered integer not null default 0;
alter table {SCHEMA}.participations
    alter column unanswered drop default;

create table {SCHEMA}.requests (
    {_SCOPE},
    id {_ID} not null,
    program_id {_ID} not null,
    person_id {_ID} not null,
    aim text not null,
    roles text[] not null,
    choices {_ID.replace("text", "text[]")} not null,
    competency_id {_ID},
    message text,
    discreet boolean not null,
    answer_within_days integer not null,
    status text not null,
    tried integer not null,
    expires_at timestamptz not null,
    {_HISTORY},
    constraint pk_requests primary key (organization_id, id),
    constraint fk_requests_organization_id_program_id {_of("programs", "program_id")}
);
create index ix_requests_organization_id_person_id_id on {SCHEMA}.requests (organization_id, person_id, id);
create index ix_requests_open on {SCHEMA}.requests (organization_id, program_id) where status = 'open';

alter table {SCHEMA}.proposals
    add column declined_at timestamptz,
    add column request_id {_ID},
    add constraint fk_proposals_organization_id_request_id {_of("requests", "request_id")};
create index ix_proposals_organization_id_request_id on {SCHEMA}.proposals (organization_id, request_id)
    where request_id is not null;

create table {SCHEMA}.contests (
    {_SCOPE},
    id {_ID} not null,
    program_id {_ID} not null,
    proposal_id {_ID},
    match_run_id {_ID},
    person_id {_ID} not null,
    reason text not null,
    status text not null,
    answer text,
    {_HISTORY},
    constraint pk_contests primary key (organization_id, id),
    constraint fk_contests_organization_id_program_id {_of("programs", "program_id")},
    constraint fk_contests_organization_id_proposal_id {_of("proposals", "proposal_id")},
    constraint fk_contests_organization_id_match_run_id {_of("match_runs", "match_run_id")}
);
create index ix_contests_organization_id_program_id_id on {SCHEMA}.contests (organization_id, program_id, id);
create index ix_contests_organization_id_person_id_id on {SCHEMA}.contests (organization_id, person_id, id);
create unique index uq_contests_open
    on {SCHEMA}.contests (organization_id, person_id, coalesce(proposal_id, match_run_id)) where status = 'open';
"""


def upgrade() -> None:
    """Change the schema."""
    for statement in filter(str.strip, _STATEMENTS.split(";\n")):
        op.execute(statement)
    for table in TABLES:
        enable(op, table)


def downgrade() -> None:
    """Change it back; proposals that came of requests go with these."""
    op.drop_table("contests", schema=SCHEMA)
    _forget_the_proposals_of_requests()
    op.execute(f"alter table {SCHEMA}.proposals drop column request_id, drop column declined_at")
    op.drop_table("requests", schema=SCHEMA)
    op.execute(f"alter table {SCHEMA}.participations drop column unanswered, drop column paused")


def _forget_the_proposals_of_requests() -> None:
    # The owner is held by row security too, until it says that it is not: only so does it see all organizations.
    tables = ("seats", "proposal_participants", "proposals")
    for table in tables:
        op.execute(f"alter table {SCHEMA}.{table} no force row level security")
    for table in tables:
        column = "id" if table == "proposals" else "proposal_id"
        op.execute(
            f"delete from {SCHEMA}.{table} where (organization_id, {column}) in "  # noqa: S608 - names of our own
            f"(select organization_id, id from {SCHEMA}.proposals where request_id is not null)"
        )
    for table in tables:
        op.execute(f"alter table {SCHEMA}.{table} force row level security")
