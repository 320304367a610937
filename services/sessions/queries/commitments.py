"""Read commitments: they are seen within their engagement."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.sessions.domain.commitment import CommitmentNotFoundError
from services.sessions.domain.mentoring_session import MentoringSessionNotFoundError
from services.sessions.queries.access import items_of_part

_COMMITMENT = """
json_build_object(
    'id', c.id,
    'mentoring_session_id', c.mentoring_session_id,
    'engagement_id', c.engagement_id,
    'owner_id', c.owner_id,
    'what', c.what,
    'when_on', c.when_on,
    'where', c.place,
    'check_in_on', json_build_array(made.made_on + 7, made.made_on + 30),
    'status', c.status,
    'application', case when c.used_on is not null then json_build_object(
        'used_on', c.used_on, 'setting', c.setting, 'evidence', c.evidence
    ) end,
    'why_not', c.why_not,
    'version', c.version,
    'created_at', rfc3339(c.created_at),
    'updated_at', rfc3339(c.updated_at)
)::text
"""

_GET = f"""
select c.version, {_COMMITMENT} as item
from commitments c
join participants q on q.organization_id = $1 and q.engagement_id = c.engagement_id and q.person_id = $2::text,
lateral (select (c.created_at at time zone 'UTC')::date as made_on) made
where c.organization_id = $1 and c.id = $3
"""  # noqa: S608 - put together from parts of our own

_LIST_OWN = f"""
select {_COMMITMENT} as item, c.id as sort_key, c.id
from commitments c,
lateral (select (c.created_at at time zone 'UTC')::date as made_on) made
where c.organization_id = $1
    and c.owner_id = $2
    and ($4::text is null or c.id < $4)
    and ($5::text is null or c.status = $5)
order by c.id desc
limit $3
"""  # noqa: S608 - put together from parts of our own

_LIST_OF_MENTORING_SESSION = f"""
select
    q.person_id is not null as takes_part,
    case when c.id is not null then {_COMMITMENT} end as item,
    c.id as sort_key,
    c.id
from mentoring_sessions m
left join participants q
    on q.organization_id = $1 and q.engagement_id = m.engagement_id and q.person_id = $2::text
left join commitments c
    on c.organization_id = $1
    and c.mentoring_session_id = m.id
    and q.person_id is not null
    and ($4::text is null or c.id > $4),
lateral (select (c.created_at at time zone 'UTC')::date as made_on) made
where m.organization_id = $1 and m.id = $5
order by c.id
limit $3
"""  # noqa: S608 - put together from parts of our own


async def get_commitment(db: Reader, commitment_id: str) -> Answer:
    """One commitment."""
    row = await db.row(_GET, db.principal.person, commitment_id)
    if row is None:
        raise CommitmentNotFoundError
    return Answer(row["item"], row["version"])


async def list_own_commitments(db: Reader, page: Page, status: str | None) -> bytes:
    """The caller's commitments, the newest first."""
    rows = await db.rows(_LIST_OWN, db.principal.person_id, page.limit + 1, page.after_id, status)
    return page.body(rows)


async def list_commitments(db: Reader, page: Page, mentoring_session_id: str) -> bytes:
    """The commitments with which a meeting closed, the oldest first."""
    arguments = (db.principal.person, page.limit + 1, page.after_id, mentoring_session_id)
    rows = await db.rows(_LIST_OF_MENTORING_SESSION, *arguments)
    return page.body(items_of_part(db, rows, MentoringSessionNotFoundError))
