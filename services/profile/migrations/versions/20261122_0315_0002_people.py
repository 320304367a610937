"""People and what they say of themselves, competencies, and imports."""

from alembic import op

from kit.row_security import enable

revision = "0002"
down_revision = "0001"

SCHEMA = "profile"
TABLES = (
    "import_errors",
    "import_uploads",
    "imports",
    "availabilities",
    "preferences",
    "list_versions",
    "growth_areas",
    "strengths",
    "competencies",
    "people",
)

_HISTORY = "version integer not null, created_at timestamptz not null, updated_at timestamptz not null"
_ID = 'text collate "C"'
_SCOPE = f"organization_id {_ID} not null"
_OF_PERSON = "foreign key (organization_id, person_id) references profile.people (organization_id, id)"
_OF_COMPETENCY = "foreign key (organization_id, competency_id) references profile.competencies (organization_id, id)"
_OF_IMPORT = "foreign key (organization_id, import_id) references profile.imports (organization_id, id)"

_STATEMENTS = f"""
create table profile.people (
    {_SCOPE},
    id {_ID} not null,
    external_id text,
    given_name text,
    family_name text,
    display_name text not null,
    work_email text,
    work_email_key text,
    job_title text,
    department text,
    team text,
    location text,
    manager_id {_ID},
    pending_manager text,
    time_zone text not null,
    languages text[] not null,
    employment_status text not null,
    reporting_level integer,
    {_HISTORY},
    constraint pk_people primary key (organization_id, id),
    constraint uq_people_organization_id_external_id unique (organization_id, external_id),
    constraint uq_people_organization_id_work_email_key unique (organization_id, work_email_key)
        deferrable initially immediate,
    constraint fk_people_organization_id_manager_id foreign key (organization_id, manager_id)
        references profile.people (organization_id, id)
);
create index ix_people_organization_id_display_name_id on profile.people (organization_id, display_name, id);
create index ix_people_organization_id_manager_id on profile.people (organization_id, manager_id);
create index ix_people_organization_id_pending_manager on profile.people (organization_id, pending_manager)
    where pending_manager is not null;

create table profile.competencies (
    {_SCOPE},
    id {_ID} not null,
    label text not null,
    label_key {_ID} not null,
    description text,
    category text,
    source text not null,
    source_id text,
    status text not null,
    {_HISTORY},
    constraint pk_competencies primary key (organization_id, id),
    constraint uq_competencies_organization_id_label_key unique (organization_id, label_key)
);
create index ix_competencies_label_key_similarity on profile.competencies using gin (label_key public.gin_trgm_ops);

create table profile.strengths (
    {_SCOPE},
    id {_ID} not null,
    person_id {_ID} not null,
    competency_id {_ID} not null,
    level integer not null,
    willing boolean not null,
    formats text[] not null,
    asset_type text not null,
    note text,
    {_HISTORY},
    constraint pk_strengths primary key (organization_id, id),
    constraint uq_strengths_organization_id_person_id_competency_id unique (organization_id, person_id, competency_id),
    constraint fk_strengths_organization_id_person_id {_OF_PERSON},
    constraint fk_strengths_organization_id_competency_id {_OF_COMPETENCY}
);
create index ix_strengths_organization_id_competency_id on profile.strengths (organization_id, competency_id);

create table profile.growth_areas (
    {_SCOPE},
    id {_ID} not null,
    person_id {_ID} not null,
    competency_id {_ID} not null,
    current_level integer not null,
    target_level integer not null,
    importance integer not null,
    visibility text not null,
    situation text,
    {_HISTORY},
    constraint pk_growth_areas primary key (organization_id, id),
    constraint uq_growth_areas_organization_id_person_id_competency_id
        unique (organization_id, person_id, competency_id),
    constraint fk_growth_areas_organization_id_person_id {_OF_PERSON},
    constraint fk_growth_areas_organization_id_competency_id {_OF_COMPETENCY}
);
create index ix_growth_areas_organization_id_competency_id on profile.growth_areas (organization_id, competency_id);

create table profile.list_versions (
    {_SCOPE},
    person_id {_ID} not null,
    list text not null,
    version integer not null,
    constraint pk_list_versions primary key (organization_id, person_id, list),
    constraint fk_list_versions_organization_id_person_id {_OF_PERSON}
);

create table profile.preferences (
    {_SCOPE},
    person_id {_ID} not null,
    pace text,
    format text,
    depth text,
    language text,
    {_HISTORY},
    constraint pk_preferences primary key (organization_id, person_id),
    constraint fk_preferences_organization_id_person_id {_OF_PERSON}
);

create table profile.availabilities (
    {_SCOPE},
    person_id {_ID} not null,
    windows jsonb not null,
    teaching_capacity integer not null,
    learning_capacity integer not null,
    hours_per_month integer,
    paused_until date,
    {_HISTORY},
    constraint pk_availabilities primary key (organization_id, person_id),
    constraint fk_availabilities_organization_id_person_id {_OF_PERSON}
);

create table profile.imports (
    {_SCOPE},
    id {_ID} not null,
    status text not null,
    dry_run boolean not null,
    mapping jsonb not null,
    ignored_columns text[] not null,
    refused_columns text[] not null,
    rows integer not null,
    rows_read integer not null,
    created integer not null,
    updated integer not null,
    unchanged integer not null,
    refused_rows integer not null,
    pending_managers integer not null,
    failure text,
    finished_at timestamptz,
    {_HISTORY},
    constraint pk_imports primary key (organization_id, id)
);

create table profile.import_uploads (
    {_SCOPE},
    import_id {_ID} not null,
    content bytea not null,
    constraint pk_import_uploads primary key (organization_id, import_id),
    constraint fk_import_uploads_organization_id_import_id {_OF_IMPORT}
);

create table profile.import_errors (
    {_SCOPE},
    import_id {_ID} not null,
    position integer not null,
    row_number integer not null,
    column_name text,
    code text not null,
    message text not null,
    constraint pk_import_errors primary key (organization_id, import_id, position),
    constraint fk_import_errors_organization_id_import_id {_OF_IMPORT}
);
"""


def upgrade() -> None:
    for statement in filter(str.strip, _STATEMENTS.split(";\n")):
        op.execute(statement)
    for table in TABLES:
        enable(op, table)


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)
