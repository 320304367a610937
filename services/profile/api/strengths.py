"""Routes of strengths."""

from typing import Annotated

from fastapi import Path, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.routing import ApiRouter
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.common import PersonId
from services.profile.api.schemas.named_lists import (
    StrengthChanges,
    StrengthId,
    StrengthIn,
    StrengthOut,
    StrengthsIn,
    StrengthsOut,
)
from services.profile.queries.named_lists import get_own_strength, get_own_strengths, get_strengths_of
from services.profile.use_cases import named_lists
from services.profile.use_cases.named_lists import STRENGTHS

router = ApiRouter(prefix="/v1", tags=["strengths"])

InPath = Annotated[StrengthId, Path(description="The strength.")]


@router.get("/people/{person_id}/strengths", response_model=StrengthsOut, summary="List a person's strengths")
async def strengths_list(
    person_id: Annotated[PersonId, Path(description="The person.")], caller: Caller, wired: Wired
) -> Response:
    """What the person is strong in, and on which terms they share it."""
    async with wired.read(caller) as db:
        return Response(await get_strengths_of(db, person_id), media_type=JSON)


@router.get("/me/strengths", response_model=StrengthsOut, summary="List the own strengths")
async def my_strengths_list(caller: Caller, wired: Wired) -> Response:
    """What the caller is strong in. The ETag is the list's, for replacing it."""
    async with wired.read(caller) as db:
        return (await get_own_strengths(db)).response()


@router.put("/me/strengths", response_model=StrengthsOut, summary="Replace the own strengths")
async def my_strengths_replace(body: StrengthsIn, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Puts this list in the place of the present one. An entry for a competency that is in both keeps its id."""
    uow = wired.unit_of_work(command, get_own_strengths)
    answer = await named_lists.replace_list(STRENGTHS, uow, command.principal, body.terms(), seen, wired.ids)
    return answer.response()


@router.post("/me/strengths", status_code=201, response_model=StrengthOut, summary="Add a strength")
async def my_strengths_create(body: StrengthIn, command: Created, wired: Wired) -> Response:
    """Names one more competency that the caller has."""
    uow = wired.unit_of_work(command, get_own_strength)
    return (await named_lists.add(STRENGTHS, uow, command.principal, body.terms(), wired.ids)).response()


@router.get("/me/strengths/{strength_id}", response_model=StrengthOut, summary="Get an own strength")
async def my_strengths_get(strength_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One of the caller's strengths."""
    async with wired.read(caller) as db:
        return (await get_own_strength(db, strength_id)).response()


@router.patch("/me/strengths/{strength_id}", response_model=StrengthOut, summary="Change an own strength")
async def my_strengths_update(
    strength_id: InPath, body: StrengthChanges, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Changes the fields that are sent."""
    uow = wired.unit_of_work(command, get_own_strength)
    answer = await named_lists.change(STRENGTHS, uow, command.principal, strength_id, body.values(), seen)
    return answer.response()


@router.delete(
    "/me/strengths/{strength_id}", status_code=204, response_class=Response, summary="Remove an own strength"
)
async def my_strengths_delete(strength_id: InPath, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Takes it off the list."""
    uow = wired.unit_of_work(command)
    return (await named_lists.remove(STRENGTHS, uow, command.principal, strength_id, seen)).response()
