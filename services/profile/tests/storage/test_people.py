from dataclasses import replace
from typing import Any

import pytest

from kit.ids import TimeOrderedIds
from services.profile.domain.person import (
    ExternalIdTakenError,
    Person,
    PersonNotFoundError,
    WorkEmailTakenError,
    new_person,
)
from services.profile.domain.reporting_lines import Line
from services.profile.tests.storage.conftest import Home

ids = TimeOrderedIds()


def somebody(**values: Any) -> Person:
    return new_person(ids.new("per"), {"display_name": "Ken", **values}, "Europe/Berlin")


async def added(home: Home, *people: Person) -> tuple[Person, ...]:
    async with home() as uow:
        for each in people:
            await uow.people.add(each)
    return people


async def test_a_person_comes_back_as_stored(home: Home) -> None:
    (ken,) = await added(home, somebody(external_id="1", languages=("de", "en"), work_email="Ken@x.example"))
    async with home() as uow:
        assert await uow.people.get(ken.id) == ken
        await uow.people.save(replace(ken, job_title="CEO", version=2))
        assert (await uow.people.get(ken.id)).job_title == "CEO"


async def test_another_organization_has_no_such_person(home: Home, elsewhere: Home) -> None:
    top, ken = somebody(), somebody(pending_manager="9")
    await added(home, top, replace(ken, manager_id=top.id), replace(somebody(), pending_manager="9"))
    async with elsewhere() as uow:
        for call in (uow.people.get, uow.people.require):
            with pytest.raises(PersonNotFoundError):
                await call(ken.id)
        await uow.people.save(replace(ken, display_name="Changed"))
        await uow.people.save_levels([Line(ken.id, None, None, 9)])
        await uow.people.end_waiting([ken.id], None)
        assert await uow.people.chain_from(ken.id) == []
        assert await uow.people.waiting_for("9") == []
        assert await uow.people.lines() == []
        assert await uow.merge.known_people() == []
    async with home() as uow:
        assert await uow.people.get(ken.id) == replace(ken, manager_id=top.id)
        assert len(await uow.people.waiting_for("9")) == 1


async def test_what_is_unique_is_so_within_an_organization(home: Home, elsewhere: Home) -> None:
    await added(home, somebody(external_id="1", work_email="ken@x.example"))
    with pytest.raises(ExternalIdTakenError):
        await added(home, somebody(external_id="1"))
    with pytest.raises(WorkEmailTakenError):
        await added(home, somebody(work_email="KEN@x.example"))
    await added(elsewhere, somebody(external_id="1", work_email="ken@x.example"))


async def test_the_chain_leads_to_the_top(home: Home) -> None:
    top = somebody()
    middle = replace(somebody(), manager_id=top.id)
    bottom = replace(somebody(), manager_id=middle.id)
    await added(home, top, middle, bottom)
    async with home() as uow:
        assert await uow.people.chain_from(bottom.id) == [bottom.id, middle.id, top.id]


async def test_a_chain_that_comes_back_ends(home: Home) -> None:
    first, second = somebody(), somebody()
    await added(home, first, replace(second, manager_id=first.id))
    async with home() as uow:
        await uow.people.save(replace(first, manager_id=second.id))
        assert set(await uow.people.chain_from(first.id)) == {first.id, second.id}


async def test_levels_are_stored_one_version_on(home: Home) -> None:
    (ken,) = await added(home, somebody())
    async with home() as uow:
        await uow.people.save_levels([Line(ken.id, None, None, 4)])
        found = await uow.people.get(ken.id)
    assert (found.reporting_level, found.version) == (4, 2)
