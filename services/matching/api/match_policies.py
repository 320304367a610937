"""Routes of match policies."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Wired
from services.matching.api.schemas.common import PolicyInPath
from services.matching.api.schemas.match_policies import (
    MatchPoliciesPage,
    MatchPolicyChanges,
    MatchPolicyIn,
    MatchPolicyOut,
)
from services.matching.domain.match_policy import PolicyStatus
from services.matching.queries.match_policies import (
    get_match_policy,
    get_match_policy_version,
    list_match_policies,
    list_match_policy_versions,
)
from services.matching.use_cases import match_policies

router = ApiRouter(prefix="/v1/match-policies", tags=["match-policies"])

VersionInPath = Annotated[int, Path(ge=1, le=2**31 - 1, description="The version.")]


@router.get("", response_model=MatchPoliciesPage, summary="List match policies")
async def match_policies_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    status: Annotated[PolicyStatus | None, Query(description="In this state.")] = None,
) -> Response:
    """The organization's own policies in their newest version, the newest policy first. Everybody may read them."""
    async with wired.read(caller) as db:
        body = await list_match_policies(db, page, status)
    return Response(body, media_type=JSON)


@router.post("", status_code=201, response_model=MatchPolicyOut, summary="Create a match policy")
async def match_policies_create(body: MatchPolicyIn, command: Created, wired: Wired) -> Response:
    """Makes a policy that programs can take. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_policy)
    answer = await match_policies.create(uow, command.principal, body.details(), wired.ids, wired.clock)
    return answer.response()


@router.get("/{match_policy_id}", response_model=MatchPolicyOut, summary="Get a match policy")
async def match_policies_get(match_policy_id: PolicyInPath, caller: Caller, wired: Wired) -> Response:
    """Its newest version, for everybody whom it may judge. `standard` is what judges programs that name no policy."""
    async with wired.read(caller) as db:
        return (await get_match_policy(db, match_policy_id)).response()


@router.put("/{match_policy_id}", response_model=MatchPolicyOut, summary="Replace a match policy")
async def match_policies_replace(
    match_policy_id: PolicyInPath, body: MatchPolicyIn, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Makes the next version of all that is sent. Earlier versions stay as they are. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_policy)
    told = (match_policy_id, body.details(), seen, wired.clock)
    return (await match_policies.replace(uow, command.principal, *told)).response()


@router.patch("/{match_policy_id}", response_model=MatchPolicyOut, summary="Change a match policy")
async def match_policies_update(
    match_policy_id: PolicyInPath, body: MatchPolicyChanges, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Makes the next version with the fields that are sent. Earlier versions stay. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_policy)
    told = (match_policy_id, body.changes(), seen, wired.clock)
    return (await match_policies.update(uow, command.principal, *told)).response()


@router.post("/{match_policy_id}:retire", response_model=MatchPolicyOut, summary="Retire a match policy")
async def match_policies_retire(match_policy_id: PolicyInPath, command: Commanded, wired: Wired) -> Response:
    """No new program takes it, and it changes no more; programs that have it keep it. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_policy)
    return (await match_policies.retire(uow, command.principal, match_policy_id, wired.clock)).response()


@router.get(
    "/{match_policy_id}/versions", response_model=MatchPoliciesPage, summary="List the versions of a match policy"
)
async def match_policy_versions_list(
    match_policy_id: PolicyInPath, caller: Caller, page: Paging, wired: Wired
) -> Response:
    """Every version as it was, the newest first."""
    async with wired.read(caller) as db:
        body = await list_match_policy_versions(db, page, match_policy_id)
    return Response(body, media_type=JSON)


@router.get(
    "/{match_policy_id}/versions/{version}", response_model=MatchPolicyOut, summary="Get a version of a match policy"
)
async def match_policy_versions_get(
    match_policy_id: PolicyInPath, version: VersionInPath, caller: Caller, wired: Wired
) -> Response:
    """The policy as it was in this version, as match runs name it."""
    async with wired.read(caller) as db:
        return (await get_match_policy_version(db, match_policy_id, version)).response()
