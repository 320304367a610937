from kit.testing.api import ok
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON
from services.matching.tests.conftest import Organization


async def test_a_junior_is_matched_to_teach_an_executive_and_both_accept(organization: Organization) -> None:
    junior = await organization.person(reporting_level=5, **TEACHES_PYTHON)
    executive = await organization.person(reporting_level=1, **LEARNS_PYTHON)
    program = await organization.program(who_may_learn={"reporting_levels": [1, 2]})
    enrolled = ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/participations:enroll"))
    assert (enrolled["teachers"], enrolled["learners"]) == (2, 1)

    run = await organization.run(program)
    assert run["status"] == "review"
    assert run["counts"]["proposals"] == 1
    (proposal,) = await organization.publish(run)
    assert proposal["status"] == "offered"
    assert sum(one["points"] for one in proposal["explanation"]["contributions"]) == proposal["score"]

    accept = f"/v1/proposals/{proposal['id']}:accept"
    partly = ok(await organization.caller(junior["id"]).post(accept))
    assert partly["status"] == "partly_accepted"
    accepted = ok(await organization.caller(executive["id"]).post(accept))
    assert accepted["status"] == "accepted"

    (event,) = await organization.events("proposal.accepted")
    assert event["subject_id"] == proposal["id"]
    assert event["data"]["tracks"][0]["teacher_id"] == junior["id"]
    assert {one["reporting_level"] for one in event["data"]["participants"]} == {1, 5}
