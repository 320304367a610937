"""Read people."""

from collections.abc import Sequence

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.profile.domain.person import PersonNotFoundError

_PERSON = """json_build_object(
    'id', p.id,
    'external_id', p.external_id,
    'given_name', p.given_name,
    'family_name', p.family_name,
    'display_name', p.display_name,
    'work_email', p.work_email,
    'job_title', p.job_title,
    'department', p.department,
    'team', p.team,
    'location', p.location,
    'manager_id', p.manager_id,
    'time_zone', p.time_zone,
    'languages', p.languages,
    'employment_status', p.employment_status,
    'reporting_level', p.reporting_level,
    'version', p.version,
    'created_at', rfc3339(p.created_at),
    'updated_at', rfc3339(p.updated_at)
)::text as item"""

_GET = f"select p.version, {_PERSON} from people p where p.organization_id = $1 and p.id = $2"  # noqa: S608 - put together from parts of our own

_LIST = f"""
select {_PERSON}, p.display_name as sort_key, p.id
from people p
where p.organization_id = $1
  and ($3::text is null or (p.display_name, p.id) > ($3, $4::text))
  and ($5::text is null or strpos(lower(p.display_name), lower($5)) > 0 or strpos(p.work_email_key, lower($5)) > 0)
  and ($6::text is null or p.department = $6)
  and ($7::text is null or p.manager_id = $7)
  and ($8::text is null or p.employment_status = $8)
  and ($9::text is null or p.external_id = $9)
  and ($10::text[] is null or p.id = any($10))
order by p.display_name, p.id
limit $2
"""  # noqa: S608 - put together from parts of our own


async def get_person(db: Reader, person_id: str) -> Answer:
    """One person of the caller's organization."""
    row = await db.row(_GET, person_id)
    if row is None:
        raise PersonNotFoundError
    return Answer(row["item"], row["version"])


async def list_people(
    db: Reader,
    page: Page,
    *,
    q: str | None,
    department: str | None,
    manager_id: str | None,
    status: str | None,
    external_id: str | None,
    ids: Sequence[str] | None,
) -> bytes:
    """A page of the people of the caller's organization, by name."""
    rows = await db.rows(_LIST, *page.arguments, q, department, manager_id, status, external_id, ids)
    return page.body(rows)
