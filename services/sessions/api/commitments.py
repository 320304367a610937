"""Routes of commitments."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.answers import JSON
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.commitments import (
    ApplicationIn,
    CommitmentIn,
    CommitmentOut,
    CommitmentsPage,
    NotUsed,
)
from services.sessions.api.schemas.common import CommitmentId, MentoringSessionInPath
from services.sessions.domain.commitment import CommitmentStatus
from services.sessions.queries.commitments import get_commitment, list_commitments, list_own_commitments
from services.sessions.use_cases import commitments

router = ApiRouter(prefix="/v1", tags=["commitments"])

OF_MENTORING_SESSION = "/mentoring-sessions/{mentoring_session_id}/commitments"
InPath = Annotated[CommitmentId, Path(description="The commitment.")]


@router.post(OF_MENTORING_SESSION, status_code=201, response_model=CommitmentOut, summary="Make a commitment")
async def commitments_create(
    mentoring_session_id: MentoringSessionInPath, body: CommitmentIn, command: Created, wired: Wired
) -> Response:
    """Closes a held meeting with what the caller will use at work. For the engagement's learners."""
    uow = wired.unit_of_work(command, get_commitment)
    answer = await commitments.create(
        uow, command.principal, mentoring_session_id, body.intention(), wired.ids, wired.clock
    )
    return answer.response()


@router.get(OF_MENTORING_SESSION, response_model=CommitmentsPage, summary="List a mentoring session's commitments")
async def mentoring_session_commitments_list(
    mentoring_session_id: MentoringSessionInPath, caller: Caller, page: Paging, wired: Wired
) -> Response:
    """The commitments with which a meeting closed. For the engagement's participants."""
    async with wired.read(caller) as db:
        body = await list_commitments(db, page, mentoring_session_id)
    return Response(body, media_type=JSON)


@router.get("/commitments", response_model=CommitmentsPage, summary="List commitments")
async def commitments_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    status: Annotated[CommitmentStatus | None, Query(description="In this state.")] = None,
) -> Response:
    """The caller's own commitments, the newest first."""
    async with wired.read(caller) as db:
        body = await list_own_commitments(db, page, status)
    return Response(body, media_type=JSON)


@router.get("/commitments/{commitment_id}", response_model=CommitmentOut, summary="Get a commitment")
async def commitments_get(commitment_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One commitment. For the engagement's participants."""
    async with wired.read(caller) as db:
        return (await get_commitment(db, commitment_id)).response()


@router.post("/commitments/{commitment_id}:apply", response_model=CommitmentOut, summary="Record a commitment as used")
async def commitments_apply(commitment_id: InPath, body: ApplicationIn, command: Commanded, wired: Wired) -> Response:
    """Records the first use at work, also after it was said to be unused. For its owner."""
    uow = wired.unit_of_work(command, get_commitment)
    answer = await commitments.apply(uow, command.principal, commitment_id, body.application(), wired.clock)
    return answer.response()


@router.post("/commitments/{commitment_id}:not-used", response_model=CommitmentOut, summary="Record it as not used")
async def commitments_not_used(commitment_id: InPath, body: NotUsed, command: Commanded, wired: Wired) -> Response:
    """Records why it was not used. For its owner."""
    uow = wired.unit_of_work(command, get_commitment)
    answer = await commitments.leave_unused(uow, command.principal, commitment_id, body.why, wired.clock)
    return answer.response()
