"""Read engagements, as far as the reader may see them."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.sessions.domain.engagement import EngagementNotFoundError
from services.sessions.queries.access import coordinates

# Who learns a competency discreetly shares it with the teacher alone; who ended an engagement alone reads why.
_ENGAGEMENT = """
json_build_object(
    'id', e.id,
    'program_id', e.program_id,
    'program_name', (select p.name from programs p where p.organization_id = $1 and p.id = e.program_id),
    'proposal_id', e.proposal_id,
    'kind', e.kind,
    'purpose', e.purpose,
    'status', e.status,
    'participants', (
        select json_agg(json_build_object('person_id', q.person_id, 'roles', q.roles) order by q.person_id)
        from participants q
        where q.organization_id = $1 and q.engagement_id = e.id
    ),
    'tracks', (
        select coalesce(json_agg(json_build_object(
            'id', t.id,
            'teacher_id', t.teacher_id,
            'learner_id', t.learner_id,
            'competency_id', case when open then t.competency_id end,
            'competency_label', case when open then t.competency_label end,
            'discreet', t.discreet,
            'direction', t.direction
        ) order by t.id), '[]')
        from tracks t,
        lateral (select not t.discreet or coalesce($2::text in (t.teacher_id, t.learner_id), false) as open) seen
        where t.organization_id = $1 and t.engagement_id = e.id
    ),
    'agreements', (
        select coalesce(json_agg(json_build_object(
            'id', a.id,
            'number', a.number,
            'status', a.status,
            'signed_by', (
                select coalesce(json_agg(s.person_id order by s.signed_at, s.person_id), '[]')
                from signatures s
                where s.organization_id = $1 and s.agreement_id = a.id
            )
        ) order by a.number), '[]')
        from agreements a
        where a.organization_id = $1 and a.engagement_id = e.id and a.status <> 'superseded'
    ),
    'end_reason', case when e.ended_by = $2::text then e.end_reason end,
    'version', e.version,
    'created_at', rfc3339(e.created_at),
    'updated_at', rfc3339(e.updated_at),
    'activated_at', rfc3339(e.activated_at),
    'ended_at', rfc3339(e.ended_at)
)::text
"""

_GET = f"""
select e.version, {_ENGAGEMENT} as item
from engagements e
left join participants me
    on me.organization_id = $1 and me.engagement_id = e.id and me.person_id = $2::text
where e.organization_id = $1 and e.id = $3 and ($4::boolean or me.person_id is not null)
"""  # noqa: S608 - put together from parts of our own

_PAGE = """
    and ($4::text is null or e.id < $4)
    and ($5::text is null or e.program_id = $5)
    and ($6::text is null or e.status = $6)
order by e.id desc
limit $3
"""

_LIST_OWN = f"""
select {_ENGAGEMENT} as item, e.id as sort_key, e.id
from participants me
join engagements e on e.organization_id = $1 and e.id = me.engagement_id
where me.organization_id = $1 and me.person_id = $2 {_PAGE}
"""  # noqa: S608 - put together from parts of our own

_LIST_ALL = f"""
select {_ENGAGEMENT} as item, e.id as sort_key, e.id
from engagements e
where e.organization_id = $1 {_PAGE}
"""  # noqa: S608 - put together from parts of our own


async def get_engagement(db: Reader, engagement_id: str) -> Answer:
    """One engagement."""
    row = await db.row(_GET, db.principal.person, engagement_id, coordinates(db))
    if row is None:
        raise EngagementNotFoundError
    return Answer(row["item"], row["version"])


async def list_engagements(db: Reader, page: Page, program_id: str | None, status: str | None) -> bytes:
    """The caller's engagements, the newest first; for coordinators those of a program."""
    everybodys = program_id is not None and coordinates(db)
    person_id = db.principal.person if everybodys else db.principal.person_id
    statement = _LIST_ALL if everybodys else _LIST_OWN
    return page.body(await db.rows(statement, person_id, page.limit + 1, page.after_id, program_id, status))
