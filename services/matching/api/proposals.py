"""Routes of proposals."""

from typing import Annotated

from fastapi import Body, Path, Query, Response

from kit.answers import JSON, in_language
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Locale, Wired
from services.matching.api.schemas.common import MatchRunId, ProgramId, ProgramInPath, ProposalId
from services.matching.api.schemas.proposals import Decline, ProposalIn, ProposalOut, ProposalsPage, VisibleStatus
from services.matching.queries.proposals import get_proposal, list_proposals, proposal_in
from services.matching.use_cases import proposals

router = ApiRouter(prefix="/v1", tags=["proposals"])

InPath = Annotated[ProposalId, Path(description="The proposal.")]


@router.get("/proposals", response_model=ProposalsPage, summary="List proposals")
async def proposals_list(
    caller: Caller,
    page: Paging,
    locale: Locale,
    wired: Wired,
    program_id: Annotated[ProgramId | None, Query(description="Of this program.")] = None,
    match_run_id: Annotated[MatchRunId | None, Query(description="Of this match run.")] = None,
    status: Annotated[VisibleStatus | None, Query(description="In this state, as the caller sees it.")] = None,
) -> Response:
    """The caller's proposals, the newest first. With a program or a match run, coordinators get everybody's."""
    async with wired.read(caller) as db:
        body = await list_proposals(db, page, program_id, match_run_id, status, locale=locale)
    return Response(body, headers=in_language(locale), media_type=JSON)


@router.post("/programs/{program_id}/proposals", status_code=201, response_model=ProposalOut, summary="Propose by hand")
async def proposals_create(
    program_id: ProgramInPath, body: ProposalIn, command: Created, locale: Locale, wired: Wired
) -> Response:
    """Proposes people to each other; they decide, as with any other proposal. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, proposal_in(locale))
    directions = [track.direction() for track in body.tracks]
    answer = await proposals.create(uow, command.principal, program_id, directions, wired.ids, wired.clock)
    return answer.response()


@router.get("/proposals/{proposal_id}", response_model=ProposalOut, summary="Get a proposal")
async def proposals_get(proposal_id: InPath, caller: Caller, locale: Locale, wired: Wired) -> Response:
    """One proposal, for its participants and for coordinators."""
    async with wired.read(caller) as db:
        return (await get_proposal(db, proposal_id, locale=locale)).response()


@router.post("/proposals/{proposal_id}:accept", response_model=ProposalOut, summary="Accept a proposal")
async def proposals_accept(proposal_id: InPath, command: Commanded, locale: Locale, wired: Wired) -> Response:
    """Says yes. When all have, an engagement begins, if everybody still has a place for it. For its participants."""
    uow = wired.unit_of_work(command, proposal_in(locale))
    return (await proposals.accept(uow, command.principal, proposal_id, wired.clock)).response()


@router.post("/proposals/{proposal_id}:decline", response_model=ProposalOut, summary="Decline a proposal")
async def proposals_decline(
    proposal_id: InPath,
    command: Commanded,
    locale: Locale,
    wired: Wired,
    body: Annotated[Decline | None, Body()] = None,
) -> Response:
    """Says no. The others only see that it is closed. For its participants."""
    uow = wired.unit_of_work(command, proposal_in(locale))
    reason = body.reason if body is not None else None
    return (await proposals.decline(uow, command.principal, proposal_id, reason, wired.clock)).response()


@router.post("/proposals/{proposal_id}:withdraw", response_model=ProposalOut, summary="Withdraw a proposal")
async def proposals_withdraw(proposal_id: InPath, command: Commanded, locale: Locale, wired: Wired) -> Response:
    """Takes back a proposal that is planned or open. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, proposal_in(locale))
    return (await proposals.withdraw(uow, command.principal, proposal_id, wired.clock)).response()
