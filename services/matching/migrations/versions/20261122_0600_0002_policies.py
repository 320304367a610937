"""Match policies and their versions, choices and exclusions.

The rules that each program had become policies: one for all the programs of an organization that have the same, and
none where they are what the standard policy says.
"""

from alembic import op

from kit.row_security import enable

revision = "0002"
down_revision = "0001"

SCHEMA = "matching"
TABLES = ("participation_choices", "match_policy_versions", "match_policies")

_ID = 'text collate "C"'
_IDS = _ID.replace("text", "text[]")
_SCOPE = f"organization_id {_ID} not null"
_STANDARD_RULES = """'{"exclude_manager_line": true, "exclude_same_team": true, "require_shared_language": true,
    "max_time_zone_gap_hours": null, "min_score": 0}'::jsonb"""
_STANDARD_WEIGHTS = """'{"fit": 6500, "choice": 1000, "availability": 1000, "time_zone": 800, "language": 700,
    "other_department": 0}'::jsonb"""


def _of(table: str, column: str) -> str:
    return f"foreign key (organization_id, {column}) references {SCHEMA}.{table} (organization_id, id)"


_CREATE = f"""
create table {SCHEMA}.match_policies (
    {_SCOPE},
    id {_ID} not null,
    version integer not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint pk_match_policies primary key (organization_id, id)
);

create table {SCHEMA}.match_policy_versions (
    {_SCOPE},
    match_policy_id {_ID} not null,
    version integer not null,
    name text not null,
    status text not null,
    weights jsonb not null,
    rules jsonb not null,
    max_gap_basis_points integer not null,
    blind_attributes text[] not null,
    created_at timestamptz not null,
    constraint pk_match_policy_versions primary key (organization_id, match_policy_id, version),
    constraint fk_match_policy_versions_organization_id_match_policy_id {_of("match_policies", "match_policy_id")}
);

create table {SCHEMA}.participation_choices (
    {_SCOPE},
    participation_id {_ID} not null,
    person_id {_ID} not null,
    teachers {_IDS} not null,
    learners {_IDS} not null,
    excluded {_IDS} not null,
    version integer not null,
    constraint pk_participation_choices primary key (organization_id, participation_id),
    constraint fk_participation_choices_organization_id_participation_id
        {_of("participations", "participation_id")} on delete cascade
);
create index ix_participation_choices_organization_id_person_id
    on {SCHEMA}.participation_choices (organization_id, person_id);

alter table {SCHEMA}.programs add column match_policy_id {_ID};
"""

# Ids are in the order of their making, so these begin with this moment; the rest comes of what they stand for.
_CONVERT = f"""
with converted as (
    select organization_id, rules, left(min(name), 190) as name,
           'pol_' || lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0')
           || '7' || substr(md5(organization_id || rules::text), 1, 3)
           || '8' || substr(md5(organization_id || rules::text), 4, 15) as id
      from {SCHEMA}.programs
     where rules <> {_STANDARD_RULES}
     group by organization_id, rules
), policies as (
    insert into {SCHEMA}.match_policies (organization_id, id, version, created_at, updated_at)
    select organization_id, id, 1, now(), now() from converted
), versions as (
    insert into {SCHEMA}.match_policy_versions
        (organization_id, match_policy_id, version, name, status, weights, rules, max_gap_basis_points,
         blind_attributes, created_at)
    select organization_id, id, 1, 'Rules of ' || name, 'active', {_STANDARD_WEIGHTS},
           rules || '{{"level_band": null}}', 10, '{{department,name,reporting_level}}', now()
      from converted
)
update {SCHEMA}.programs program
   set match_policy_id = converted.id
  from converted
 where converted.organization_id = program.organization_id and converted.rules = program.rules;

alter table {SCHEMA}.programs
    drop column rules,
    add constraint fk_programs_organization_id_match_policy_id {_of("match_policies", "match_policy_id")};
"""  # noqa: S608 - put together from parts of our own

_CONVERT_BACK = f"""
alter table {SCHEMA}.programs add column rules jsonb not null default {_STANDARD_RULES};

update {SCHEMA}.programs program
   set rules = stated.rules - 'level_band'
  from {SCHEMA}.match_policies policy
  join {SCHEMA}.match_policy_versions stated
    on stated.organization_id = policy.organization_id and stated.match_policy_id = policy.id
   and stated.version = policy.version
 where policy.organization_id = program.organization_id and policy.id = program.match_policy_id;

alter table {SCHEMA}.programs alter column rules drop default, drop column match_policy_id;
"""  # noqa: S608 - put together from parts of our own


def upgrade() -> None:
    _run(_CREATE)
    _for_everybody(_CONVERT, "programs")
    for table in TABLES:
        enable(op, table)


def downgrade() -> None:
    _for_everybody(_CONVERT_BACK, "programs", "match_policies", "match_policy_versions")
    for table in TABLES:
        op.drop_table(table, schema=SCHEMA)


def _for_everybody(statements: str, *tables: str) -> None:
    # The owner is held by row security too, until it says that it is not: only so does it see all organizations.
    for table in tables:
        op.execute(f"alter table {SCHEMA}.{table} no force row level security")
    _run(statements)
    for table in tables:
        op.execute(f"alter table {SCHEMA}.{table} force row level security")


def _run(statements: str) -> None:
    for statement in filter(str.strip, statements.split(";\n")):
        op.execute(statement)
