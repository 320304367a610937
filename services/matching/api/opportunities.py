"""The route of opportunities."""

from typing import Annotated

import orjson
from fastapi import Depends, Query, Response

from kit.answers import JSON, in_language
from kit.identity import Caller
from kit.routing import ApiRouter
from services.matching.api.dependencies import Locale, Wired
from services.matching.api.schemas.common import CompetencyId, ProgramId
from services.matching.api.schemas.opportunities import OpportunitiesOut
from services.matching.domain.opportunities import Direction, Filters

router = ApiRouter(prefix="/v1", tags=["opportunities"])


async def filters(
    direction: Annotated[Direction, Query(description="Whether to learn, to teach, or either.")] = Direction.BOTH,
    program_id: Annotated[
        ProgramId | None, Query(description="Only people who take part in it in the role that is needed, by its rules.")
    ] = None,
    competency_id: Annotated[CompetencyId | None, Query(description="As if everything were about this alone.")] = None,
    language: Annotated[str | None, Query(max_length=35, description="Only people who speak it.")] = None,
    department: Annotated[str | None, Query(max_length=200, description="Only people of it.")] = None,
    max_time_zone_gap_hours: Annotated[
        int | None, Query(ge=0, le=12, description="Only people whose clocks are no farther away.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=50, description="How many in each direction at the most.")] = 10,
) -> Filters:
    """Dependency: what the caller wants to see."""
    return Filters(direction, program_id, competency_id, language, department, max_time_zone_gap_hours, limit)


@router.get("/opportunities", response_model=OpportunitiesOut, summary="List opportunities")
async def opportunities_list(
    caller: Caller, filters: Annotated[Filters, Depends(filters)], locale: Locale, wired: Wired
) -> Response:
    """Who could help the caller, and whom they could help: people with a place left, and why. For persons."""
    found = await wired.find_opportunities(caller, filters, locale)
    return Response(orjson.dumps(found), media_type=JSON, headers=in_language(locale))
