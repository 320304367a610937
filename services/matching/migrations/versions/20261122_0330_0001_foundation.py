"""The copy of people, programs, match runs, proposals and places, on the base that every service has."""

from alembic import op

from kit.migrations import install_base
from kit.row_security import enable

revision = "0001"
down_revision = None

SCHEMA = "matching"
TABLES = ("seats", "proposal_participants", "proposals", "match_runs", "participations", "programs", "people")

_HISTORY = "version integer not null, created_at timestamptz not null, updated_at timestamptz not null"
_ID = 'text collate "C"'
_SCOPE = f"organization_id {_ID} not null"


def _of(table: str, column: str) -> str:
    return f"foreign key (organization_id, {column}) references {SCHEMA}.{table} (organization_id, id)"


_STATEMENTS = f"""
create table {SCHEMA}.people (
    {_SCOPE},
    id {_ID} not null,
    display_name text not null,
    active boolean not null,
    reporting_level integer,
    manager_id {_ID},
    department text,
    team text,
    time_zone text not null,
    languages text[] not null,
    teaching_capacity integer not null,
    learning_capacity integer not null,
    paused_until date,
    windows jsonb not null,
    strengths jsonb not null,
    growth_areas jsonb not null,
    version integer not null,
    constraint pk_people primary key (organization_id, id)
);

create table {SCHEMA}.programs (
    {_SCOPE},
    id {_ID} not null,
    name text not null,
    kind text not null,
    format text not null,
    group_size jsonb not null,
    purpose text,
    business_issue text,
    success_measure text,
    objectives jsonb not null,
    competency_ids {_ID.replace("text", "text[]")} not null,
    who_may_teach jsonb not null,
    who_may_learn jsonb not null,
    rules jsonb not null,
    status text not null,
    {_HISTORY},
    constraint pk_programs primary key (organization_id, id)
);

create table {SCHEMA}.participations (
    {_SCOPE},
    id {_ID} not null,
    program_id {_ID} not null,
    person_id {_ID} not null,
    roles text[] not null,
    capacity integer,
    {_HISTORY},
    constraint pk_participations primary key (organization_id, id),
    constraint uq_participations_organization_id_program_id_person_id unique (organization_id, program_id, person_id),
    constraint fk_participations_organization_id_program_id {_of("programs", "program_id")}
);

create table {SCHEMA}.match_runs (
    {_SCOPE},
    id {_ID} not null,
    program_id {_ID} not null,
    status text not null,
    phase text not null,
    progress double precision not null,
    seed integer not null,
    snapshot_hash text,
    engine_version text not null,
    counts jsonb,
    failure text,
    {_HISTORY},
    constraint pk_match_runs primary key (organization_id, id),
    constraint fk_match_runs_organization_id_program_id {_of("programs", "program_id")}
);
create index ix_match_runs_organization_id_program_id on {SCHEMA}.match_runs (organization_id, program_id);
create unique index uq_match_runs_unfinished on {SCHEMA}.match_runs (organization_id, program_id)
    where status in ('queued', 'running');

create table {SCHEMA}.proposals (
    {_SCOPE},
    id {_ID} not null,
    program_id {_ID} not null,
    match_run_id {_ID},
    kind text not null,
    source text not null,
    status text not null,
    score integer not null,
    tracks jsonb not null,
    explanation jsonb not null,
    offered_at timestamptz,
    expires_at timestamptz,
    {_HISTORY},
    constraint pk_proposals primary key (organization_id, id),
    constraint fk_proposals_organization_id_program_id {_of("programs", "program_id")},
    constraint fk_proposals_organization_id_match_run_id {_of("match_runs", "match_run_id")}
);
create index ix_proposals_organization_id_program_id_id on {SCHEMA}.proposals (organization_id, program_id, id);
create index ix_proposals_organization_id_match_run_id_id on {SCHEMA}.proposals (organization_id, match_run_id, id);
create index ix_proposals_open on {SCHEMA}.proposals (organization_id, expires_at)
    where status in ('offered', 'partly_accepted');

create table {SCHEMA}.proposal_participants (
    {_SCOPE},
    proposal_id {_ID} not null,
    person_id {_ID} not null,
    roles text[] not null,
    decision text not null,
    decided_at timestamptz,
    decline_reason text,
    explanation jsonb not null,
    constraint pk_proposal_participants primary key (organization_id, proposal_id, person_id),
    constraint fk_proposal_participants_organization_id_proposal_id {_of("proposals", "proposal_id")}
);
create index ix_proposal_participants_organization_id_person_id
    on {SCHEMA}.proposal_participants (organization_id, person_id, proposal_id);

create table {SCHEMA}.seats (
    {_SCOPE},
    proposal_id {_ID} not null,
    person_id {_ID} not null,
    role text not null,
    taken_at timestamptz not null,
    released_at timestamptz,
    constraint pk_seats primary key (organization_id, proposal_id, person_id, role),
    constraint fk_seats_organization_id_proposal_id {_of("proposals", "proposal_id")}
);
create index ix_seats_taken on {SCHEMA}.seats (organization_id, person_id, role) where released_at is null;
"""


def upgrade() -> None:
    install_base(op, SCHEMA)
    for statement in filter(str.strip, _STATEMENTS.split(";\n")):
        op.execute(statement)
    for table in TABLES:
        enable(op, table)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
