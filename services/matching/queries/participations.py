"""Read who takes part in programs: everybody their own part, coordinators all."""

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.participation import ParticipationNotFoundError
from services.matching.domain.program import ProgramNotFoundError
from services.matching.use_cases.access import coordinates

_PARTICIPATION = """
json_build_object(
    'id', p.id,
    'program_id', p.program_id,
    'person_id', p.person_id,
    'roles', p.roles,
    'capacity', p.capacity,
    'paused', p.paused,
    'version', p.version,
    'created_at', rfc3339(p.created_at),
    'updated_at', rfc3339(p.updated_at)
)::text
"""

_GET = f"""
select p.version, {_PARTICIPATION} as item
from participations p
where p.organization_id = $1 and p.id = $2 and ($3 or p.person_id = $4)
"""  # noqa: S608 - put together from parts of our own

# A page is cut before it is put in words: a program may have many people.
_LIST = f"""
select case when p.id is not null then {_PARTICIPATION} end as item, '' as sort_key, p.id
from programs program
left join lateral (
    select * from participations
    where organization_id = $1 and program_id = program.id and ($4::text is null or id > $4) {{whose}}
    order by id
    limit $3
) p on true
where program.organization_id = $1 and program.id = $2 and ($5 or program.status <> 'draft')
order by p.id
"""  # noqa: S608 - put together from parts of our own
_LIST_ALL = _LIST.format(whose="")
_LIST_OF_ONE = _LIST.format(whose="and person_id = $6 and ($7::text is null or person_id = $7)")

_ENROLMENT = """
select json_build_object(
    'program_id', program.id,
    'participations', count(p.id),
    'teachers', count(p.id) filter (where 'teacher' = any(p.roles)),
    'learners', count(p.id) filter (where 'learner' = any(p.roles))
)::text as item
from programs program
left join participations p on p.organization_id = $1 and p.program_id = program.id
where program.organization_id = $1 and program.id = $2
group by program.id
"""


async def get_participation(db: Reader, participation_id: str) -> Answer:
    """One participation."""
    row = await db.row(_GET, participation_id, coordinates(db.principal), db.principal.person)
    if row is None:
        raise ParticipationNotFoundError
    return Answer(row["item"], row["version"])


async def list_participations(db: Reader, page: Page, program_id: str, person_id: str | None) -> bytes:
    """Who takes part in a program, in the order of joining."""
    everybody = coordinates(db.principal)
    which = program_id, page.limit + 1, page.after_id, everybody
    if everybody and person_id is None:
        rows = await db.rows(_LIST_ALL, *which)
    else:
        rows = await db.rows(_LIST_OF_ONE, *which, person_id if everybody else db.principal.person, person_id)
    if not rows:
        raise ProgramNotFoundError
    return page.body([row for row in rows if row["item"] is not None])


async def get_enrolment(db: Reader, program_id: str) -> Answer:
    """How many take part in a program, by role."""
    row = await db.row(_ENROLMENT, program_id)
    if row is None:
        raise ProgramNotFoundError
    return Answer(row["item"])
