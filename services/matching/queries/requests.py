"""Read requests, each for whoever made it, and how long people wait for a yes."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.program import ProgramNotFoundError
from services.matching.domain.request import RequestNotFoundError

TOLD_FROM = 5
"""Offers that must tell, before a figure is made of them."""
_WINDOW = "interval '180 days'"

_REQUEST = """
json_build_object(
    'id', r.id,
    'program_id', r.program_id,
    'direction', r.aim,
    'choices', r.choices,
    'competency_id', r.competency_id,
    'message', r.message,
    'discreet', r.discreet,
    'answer_within_days', r.answer_within_days,
    'status', r.status,
    'proposal_id', (
        select p.id from proposals p
        where p.organization_id = $1 and p.request_id = r.id and p.status = 'accepted'
    ),
    'expires_at', rfc3339(r.expires_at),
    'version', r.version,
    'created_at', rfc3339(r.created_at),
    'updated_at', rfc3339(r.updated_at)
)::text
"""

_GET = f"""
select r.version, {_REQUEST} as item
from requests r
where r.organization_id = $1 and r.id = $2 and r.person_id = $3
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select {_REQUEST} as item, '' as sort_key, r.id
from requests r
where r.organization_id = $1 and r.person_id = $2
    and ($4::text is null or r.id < $4)
    and ($5::text is null or r.program_id = $5)
    and ($6::text is null or r.status = $6)
order by r.id desc
limit $3
"""  # noqa: S608 - put together from parts of our own

# Of offers that are over, those that ran out or came about; nobody's no is told from silence. Whoever asks with a
# request has said yes by asking, at no moment of their own.
_EXPECTED_WAIT = f"""
with over as (
    select (
        select min(part.decided_at) - p.offered_at
        from proposal_participants part
        where part.organization_id = $1 and part.proposal_id = p.id and part.decision = 'accepted'
    ) as wait
    from proposals p
    where p.organization_id = $1 and p.program_id = $2 and p.status in ('accepted', 'expired')
        and p.offered_at >= now() - {_WINDOW}
)
select json_build_object(
    'program_id', program.id,
    'median_hours', (
        select case when count(wait) >= $3 then
            round(extract(epoch from percentile_disc(0.5) within group (order by wait)) / 3600)::int end
        from over
    ),
    'accepted_percent', (select case when count(*) >= $3 then (100 * count(wait) / count(*))::int end from over)
)::text as item
from programs program
where program.organization_id = $1 and program.id = $2 and program.status <> 'draft'
"""  # noqa: S608 - put together from parts of our own


async def get_request(db: Reader, request_id: str) -> Answer:
    """One request of the caller's."""
    row = await db.row(_GET, request_id, db.principal.person_id)
    if row is None:
        raise RequestNotFoundError
    return Answer(row["item"], row["version"])


async def list_requests(db: Reader, page: Page, program_id: str | None, status: str | None) -> bytes:
    """The caller's requests, the newest first."""
    rows = await db.rows(_LIST, db.principal.person_id, page.limit + 1, page.after_id, program_id, status)
    return page.body(rows)


async def get_expected_wait(db: Reader, program_id: str) -> Answer:
    """How long people wait for a yes in a program."""
    row = await db.row(_EXPECTED_WAIT, program_id, TOLD_FROM)
    if row is None:
        raise ProgramNotFoundError
    return Answer(row["item"])
