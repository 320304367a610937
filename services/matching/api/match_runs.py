"""Routes of match runs."""

from fastapi import Response
from sse_starlette import EventSourceResponse

from kit.answers import JSON
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Wired
from services.matching.api.progress import progress_events
from services.matching.api.schemas.common import MatchRunInPath, ProgramInPath
from services.matching.api.schemas.match_runs import MatchRunIn, MatchRunOut, MatchRunsPage
from services.matching.queries.match_runs import get_match_run, list_match_runs
from services.matching.use_cases import match_runs

router = ApiRouter(prefix="/v1", tags=["match-runs"])

EVENT_STREAM = {
    "description": "Events named `progress`, each with a match run as its data; the last one says how it ended.",
    "content": {
        "text/event-stream": {
            "schema": {
                "description": "One event.",
                "type": "object",
                "properties": {
                    "event": {"const": "progress"},
                    "data": {"type": "string", "contentMediaType": "application/json"},
                },
                "required": ["event", "data"],
            }
        }
    },
}


@router.get("/programs/{program_id}/match-runs", response_model=MatchRunsPage, summary="List match runs")
async def match_runs_list(program_id: ProgramInPath, caller: Caller, page: Paging, wired: Wired) -> Response:
    """The runs of a program, the newest first. Needs the role `coordinator`."""
    async with wired.read(caller) as db:
        body = await list_match_runs(db, page, program_id)
    return Response(body, media_type=JSON)


@router.post(
    "/programs/{program_id}/match-runs", status_code=202, response_model=MatchRunOut, summary="Start a match run"
)
async def match_runs_create(program_id: ProgramInPath, body: MatchRunIn, command: Created, wired: Wired) -> Response:
    """Asks for a match run of an open program; follow it at `Location`. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_run)
    wish = match_runs.Wish(body.seed, body.mode, body.longest_ring, body.unmatched_first)
    answer = await match_runs.create(uow, command.principal, program_id, wish, wired.ids, wired.clock)
    return answer.response()


@router.get("/match-runs/{match_run_id}", response_model=MatchRunOut, summary="Get a match run")
async def match_runs_get(match_run_id: MatchRunInPath, caller: Caller, wired: Wired) -> Response:
    """One match run. Needs the role `coordinator`."""
    async with wired.read(caller) as db:
        return (await get_match_run(db, match_run_id)).response()


@router.get(
    "/match-runs/{match_run_id}/progress",
    response_class=Response,
    responses={200: EVENT_STREAM},
    summary="Follow a match run",
)
async def match_runs_progress(match_run_id: MatchRunInPath, caller: Caller, wired: Wired) -> Response:
    """Server-sent events with the run's progress, until it has ended. Needs the role `coordinator`."""
    async with wired.read(caller) as db:
        await get_match_run(db, match_run_id)
    return EventSourceResponse(progress_events(wired, caller, match_run_id))


@router.post("/match-runs/{match_run_id}:cancel", response_model=MatchRunOut, summary="Cancel a match run")
async def match_runs_cancel(match_run_id: MatchRunInPath, command: Commanded, wired: Wired) -> Response:
    """Stops a run that has not ended. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_run)
    return (await match_runs.cancel(uow, command.principal, match_run_id, wired.clock)).response()


@router.post("/match-runs/{match_run_id}:publish", response_model=MatchRunOut, summary="Publish a match run")
async def match_runs_publish(match_run_id: MatchRunInPath, command: Commanded, wired: Wired) -> Response:
    """Offers its proposals to their people, who have 14 days to decide. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_run)
    return (await match_runs.publish(uow, command.principal, match_run_id, wired.clock)).response()


@router.post("/match-runs/{match_run_id}:discard", response_model=MatchRunOut, summary="Discard a match run")
async def match_runs_discard(match_run_id: MatchRunInPath, command: Commanded, wired: Wired) -> Response:
    """Forgets the proposals that it found. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_match_run)
    return (await match_runs.discard(uow, command.principal, match_run_id, wired.clock)).response()


@router.post(
    "/match-runs/{match_run_id}:replay", status_code=202, response_model=MatchRunOut, summary="Replay a match run"
)
async def match_runs_replay(match_run_id: MatchRunInPath, command: Created, wired: Wired) -> Response:
    """Solves again what the run was computed from, proposes nothing, and says whether the pairs are equal.

    What a run was computed from is kept for 30 days, or until the run is discarded. Needs the role `coordinator`.
    """
    uow = wired.unit_of_work(command, get_match_run)
    answer = await match_runs.replay(uow, command.principal, match_run_id, wired.ids, wired.clock)
    return answer.response()
