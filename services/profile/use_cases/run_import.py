"""Run an import: read the rows, make a plan for the organization, and carry it out in one transaction."""

import asyncio
from collections.abc import Callable, Iterable
from itertools import islice

from kit.clock import Clock
from kit.ids import Ids
from kit.jobs import Job
from services.profile.domain.importing.plan import make_plan
from services.profile.domain.importing.record import Import, finish, give_up, proceed
from services.profile.domain.importing.rows import PersonRow, RowError
from services.profile.domain.importing.upload import read_upload
from services.profile.use_cases.ports import UnitOfWork

ROWS_AT_ONCE = 20_000


class RunImport:
    """Runs imports; one that was run before, wholly or in part, ends the same way."""

    def __init__(self, open_: Callable[[str], UnitOfWork], ids: Ids, clock: Clock) -> None:
        self._open = open_
        self._ids = ids
        self._clock = clock

    async def run(self, job: Job) -> None:
        """Bring the import to its end."""
        import_id = job.payload["import_id"]
        async with self._open(job.organization_id) as uow:
            import_ = await uow.imports.get(import_id)
            if import_.finished:
                return
            content = await uow.imports.upload(import_id)
            await uow.imports.save(proceed(import_, 0))
        rows, errors = await self._read(job.organization_id, import_, content)
        async with self._open(job.organization_id) as uow:
            await self._carry_out(uow, import_id, rows, errors)

    async def on_failed(self, job: Job, error: Exception) -> None:  # noqa: ARG002 - the log has the error; people get a sentence
        """Record that the import was given up."""
        async with self._open(job.organization_id) as uow:
            import_ = await uow.imports.get(job.payload["import_id"])
            if not import_.finished:
                await uow.imports.save(give_up(import_, self._clock.now()))

    async def _read(
        self, organization_id: str, import_: Import, content: bytes
    ) -> tuple[list[PersonRow], list[RowError]]:
        people: list[PersonRow] = []
        errors: list[RowError] = []
        reader = read_upload(content, import_.mapping)
        read = 0
        # In a thread, so that the worker goes on showing signs of life.
        while chunk := await asyncio.to_thread(_take, reader):
            for row in chunk:
                if isinstance(row, PersonRow):
                    people.append(row)
                else:
                    errors.extend(row)
            read += len(chunk)
            if read < import_.rows:
                await self._show_progress(organization_id, import_.id, read)
        return people, errors

    async def _show_progress(self, organization_id: str, import_id: str, read: int) -> None:
        async with self._open(organization_id) as uow:
            import_ = await uow.imports.get(import_id)
            if not import_.finished:
                await uow.imports.save(proceed(import_, read))

    async def _carry_out(self, uow: UnitOfWork, import_id: str, rows: list[PersonRow], errors: list[RowError]) -> None:
        await uow.imports.allow_long_work()
        # One import of an organization at a time, and nobody else moves people meanwhile.
        await uow.people.lock_structure()
        import_ = await uow.imports.get(import_id)
        if import_.finished:
            return
        known = await uow.merge.known_people()
        plan = await asyncio.to_thread(make_plan, rows, known, import_.mapping, lambda: self._ids.new("per"))
        created, updated = await uow.merge.stage(plan.people, import_.mapping)
        if not import_.dry_run:
            facts = await uow.merge.apply(import_.mapping, plan.moved, await uow.organizations.time_zone())
            for type_, person_ids in facts.items():
                await uow.events.append_many(type_, [(person_id, {}) for person_id in person_ids])
        errors = sorted([*errors, *plan.errors], key=lambda error: error.row)
        await uow.imports.add_errors(import_id, errors)
        await uow.imports.save(finish(import_, plan, errors, created, updated, self._clock.now()))


def _take(rows: Iterable[PersonRow | list[RowError]]) -> list[PersonRow | list[RowError]]:
    return list(islice(rows, ROWS_AT_ONCE))
