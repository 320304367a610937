"""Take in a file of an HR system, to be worked through in the background."""

import asyncio
from collections.abc import Mapping

from kit.answers import Answer
from kit.identity import Principal
from kit.ids import Ids
from services.profile.domain.importing.record import queue_import
from services.profile.domain.importing.upload import accept_upload
from services.profile.use_cases.people import HR_ROLES
from services.profile.use_cases.ports import UnitOfWork

_SECONDS_TO_WAIT = 1


async def create(
    uow: UnitOfWork, caller: Principal, content: bytes, mapping: Mapping[str, str] | None, *, dry_run: bool, ids: Ids
) -> Answer:
    """Decide over the columns, keep what may be kept, and ask a worker to do the rest."""
    caller.require_role(*HR_ROLES)
    # A large file takes a second to read; other requests are served meanwhile.
    upload = await asyncio.to_thread(accept_upload, content, mapping)
    import_ = queue_import(ids.new("imp"), upload, dry_run=dry_run)
    async with uow:
        await uow.imports.add(import_, upload.content)
        location = f"/v1/imports/{import_.id}"
        return await uow.answer(import_.id, status=202, location=location, retry_after=_SECONDS_TO_WAIT)
