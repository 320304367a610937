"""Routes of people."""

from typing import Annotated

from fastapi import Path, Query, Response

from kit.answers import JSON, IfMatch
from kit.idempotency import Commanded, Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.common import PersonId, SearchText
from services.profile.api.schemas.people import (
    ExternalId,
    PeoplePage,
    PersonChanges,
    PersonIn,
    PersonOut,
    Unit,
)
from services.profile.domain.person import EmploymentStatus
from services.profile.queries.people import get_person, list_people
from services.profile.use_cases import people

router = ApiRouter(prefix="/v1/people", tags=["people"])

InPath = Annotated[PersonId, Path(description="The person.")]


@router.get("", response_model=PeoplePage, summary="List people")
async def people_list(
    caller: Caller,
    page: Paging,
    wired: Wired,
    q: Annotated[SearchText | None, Query(description="Part of a name or a work e-mail address.")] = None,
    department: Annotated[Unit | None, Query(description="Exactly this department.")] = None,
    manager_id: Annotated[PersonId | None, Query(description="Who reports to this person.")] = None,
    status: Annotated[EmploymentStatus | None, Query(description="Who works here at present, or no longer.")] = None,
    external_id: Annotated[ExternalId | None, Query(description="Who has this id in the HR system.")] = None,
    ids: Annotated[list[PersonId] | None, Query(max_length=200, description="Exactly these people.")] = None,
) -> Response:
    """The people of the organization, by name."""
    async with wired.read(caller) as db:
        body = await list_people(
            db,
            page,
            q=q,
            department=department,
            manager_id=manager_id,
            status=status,
            external_id=external_id,
            ids=ids,
        )
    return Response(body, media_type=JSON)


@router.post("", status_code=201, response_model=PersonOut, summary="Create a person")
async def people_create(body: PersonIn, command: Created, wired: Wired) -> Response:
    """Takes a new person in. Needs the role `org_admin` or `integration`."""
    uow = wired.unit_of_work(command, get_person)
    return (await people.create(uow, command.principal, body.values(), wired.ids)).response()


@router.get("/{person_id}", response_model=PersonOut, summary="Get a person")
async def people_get(person_id: InPath, caller: Caller, wired: Wired) -> Response:
    """One person of the organization."""
    async with wired.read(caller) as db:
        return (await get_person(db, person_id)).response()


@router.patch("/{person_id}", response_model=PersonOut, summary="Change a person")
async def people_update(
    person_id: InPath, body: PersonChanges, seen: IfMatch, command: Commanded, wired: Wired
) -> Response:
    """Changes the fields that are sent. Needs the role `org_admin` or `integration`."""
    uow = wired.unit_of_work(command, get_person)
    return (await people.update(uow, command.principal, person_id, body.values(), seen)).response()


@router.post("/{person_id}:deactivate", response_model=PersonOut, summary="Deactivate a person")
async def people_deactivate(person_id: InPath, command: Commanded, wired: Wired) -> Response:
    """Says that the person no longer works here; what they were part of is closed. For HR roles."""
    uow = wired.unit_of_work(command, get_person)
    return (await people.set_employment_status(uow, command.principal, person_id, "inactive")).response()


@router.post("/{person_id}:reactivate", response_model=PersonOut, summary="Reactivate a person")
async def people_reactivate(person_id: InPath, command: Commanded, wired: Wired) -> Response:
    """Says that the person works here again; nothing that was closed comes back. For HR roles."""
    uow = wired.unit_of_work(command, get_person)
    return (await people.set_employment_status(uow, command.principal, person_id, "active")).response()
