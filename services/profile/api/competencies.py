"""Routes of competencies."""

from typing import Annotated, Literal

from fastapi import Path, Query, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.common import CompetencyId, SearchText
from services.profile.api.schemas.competencies import (
    CompetenciesPage,
    CompetencyIn,
    CompetencyOut,
    RelationsIn,
)
from services.profile.domain.competency import CompetencyStatus
from services.profile.queries.competencies import get_competency, list_competencies, list_similar_competencies
from services.profile.use_cases import competencies

router = ApiRouter(prefix="/v1/competencies", tags=["competencies"])

InPath = Annotated[CompetencyId, Path(description="The competency.")]


@router.get("", response_model=CompetenciesPage, summary="Search competencies")
async def competencies_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    q: Annotated[SearchText | None, Query(description="What to look for in the labels.")] = None,
    match: Annotated[
        Literal["prefix", "similar"], Query(description="Labels that begin with `q`, or that are like it.")
    ] = "prefix",
    status: Annotated[CompetencyStatus | None, Query(description="Only entries in this state.")] = None,
) -> Response:
    """The taxonomy of the organization: by label, or, with `match=similar`, the likest first."""
    async with wired.read(caller) as db:
        if match == "similar" and q is not None:
            body = await list_similar_competencies(db, page, text=q, status=status)
        else:
            body = await list_competencies(db, page, prefix=q, status=status)
    return Response(body, media_type=JSON)


@router.post("", status_code=201, response_model=CompetencyOut, summary="Propose a competency")
async def competencies_create(body: CompetencyIn, command: Created, wired: Wired) -> Response:
    """Takes in a candidate in the caller's own words; a label that exists is a conflict that names the entry."""
    uow = wired.unit_of_work(command, get_competency)
    return (await competencies.propose(uow, body.label, body.description, wired.ids)).response()


@router.get("/{competency_id}", response_model=CompetencyOut, summary="Get a competency")
async def competencies_get(competency_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One entry of the taxonomy."""
    async with wired.read(caller) as db:
        return (await get_competency(db, competency_id)).response()


@router.put("/{competency_id}/relations", response_model=CompetencyOut, summary="Relate a competency to others")
async def competency_relations_replace(
    competency_id: InPath, body: RelationsIn, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Says which competencies are broader and which are related; both count in part when people are matched.

    Needs the role `org_admin`.
    """
    uow = wired.unit_of_work(command, get_competency)
    answer = await competencies.relate(uow, command.principal, competency_id, body.relations(), seen)
    return answer.response()


@router.post("/{competency_id}:approve", response_model=CompetencyOut, summary="Approve a competency")
async def competencies_approve(competency_id: InPath, command: Commanded, wired: Wired) -> Response:
    """Makes it an official entry; a retired one comes back. Needs the role `org_admin`."""
    uow = wired.unit_of_work(command, get_competency)
    return (await competencies.approve(uow, command.principal, competency_id)).response()


@router.post("/{competency_id}:retire", response_model=CompetencyOut, summary="Retire a competency")
async def competencies_retire(competency_id: InPath, command: Commanded, wired: Wired) -> Response:
    """Takes it out of use; people who named it keep it. Needs the role `org_admin`."""
    uow = wired.unit_of_work(command, get_competency)
    return (await competencies.retire(uow, command.principal, competency_id)).response()
