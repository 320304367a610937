"""Read notes: one's own, and those that are shared within one's engagement."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.sessions.domain.mentoring_session import MentoringSessionNotFoundError
from services.sessions.domain.note import NoteNotFoundError
from services.sessions.queries.access import items_of_part

_NOTE = """
json_build_object(
    'id', n.id,
    'mentoring_session_id', n.mentoring_session_id,
    'author_id', n.author_id,
    'visibility', n.visibility,
    'text', n.text,
    'version', n.version,
    'created_at', rfc3339(n.created_at),
    'updated_at', rfc3339(n.updated_at)
)::text
"""

_GET = f"""
select n.version, {_NOTE} as item
from notes n
join mentoring_sessions m on m.organization_id = $1 and m.id = n.mentoring_session_id
join participants q on q.organization_id = $1 and q.engagement_id = m.engagement_id and q.person_id = $2::text
where n.organization_id = $1 and n.id = $3 and (n.visibility = 'shared' or n.author_id = $2)
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select
    q.person_id is not null as takes_part,
    case when n.id is not null then {_NOTE} end as item,
    n.id as sort_key,
    n.id
from mentoring_sessions m
left join participants q
    on q.organization_id = $1 and q.engagement_id = m.engagement_id and q.person_id = $2::text
left join notes n
    on n.organization_id = $1
    and n.mentoring_session_id = m.id
    and q.person_id is not null
    and (n.visibility = 'shared' or n.author_id = q.person_id)
    and ($4::text is null or n.id > $4)
where m.organization_id = $1 and m.id = $5
order by n.id
limit $3
"""  # noqa: S608 - put together from parts of our own


async def get_note(db: Reader, note_id: str) -> Answer:
    """One note."""
    row = await db.row(_GET, db.principal.person, note_id)
    if row is None:
        raise NoteNotFoundError
    return Answer(row["item"], row["version"])


async def list_notes(db: Reader, page: Page, mentoring_session_id: str) -> bytes:
    """The notes on a meeting that the caller may read, the oldest first."""
    rows = await db.rows(_LIST, db.principal.person, page.limit + 1, page.after_id, mentoring_session_id)
    return page.body(items_of_part(db, rows, MentoringSessionNotFoundError))
