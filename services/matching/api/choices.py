"""Routes of what people say of each other in a program."""

from typing import Annotated

from fastapi import Path, Response

from kit.answers import IfMatch
from kit.idempotency import Commanded
from kit.identity import Caller
from kit.routing import ApiRouter
from services.matching.api.dependencies import Wired
from services.matching.api.schemas.choices import ChoicesIn, ChoicesOut
from services.matching.api.schemas.common import ParticipationId
from services.matching.queries.choices import get_choices
from services.matching.use_cases import choices

router = ApiRouter(prefix="/v1/participations/{participation_id}/choices", tags=["participations"])

InPath = Annotated[ParticipationId, Path(description="The caller's own participation.")]


@router.get("", response_model=ChoicesOut, summary="Get the own choices")
async def choices_get(participation_id: InPath, caller: Caller, wired: Wired) -> Response:
    """Whom the caller would like in this program, and whom never. For nobody else, coordinators included."""
    async with wired.read(caller) as db:
        return (await get_choices(db, participation_id)).response()


@router.put("", response_model=ChoicesOut, summary="Say whom one would like, and whom never")
async def choices_replace(
    participation_id: InPath, body: ChoicesIn, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Replaces what was said. Exclusions count in all programs, last as long as the participation, and stay private."""
    uow = wired.unit_of_work(command, get_choices)
    return (await choices.put(uow, command.principal, participation_id, body.stated(), seen)).response()
