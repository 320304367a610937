"""What a match run was computed from, its mode, and what came of it."""

from alembic import op

from kit.row_security import enable, enable_with_feed

revision = "0003"
down_revision = "0002"

SCHEMA = "matching"
RUNS = f"{SCHEMA}.match_runs"

_ID = 'text collate "C"'
_OF_A_RUN = f"""
    organization_id {_ID} not null,
    match_run_id {_ID} not null,
"""


def _reference(table: str, column: str, target: str = RUNS) -> str:
    return f"""constraint fk_{table}_organization_id_{column} foreign key (organization_id, {column})
        references {target} (organization_id, id)"""


_COLUMNS = f"""
alter table {RUNS}
    add column mode text not null default 'best_total',
    add column longest_ring integer not null default 3,
    add column unmatched_first boolean not null default false,
    add column replay_of {_ID},
    add column replay_equal boolean,
    add column match_policy_id {_ID},
    add column match_policy_version integer,
    add column pairs_hash text,
    add column solver text,
    add column total bigint,
    add column upper_bound bigint,
    add column gap_basis_points integer,
    add column rounds jsonb,
    add column failure_code text,
    add {_reference("match_runs", "replay_of")},
    add {_reference("match_runs", "match_policy_id", f"{SCHEMA}.match_policies")};
"""
_ADDED = (
    "mode", "longest_ring", "unmatched_first", "replay_of", "replay_equal", "match_policy_id", "match_policy_version",
    "pairs_hash", "solver", "total", "upper_bound", "gap_basis_points", "rounds", "failure_code",
)  # fmt: skip
_NO_DEFAULTS = f"""
alter table {RUNS}
    alter column mode drop default,
    alter column longest_ring drop default,
    alter column unmatched_first drop default;
"""
# What was there says in its program what it was after.
_WHAT_WAS_THERE = f"""
update {RUNS} run
   set mode = case when program.format = 'group' then 'groups' when program.kind = 'reciprocal' then 'reciprocal'
                   else 'best_total' end,
       failure_code = case when run.failure is not null then 'internal-error' end
  from {SCHEMA}.programs program
 where program.organization_id = run.organization_id and program.id = run.program_id;
"""  # noqa: S608 - names of our own
_TABLES = f"""
create table {SCHEMA}.match_run_snapshots ({_OF_A_RUN}
    snapshot_hash text not null,
    problem bytea not null,
    solution bytea not null,
    kept_until timestamptz not null,
    constraint pk_match_run_snapshots primary key (organization_id, match_run_id),
    {_reference("match_run_snapshots", "match_run_id")}
);
alter table {SCHEMA}.match_run_snapshots
    alter column problem set storage external,
    alter column solution set storage external;
create index ix_match_run_snapshots_kept_until on {SCHEMA}.match_run_snapshots (kept_until);

create table {SCHEMA}.match_run_prices ({_OF_A_RUN}
    person_id {_ID} not null,
    price bigint not null,
    constraint pk_match_run_prices primary key (organization_id, match_run_id, person_id),
    {_reference("match_run_prices", "match_run_id")}
);

create table {SCHEMA}.match_run_left_out ({_OF_A_RUN}
    person_id {_ID} not null,
    constraint pk_match_run_left_out primary key (organization_id, match_run_id, person_id),
    {_reference("match_run_left_out", "match_run_id")}
);
"""


def upgrade() -> None:
    """Change the schema."""
    op.execute(_COLUMNS)
    _unfenced(_WHAT_WAS_THERE, "match_runs", "programs")
    op.execute(_NO_DEFAULTS)
    # A replay stands in nobody's way but that of another replay of the same run.
    _one_unfinished("coalesce(replay_of, program_id)")
    for statement in filter(str.strip, _TABLES.split(";\n")):
        op.execute(statement)
    enable_with_feed(op, "match_run_snapshots")
    enable(op, "match_run_prices")
    enable(op, "match_run_left_out")


def downgrade() -> None:
    """Change it back."""
    for table in ("match_run_left_out", "match_run_prices", "match_run_snapshots"):
        op.execute(f"drop table {SCHEMA}.{table}")
    _unfenced(f"delete from {RUNS} where replay_of is not null", "match_runs")  # noqa: S608 - a name of our own
    _one_unfinished("program_id")
    op.execute(f"alter table {RUNS} {', '.join(f'drop column {name}' for name in _ADDED)}")


def _unfenced(statement: str, *tables: str) -> None:
    """Run a statement over the rows of all organizations, which even the owner of a table does not see otherwise."""
    for table in tables:
        op.execute(f"alter table {SCHEMA}.{table} no force row level security")
    op.execute(statement)
    for table in tables:
        op.execute(f"alter table {SCHEMA}.{table} force row level security")


def _one_unfinished(of: str) -> None:
    op.execute(f"drop index {SCHEMA}.uq_match_runs_unfinished")
    op.execute(
        f"create unique index uq_match_runs_unfinished on {RUNS} (organization_id, {of}) "
        "where status in ('queued', 'running')"
    )
