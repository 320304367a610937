"""Routes of engagements."""

from typing import Annotated

from fastapi import Query, Response

from kit.answers import JSON
from kit.idempotency import Commanded
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.common import EngagementInPath, ProgramId
from services.sessions.api.schemas.engagements import EngagementEnd, EngagementOut, EngagementsPage
from services.sessions.domain.engagement import Status
from services.sessions.queries.engagements import get_engagement, list_engagements
from services.sessions.use_cases import engagements

router = ApiRouter(prefix="/v1/engagements", tags=["engagements"])


@router.get("", response_model=EngagementsPage, summary="List engagements")
async def engagements_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    program_id: Annotated[ProgramId | None, Query(description="Of this program.")] = None,
    status: Annotated[Status | None, Query(description="In this state.")] = None,
) -> Response:
    """The caller's engagements, the newest first. With `program_id`, coordinators get those of everybody."""
    async with wired.read(caller) as db:
        body = await list_engagements(db, page, program_id, status)
    return Response(body, media_type=JSON)


@router.get("/{engagement_id}", response_model=EngagementOut, summary="Get an engagement")
async def engagements_get(engagement_id: EngagementInPath, caller: Caller, wired: Wired) -> Response:
    """One engagement, for its participants and for coordinators."""
    async with wired.read(caller) as db:
        return (await get_engagement(db, engagement_id)).response()


@router.post("/{engagement_id}:pause", response_model=EngagementOut, summary="Pause an engagement")
async def engagements_pause(engagement_id: EngagementInPath, command: Commanded, wired: Wired) -> Response:
    """Puts an active engagement on hold. For its participants."""
    uow = wired.unit_of_work(command, get_engagement)
    return (await engagements.pause(uow, command.principal, engagement_id, wired.clock)).response()


@router.post("/{engagement_id}:resume", response_model=EngagementOut, summary="Resume an engagement")
async def engagements_resume(engagement_id: EngagementInPath, command: Commanded, wired: Wired) -> Response:
    """Goes on after a pause. For its participants."""
    uow = wired.unit_of_work(command, get_engagement)
    return (await engagements.resume(uow, command.principal, engagement_id, wired.clock)).response()


@router.post("/{engagement_id}:end", response_model=EngagementOut, summary="End an engagement")
async def engagements_end(
    engagement_id: EngagementInPath, body: EngagementEnd, command: Commanded, wired: Wired
) -> Response:
    """Ends it and calls off its future meetings. The reason is never shown to anybody else. For its participants."""
    uow = wired.unit_of_work(command, get_engagement)
    answer = await engagements.end(uow, command.principal, engagement_id, body.outcome, body.reason, wired.clock)
    return answer.response()
