"""The index in memory follows the database: in every process alike, whenever it was started."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from kit.identity import Principal
from services.matching.domain.opportunities import Direction, Filters
from services.matching.storage import living_index
from services.matching.tests.bodies import LEARNS_PYTHON, PYTHON, TEACHES_PYTHON, strength, told_person
from services.matching.tests.conftest import Organization, ids
from services.matching.use_cases.opportunities import Opportunities
from services.matching.wiring import Wiring

EVERYBODY = Filters(Direction.BOTH, None, None, None, None, None, 50)


@pytest.fixture
async def other_process(organization: Organization) -> AsyncIterator[Wiring]:
    async with Wiring.opened(organization.wiring.settings) as wiring:
        yield wiring


async def seen_in(wiring: Wiring, organization: Organization, person: dict[str, Any]) -> Opportunities:
    caller = Principal(person["id"], organization.id, person["id"])
    return await wiring.find_opportunities(caller, EVERYBODY, "en")


def ids_of(found: Opportunities) -> list[str]:
    return [one.person_id for one in found.learn]


async def test_processes_agree_whenever_they_were_started(organization: Organization, other_process: Wiring) -> None:
    me = await organization.person(**LEARNS_PYTHON)
    teachers = [await organization.person(strengths=[strength(PYTHON, level)]) for level in (1, 2, 3, 4, 5)]
    first = await seen_in(organization.wiring, organization, me)
    assert len(ids_of(first)) == len(teachers)

    await organization.hear_of_people(
        {**teachers[4], "strengths": [strength(PYTHON, 1)], "version": 2},
        {**teachers[3], "active": False, "version": 2},
        told_person(ids.new("per"), **TEACHES_PYTHON),
    )
    followed = await seen_in(organization.wiring, organization, me)
    started_later = await seen_in(other_process, organization, me)

    assert followed == started_later
    assert len(ids_of(followed)) == len(teachers)
    assert teachers[3]["id"] not in ids_of(followed)


async def test_many_changes_make_a_new_index_beside_and_lose_nothing(
    organization: Organization, other_process: Wiring
) -> None:
    me = await organization.person(**LEARNS_PYTHON)
    assert ids_of(await seen_in(organization.wiring, organization, me)) == []

    many = living_index.MOST_CHANGED + 20
    people = [told_person(ids.new("per"), strengths=[strength(PYTHON, 1 + place % 5)]) for place in range(many)]
    await organization.hear_of_people(*people)
    beside = await seen_in(organization.wiring, organization, me)
    await organization.hear_of_people(*({**person, "strengths": [], "version": 2} for person in people[: many - 10]))
    meanwhile = await seen_in(organization.wiring, organization, me)
    await finished(organization.wiring, organization)
    await seen_in(organization.wiring, organization, me)
    await finished(organization.wiring, organization)
    anew = await seen_in(organization.wiring, organization, me)

    assert len(ids_of(beside)) == 50
    assert {one.person_id for one in meanwhile.learn} == {person["id"] for person in people[many - 10 :]}
    assert ids_of(anew) == ids_of(await seen_in(other_process, organization, me))
    assert set(ids_of(anew)) == set(ids_of(meanwhile))


async def finished(wiring: Wiring, organization: Organization) -> None:
    """Wait for what is being made beside."""
    kept = wiring.living_index._organizations[organization.id]
    while kept.making is not None and not kept.making.done():
        await asyncio.sleep(0.01)


async def test_more_changes_than_are_read_at_once_are_read_anew(organization: Organization) -> None:
    wiring = organization.wiring
    index = living_index.LivingIndex(wiring.database, wiring.clock, too_many=3)
    await index.prepare(organization.id)
    await organization.hear_of_people(*(told_person(ids.new("per"), **TEACHES_PYTHON) for _ in range(5)))
    async with wiring.read(Principal("test", organization.id)) as db:
        with pytest.raises(living_index.NotInMemoryError):
            await index.layers(db, 1, None)
        await index.prepare(organization.id)
        assert [layer.crowd.size for layer in await index.layers(db, 1, None)] == [5]


async def test_only_the_organizations_asked_about_last_stay_in_memory(
    organization: Organization, other_organization: Organization
) -> None:
    index = living_index.LivingIndex(organization.wiring.database, organization.wiring.clock, most_people=1)
    for one in (organization, other_organization):
        await one.person(**TEACHES_PYTHON)
        await index.prepare(one.id)
    assert list(index._organizations) == [other_organization.id]
    async with organization.wiring.read(Principal("test", organization.id)) as db:
        with pytest.raises(living_index.NotInMemoryError):
            await index.layers(db, 1, None)


async def test_revisions_are_in_the_order_of_commits(organization: Organization) -> None:
    wiring = organization.wiring
    handler = wiring.profile_handlers(Told([]))["person.changed"]
    first, second = told_person(ids.new("per")), told_person(ids.new("per"))
    later: asyncio.Task[None] | None = None
    async with wiring.database.transaction(organization.id) as connection:
        await handler.apply(connection, [organization._event("person.changed", first["id"], {})], [first])
        later = asyncio.create_task(organization.hear_of_people(second))
        await asyncio.sleep(0.05)
        assert not later.done()
    await later
    async with wiring.read(Principal("test", organization.id)) as db:
        rows = await db.rows("select id, revision from people where organization_id = $1 order by revision")
    assert [(row["id"], row["revision"]) for row in rows] == [(first["id"], 1), (second["id"], 2)]


class Told:
    """Profile, asked for nobody."""

    def __init__(self, people: list[dict[str, Any]]) -> None:
        self._people = people

    async def snapshot(self, organization_id: str, person_ids: Any) -> list[dict[str, Any]]:
        return self._people
