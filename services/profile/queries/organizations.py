"""Read the organization."""

from kit.answers import Answer
from kit.database import Reader
from kit.errors import NotFoundError

_GET = """
select o.version, json_build_object(
    'id', o.id,
    'name', o.name,
    'time_zone', o.time_zone,
    'locale', o.locale,
    'min_group_size', o.min_group_size,
    'terminology', o.terminology,
    'version', o.version,
    'created_at', rfc3339(o.created_at),
    'updated_at', rfc3339(o.updated_at)
)::text as item
from organizations o
where o.organization_id = $1
"""


class OrganizationNotFoundError(NotFoundError):
    """There is no such organization here."""

    code = "organization-not-found"
    title = "The organization does not exist"


async def get_organization(db: Reader, _: str = "") -> Answer:
    """The caller's organization."""
    row = await db.row(_GET)
    if row is None:
        raise OrganizationNotFoundError
    return Answer(row["item"], row["version"])
