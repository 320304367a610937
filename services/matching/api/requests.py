"""Routes of requests."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.answers import JSON
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Wired
from services.matching.api.schemas.common import ProgramId, ProgramInPath, RequestId
from services.matching.api.schemas.requests import ExpectedWaitOut, RequestIn, RequestOut, RequestsPage
from services.matching.domain.request import RequestStatus
from services.matching.queries.requests import get_expected_wait, get_request, list_requests
from services.matching.use_cases import requests

router = ApiRouter(prefix="/v1", tags=["requests"])

InPath = Annotated[RequestId, Path(description="The request.")]


@router.get("/requests", response_model=RequestsPage, summary="List requests")
async def requests_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    program_id: Annotated[ProgramId | None, Query(description="In this program.")] = None,
    status: Annotated[RequestStatus | None, Query(description="In this state.")] = None,
) -> Response:
    """The caller's own requests, the newest first."""
    async with wired.read(caller) as db:
        body = await list_requests(db, page, program_id, status)
    return Response(body, media_type=JSON)


@router.post("/requests", status_code=201, response_model=RequestOut, summary="Ask people")
async def requests_create(body: RequestIn, command: Created, wired: Wired) -> Response:
    """Asks the first choice, and the next ones in their turn; who accepts has an engagement with the caller.

    For participants of the program, three open ones at a time.
    """
    uow = wired.unit_of_work(command, get_request)
    asked = body.asked()
    answer = await requests.create(uow, command.principal, body.program_id, asked, wired.ids, wired.clock)
    return answer.response()


@router.get("/requests/{request_id}", response_model=RequestOut, summary="Get a request")
async def requests_get(request_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One request of the caller's own."""
    async with wired.read(caller) as db:
        return (await get_request(db, request_id)).response()


@router.post("/requests/{request_id}:withdraw", response_model=RequestOut, summary="Withdraw a request")
async def requests_withdraw(request_id: InPath, command: Commanded, wired: Wired) -> Response:
    """Asks nobody any more; whoever has been asked sees that it is closed. For whoever made it."""
    uow = wired.unit_of_work(command, get_request)
    return (await requests.withdraw_request(uow, command.principal, request_id, wired.clock)).response()


@router.get("/programs/{program_id}/expected-wait", response_model=ExpectedWaitOut, summary="Get the expected wait")
async def programs_expected_wait(program_id: ProgramInPath, caller: Caller, wired: Wired) -> Response:
    """How long it takes in a program until somebody says yes."""
    async with wired.read(caller) as db:
        return (await get_expected_wait(db, program_id)).response()
