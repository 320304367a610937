"""Routes of imports."""

from typing import Annotated

import orjson
from fastapi import Form, Path, Response

from kit.answers import JSON
from kit.idempotency import Created
from kit.identity import Caller
from kit.pagination import Paging
from kit.routing import ApiRouter
from services.profile.api.dependencies import Wired
from services.profile.api.schemas.imports import (
    MAX_FILE_BYTES,
    ImportErrorsPage,
    ImportId,
    ImportIn,
    ImportOut,
    ImportsPage,
)
from services.profile.queries.imports import get_import, list_import_errors, list_imports
from services.profile.use_cases import imports
from services.profile.use_cases.people import HR_ROLES

router = ApiRouter(prefix="/v1/imports", tags=["imports"])

InPath = Annotated[ImportId, Path(description="The import.")]
_ROOM_FOR_THE_FORM = 64 * 1024


@router.post(
    "",
    status_code=202,
    response_model=ImportOut,
    summary="Import people",
    max_body_size=MAX_FILE_BYTES + _ROOM_FOR_THE_FORM,
)
async def imports_create(
    form: Annotated[ImportIn, Form(media_type="multipart/form-data")], command: Created, wired: Wired
) -> Response:
    """Takes a CSV export of an HR system, to be worked through in the background.

    Nothing is changed unless `dry_run` is false. Columns with traits, pay or identity numbers are refused and never
    stored. The same file a second time changes nothing. Needs the role `org_admin` or `integration`.
    """
    content = await form.file.read()
    columns = form.columns()
    options = orjson.dumps([columns, form.dry_run], option=orjson.OPT_SORT_KEYS)
    uow = wired.unit_of_work(command.over(options).over(content), get_import)
    answer = await imports.create(uow, command.principal, content, columns, dry_run=form.dry_run, ids=wired.ids)
    return answer.response()


@router.get("", response_model=ImportsPage, summary="List imports")
async def imports_list(caller: Caller, page: Paging, wired: Wired) -> Response:
    """The imports of the organization, the newest first. Needs the role `org_admin` or `integration`."""
    caller.require_role(*HR_ROLES)
    async with wired.read(caller) as db:
        return Response(await list_imports(db, page), media_type=JSON)


@router.get("/{import_id}", response_model=ImportOut, summary="Get an import")
async def imports_get(import_id: InPath, caller: Caller, wired: Wired) -> Response:
    """How far an import is, and what became of it. Needs the role `org_admin` or `integration`."""
    caller.require_role(*HR_ROLES)
    async with wired.read(caller) as db:
        return (await get_import(db, import_id)).response()


@router.get("/{import_id}/errors", response_model=ImportErrorsPage, summary="List the errors of an import")
async def import_errors_list(import_id: InPath, caller: Caller, page: Paging, wired: Wired) -> Response:
    """What is wrong with which rows, in their order. Needs the role `org_admin` or `integration`."""
    caller.require_role(*HR_ROLES)
    async with wired.read(caller) as db:
        return Response(await list_import_errors(db, page, import_id), media_type=JSON)
