"""Invariant 5: a private growth area appears nowhere but with its owner, until both have agreed on the proposal."""

from kit.testing.api import ok
from services.matching.tests.bodies import LEARNS_PYTHON_PRIVATELY, PYTHON, TEACHES_PYTHON, strength
from services.matching.tests.conftest import Organization


async def test_before_all_accept_only_the_learner_reads_what_it_is_about(organization: Organization) -> None:
    teacher = await organization.person(**TEACHES_PYTHON)
    learner = await organization.person(**LEARNS_PYTHON_PRIVATELY)
    program = await organization.program()
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/participations:enroll"))
    (proposal,) = await organization.publish(await organization.run(program))
    path = f"/v1/proposals/{proposal['id']}"

    own = ok(await organization.caller(learner["id"]).get(path))
    assert own["tracks"][0]["competency_label"] == "Python"
    assert "Python" in own["explanation"]["value"]
    others = [organization.caller(teacher["id"]), organization.coordinator]
    for caller in others:
        for body in (await caller.get(path), await caller.get("/v1/proposals", program_id=program["id"])):
            assert proposal["id"] in body.text
            assert "Python" not in body.text
            assert PYTHON not in body.text

    for person in (learner, teacher):
        accepted = ok(await organization.caller(person["id"]).post(f"{path}:accept"))
        named = person is teacher or accepted["tracks"][0]["learner_id"] == person["id"]
        assert (accepted["tracks"][0]["competency_label"] == "Python") == named
    assert "Python" not in (await organization.coordinator.get(path)).text
    (event,) = await organization.events("proposal.accepted")
    assert event["data"]["tracks"][0]["discreet"] is True


async def test_a_private_growth_area_takes_no_part_in_groups(organization: Organization) -> None:
    await organization.person(**TEACHES_PYTHON)
    for _ in range(3):
        await organization.person(**LEARNS_PYTHON_PRIVATELY)
    program = await organization.program(format="group")
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/participations:enroll"))
    assert (await organization.run(program))["counts"]["proposals"] == 0


async def test_no_event_of_this_service_names_it_before_it_is_agreed(organization: Organization) -> None:
    await organization.person(strengths=[strength(PYTHON)])
    await organization.person(**LEARNS_PYTHON_PRIVATELY)
    program = await organization.program()
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/participations:enroll"))
    await organization.publish(await organization.run(program))
    assert "Python" not in str(await organization.events("program.changed"))
    assert await organization.events("proposal.accepted") == []
