"""Routes for the other services of this system; the gateway passes none of them on."""

from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from kit.answers import JSON
from kit.identity import InternalCaller, Principal
from kit.routing import ApiRouter
from kit.schemas import Input, Text
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.common import PersonId
from services.profile.api.schemas.organizations import OrganizationId
from services.profile.queries.internal import SubjectKey, find_subject, get_snapshot

router = ApiRouter(prefix="/internal", include_in_schema=False)


class SnapshotIn(Input):
    """Whom a service wants to know about."""

    organization_id: OrganizationId
    person_ids: Annotated[list[PersonId], Field(max_length=1000)]


@router.post("/people:snapshot")
async def people_snapshot(body: SnapshotIn, caller: InternalCaller, wired: Wired) -> Response:
    """Everything that matching needs of these people."""
    async with wired.read(_inside(caller, body.organization_id)) as db:
        return Response(await get_snapshot(db, body.person_ids, wired.clock.now()), media_type=JSON)


@router.get("/subjects/{organization_id}/{key}/{value:path}")
async def subjects_get(
    organization_id: OrganizationId,
    key: SubjectKey,
    value: Annotated[str, Path(max_length=300), Text(300, min_length=1)],
    caller: InternalCaller,
    wired: Wired,
) -> Response:
    """The person whom a token speaks for."""
    async with wired.read(_inside(caller, organization_id)) as db:
        return Response(await find_subject(db, key, value), media_type=JSON)


def _inside(caller: Principal, organization_id: str) -> Principal:
    return Principal(caller.subject, organization_id, scopes=caller.scopes)
