"""Read match policies: as they are, and as they were in each version. The standard one is told from the code."""

from typing import Any

import orjson

from kit.answers import Answer
from kit.database import Reader
from kit.pagination import Page
from services.matching.domain.match_policy import (
    STANDARD,
    STANDARD_ID,
    MatchPolicyNotFoundError,
    PolicyStatus,
)

_POLICY = """
json_build_object(
    'id', p.id,
    'name', v.name,
    'weights', v.weights,
    'rules', v.rules,
    'blind_attributes', v.blind_attributes,
    'max_gap_basis_points', v.max_gap_basis_points,
    'status', v.status,
    'version', v.version,
    'created_at', rfc3339(p.created_at),
    'updated_at', rfc3339(v.created_at)
)::text
"""

_GET = f"""
select v.version, {_POLICY} as item
from match_policies p
join match_policy_versions v on v.organization_id = $1 and v.match_policy_id = p.id
    and v.version = coalesce($3, p.version)
where p.organization_id = $1 and p.id = $2
"""  # noqa: S608 - put together from parts of our own

_LIST = f"""
select {_POLICY} as item, '' as sort_key, p.id
from match_policies p
join match_policy_versions v on v.organization_id = $1 and v.match_policy_id = p.id and v.version = p.version
where p.organization_id = $1
    and ($3::text is null or p.id < $3)
    and ($4::text is null or v.status = $4)
order by p.id desc
limit $2
"""  # noqa: S608 - put together from parts of our own

_VERSIONS = f"""
select case when v.version is not null then {_POLICY} end as item, '' as sort_key, v.version::text as id
from match_policies p
left join match_policy_versions v on v.organization_id = $1 and v.match_policy_id = p.id
    and ($4::text is null or v.version < $4::integer)
where p.organization_id = $1 and p.id = $2
order by v.version desc
limit $3
"""  # noqa: S608 - put together from parts of our own


async def get_match_policy(db: Reader, policy_id: str) -> Answer:
    """The newest version of a policy."""
    return await get_match_policy_version(db, policy_id, None)


async def get_match_policy_version(db: Reader, policy_id: str, version: int | None) -> Answer:
    """A version of a policy, as it was then."""
    if policy_id == STANDARD_ID and version in {None, STANDARD.version}:
        return Answer(_standard(), STANDARD.version)
    row = await db.row(_GET, policy_id, version)
    if row is None:
        raise MatchPolicyNotFoundError
    return Answer(row["item"], row["version"])


async def list_match_policies(db: Reader, page: Page, status: PolicyStatus | None) -> bytes:
    """The organization's own policies, the newest first."""
    return page.body(await db.rows(_LIST, page.limit + 1, page.after_id, status))


async def list_match_policy_versions(db: Reader, page: Page, policy_id: str) -> bytes:
    """All versions of a policy, the newest first."""
    if policy_id == STANDARD_ID:
        return page.body([{"item": _standard()}])
    rows = await db.rows(_VERSIONS, policy_id, page.limit + 1, page.after_id)
    if not rows:
        raise MatchPolicyNotFoundError
    return page.body([row for row in rows if row["item"] is not None])


def _standard() -> str:
    details = STANDARD.details
    told: dict[str, Any] = {
        "id": STANDARD.id,
        "name": details.name,
        "weights": details.terms.weights,
        "rules": details.terms.rules,
        "blind_attributes": sorted(details.blind),
        "max_gap_basis_points": details.terms.max_gap,
        "status": STANDARD.status,
        "version": STANDARD.version,
        "created_at": STANDARD.created_at,
        "updated_at": STANDARD.updated_at,
    }
    return orjson.dumps(told, option=orjson.OPT_UTC_Z).decode()
