"""Routes of reports."""

from typing import Annotated

from fastapi import Path, Response

from kit.identity import Caller
from kit.routing import ApiRouter
from services.sessions.api.dependencies import Wired
from services.sessions.api.schemas.common import ProgramId
from services.sessions.api.schemas.reports import ProgramReportOut
from services.sessions.queries.reports import get_program_report

router = ApiRouter(prefix="/v1/programs/{program_id}/report", tags=["reports"])


@router.get("", response_model=ProgramReportOut, summary="Get a program's report")
async def program_report_get(
    program_id: Annotated[ProgramId, Path(description="The program.")], caller: Caller, wired: Wired
) -> Response:
    """What came of a program. Figures about too few people are suppressed. Needs the role `coordinator`."""
    async with wired.read(caller) as db:
        return (await get_program_report(db, program_id)).response()
