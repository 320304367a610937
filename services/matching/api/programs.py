"""Routes of programs."""

from typing import Annotated

from fastapi import Query, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.matching.api.dependencies import Wired
from services.matching.api.schemas.common import ProgramInPath
from services.matching.api.schemas.programs import ProgramChanges, ProgramIn, ProgramOut, ProgramsPage
from services.matching.domain.program import ProgramStatus
from services.matching.queries.programs import get_program, list_programs
from services.matching.use_cases import programs

router = ApiRouter(prefix="/v1/programs", tags=["programs"])


@router.get("", response_model=ProgramsPage, summary="List programs")
async def programs_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    status: Annotated[ProgramStatus | None, Query(description="In this state.")] = None,
) -> Response:
    """The organization's programs, the newest first. Drafts are for coordinators."""
    async with wired.read(caller) as db:
        body = await list_programs(db, page, status)
    return Response(body, media_type=JSON)


@router.post("", status_code=201, response_model=ProgramOut, summary="Create a program")
async def programs_create(body: ProgramIn, command: Created, wired: Wired) -> Response:
    """Drafts a program. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_program)
    return (await programs.create(uow, command.principal, body.details(), wired.ids, wired.clock)).response()


@router.get("/{program_id}", response_model=ProgramOut, summary="Get a program")
async def programs_get(program_id: ProgramInPath, caller: Caller, wired: Wired) -> Response:
    """One program. Drafts are for coordinators."""
    async with wired.read(caller) as db:
        return (await get_program(db, program_id)).response()


@router.patch("/{program_id}", response_model=ProgramOut, summary="Change a program")
async def programs_update(
    program_id: ProgramInPath, body: ProgramChanges, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Changes the fields that are sent. An open program keeps its kind and format. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_program)
    answer = await programs.update(uow, command.principal, program_id, body.changes(), seen, wired.clock)
    return answer.response()


@router.post("/{program_id}:open", response_model=ProgramOut, summary="Open a program")
async def programs_open(program_id: ProgramInPath, command: Commanded, wired: Wired) -> Response:
    """Lets people take part, once it states a purpose, a measure of success and a primary objective."""
    uow = wired.unit_of_work(command, get_program)
    return (await programs.open_(uow, command.principal, program_id, wired.clock)).response()


@router.post("/{program_id}:close", response_model=ProgramOut, summary="Close a program")
async def programs_close(program_id: ProgramInPath, command: Commanded, wired: Wired) -> Response:
    """Ends it: what it still offers is withdrawn, what was agreed goes on. Needs the role `coordinator`."""
    uow = wired.unit_of_work(command, get_program)
    return (await programs.close(uow, command.principal, program_id, wired.clock)).response()
