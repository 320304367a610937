"""Routes of learnings."""

from fastapi import Response

from kit.answers import JSON
from kit.idempotency import Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.common import EngagementInPath
from services.sessions.api.schemas.reflections import LearningIn, LearningOut, LearningsPage
from services.sessions.queries.reflections import get_learning, list_learnings
from services.sessions.use_cases import reflections

router = ApiRouter(prefix="/v1/engagements/{engagement_id}/learnings", tags=["learnings"])


@router.post("", status_code=201, response_model=LearningOut, summary="Log a learning")
async def learnings_create(
    engagement_id: EngagementInPath, body: LearningIn, command: Created, wired: Wired
) -> Response:
    """Says what the caller learned, as teacher or as learner. For participants, once it has begun."""
    uow = wired.unit_of_work(command, get_learning)
    answer = await reflections.log_learning(
        uow,
        command.principal,
        engagement_id,
        text=body.text,
        competency_id=body.competency_id,
        visibility=body.visibility,
        ids=wired.ids,
        clock=wired.clock,
    )
    return answer.response()


@router.get("", response_model=LearningsPage, summary="List learnings")
async def learnings_list(engagement_id: EngagementInPath, caller: Caller, page: Paging, wired: Wired) -> Response:
    """The caller's learnings and those that others shared. For the engagement's participants."""
    async with wired.read(caller) as db:
        body = await list_learnings(db, page, engagement_id)
    return Response(body, media_type=JSON)
