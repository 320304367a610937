from typing import Any

import pytest
from sqlalchemy import text

from kit.ids import TimeOrderedIds
from kit.jobs import Job
from services.profile.domain.importing.plan import make_plan
from services.profile.domain.importing.record import Import, ImportNotFoundError, give_up, proceed, queue_import
from services.profile.domain.importing.rows import PersonRow, RowError
from services.profile.domain.importing.upload import accept_upload, read_upload
from services.profile.storage.unit_of_work import ProfileUnitOfWork
from services.profile.tests.storage.conftest import Home
from services.profile.use_cases.ports import RUN_IMPORT
from services.profile.use_cases.run_import import RunImport
from services.profile.wiring import Wiring

ids = TimeOrderedIds()
CONTENT = b"id,name,birth_date,email,manager_id\n1,Ken,canary,ken@x.example,\n2,Terri,canary,terri@x.example,1\n3\n"


def job(home: Home, import_: Import, delivery: int = 1) -> Job:
    return Job(RUN_IMPORT, home().organization_id, {"import_id": import_.id}, delivery)


async def uploaded(home: Home, content: bytes = CONTENT) -> Import:
    upload = accept_upload(content, None)
    import_ = queue_import(ids.new("imp"), upload, dry_run=False)
    async with home() as uow:
        await uow.imports.add(import_, upload.content)
    return import_


async def test_an_import_comes_back_as_stored(home: Home, elsewhere: Home) -> None:
    import_ = await uploaded(home)
    async with home() as uow:
        assert await uow.imports.get(import_.id) == import_
        assert b"canary" not in await uow.imports.upload(import_.id)
        await uow.imports.save(proceed(import_, 2))
        assert (await uow.imports.get(import_.id)).rows_read == 2
    async with elsewhere() as uow:
        with pytest.raises(ImportNotFoundError):
            await uow.imports.get(import_.id)
        await uow.imports.save(give_up(import_, uow._clock.now()))
    async with home() as uow:
        assert (await uow.imports.get(import_.id)).status == "running"


async def test_an_upload_is_gone_when_its_import_is_finished(home: Home) -> None:
    import_ = await uploaded(home)
    async with home() as uow:
        await uow.imports.save(give_up(import_, uow._clock.now()))
        left = await uow.connection.scalar(
            text("select count(*) from import_uploads where import_id = :id"), {"id": import_.id}
        )
    assert left == 0


async def test_errors_are_kept_in_their_order(home: Home, elsewhere: Home) -> None:
    import_ = await uploaded(home)
    errors = [RowError(2, None, "a", "A."), RowError(2, "name", "b", "B."), RowError(9, "id", "c", "C.")]
    count = text("select array_agg(code order by position) from import_errors where import_id = :id")
    async with home() as uow:
        await uow.imports.add_errors(import_.id, errors)
        assert await uow.connection.scalar(count, {"id": import_.id}) == ["a", "b", "c"]
    async with elsewhere() as uow:
        assert await uow.connection.scalar(count, {"id": import_.id}) is None


async def merge(uow: ProfileUnitOfWork, content: bytes) -> tuple[tuple[int, int], Any]:
    upload = accept_upload(content, None)
    mapping = dict(upload.columns.mapping)
    rows = [row for row in read_upload(upload.content, mapping) if isinstance(row, PersonRow)]
    plan = make_plan(rows, await uow.merge.known_people(), mapping, lambda: ids.new("per"))
    staged = await uow.merge.stage(plan.people, mapping)
    return staged, await uow.merge.apply(mapping, plan.moved, "Europe/Berlin")


async def test_a_merge_touches_its_own_organization_only(home: Home, elsewhere: Home) -> None:
    async with elsewhere() as uow:
        await merge(uow, CONTENT)
        theirs = await uow.merge.known_people()
    async with home() as uow:
        staged, facts = await merge(uow, CONTENT)
        assert staged == (2, 0)
        assert len(facts["person.changed"]) == 2
    async with home() as uow:
        staged, facts = await merge(uow, CONTENT.replace(b"Terri", b"Theresa"))
        assert staged == (0, 1)
        assert len(facts["person.changed"]) == 1
    async with elsewhere() as uow:
        assert await uow.merge.known_people() == theirs


async def test_a_job_that_is_given_twice_has_one_effect(wiring: Wiring, home: Home) -> None:
    import_ = await uploaded(home)
    runner = RunImport(wiring.background_work, ids, wiring.clock)
    await runner.run(job(home, import_))
    async with home() as uow:
        first = await uow.imports.get(import_.id)
        people = await uow.merge.known_people()
    await runner.run(job(home, import_, delivery=2))
    await runner.on_failed(job(home, import_), RuntimeError("late"))
    async with home() as uow:
        assert await uow.imports.get(import_.id) == first
        assert await uow.merge.known_people() == people
    assert (first.status, first.counts.created, first.counts.refused_rows) == ("partially_succeeded", 2, 1)


async def test_a_job_that_died_half_way_begins_again(wiring: Wiring, home: Home) -> None:
    import_ = await uploaded(home)
    async with home() as uow:
        await uow.imports.save(proceed(import_, 1))
    await RunImport(wiring.background_work, ids, wiring.clock).run(job(home, import_))
    async with home() as uow:
        assert (await uow.imports.get(import_.id)).counts.created == 2


async def test_an_import_that_was_given_up_says_so(wiring: Wiring, home: Home) -> None:
    import_ = await uploaded(home)
    runner = RunImport(wiring.background_work, ids, wiring.clock)
    await runner.on_failed(job(home, import_), RuntimeError("broken"))
    async with home() as uow:
        found = await uow.imports.get(import_.id)
    assert found.status == "failed"
    assert found.failure is not None
    assert "broken" not in found.failure
