from datetime import date
from typing import Any

import pytest

from kit.errors import PreconditionFailedError
from kit.ids import TimeOrderedIds
from services.profile.domain.availability import NOTHING_SAID, Availability, WeeklyWindow
from services.profile.domain.competency import CompetencyExistsError, CompetencyNotFoundError, propose, retire
from services.profile.domain.growth_areas import GrowthAreaTerms
from services.profile.domain.named_competencies import Entry
from services.profile.domain.preferences import NO_PREFERENCES, Preferences
from services.profile.domain.strengths import StrengthTerms
from services.profile.tests.storage.conftest import Home
from services.profile.tests.storage.test_people import added, somebody

ids = TimeOrderedIds()


def strength(competency_id: str) -> Entry[Any]:
    return Entry(ids.new("str"), StrengthTerms(competency_id, 4, True, ("pair", "group"), "network", "A note"), 1)


def growth_area(competency_id: str) -> Entry[Any]:
    return Entry(ids.new("gro"), GrowthAreaTerms(competency_id, 1, 3, 5, "private", None), 1)


async def test_competencies_are_an_organizations_own(home: Home, elsewhere: Home) -> None:
    cooking = propose(ids.new("cmp"), "Cooking", None)
    async with home() as uow:
        await uow.competencies.add(cooking)
        assert await uow.competencies.get(cooking.id) == cooking
        assert await uow.competencies.find_by_label("cooking ") == cooking
        assert await uow.competencies.retired([cooking.id, "cmp_other"]) == {cooking.id: False}
    async with elsewhere() as uow:
        with pytest.raises(CompetencyNotFoundError):
            await uow.competencies.get(cooking.id)
        assert await uow.competencies.find_by_label("Cooking") is None
        assert await uow.competencies.retired([cooking.id]) == {}
        await uow.competencies.save(retire(cooking))
        await uow.competencies.add(propose(ids.new("cmp"), "Cooking", None))
    async with home() as uow:
        assert await uow.competencies.get(cooking.id) == cooking
    with pytest.raises(CompetencyExistsError):
        async with home() as uow:
            await uow.competencies.add(propose(ids.new("cmp"), "COOKING", None))


@pytest.mark.parametrize(("name", "entry"), [("strengths", strength), ("growth_areas", growth_area)])
async def test_lists_are_stored_as_they_change(home: Home, elsewhere: Home, name: str, entry: Any) -> None:
    (ken,) = await added(home, somebody())
    competencies = [propose(ids.new("cmp"), label, None) for label in ("Cooking", "Python")]
    async with home() as uow:
        await uow.competencies.add_many(competencies)
        entries = [entry(each.id) for each in competencies]
        repository = getattr(uow, name)
        assert await repository.get(ken.id) == (0, [])
        await repository.save(ken.id, [], entries)
        assert await repository.get(ken.id) == (1, entries)
        await repository.save(ken.id, entries, entries[:1])
        assert await repository.get(ken.id) == (2, entries[:1])
    async with elsewhere() as uow:
        theirs = getattr(uow, name)
        # Somebody with another organization's ids changes nothing of it.
        await theirs.save(ken.id, entries[:1], [])
    async with home() as uow:
        assert await getattr(uow, name).get(ken.id) == (2, entries[:1])


async def test_what_was_never_said_has_version_0(home: Home) -> None:
    (ken,) = await added(home, somebody())
    async with home() as uow:
        assert await uow.self_descriptions.preferences(ken.id) == (0, NO_PREFERENCES)
        assert await uow.self_descriptions.availability(ken.id) == (0, NOTHING_SAID)


async def test_how_and_when_somebody_works_is_their_organizations(home: Home, elsewhere: Home) -> None:
    (ken,) = await added(home, somebody())
    said = Availability((WeeklyWindow(0, 540, 600),), 3, 0, 4, date(2026, 12, 1))
    liked = Preferences("steady", None, "overview", "de")
    async with home() as uow:
        await uow.self_descriptions.save_availability(ken.id, said, 0)
        await uow.self_descriptions.save_preferences(ken.id, liked, 0)
    async with elsewhere() as uow:
        assert await uow.self_descriptions.preferences(ken.id) == (0, NO_PREFERENCES)
        assert await uow.self_descriptions.availability(ken.id) == (0, NOTHING_SAID)
    async with home() as uow:
        assert await uow.self_descriptions.availability(ken.id) == (1, said)
        assert await uow.self_descriptions.preferences(ken.id) == (1, liked)
        with pytest.raises(PreconditionFailedError):
            await uow.self_descriptions.save_preferences(ken.id, NO_PREFERENCES, 0)
