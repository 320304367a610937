"""Routes of growth areas."""

from typing import Annotated

from fastapi import Path, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.routing import ApiRouter
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.common import PersonId
from services.profile.api.schemas.named_lists import (
    GrowthAreaChanges,
    GrowthAreaId,
    GrowthAreaIn,
    GrowthAreaOut,
    GrowthAreasIn,
    GrowthAreasOut,
)
from services.profile.queries.named_lists import get_growth_areas_of, get_own_growth_area, get_own_growth_areas
from services.profile.use_cases import named_lists
from services.profile.use_cases.named_lists import GROWTH_AREAS

router = ApiRouter(prefix="/v1", tags=["growth-areas"])

InPath = Annotated[GrowthAreaId, Path(description="The growth area.")]


@router.get("/people/{person_id}/growth-areas", response_model=GrowthAreasOut, summary="List a person's growth areas")
async def growth_areas_list(
    person_id: Annotated[PersonId, Path(description="The person.")], caller: Caller, wired: Wired
) -> Response:
    """Where the person wants to grow, as far as they let others know. Private growth areas are never here."""
    async with wired.read(caller) as db:
        return Response(await get_growth_areas_of(db, person_id), media_type=JSON)


@router.get("/me/growth-areas", response_model=GrowthAreasOut, summary="List the own growth areas")
async def my_growth_areas_list(caller: Caller, wired: Wired) -> Response:
    """Where the caller wants to grow, private growth areas included. The ETag is the list's, for replacing it."""
    async with wired.read(caller) as db:
        return (await get_own_growth_areas(db)).response()


@router.put("/me/growth-areas", response_model=GrowthAreasOut, summary="Replace the own growth areas")
async def my_growth_areas_replace(body: GrowthAreasIn, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Puts this list in the place of the present one. An entry for a competency that is in both keeps its id."""
    uow = wired.unit_of_work(command, get_own_growth_areas)
    answer = await named_lists.replace_list(GROWTH_AREAS, uow, command.principal, body.terms(), seen, wired.ids)
    return answer.response()


@router.post("/me/growth-areas", status_code=201, response_model=GrowthAreaOut, summary="Add a growth area")
async def my_growth_areas_create(body: GrowthAreaIn, command: Created, wired: Wired) -> Response:
    """Names one more competency in which the caller wants to grow."""
    uow = wired.unit_of_work(command, get_own_growth_area)
    return (await named_lists.add(GROWTH_AREAS, uow, command.principal, body.terms(), wired.ids)).response()


@router.get("/me/growth-areas/{growth_area_id}", response_model=GrowthAreaOut, summary="Get an own growth area")
async def my_growth_areas_get(growth_area_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One of the caller's growth areas."""
    async with wired.read(caller) as db:
        return (await get_own_growth_area(db, growth_area_id)).response()


@router.patch("/me/growth-areas/{growth_area_id}", response_model=GrowthAreaOut, summary="Change an own growth area")
async def my_growth_areas_update(
    growth_area_id: InPath, body: GrowthAreaChanges, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Changes the fields that are sent."""
    uow = wired.unit_of_work(command, get_own_growth_area)
    answer = await named_lists.change(GROWTH_AREAS, uow, command.principal, growth_area_id, body.values(), seen)
    return answer.response()


@router.delete(
    "/me/growth-areas/{growth_area_id}", status_code=204, response_class=Response, summary="Remove an own growth area"
)
async def my_growth_areas_delete(growth_area_id: InPath, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Takes it off the list."""
    uow = wired.unit_of_work(command)
    return (await named_lists.remove(GROWTH_AREAS, uow, command.principal, growth_area_id, seen)).response()
