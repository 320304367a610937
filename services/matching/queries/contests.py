"""Read contests: everybody their own, coordinators all."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.contest import ContestNotFoundError
from services.matching.use_cases.access import coordinates

_CONTEST = """
json_build_object(
    'id', c.id,
    'program_id', c.program_id,
    'proposal_id', c.proposal_id,
    'match_run_id', c.match_run_id,
    'person_id', c.person_id,
    'reason', c.reason,
    'status', c.status,
    'answer', c.answer,
    'version', c.version,
    'created_at', rfc3339(c.created_at),
    'updated_at', rfc3339(c.updated_at)
)::text
"""

_GET = f"""
select c.version, {_CONTEST} as item
from contests c
where c.organization_id = $1 and c.id = $2 and ($3 or c.person_id = $4)
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select {_CONTEST} as item, '' as sort_key, c.id
from contests c
where c.organization_id = $1 and ($2 or c.person_id = $3)
    and ($5::text is null or c.id < $5)
    and ($6::text is null or c.program_id = $6)
    and ($7::text is null or c.status = $7)
order by c.id desc
limit $4
"""  # noqa: S608 - put together from parts of our own


async def get_contest(db: Reader, contest_id: str) -> Answer:
    """One contest."""
    row = await db.row(_GET, contest_id, coordinates(db.principal), db.principal.person)
    if row is None:
        raise ContestNotFoundError
    return Answer(row["item"], row["version"])


async def list_contests(db: Reader, page: Page, program_id: str | None, status: str | None) -> bytes:
    """Contests, the newest first."""
    everybodys = coordinates(db.principal)
    person_id = db.principal.person if everybodys else db.principal.person_id
    rows = await db.rows(_LIST, everybodys, person_id, page.limit + 1, page.after_id, program_id, status)
    return page.body(rows)
