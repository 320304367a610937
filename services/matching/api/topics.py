"""Routes of the topic radar."""

from dataclasses import asdict
from typing import Annotated

import orjson
from fastapi import Query, Response

from kit.answers import JSON
from kit.identity import Caller
from kit.routing import ApiRouter
from kit.schemas import Text
from services.matching.api.dependencies import Wired
from services.matching.api.schemas.common import ProgramId
from services.matching.api.schemas.topics import MyTopicsOut, RadarOut
from services.matching.queries.radar import get_radar, get_wanted_of_me

router = ApiRouter(prefix="/v1/topics", tags=["topics"])


@router.get("/radar", response_model=RadarOut, summary="See what is wanted and what is offered")
async def topics_radar(
    caller: Caller,
    wired: Wired,
    department: Annotated[str | None, Text(200, min_length=1), Query(description="Only people of this one.")] = None,
    program_id: Annotated[ProgramId | None, Query(description="Only people who take part in this one.")] = None,
) -> Response:
    """Supply, demand, scarcity, hidden supply and trends by competency. Needs the role `coordinator`.

    Private growth areas are never counted, and figures about few people are left out.
    """
    async with wired.read(caller) as db:
        found, least = await get_radar(db, department, program_id, wired.clock.now().date())
    body = {
        "items": [asdict(topic) for topic in found],
        "monoculture": any(topic.dominant for topic in found),
        "min_group_size": least,
    }
    return Response(orjson.dumps(body), media_type=JSON)


@router.get("/mine", response_model=MyTopicsOut, summary="See who wants what I know")
async def topics_mine(caller: Caller, wired: Wired) -> Response:
    """What the caller could teach, and by how many it is wanted: their strengths, and what their job title implies."""
    async with wired.read(caller) as db:
        body = await get_wanted_of_me(db)
    return Response(body, media_type=JSON)
