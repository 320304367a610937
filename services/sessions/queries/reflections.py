"""Read feedback, which is its author's alone, and learnings."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.sessions.domain.engagement import EngagementNotFoundError
from services.sessions.queries.access import items_of_part

_FEEDBACK = """
json_build_object(
    'id', f.id,
    'engagement_id', f.engagement_id,
    'author_id', f.author_id,
    'usefulness', f.usefulness,
    'could_disagree', f.could_disagree,
    'psychosocial', f.psychosocial,
    'instrumental', f.instrumental,
    'created_at', rfc3339(f.created_at)
)::text
"""

_LEARNING = """
json_build_object(
    'id', l.id,
    'engagement_id', l.engagement_id,
    'author_id', l.author_id,
    'role', l.role,
    'competency_id', l.competency_id,
    'visibility', l.visibility,
    'text', l.text,
    'created_at', rfc3339(l.created_at)
)::text
"""

_GET_FEEDBACK = f"""
select {_FEEDBACK} as item from feedback f where f.organization_id = $1 and f.id = $3 and f.author_id = $2
"""  # noqa: S608 - put together from parts of our own

_GET_LEARNING = f"""
select {_LEARNING} as item from learnings l where l.organization_id = $1 and l.id = $3 and l.author_id = $2
"""  # noqa: S608 - put together from parts of our own

_PARENT = """
from engagements e
left join participants q on q.organization_id = $1 and q.engagement_id = e.id and q.person_id = $2::text
"""

_LIST_FEEDBACK = f"""
select
    q.person_id is not null as takes_part,
    case when f.id is not null then {_FEEDBACK} end as item,
    f.id as sort_key,
    f.id
{_PARENT}
left join feedback f
    on f.organization_id = $1
    and f.engagement_id = e.id
    and f.author_id = q.person_id
    and ($4::text is null or f.id > $4)
where e.organization_id = $1 and e.id = $5
order by f.id
limit $3
"""

_LIST_LEARNINGS = f"""
select
    q.person_id is not null as takes_part,
    case when l.id is not null then {_LEARNING} end as item,
    l.id as sort_key,
    l.id
{_PARENT}
left join learnings l
    on l.organization_id = $1
    and l.engagement_id = e.id
    and q.person_id is not null
    and (l.visibility = 'shared' or l.author_id = q.person_id)
    and ($4::text is null or l.id > $4)
where e.organization_id = $1 and e.id = $5
order by l.id
limit $3
"""


async def get_feedback(db: Reader, feedback_id: str) -> Answer:
    """Feedback that its author has just given."""
    row = await db.row(_GET_FEEDBACK, db.principal.person_id, feedback_id)
    assert row is not None, "feedback is read in the transaction that stored it"
    return Answer(row["item"])


async def get_learning(db: Reader, learning_id: str) -> Answer:
    """A learning that its author has just logged."""
    row = await db.row(_GET_LEARNING, db.principal.person_id, learning_id)
    assert row is not None, "a learning is read in the transaction that stored it"
    return Answer(row["item"])


async def list_feedback(db: Reader, page: Page, engagement_id: str) -> bytes:
    """The caller's own feedback on an engagement, the oldest first."""
    rows = await db.rows(_LIST_FEEDBACK, db.principal.person, page.limit + 1, page.after_id, engagement_id)
    return page.body(items_of_part(db, rows, EngagementNotFoundError))


async def list_learnings(db: Reader, page: Page, engagement_id: str) -> bytes:
    """The learnings of an engagement that the caller may read, the oldest first."""
    rows = await db.rows(_LIST_LEARNINGS, db.principal.person, page.limit + 1, page.after_id, engagement_id)
    return page.body(items_of_part(db, rows, EngagementNotFoundError))
