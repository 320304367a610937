from typing import Any

import pytest

from kit.identity import Principal
from kit.testing.api import ok, problem
from kit.testing.clock import FixedClock
from services.matching.queries.recent_waits import RecentWaits
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


async def seen_by(organization: Organization, person: dict[str, Any], **query: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = ok(
        await organization.caller(person["id"]).get("/v1/opportunities", **query)
    )
    return found


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["person_id"] for item in items]


async def test_one_call_shows_who_could_help_and_whom_one_could_help(organization: Organization) -> None:
    both = {"strengths": [strength(SALES)], "growth_areas": [growth_area(PYTHON)]}
    me = await organization.person(**both)
    teacher = await organization.person(display_name="Junior Expert", **TEACHES_PYTHON)
    learner = await organization.person(growth_areas=[growth_area(SALES)])
    await organization.person()

    found = await seen_by(organization, me)

    assert ids(found["learn"]) == [teacher["id"]]
    assert ids(found["teach"]) == [learner["id"]]
    item = found["learn"][0]
    assert (item["display_name"], item["competency_label"], item["discreet"]) == ("Junior Expert", "Python", False)
    assert sum(one["points"] for one in item["explanation"]["contributions"]) == item["score"]
    assert item["programs"] == []
    assert (await seen_by(organization, me, direction="learn"))["teach"] == []
    assert (await seen_by(organization, me, direction="teach"))["learn"] == []


@pytest.mark.parametrize("relations", [{"broader": [SALES], "related": []}, {"broader": [], "related": [SALES]}])
async def test_similar_competencies_count_in_part_exactly_as_in_a_run(
    organization: Organization, relations: dict[str, list[str]]
) -> None:
    program = await organization.program()
    teacher = await organization.person(strengths=[strength(SALES)], languages=["en", "fr"])
    me = await organization.person(**LEARNS_PYTHON, time_zone="Europe/London")
    await organization.take_part(program, teacher, "teacher")
    await organization.take_part(program, me, "learner")
    assert (await seen_by(organization, me))["learn"] == []

    await organization.hear_of_relations(PYTHON, **relations)
    shown = [
        (me, (await seen_by(organization, me, program_id=program["id"]))["learn"]),
        (teacher, (await seen_by(organization, teacher, program_id=program["id"]))["teach"]),
    ]
    proposals = await organization.publish(await organization.run(program))
    for reader, (opportunity,) in shown:
        path = f"/v1/proposals/{proposals[0]['id']}/explanation"
        told = ok(await organization.caller(reader["id"]).get(path))
        # In another round one may choose; nobody chooses an opportunity.
        told["explanation"]["changes"] = [one for one in told["explanation"]["changes"] if one["code"] != "choice"]
        assert opportunity["score"] == told["score"] < 6_500
        assert opportunity["explanation"] == told["explanation"]
        assert opportunity["explanation"]["contributions"][0]["facts"]["held"] == "Sales"
    assert [one["id"] for _, (opportunity,) in shown for one in opportunity["programs"]] == [program["id"]] * 2

    exact = await organization.person(**TEACHES_PYTHON, languages=["en", "fr"])
    first, second = (await seen_by(organization, me))["learn"]
    assert (first["person_id"], second["person_id"]) == (exact["id"], teacher["id"])
    assert first["score"] > second["score"]


async def test_an_explanation_is_in_the_readers_language(organization: Organization) -> None:
    me, _ = await organization.person(**LEARNS_PYTHON), await organization.person(**TEACHES_PYTHON)
    caller = organization.caller(me["id"])
    answer = await caller.http.get("/v1/opportunities", headers={"Accept-Language": "de"})
    assert answer.headers["content-language"] == "de"
    assert answer.json()["learn"][0]["explanation"]["language"] == "de"


async def test_what_others_keep_to_themselves_shows_nobody_to_anybody(organization: Organization) -> None:
    me = await organization.person(**TEACHES_PYTHON)
    await organization.person(**LEARNS_PYTHON_PRIVATELY)
    assert (await seen_by(organization, me))["teach"] == []


async def test_what_one_keeps_to_oneself_counts_and_is_named_to_oneself(organization: Organization) -> None:
    me = await organization.person(**LEARNS_PYTHON_PRIVATELY)
    teacher = await organization.person(**TEACHES_PYTHON)
    found = await seen_by(organization, me)
    assert [(one["competency_label"], one["discreet"]) for one in found["learn"]] == [("Python", True)]
    assert "Python" in found["learn"][0]["explanation"]["value"]
    assert (await seen_by(organization, teacher))["teach"] == []


async def test_filters_leave_out_whoever_does_not_pass_them(organization: Organization) -> None:
    me = await organization.person(growth_areas=[growth_area(PYTHON), growth_area(SALES)], languages=["en", "fr"])
    near = await organization.person(**TEACHES_PYTHON, languages=["fr"], department="north")
    far = await organization.person(**TEACHES_PYTHON, time_zone="Asia/Tokyo")
    seller = await organization.person(strengths=[strength(SALES)])

    async def shown(**query: Any) -> set[str]:
        return set(ids((await seen_by(organization, me, **query))["learn"]))

    assert await shown() == {near["id"], far["id"], seller["id"]}
    assert await shown(language="fr") == {near["id"]}
    assert await shown(language="xx") == set()
    assert await shown(department="north") == {near["id"]}
    assert await shown(department="south") == set()
    assert await shown(max_time_zone_gap_hours=6) == {near["id"], seller["id"]}
    assert await shown(competency_id=SALES) == {seller["id"]}
    assert len(await shown(limit=2)) == 2


async def test_an_exclusion_holds_in_both_directions(organization: Organization) -> None:
    program = await organization.program()
    me = await organization.person(**LEARNS_PYTHON)
    other = await organization.person(**TEACHES_PYTHON)
    mine = await organization.take_part(program, me, "learner")
    await organization.take_part(program, other, "teacher")
    assert ids((await seen_by(organization, other))["teach"]) == [me["id"]]

    said = {"teachers": [], "learners": [], "excluded": [other["id"]]}
    path = f"/v1/participations/{mine['id']}/choices"
    ok(await organization.caller(me["id"]).change("PUT", path, said, version=0))

    assert (await seen_by(organization, me))["learn"] == []
    assert (await seen_by(organization, other))["teach"] == []


async def test_whoever_has_no_place_left_is_not_shown_and_is_again_when_it_is_free(organization: Organization) -> None:
    program = await organization.program()
    me, taken = await organization.person(**LEARNS_PYTHON), await organization.person(**LEARNS_PYTHON)
    teacher = await organization.person(**TEACHES_PYTHON)
    proposal = await organization.propose(program, teacher, taken)
    for person in (teacher, taken):
        ok(await organization.caller(person["id"]).post(f"/v1/proposals/{proposal['id']}:accept"))
    assert (await seen_by(organization, me))["learn"] == []

    await organization.hear_of_the_end(proposal["id"])
    assert ids((await seen_by(organization, me))["learn"]) == [teacher["id"]]


async def test_of_a_program_only_participants_in_the_right_role_are_shown(organization: Organization) -> None:
    program = await organization.program()
    me = await organization.person(**LEARNS_PYTHON)
    teacher, learner, outsider = [await organization.person(**TEACHES_PYTHON) for _ in range(3)]
    await organization.take_part(program, me, "learner")
    await organization.take_part(program, teacher, "teacher")
    await organization.take_part(program, learner, "learner")

    found = await seen_by(organization, me, program_id=program["id"])
    assert ids(found["learn"]) == [teacher["id"]]
    assert found["learn"][0]["programs"] == [
        {"id": program["id"], "name": program["name"], "expected_wait_hours": None}
    ]

    by_person = {one["person_id"]: one["programs"] for one in (await seen_by(organization, me))["learn"]}
    assert {person_id for person_id, programs in by_person.items() if programs} == {teacher["id"]}
    assert outsider["id"] in by_person
    unknown = "prg_" + "0" * 32
    answer = await organization.caller(me["id"]).get("/v1/opportunities", program_id=unknown)
    problem(answer, 404, "program-not-found")


async def test_the_expected_wait_of_a_program_is_shown_once_enough_offers_tell(organization: Organization) -> None:
    program = await organization.program()
    clock = FixedClock()
    waits, looking = RecentWaits(clock), Principal("test", organization.id)
    async with organization.wiring.read(looking) as db:
        assert await waits.median_hours(db, [program["id"]]) == {program["id"]: None}
    for _ in range(5):
        teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
        proposal = await organization.propose(program, teacher, learner)
        for one in (teacher, learner):
            ok(await organization.caller(one["id"]).post(f"/v1/proposals/{proposal['id']}:accept"))
    me, free = await organization.person(**LEARNS_PYTHON), await organization.person(**TEACHES_PYTHON)
    await organization.take_part(program, me, "learner")
    await organization.take_part(program, free, "teacher")

    (shown,) = (await seen_by(organization, me))["learn"]
    path = f"/v1/programs/{program['id']}/expected-wait"
    told = ok(await organization.caller(me["id"]).get(path))
    assert [one["expected_wait_hours"] for one in shown["programs"]] == [told["median_hours"]] == [0]
    async with organization.wiring.read(looking) as db:
        for minutes, hours in ((9, None), (1, 0)):
            clock.advance(minutes=minutes)
            assert await waits.median_hours(db, [program["id"]]) == {program["id"]: hours}


async def test_a_programs_participants_are_found_behind_many_others(organization: Organization) -> None:
    program = await organization.program()
    me = await organization.person(**LEARNS_PYTHON)
    teachers = [await organization.person(**TEACHES_PYTHON) for _ in range(30)]
    weak = await organization.person(strengths=[strength(PYTHON, level=1)])
    await organization.take_part(program, weak, "teacher")
    found = await seen_by(organization, me, program_id=program["id"], limit=2)
    assert ids(found["learn"]) == [weak["id"]]
    assert len((await seen_by(organization, me, limit=50))["learn"]) == len(teachers) + 1


async def test_changes_are_seen_by_the_very_next_request(organization: Organization) -> None:
    me = await organization.person(**LEARNS_PYTHON)
    assert (await seen_by(organization, me))["learn"] == []

    joined = await organization.person(**TEACHES_PYTHON)
    assert ids((await seen_by(organization, me))["learn"]) == [joined["id"]]

    await organization.hear_of_people({**joined, "strengths": [strength(SALES)], "version": 2})
    assert (await seen_by(organization, me))["learn"] == []
    await organization.hear_of_people({**me, "growth_areas": [growth_area(SALES)], "version": 2})
    assert ids((await seen_by(organization, me))["learn"]) == [joined["id"]]

    paused = {**joined, "strengths": [strength(SALES)], "version": 3, "paused_until": "2999-01-01"}
    await organization.hear_of_people(paused)
    assert (await seen_by(organization, me))["learn"] == []
    await organization.hear_of_people({**paused, "version": 4, "paused_until": None})
    await organization.hear_of_people({**paused, "version": 5, "active": False}, type_="person.deactivated")
    assert (await seen_by(organization, me))["learn"] == []


async def test_people_are_shown_to_their_own_organization_alone(
    organization: Organization, other_organization: Organization
) -> None:
    me = await organization.person(**LEARNS_PYTHON)
    await other_organization.person(**TEACHES_PYTHON)
    assert (await seen_by(organization, me))["learn"] == []
    stranger = other_organization.caller(me["id"])
    assert ok(await stranger.get("/v1/opportunities")) == {"learn": [], "teach": []}


async def test_nobody_but_a_person_has_opportunities(organization: Organization) -> None:
    answer = await organization.caller(None, roles=("coordinator",)).get("/v1/opportunities")
    problem(answer, 403, "person-required")
