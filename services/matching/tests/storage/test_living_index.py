"""The index in memory follows the database: in every process alike, whenever it was started."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.identity import Principal
from services.matching.domain.crowd import gather, member_of
from services.matching.domain.engine.hashing import to_bytes
from services.matching.domain.opportunities import Direction, Filters
from services.matching.storage import living_index
from services.matching.storage.living_people import stream_people
from services.matching.tests.bodies import (
    LEARNS_PYTHON,
    LEARNS_PYTHON_PRIVATELY,
    PYTHON,
    SALES,
    TEACHES_PYTHON,
    growth_area,
    strength,
    told_person,
)
from services.matching.tests.conftest import Organization, ids
from services.matching.use_cases.opportunities import Opportunities
from services.matching.wiring import Wiring

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
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


async def test_people_are_read_as_everybody_may_know_them(
    organization: Organization, other_organization: Organization
) -> None:
    told = [
        told_person(ids.new("per"), strengths=[strength(PYTHON, 4), strength(SALES)], paused_until="2026-04-01"),
        told_person(ids.new("per"), growth_areas=[growth_area(PYTHON), growth_area(SALES, "private")], team="A"),
        told_person(ids.new("per"), **LEARNS_PYTHON_PRIVATELY, active=False, teaching_capacity=3, windows=[]),
    ]
    await organization.hear_of_people(*told)
    async with organization.wiring.background_work(organization.id) as uow:
        people = await uow.people.list_by_ids([person["id"] for person in told], NOW)
        members = [one async for some in stream_people(uow.connection, organization.id, NOW) for one in some]
    assert [one.profile.growth_areas.count(PYTHON) for one in members] == [0, 1, 0]
    assert not any(SALES in one.profile.growth_areas for one in members)
    as_known = [member_of(people[one.profile.id]) for one in members]
    assert [one[1:] for one in members] == [one[1:] for one in as_known]
    assert to_bytes(gather(members)[1]) == to_bytes(gather(as_known)[1])
    async with other_organization.wiring.background_work(other_organization.id) as uow:
        assert not [some async for some in stream_people(uow.connection, other_organization.id, NOW)]


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
