"""Routes of mentoring sessions."""

from typing import Annotated

from fastapi import Query, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.common import EngagementInPath, MentoringSessionInPath
from services.sessions.api.schemas.mentoring_sessions import (
    Absence,
    Attendance,
    MentoringSessionChanges,
    MentoringSessionIn,
    MentoringSessionOut,
    MentoringSessionsPage,
)
from services.sessions.domain.mentoring_session import MentoringSessionStatus
from services.sessions.queries.mentoring_sessions import get_mentoring_session, list_mentoring_sessions
from services.sessions.use_cases import mentoring_sessions

router = ApiRouter(prefix="/v1", tags=["mentoring-sessions"])

OF_ENGAGEMENT = "/engagements/{engagement_id}/mentoring-sessions"
ONE = "/mentoring-sessions/{mentoring_session_id}"


@router.post(OF_ENGAGEMENT, status_code=201, response_model=MentoringSessionOut, summary="Schedule a mentoring session")
async def mentoring_sessions_create(
    engagement_id: EngagementInPath, body: MentoringSessionIn, command: Created, wired: Wired
) -> Response:
    """Plans a meeting of an active engagement. For its participants."""
    uow = wired.unit_of_work(command, get_mentoring_session)
    answer = await mentoring_sessions.schedule(
        uow, command.principal, engagement_id, body.plan(), wired.ids, wired.clock
    )
    return answer.response()


@router.get(OF_ENGAGEMENT, response_model=MentoringSessionsPage, summary="List mentoring sessions")
async def mentoring_sessions_list(
    engagement_id: EngagementInPath,
    caller: Caller,
    page: Paging,
    wired: Wired,
    status: Annotated[MentoringSessionStatus | None, Query(description="In this state.")] = None,
) -> Response:
    """The meetings of an engagement by their start. Coordinators see dates and states only."""
    async with wired.read(caller) as db:
        body = await list_mentoring_sessions(db, page, engagement_id, status)
    return Response(body, media_type=JSON)


@router.get(ONE, response_model=MentoringSessionOut, summary="Get a mentoring session")
async def mentoring_sessions_get(
    mentoring_session_id: MentoringSessionInPath, caller: Caller, wired: Wired
) -> Response:
    """One meeting. Coordinators see dates and state only."""
    async with wired.read(caller) as db:
        return (await get_mentoring_session(db, mentoring_session_id)).response()


@router.patch(ONE, response_model=MentoringSessionOut, summary="Reschedule a mentoring session")
async def mentoring_sessions_update(
    mentoring_session_id: MentoringSessionInPath,
    body: MentoringSessionChanges,
    seen: IfMatch,
    command: Commanded,
    wired: Wired,
) -> Response:
    """Changes the fields that are sent, while it is scheduled. For the engagement's participants."""
    uow = wired.unit_of_work(command, get_mentoring_session)
    answer = await mentoring_sessions.reschedule(
        uow, command.principal, mentoring_session_id, body.changes(), seen, wired.clock
    )
    return answer.response()


@router.post(ONE + ":hold", response_model=MentoringSessionOut, summary="Record a mentoring session as held")
async def mentoring_sessions_hold(
    mentoring_session_id: MentoringSessionInPath, body: Attendance, command: Commanded, wired: Wired
) -> Response:
    """Records who met, once it has started. For the engagement's participants."""
    uow = wired.unit_of_work(command, get_mentoring_session)
    answer = await mentoring_sessions.hold(uow, command.principal, mentoring_session_id, body.attended, wired.clock)
    return answer.response()


@router.post(ONE + ":cancel", response_model=MentoringSessionOut, summary="Cancel a mentoring session")
async def mentoring_sessions_cancel(
    mentoring_session_id: MentoringSessionInPath, command: Commanded, wired: Wired
) -> Response:
    """Calls a scheduled meeting off. For the engagement's participants."""
    uow = wired.unit_of_work(command, get_mentoring_session)
    return (await mentoring_sessions.cancel(uow, command.principal, mentoring_session_id, wired.clock)).response()


@router.post(ONE + ":no-show", response_model=MentoringSessionOut, summary="Record a mentoring session as missed")
async def mentoring_sessions_no_show(
    mentoring_session_id: MentoringSessionInPath, body: Absence, command: Commanded, wired: Wired
) -> Response:
    """Records who did not come, once it has started. For the engagement's participants."""
    uow = wired.unit_of_work(command, get_mentoring_session)
    answer = await mentoring_sessions.miss(uow, command.principal, mentoring_session_id, body.absent, wired.clock)
    return answer.response()
