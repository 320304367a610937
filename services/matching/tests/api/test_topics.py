"""The topic radar: counted over enough people, and never over what is private."""

from datetime import date
from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.matching.tests.bodies import (
    LEARNS_PYTHON,
    LEARNS_PYTHON_PRIVATELY,
    PYTHON,
    SALES,
    TEACHES_PYTHON,
    growth_area,
    strength,
)
from services.matching.tests.conftest import Organization


async def radar(organization: Organization, **filters: str) -> dict[str, dict[str, Any]]:
    told = ok(await organization.coordinator.get("/v1/topics/radar", **filters))
    return {topic["label"]: topic for topic in told["items"]}


async def people(organization: Organization, number: int, **facts: Any) -> list[dict[str, Any]]:
    return [await organization.person(**facts) for _ in range(number)]


async def test_demand_and_supply_are_counted(organization: Organization) -> None:
    await people(organization, 6, **LEARNS_PYTHON)
    await people(organization, 5, **TEACHES_PYTHON, teaching_capacity=2)
    topic = (await radar(organization))["Python"]
    assert (topic["demand"], topic["teachers"], topic["places"], topic["scarcity_per_cent"]) == (6, 5, 10, 60)
    assert (topic["demand_share_per_cent"], topic["dominant"]) == (100, True)


async def test_figures_about_few_people_are_left_out(organization: Organization) -> None:
    await people(organization, 4, **LEARNS_PYTHON)
    assert await radar(organization) == {}


async def test_the_organizations_own_minimum_holds(organization: Organization) -> None:
    await people(organization, 4, **LEARNS_PYTHON)
    await organization.hear_of_itself(min_group_size=4)
    told = ok(await organization.coordinator.get("/v1/topics/radar"))
    assert (told["min_group_size"], [topic["demand"] for topic in told["items"]]) == (4, [4])


async def test_private_growth_areas_change_nothing(organization: Organization) -> None:
    await people(organization, 5, **LEARNS_PYTHON)
    before = await radar(organization)
    await people(organization, 7, **LEARNS_PYTHON_PRIVATELY)
    assert await radar(organization) == before


async def test_a_filter_tells_nothing_of_the_few_whom_it_leaves_out(organization: Organization) -> None:
    await people(organization, 6, **LEARNS_PYTHON, department="Sales")
    await people(organization, 2, **LEARNS_PYTHON, department="Law")
    assert (await radar(organization))["Python"]["demand"] == 8
    assert await radar(organization, department="Sales") == {}
    await people(organization, 3, **LEARNS_PYTHON, department="Law")
    assert (await radar(organization, department="Sales"))["Python"]["demand"] == 6


async def test_a_program_is_counted_by_its_participants(organization: Organization) -> None:
    everybody = await people(organization, 10, **LEARNS_PYTHON)
    program = await organization.program()
    for person in everybody[:5]:
        await organization.take_part(program, person, "learner")
    assert (await radar(organization, program_id=program["id"]))["Python"]["demand"] == 5


async def test_titles_tell_of_supply_that_nobody_stated(organization: Organization) -> None:
    await people(organization, 5, **TEACHES_PYTHON, job_title="Data engineer")
    await people(organization, 6, job_title="Data engineer")
    await people(organization, 6, job_title="Lawyer")
    assert (await radar(organization))["Python"]["hidden_supply"] == 6


async def test_what_is_newly_wanted_emerges(organization: Organization) -> None:
    await people(organization, 6, **LEARNS_PYTHON)
    assert (await radar(organization))["Python"]["trend"] == "emerging"


async def test_a_wish_keeps_its_day_until_it_is_withdrawn(organization: Organization) -> None:
    person = await organization.person(**LEARNS_PYTHON)
    async with organization.wiring.background_work(organization.id) as uow:
        await uow.topics.note_wishes([person["id"]], date(2031, 1, 1))
    assert await organization.wishes() == {(person["id"], PYTHON): organization.wiring.clock.now().date()}
    await organization.hear_of_people({**person, "growth_areas": [growth_area(SALES)], "version": 2})
    assert set(await organization.wishes()) == {(person["id"], SALES)}


async def test_people_are_told_by_how_many_they_are_wanted(organization: Organization) -> None:
    await people(organization, 5, strengths=[strength(SALES)], job_title="Account manager")
    me = await organization.person(strengths=[strength(PYTHON)], job_title="Account manager")
    await people(organization, 5, **LEARNS_PYTHON)
    await people(organization, 4, growth_areas=[growth_area(SALES)])
    told = ok(await organization.caller(me["id"]).get("/v1/topics/mine"))["items"]
    assert [(one["competency_label"], one["stated"], one["wanted_by"]) for one in told] == [
        ("Python", True, 5),
        ("Sales", False, None),
    ]


async def test_the_radar_is_for_coordinators_of_the_organization(
    organization: Organization, other_organization: Organization
) -> None:
    await people(organization, 6, **LEARNS_PYTHON)
    problem(await organization.caller().get("/v1/topics/radar"), 403, "role-required")
    assert await radar(other_organization) == {}


@pytest.mark.parametrize("times", [1, 2])
async def test_relations_are_taken_over_as_a_whole(organization: Organization, times: int) -> None:
    for _ in range(times):
        await organization.hear_of_relations(PYTHON, broader=[SALES], related=[])
    async with organization.wiring.background_work(organization.id) as uow:
        assert await uow.topics.relations() == [(PYTHON, SALES, "broader")]
    await organization.hear_of_relations(PYTHON, broader=[], related=[SALES])
    async with organization.wiring.background_work(organization.id) as uow:
        assert await uow.topics.relations() == [(PYTHON, SALES, "related"), (SALES, PYTHON, "related")]
