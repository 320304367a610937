from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.matching.tests.bodies import (
    LEARNS_PYTHON,
    PYTHON,
    SALES,
    TEACHES_PYTHON,
    growth_area,
    strength,
)
from services.matching.tests.conftest import Organization, ids


class Pair:
    """A teacher and a learner who have been proposed to each other."""

    def __init__(self, organization: Organization, teacher: Any, learner: Any, program: Any, proposal: Any) -> None:
        self.organization = organization
        self.teacher_id, self.learner_id = teacher["id"], learner["id"]
        self.teacher = organization.caller(teacher["id"])
        self.learner = organization.caller(learner["id"])
        self.program, self.proposal = program, proposal
        self.path = f"/v1/proposals/{proposal['id']}"


async def a_pair(organization: Organization, **fields: Any) -> Pair:
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program(**fields)
    return Pair(organization, teacher, learner, program, await organization.propose(program, teacher, learner))


async def test_both_accept_and_then_it_is_accepted(organization: Organization) -> None:
    pair = await a_pair(organization)
    assert pair.proposal["status"] == "offered"
    partly = ok(await pair.learner.post(f"{pair.path}:accept"))
    assert partly["status"] == "partly_accepted"
    assert {one["person_id"]: one["decision"] for one in partly["participants"]} == {
        pair.learner_id: "accepted",
        pair.teacher_id: "pending",
    }
    assert await organization.events("proposal.accepted") == []
    assert ok(await pair.teacher.post(f"{pair.path}:accept"))["status"] == "accepted"
    (event,) = await organization.events("proposal.accepted")
    track = {key: pair.proposal["tracks"][0][key] for key in ("teacher_id", "learner_id", "competency_id")}
    assert event["data"] == {
        "proposal_id": pair.proposal["id"],
        "program_id": pair.program["id"],
        "program_name": pair.program["name"],
        "kind": "mentoring",
        "purpose": pair.program["purpose"],
        "score": pair.proposal["score"],
        "participants": [
            {"person_id": person_id, "roles": [role], "reporting_level": 3}
            for person_id, role in sorted([(pair.teacher_id, "teacher"), (pair.learner_id, "learner")])
        ],
        "tracks": [{**track, "competency_label": "Python", "discreet": False}],
    }


async def test_saying_yes_twice_has_one_effect(organization: Organization) -> None:
    pair = await a_pair(organization)
    first = await pair.teacher.post(f"{pair.path}:accept")
    assert (await pair.teacher.post(f"{pair.path}:accept")).content == first.content
    ok(await pair.learner.post(f"{pair.path}:accept"))
    assert ok(await pair.learner.post(f"{pair.path}:accept"))["status"] == "accepted"
    assert len(await organization.events("proposal.accepted")) == 1


async def test_the_contributions_add_up_to_the_score_for_everybody(organization: Organization) -> None:
    pair = await a_pair(organization)
    for caller in (pair.teacher, pair.learner, organization.coordinator):
        seen = ok(await caller.get(pair.path))
        assert sum(one["points"] for one in seen["explanation"]["contributions"]) == seen["score"] > 0
        assert seen["explanation"]["value"]
        assert seen["explanation"]["time_cost"]


async def test_each_side_reads_its_own_value(organization: Organization) -> None:
    pair = await a_pair(organization)
    values = {ok(await caller.get(pair.path))["explanation"]["value"] for caller in (pair.teacher, pair.learner)}
    assert len(values) == 2


async def test_nobody_learns_who_declined(organization: Organization) -> None:
    pair = await a_pair(organization)
    ok(await pair.learner.post(f"{pair.path}:accept"))
    mine = ok(await pair.teacher.post(f"{pair.path}:decline", {"reason": "No chemistry."}))
    assert mine["status"] == "declined"
    assert {one["person_id"]: one["decision"] for one in mine["participants"]}[pair.teacher_id] == "declined"
    seen = ok(await organization.coordinator.get(pair.path))
    assert seen["status"] == "declined"
    assert {one["decision"] for one in seen["participants"]} == {"pending"}
    assert "chemistry" not in str(seen)


async def test_who_takes_back_a_yes_is_seen_to_be_gone_as_with_any_other_end(organization: Organization) -> None:
    taken_back, withdrawn = await a_pair(organization), await a_pair(organization)
    for pair in (taken_back, withdrawn):
        ok(await pair.teacher.post(f"{pair.path}:accept"))
    mine = ok(await taken_back.teacher.post(f"{taken_back.path}:decline", {"reason": "No chemistry."}))
    assert mine["status"] == "declined"
    ok(await organization.coordinator.post(f"{withdrawn.path}:withdraw"))

    seen = []
    for pair in (taken_back, withdrawn):
        body = ok(await pair.learner.get(pair.path))
        assert body["status"] == "closed"
        assert {one["decision"] for one in body["participants"]} == {"pending"}
        assert "chemistry" not in str(body)
        seen.append((body["status"], body["version"], body["score"], body["explanation"]["value"]))
        for status, count in (("closed", 1), ("declined", 0), ("withdrawn", 0)):
            assert len(ok(await pair.learner.get("/v1/proposals", status=status))["items"]) == count
        refused = problem(await pair.learner.post(f"{pair.path}:decline"), 409, "proposal-closed")
        seen.append(refused["detail"])
    assert seen[:2] == seen[2:]


async def test_declining_twice_has_one_effect(organization: Organization) -> None:
    pair = await a_pair(organization)
    first = await pair.teacher.post(f"{pair.path}:decline")
    assert (await pair.teacher.post(f"{pair.path}:decline", {"reason": "Later."})).content == first.content
    problem(await pair.teacher.post(f"{pair.path}:accept"), 409, "proposal-closed")


async def test_what_is_accepted_is_not_declined_or_withdrawn_here(organization: Organization) -> None:
    pair = await a_pair(organization)
    for caller in (pair.teacher, pair.learner):
        ok(await caller.post(f"{pair.path}:accept"))
    problem(await pair.teacher.post(f"{pair.path}:decline"), 409, "proposal-closed")
    problem(await organization.coordinator.post(f"{pair.path}:withdraw"), 409, "proposal-closed")


async def test_only_participants_decide_and_only_coordinators_withdraw(organization: Organization) -> None:
    pair = await a_pair(organization)
    stranger = organization.caller(ids.new("per"))
    for caller in (stranger, organization.coordinator):
        problem(await caller.post(f"{pair.path}:accept"), 404, "proposal-not-found")
        problem(await caller.post(f"{pair.path}:decline"), 404, "proposal-not-found")
    problem(await stranger.get(pair.path), 404, "proposal-not-found")
    problem(await organization.caller().post(f"{pair.path}:accept"), 403, "person-required")
    problem(await pair.teacher.post(f"{pair.path}:withdraw"), 403, "role-required")


async def test_everybody_lists_their_own_and_coordinators_those_of_a_program(organization: Organization) -> None:
    one, other = await a_pair(organization), await a_pair(organization)
    assert [item["id"] for item in ok(await one.teacher.get("/v1/proposals"))["items"]] == [one.proposal["id"]]
    asked = {"program_id": other.program["id"]}
    assert ok(await one.teacher.get("/v1/proposals", **asked))["items"] == []
    of_program = ok(await organization.coordinator.get("/v1/proposals", **asked))["items"]
    assert [item["id"] for item in of_program] == [other.proposal["id"]]
    assert ok(await organization.coordinator.get("/v1/proposals"))["items"] == []
    assert ok(await organization.coordinator.get("/v1/proposals", status="accepted", **asked))["items"] == []
    problem(await organization.caller().get("/v1/proposals"), 403, "person-required")


async def test_proposals_come_in_pages(organization: Organization) -> None:
    program, learner = await organization.program(), await organization.person(**LEARNS_PYTHON)
    made = [
        (await organization.propose(program, await organization.person(**TEACHES_PYTHON), learner))["id"]
        for _ in range(3)
    ]
    caller = organization.caller(learner["id"])
    first = ok(await caller.get("/v1/proposals", limit=2))
    second = ok(await caller.get("/v1/proposals", limit=2, cursor=first["next_cursor"]))
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    problem(await caller.get("/v1/proposals", cursor=first["next_cursor"], status="offered"), 400, "invalid-cursor")


async def test_another_organization_reaches_no_proposal(
    organization: Organization, other_organization: Organization
) -> None:
    pair = await a_pair(organization)
    same_person = other_organization.caller(pair.teacher_id, roles=("member", "coordinator"))
    for answer in (
        await same_person.get(pair.path),
        await same_person.post(f"{pair.path}:accept"),
        await same_person.post(f"{pair.path}:decline"),
        await same_person.post(f"{pair.path}:withdraw"),
    ):
        problem(answer, 404, "proposal-not-found")
    assert ok(await same_person.get("/v1/proposals"))["items"] == []
    assert ok(await pair.teacher.get(pair.path))["status"] == "offered"


async def test_by_hand_both_ways_and_in_groups(organization: Organization) -> None:
    one = await organization.person(strengths=[strength(PYTHON)])
    other = await organization.person(strengths=[strength(SALES)])
    tracks = [
        {"teacher_id": one["id"], "learner_id": other["id"], "competency_id": PYTHON},
        {"teacher_id": other["id"], "learner_id": one["id"], "competency_id": SALES},
    ]
    program = await organization.program(kind="peer")
    made = await organization.coordinator.post(f"/v1/programs/{program['id']}/proposals", {"tracks": tracks})
    proposal = ok(made, 201)
    assert all(part["roles"] == ["learner", "teacher"] for part in proposal["participants"])
    assert (await organization.coordinator.get(made.headers["location"])).content == made.content

    group = await organization.program(format="group", group_size={"min": 1, "max": 2})
    learners = [await organization.person() for _ in range(3)]
    tracks = [{"teacher_id": one["id"], "learner_id": who["id"], "competency_id": PYTHON} for who in learners]
    path = f"/v1/programs/{group['id']}/proposals"
    assert len(ok(await organization.coordinator.post(path, {"tracks": tracks[:2]}), 201)["participants"]) == 3
    problem(await organization.coordinator.post(path, {"tracks": tracks}), 422, "tracks-invalid")


async def test_by_hand_only_what_fits_together(organization: Organization) -> None:
    pair = await a_pair(organization)
    path, post = f"/v1/programs/{pair.program['id']}/proposals", organization.coordinator.post
    track = {"teacher_id": pair.teacher_id, "learner_id": pair.learner_id, "competency_id": PYTHON}
    third = (await organization.person())["id"]

    async def refused(*tracks: dict[str, str]) -> Any:
        return await post(path, {"tracks": list(tracks)})

    problem(await refused({**track, "learner_id": pair.teacher_id}), 422, "tracks-invalid")
    problem(await refused(track, track), 422, "tracks-invalid")
    problem(await refused(track, {**track, "learner_id": third}), 422, "tracks-invalid")
    problem(await refused({**track, "competency_id": SALES}), 422, "competency-not-held")
    problem(await refused({**track, "learner_id": ids.new("per")}), 404, "person-not-found")
    gone = (await organization.person(active=False))["id"]
    problem(await refused({**track, "learner_id": gone}), 409, "person-inactive")
    problem(await refused(), 422, "invalid")
    problem(await pair.teacher.post(path, {"tracks": [track]}), 403, "role-required")


@pytest.mark.parametrize("visibility", ["private", "organization"])
async def test_by_hand_nothing_tells_whether_there_is_a_private_growth_area(
    organization: Organization, visibility: str
) -> None:
    teacher = await organization.person(**TEACHES_PYTHON)
    blank, program = await organization.person(), await organization.program()
    wanting = await organization.person(growth_areas=[growth_area(PYTHON, visibility)])
    for_blank = await organization.propose(program, teacher, blank)
    for_wanting = await organization.propose(program, teacher, wanting)
    same = for_blank["explanation"] == for_wanting["explanation"] and for_blank["score"] == for_wanting["score"]
    assert same == (visibility == "private")
