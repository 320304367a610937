"""Read programs. Drafts are for coordinators."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.program import ProgramNotFoundError
from services.matching.use_cases.access import coordinates

_PROGRAM = """
json_build_object(
    'id', p.id,
    'name', p.name,
    'kind', p.kind,
    'format', p.format,
    'group_size', p.group_size,
    'purpose', p.purpose,
    'business_issue', p.business_issue,
    'success_measure', p.success_measure,
    'objectives', p.objectives,
    'competency_ids', p.competency_ids,
    'who_may_teach', p.who_may_teach,
    'who_may_learn', p.who_may_learn,
    'match_policy_id', p.match_policy_id,
    'status', p.status,
    'version', p.version,
    'created_at', rfc3339(p.created_at),
    'updated_at', rfc3339(p.updated_at)
)::text
"""

_GET = f"""
select p.version, {_PROGRAM} as item
from programs p
where p.organization_id = $1 and p.id = $2 and ($3 or p.status <> 'draft')
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select {_PROGRAM} as item, '' as sort_key, p.id
from programs p
where p.organization_id = $1
    and ($3::text is null or p.id < $3)
    and ($4::text is null or p.status = $4)
    and ($5 or p.status <> 'draft')
order by p.id desc
limit $2
"""  # noqa: S608 - put together from parts of our own


async def get_program(db: Reader, program_id: str) -> Answer:
    """One program."""
    row = await db.row(_GET, program_id, coordinates(db.principal))
    if row is None:
        raise ProgramNotFoundError
    return Answer(row["item"], row["version"])


async def list_programs(db: Reader, page: Page, status: str | None) -> bytes:
    """The programs, the newest first."""
    rows = await db.rows(_LIST, page.limit + 1, page.after_id, status, coordinates(db.principal))
    return page.body(rows)
