"""Read mentoring sessions; coordinators see dates and states, not where people meet or what about."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.sessions.domain.engagement import EngagementNotFoundError
from services.sessions.domain.mentoring_session import MentoringSessionNotFoundError
from services.sessions.queries.access import coordinates

_MENTORING_SESSION = """
json_build_object(
    'id', m.id,
    'engagement_id', m.engagement_id,
    'starts_at', rfc3339(m.starts_at),
    'ends_at', rfc3339(m.ends_at),
    'time_zone', m.time_zone,
    'place', case when q.person_id is not null then m.place end,
    'agenda', case when q.person_id is not null then m.agenda end,
    'status', m.status,
    'attended', m.attended,
    'absent', m.absent,
    'scheduled_by', m.scheduled_by,
    'version', m.version,
    'created_at', rfc3339(m.created_at),
    'updated_at', rfc3339(m.updated_at),
    'closed_at', rfc3339(m.closed_at)
)::text
"""

_GET = f"""
select m.version, {_MENTORING_SESSION} as item
from mentoring_sessions m
left join participants q
    on q.organization_id = $1 and q.engagement_id = m.engagement_id and q.person_id = $2::text
where m.organization_id = $1 and m.id = $3 and ($4::boolean or q.person_id is not null)
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select
    case when m.id is not null then {_MENTORING_SESSION} end as item,
    rfc3339(m.starts_at) as sort_key,
    m.id
from engagements e
left join participants q on q.organization_id = $1 and q.engagement_id = e.id and q.person_id = $2::text
left join mentoring_sessions m
    on m.organization_id = $1
    and m.engagement_id = e.id
    and ($5::text is null or (m.starts_at, m.id) > ($4::text::timestamptz, $5))
    and ($8::text is null or m.status = $8)
where e.organization_id = $1 and e.id = $6 and ($7::boolean or q.person_id is not null)
order by m.starts_at, m.id
limit $3
"""  # noqa: S608 - put together from parts of our own


async def get_mentoring_session(db: Reader, mentoring_session_id: str) -> Answer:
    """One meeting."""
    row = await db.row(_GET, db.principal.person, mentoring_session_id, coordinates(db))
    if row is None:
        raise MentoringSessionNotFoundError
    return Answer(row["item"], row["version"])


async def list_mentoring_sessions(db: Reader, page: Page, engagement_id: str, status: str | None) -> bytes:
    """The meetings of an engagement, in the order of their start."""
    arguments = (db.principal.person, *page.arguments, engagement_id, coordinates(db), status)
    rows = await db.rows(_LIST, *arguments)
    if not rows:
        raise EngagementNotFoundError
    return page.body([row for row in rows if row["item"] is not None])
