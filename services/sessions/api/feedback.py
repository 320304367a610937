"""Routes of feedback."""

from fastapi import Response

from kit.answers import JSON
from kit.idempotency import Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.common import EngagementInPath
from services.sessions.api.schemas.reflections import FeedbackIn, FeedbackOut, FeedbackPage
from services.sessions.queries.reflections import get_feedback, list_feedback
from services.sessions.use_cases import reflections

router = ApiRouter(prefix="/v1/engagements/{engagement_id}/feedback", tags=["feedback"])


@router.post("", status_code=201, response_model=FeedbackOut, summary="Give feedback")
async def feedback_create(
    engagement_id: EngagementInPath, body: FeedbackIn, command: Created, wired: Wired
) -> Response:
    """Says how it is; others see it only within a program's report. For participants, once it has begun."""
    uow = wired.unit_of_work(command, get_feedback)
    answer = await reflections.give_feedback(
        uow, command.principal, engagement_id, body.scores(), wired.ids, wired.clock
    )
    return answer.response()


@router.get("", response_model=FeedbackPage, summary="List one's own feedback")
async def feedback_list(engagement_id: EngagementInPath, caller: Caller, page: Paging, wired: Wired) -> Response:
    """The caller's own feedback on an engagement."""
    async with wired.read(caller) as db:
        body = await list_feedback(db, page, engagement_id)
    return Response(body, media_type=JSON)
