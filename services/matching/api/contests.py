"""Routes of contests."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.answers import JSON
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Wired
from services.matching.api.schemas.common import ContestId, MatchRunInPath, ProgramId, ProposalInPath
from services.matching.api.schemas.contests import ContestIn, ContestOut, ContestsPage, Resolution
from services.matching.domain.contest import ContestStatus
from services.matching.queries.contests import get_contest, list_contests
from services.matching.use_cases import contests

router = ApiRouter(prefix="/v1", tags=["contests"])

InPath = Annotated[ContestId, Path(description="The contest.")]


@router.post(
    "/proposals/{proposal_id}:contest", status_code=201, response_model=ContestOut, summary="Contest a proposal"
)
async def proposals_contest(proposal_id: ProposalInPath, body: ContestIn, command: Created, wired: Wired) -> Response:
    """Says what is wrong with a proposal; coordinators answer. For its participants."""
    uow = wired.unit_of_work(command, get_contest)
    about = (proposal_id, body.reason)
    return (await contests.contest_proposal(uow, command.principal, *about, wired.ids, wired.clock)).response()


@router.post(
    "/match-runs/{match_run_id}:contest", status_code=201, response_model=ContestOut, summary="Contest a match run"
)
async def match_runs_contest(match_run_id: MatchRunInPath, body: ContestIn, command: Created, wired: Wired) -> Response:
    """Says what is wrong with a published run that found nobody for the caller. For the program's participants."""
    uow = wired.unit_of_work(command, get_contest)
    about = (match_run_id, body.reason)
    return (await contests.contest_run(uow, command.principal, *about, wired.ids, wired.clock)).response()


@router.get("/contests", response_model=ContestsPage, summary="List contests")
async def contests_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    program_id: Annotated[ProgramId | None, Query(description="In this program.")] = None,
    status: Annotated[ContestStatus | None, Query(description="In this state.")] = None,
) -> Response:
    """Contests, the newest first: the caller's own, or everybody's for coordinators."""
    async with wired.read(caller) as db:
        body = await list_contests(db, page, program_id, status)
    return Response(body, media_type=JSON)


@router.get("/contests/{contest_id}", response_model=ContestOut, summary="Get a contest")
async def contests_get(contest_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One contest: the caller's own, or anybody's for coordinators."""
    async with wired.read(caller) as db:
        return (await get_contest(db, contest_id)).response()


@router.post("/contests/{contest_id}:resolve", response_model=ContestOut, summary="Answer a contest")
async def contests_resolve(contest_id: InPath, body: Resolution, command: Commanded, wired: Wired) -> Response:
    """Upholds or dismisses it, with an answer. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_contest)
    found = (body.outcome, body.answer)
    return (await contests.resolve_contest(uow, command.principal, contest_id, *found, wired.clock)).response()
