"""Read match runs; they are for coordinators."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.match_run import MatchRunNotFoundError
from services.matching.domain.program import ProgramNotFoundError
from services.matching.use_cases.access import require_coordinator

_MATCH_RUN = """
json_build_object(
    'id', r.id,
    'program_id', r.program_id,
    'status', r.status,
    'phase', r.phase,
    'progress', r.progress,
    'mode', r.mode,
    'seed', r.seed,
    'longest_ring', case when r.mode = 'cycles' then r.longest_ring end,
    'unmatched_first', r.unmatched_first,
    'engine_version', r.engine_version,
    'match_policy_id', r.match_policy_id,
    'match_policy_version', r.match_policy_version,
    'snapshot_hash', r.snapshot_hash,
    'pairs_hash', r.pairs_hash,
    'counts', r.counts,
    'total', r.total,
    'upper_bound', r.upper_bound,
    'gap_basis_points', r.gap_basis_points,
    'solver', r.solver,
    'rounds', (
        select json_agg(json_build_object(
            'pairs', one.value -> 'edges', 'asked', one.value -> 'asked', 'bids', one.value -> 'bids',
            'matched', one.value -> 'matched', 'total', one.value -> 'total'
        ) order by one.ordinality)
        from jsonb_array_elements(r.rounds) with ordinality as one
    ),
    'replay_of', r.replay_of,
    'replay', case when r.replay_equal is not null
        then json_build_object('equal', r.replay_equal, 'pairs_hash', r.pairs_hash) end,
    'failure', case when r.failure_code is not null
        then json_build_object('code', r.failure_code, 'text', r.failure) end,
    'version', r.version,
    'created_at', rfc3339(r.created_at),
    'updated_at', rfc3339(r.updated_at)
)::text
"""

_GET = f"""
select r.version, {_MATCH_RUN} as item from match_runs r where r.organization_id = $1 and r.id = $2
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select case when r.id is not null then {_MATCH_RUN} end as item, '' as sort_key, r.id
from programs program
left join match_runs r
    on r.organization_id = $1 and r.program_id = program.id and ($4::text is null or r.id < $4)
where program.organization_id = $1 and program.id = $2
order by r.id desc
limit $3
"""  # noqa: S608 - put together from parts of our own


async def get_match_run(db: Reader, match_run_id: str) -> Answer:
    """One match run."""
    require_coordinator(db.principal)
    row = await db.row(_GET, match_run_id)
    if row is None:
        raise MatchRunNotFoundError
    return Answer(row["item"], row["version"])


async def list_match_runs(db: Reader, page: Page, program_id: str) -> bytes:
    """The runs of a program, the newest first."""
    require_coordinator(db.principal)
    rows = await db.rows(_LIST, program_id, page.limit + 1, page.after_id)
    if not rows:
        raise ProgramNotFoundError
    return page.body([row for row in rows if row["item"] is not None])
