"""Read agreements; they are their participants' alone."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.sessions.domain.agreement import AgreementNotFoundError
from services.sessions.domain.engagement import EngagementNotFoundError
from services.sessions.queries.access import items_of_part, require_part

_AGREEMENT = """
json_build_object(
    'id', a.id,
    'engagement_id', a.engagement_id,
    'number', a.number,
    'status', a.status,
    'terms', a.terms,
    'content_hash', a.content_hash,
    'participants', a.participants,
    'signatures', (
        select coalesce(json_agg(
            json_build_object('person_id', s.person_id, 'signed_at', rfc3339(s.signed_at))
            order by s.signed_at, s.person_id
        ), '[]')
        from signatures s
        where s.organization_id = $1 and s.agreement_id = a.id
    ),
    'proposed_by', a.proposed_by,
    'version', a.version,
    'created_at', rfc3339(a.created_at),
    'in_force_at', rfc3339(a.in_force_at)
)::text
"""

_GET = f"""
select a.version, {_AGREEMENT} as item, coalesce($2::text = any(a.participants), false) as takes_part
from agreements a
where a.organization_id = $1 and a.id = $3
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select q.person_id is not null as takes_part, {_AGREEMENT} as item, a.number::text as sort_key, a.id
from engagements e
left join participants q on q.organization_id = $1 and q.engagement_id = e.id and q.person_id = $2::text
left join agreements a
    on a.organization_id = $1 and a.engagement_id = e.id and ($4::text is null or a.number > $4::text::integer)
where e.organization_id = $1 and e.id = $5
order by a.number
limit $3
"""  # noqa: S608 - put together from parts of our own


async def get_agreement(db: Reader, agreement_id: str) -> Answer:
    """One version of an agreement."""
    row = require_part(db, await db.row(_GET, db.principal.person, agreement_id), AgreementNotFoundError)
    return Answer(row["item"], row["version"])


async def list_agreements(db: Reader, page: Page, engagement_id: str) -> bytes:
    """The versions of an engagement's agreement, the first one first."""
    rows = await db.rows(_LIST, db.principal.person, page.limit + 1, page.after_key, engagement_id)
    return page.body(items_of_part(db, rows, EngagementNotFoundError))
