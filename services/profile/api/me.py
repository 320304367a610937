"""Routes of what the caller says of themself."""

from fastapi import Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded
from kit.identity import Caller
from kit.routing import ApiRouter
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.me import AvailabilityIn, AvailabilityOut, MeOut, PreferencesIn, PreferencesOut
from services.profile.queries.me import get_availability, get_me, get_preferences
from services.profile.use_cases import self_descriptions

router = ApiRouter(prefix="/v1/me", tags=["me"])


@router.get("", response_model=MeOut, summary="Get the caller")
async def me_get(caller: Caller, wired: Wired) -> Response:
    """Who the caller is: their organization, their roles and, where there is one, their person."""
    async with wired.read(caller) as db:
        return Response(await get_me(db), media_type=JSON)


@router.get("/preferences", response_model=PreferencesOut, summary="Get the own preferences")
async def my_preferences_get(caller: Caller, wired: Wired) -> Response:
    """How the caller likes to work."""
    async with wired.read(caller) as db:
        return (await get_preferences(db)).response()


@router.put("/preferences", response_model=PreferencesOut, summary="Say how one likes to work")
async def my_preferences_replace(body: PreferencesIn, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Replaces the preferences. They shape the plan of a session and never a match score."""
    uow = wired.unit_of_work(command, get_preferences)
    return (await self_descriptions.put_preferences(uow, command.principal, body.said(), seen)).response()


@router.get("/availability", response_model=AvailabilityOut, summary="Get the own availability")
async def my_availability_get(caller: Caller, wired: Wired) -> Response:
    """When the caller has time, and for how many people."""
    async with wired.read(caller) as db:
        return (await get_availability(db)).response()


@router.put("/availability", response_model=AvailabilityOut, summary="Say when one has time")
async def my_availability_replace(body: AvailabilityIn, seen: IfMatch, command: Commanded, wired: Wired) -> Response:
    """Replaces the weekly windows, the capacities and the pause."""
    uow = wired.unit_of_work(command, get_availability)
    return (await self_descriptions.put_availability(uow, command.principal, body.said(), seen)).response()
