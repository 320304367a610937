from dataclasses import replace

from sqlalchemy import select

from kit.clock import SystemClock
from kit.database import Database
from kit.ids import TimeOrderedIds
from services.sessions.domain.engagement import Status
from services.sessions.storage.tables import engagements, organizations, programs
from services.sessions.storage.transactions import SWEEP, in_each_organization
from services.sessions.tests.builders import EXECUTIVE, JUNIOR, NOW, active
from services.sessions.tests.storage.conftest import Home
from services.sessions.use_cases.ports import Repositories

PEOPLE = frozenset({JUNIOR, EXECUTIVE})


async def test_who_left_is_remembered_until_they_are_back(home: Home, elsewhere: Home) -> None:
    async with home() as db:
        assert not await db.neighbourhood.any_deactivated(PEOPLE)
        for _ in range(2):
            await db.neighbourhood.mark_person(JUNIOR, active=False)
        assert await db.neighbourhood.any_deactivated(PEOPLE)
    async with elsewhere() as db:
        assert not await db.neighbourhood.any_deactivated(PEOPLE)
        await db.neighbourhood.mark_person(JUNIOR, active=True)
    async with home() as db:
        assert await db.neighbourhood.any_deactivated(PEOPLE)
        for _ in range(2):
            await db.neighbourhood.mark_person(JUNIOR, active=True)
        assert not await db.neighbourhood.any_deactivated(PEOPLE)


async def test_the_latest_word_counts_in_its_own_organization(home: Home, elsewhere: Home) -> None:
    for organization, size, name in ((home, 5, "First"), (elsewhere, 9, "Other"), (home, 7, "Second")):
        async with organization() as db:
            await db.neighbourhood.set_min_group_size(size)
            await db.neighbourhood.name_program("prg_1", name)
    for organization, size, name in ((home, 7, "Second"), (elsewhere, 9, "Other")):
        async with organization() as db:
            connection = db.neighbourhood._connection
            assert (await connection.scalars(select(organizations.c.min_group_size))).all() == [size]
            assert (await connection.scalars(select(programs.c.name))).all() == [name]


async def test_a_sweep_acts_in_each_organization_for_itself(home: Home, elsewhere: Home, database: Database) -> None:
    for organization in (home, elsewhere):
        async with organization() as db:
            await db.neighbourhood.set_min_group_size(5)
            await db.engagements.add(active())
    seen = []

    async def look(repositories: Repositories) -> None:
        seen.append([found.id for found in await repositories.engagements.list_open_of(JUNIOR)])

    await in_each_organization(database, look, TimeOrderedIds(), SystemClock())
    assert sorted(filter(None, seen)) == [[active().id], [active().id]]


async def test_a_sweep_that_fails_in_one_organization_goes_on_in_the_others(
    home: Home, elsewhere: Home, database: Database
) -> None:
    for organization, proposal_id in ((home, "pro_broken"), (elsewhere, "pro_sound")):
        async with organization() as db:
            await db.neighbourhood.set_min_group_size(5)
            await db.engagements.add(replace(active(), proposal_id=proposal_id))

    async def act(repositories: Repositories) -> None:
        for found in await repositories.engagements.list_open_of(JUNIOR):
            await repositories.engagements.save(found.pause(NOW))
            if found.proposal_id == "pro_broken":
                raise RuntimeError("this organization's data is broken")

    await in_each_organization(database, act, TimeOrderedIds(), SystemClock())
    for organization, status in ((home, Status.ACTIVE), (elsewhere, Status.ON_HOLD)):
        async with organization() as db:
            assert (await db.engagements.get(active().id)).status is status


async def test_a_sweep_sees_which_organizations_there_are_and_nothing_else(home: Home, database: Database) -> None:
    async with home() as db:
        await db.neighbourhood.set_min_group_size(5)
        await db.neighbourhood.name_program("prg_1", "Secret")
        await db.engagements.add(active())
    async with database.transaction(None) as connection:
        assert (await connection.execute(select(organizations))).all() == []
        await connection.execute(SWEEP)
        assert (await connection.execute(select(organizations))).all() != []
        for table in (engagements, programs):
            assert (await connection.execute(select(table))).all() == []
