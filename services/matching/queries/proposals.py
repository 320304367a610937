"""Read proposals, as far as the reader may see them.

A participant reads what they were offered: their own side's explanation, no decline but their own, and of a discreet
track no competency before all have accepted. A coordinator reads every proposal, but no competency of a discreet track.
"""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.proposal import ProposalNotFoundError
from services.matching.use_cases.access import coordinates

# `mine` is the reader's part. `shown` is the status for the reader: who did not decline sees that it is closed.
_MINE = """proposal_participants mine
    on mine.organization_id = $1 and mine.proposal_id = p.id and mine.person_id = $2::text
    and p.offered_at is not null
cross join lateral (
    select case
        when mine.person_id is null or mine.decision = 'declined' then p.status
        when p.status in ('declined', 'withdrawn', 'superseded') then 'closed'
        else p.status
    end as status
) shown
where p.organization_id = $1"""

_PROPOSAL = """
json_build_object(
    'id', p.id,
    'program_id', p.program_id,
    'match_run_id', p.match_run_id,
    'kind', p.kind,
    'status', shown.status,
    'source', p.source,
    'score', p.score,
    'explanation', coalesce(mine.explanation, p.explanation),
    'participants', (
        select json_agg(json_build_object(
            'person_id', part.person_id,
            'roles', part.roles,
            'decision', case
                when part.person_id = mine.person_id then part.decision
                when part.decision = 'accepted' and shown.status in ('offered', 'partly_accepted', 'accepted')
                    then 'accepted'
                else 'pending'
            end
        ) order by part.person_id)
        from proposal_participants part
        where part.organization_id = $1 and part.proposal_id = p.id
    ),
    'tracks', (
        select json_agg(json_build_object(
            'id', track.value ->> 'id',
            'teacher_id', track.value ->> 'teacher_id',
            'learner_id', track.value ->> 'learner_id',
            'competency_id', case when seen.named then track.value ->> 'competency_id' end,
            'competency_label', case when seen.named then track.value ->> 'competency_label' end,
            'discreet', (track.value ->> 'discreet')::boolean
        ) order by track.ordinality)
        from jsonb_array_elements(p.tracks) with ordinality as track
        cross join lateral (
            select not (track.value ->> 'discreet')::boolean
                or track.value ->> 'learner_id' is not distinct from mine.person_id
                or (mine.person_id is not null and p.status = 'accepted') as named
        ) seen
    ),
    'offered_at', rfc3339(p.offered_at),
    'expires_at', rfc3339(p.expires_at),
    'version', p.version,
    'created_at', rfc3339(p.created_at),
    'updated_at', rfc3339(p.updated_at)
)::text
"""

_GET = f"""
select p.version, {_PROPOSAL} as item
from proposals p left join {_MINE}
    and p.id = $3 and ($4 or mine.person_id is not null)
"""  # noqa: S608 - put together from parts of our own

_LISTED = """
    and ($4::text is null or p.id < $4)
    and ($5::text is null or p.program_id = $5)
    and ($6::text is null or p.match_run_id = $6)
    and ($7::text is null or shown.status = $7)
order by p.id desc
limit $3
"""

_LIST_MINE = f"""
select {_PROPOSAL} as item, '' as sort_key, p.id
from proposals p join {_MINE} {_LISTED}
"""  # noqa: S608 - put together from parts of our own

_LIST_ALL = f"""
select {_PROPOSAL} as item, '' as sort_key, p.id
from proposals p left join {_MINE} {_LISTED}
"""  # noqa: S608 - put together from parts of our own


async def get_proposal(db: Reader, proposal_id: str) -> Answer:
    """One proposal."""
    row = await db.row(_GET, db.principal.person, proposal_id, coordinates(db.principal))
    if row is None:
        raise ProposalNotFoundError
    return Answer(row["item"], row["version"])


async def list_proposals(
    db: Reader, page: Page, program_id: str | None, match_run_id: str | None, status: str | None
) -> bytes:
    """The caller's proposals, the newest first; for coordinators those of a program or of a match run."""
    everybodys = coordinates(db.principal) and (program_id is not None or match_run_id is not None)
    person_id = db.principal.person if everybodys else db.principal.person_id
    statement = _LIST_ALL if everybodys else _LIST_MINE
    rows = await db.rows(statement, person_id, page.limit + 1, page.after_id, program_id, match_run_id, status)
    return page.body(rows)
