"""Routes of participations."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Wired
from services.matching.api.schemas.common import ParticipationId, PersonId, ProgramInPath
from services.matching.api.schemas.participations import (
    EnrolmentOut,
    ParticipationChanges,
    ParticipationIn,
    ParticipationOut,
    ParticipationsPage,
)
from services.matching.queries.participations import get_enrolment, get_participation, list_participations
from services.matching.use_cases import participations

router = ApiRouter(prefix="/v1", tags=["participations"])

InPath = Annotated[ParticipationId, Path(description="The participation.")]


@router.get("/programs/{program_id}/participations", response_model=ParticipationsPage, summary="List participations")
async def participations_list(
    program_id: ProgramInPath,
    caller: Caller,
    page: Paging,
    wired: Wired,
    person_id: Annotated[PersonId | None, Query(description="Of this person.")] = None,
) -> Response:
    """Who takes part in a program: coordinators see everybody, others themselves."""
    async with wired.read(caller) as db:
        body = await list_participations(db, page, program_id, person_id)
    return Response(body, media_type=JSON)


@router.post(
    "/programs/{program_id}/participations",
    status_code=201,
    response_model=ParticipationOut,
    summary="Take part in a program",
)
async def participations_create(
    program_id: ProgramInPath, body: ParticipationIn, command: Created, wired: Wired
) -> Response:
    """Takes part in an open program, in roles that it offers to this person. Coordinators may enter anybody."""
    uow = wired.unit_of_work(command, get_participation)
    part = (body.person_id, frozenset(body.roles), body.capacity)
    answer = await participations.create(uow, command.principal, program_id, *part, wired.ids, wired.clock)
    return answer.response()


@router.post(
    "/programs/{program_id}/participations:enroll", response_model=EnrolmentOut, summary="Enroll everybody eligible"
)
async def participations_enroll(program_id: ProgramInPath, command: Commanded, wired: Wired) -> Response:
    """Enters everybody who may take part, in every role offered to them. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_enrolment)
    return (await participations.enroll(uow, command.principal, program_id, wired.ids, wired.clock)).response()


@router.get("/participations/{participation_id}", response_model=ParticipationOut, summary="Get a participation")
async def participations_get(participation_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One participation: the caller's own, or anybody's for coordinators."""
    async with wired.read(caller) as db:
        return (await get_participation(db, participation_id)).response()


@router.patch("/participations/{participation_id}", response_model=ParticipationOut, summary="Change a participation")
async def participations_update(
    participation_id: InPath, body: ParticipationChanges, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Changes roles or capacity: the caller's own, or anybody's for coordinators."""
    uow = wired.unit_of_work(command, get_participation)
    answer = await participations.update(uow, command.principal, participation_id, body.changes(), seen, wired.clock)
    return answer.response()


@router.delete("/participations/{participation_id}", status_code=204, summary="Leave a program")
async def participations_leave(participation_id: InPath, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Leaves without giving a reason; what the program still offers this person is closed."""
    uow = wired.unit_of_work(command)
    answer = await participations.leave(uow, command.principal, participation_id, seen, wired.clock)
    return answer.response()


@router.post(
    "/participations/{participation_id}:confirm", response_model=ParticipationOut, summary="Say that one is still there"
)
async def participations_confirm(participation_id: InPath, command: Commanded, wired: Wired) -> Response:
    """Ends the pause of somebody who let offers run out unanswered. For the person alone."""
    uow = wired.unit_of_work(command, get_participation)
    return (await participations.say_life(uow, command.principal, participation_id, wired.clock)).response()
