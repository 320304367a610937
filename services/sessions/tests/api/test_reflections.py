from typing import Any

from kit.testing.api import ok, problem
from services.sessions.tests.bodies import SCORES
from services.sessions.tests.conftest import Organization, ids


async def test_feedback_is_its_authors_alone(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/engagements/{pair.id}/feedback"
    feedback = ok(await pair.executive.post(path, SCORES), 201)
    assert {name: feedback[name] for name in SCORES} == SCORES
    assert feedback["author_id"] == pair.executive_id
    assert ok(await pair.executive.get(path))["items"] == [feedback]
    assert ok(await pair.junior.get(path))["items"] == []
    problem(await organization.coordinator.get(path), 403, "participant-required")
    problem(await organization.coordinator.post(path, SCORES), 403, "participant-required")


async def test_both_sides_say_what_they_learned(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/engagements/{pair.id}/learnings"
    taught = ok(await pair.junior.post(path, {"text": "How a board decides", "visibility": "shared"}), 201)
    learned = ok(await pair.executive.post(path, {"text": "What a model is", "competency_id": pair.competency_id}), 201)
    assert (taught["role"], taught["competency_id"]) == ("teacher", None)
    assert (learned["role"], learned["visibility"]) == ("learner", "private")
    assert ok(await pair.junior.get(path))["items"] == [taught]
    assert ok(await pair.executive.get(path))["items"] == [taught, learned]
    problem(await organization.coordinator.get(path), 403, "participant-required")


async def test_in_a_reciprocal_pair_the_role_follows_the_competency(organization: Organization) -> None:
    pair = await organization.pair()
    other = await organization.pair()
    back = {**pair.track(pair.executive_id, pair.junior_id), "competency_id": ids.new("cmp")}
    people = [{**person, "roles": ["teacher", "learner"]} for person in pair.proposal()["participants"]]
    accepted = {
        **pair.proposal(),
        "proposal_id": ids.new("pro"),
        "kind": "reciprocal",
        "participants": people,
        "tracks": [pair.track(pair.junior_id, pair.executive_id), back],
    }
    await organization.hear("proposal.accepted", accepted["proposal_id"], accepted)
    pair.id = ok(await pair.junior.get("/v1/engagements"))["items"][0]["id"]
    await pair.sign()
    engagement = await pair.get()
    assert [track["direction"] for track in engagement["tracks"]] == ["upward", "downward"]
    path = f"/v1/engagements/{pair.id}/learnings"
    roles = [
        ok(await pair.junior.post(path, {"text": "x", "competency_id": competency_id}), 201)["role"]
        for competency_id in (pair.competency_id, back["competency_id"], other.competency_id)
    ]
    assert roles == ["teacher", "learner", "learner"]


async def test_there_is_nothing_to_look_back_on_before_it_began(organization: Organization) -> None:
    pair = await organization.pair()
    feedback, learnings = (f"/v1/engagements/{pair.id}/{name}" for name in ("feedback", "learnings"))
    problem(await pair.junior.post(feedback, SCORES), 409, "engagement-not-active")
    problem(await pair.junior.post(learnings, {"text": "x"}), 409, "engagement-not-active")
    await pair.sign()
    ok(await pair.junior.post(f"/v1/engagements/{pair.id}:end", {"outcome": "completed"}))
    ok(await pair.junior.post(feedback, SCORES), 201)
    ok(await pair.junior.post(learnings, {"text": "x"}), 201)


async def test_to_others_it_is_not_there(organization: Organization, other_organization: Organization) -> None:
    pair, stranger = await organization.active_pair(), await other_organization.active_pair()
    bodies: dict[str, Any] = {"feedback": SCORES, "learnings": {"text": "x"}}
    for caller in (stranger.junior, other_organization.coordinator, organization.caller(person_id=ids.new("per"))):
        for name, body in bodies.items():
            path = f"/v1/engagements/{pair.id}/{name}"
            problem(await caller.get(path), 404, "engagement-not-found")
            problem(await caller.post(path, body), 404, "engagement-not-found")


async def test_wrong_input_is_named(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/engagements/{pair.id}"
    problem(await pair.junior.post(f"{path}/feedback", SCORES, key=None), 400, "idempotency-key-missing")
    problem(await pair.junior.post(f"{path}/learnings", {"text": "x"}, key=None), 400, "idempotency-key-missing")
    for name in SCORES:
        for score in (0, 6, None, 2.5):
            problem(await pair.junior.post(f"{path}/feedback", {**SCORES, name: score}), 422, "invalid")
    for body in ({}, {"text": ""}, {"text": "x", "role": "teacher"}, {"text": "x", "competency_id": "Python"}):
        problem(await pair.junior.post(f"{path}/learnings", body), 422, "invalid")


async def test_they_come_in_pages(organization: Organization) -> None:
    pair = await organization.active_pair()
    bodies: dict[str, Any] = {"feedback": SCORES, "learnings": {"text": "x"}}
    for name, body in bodies.items():
        path = f"/v1/engagements/{pair.id}/{name}"
        made = [ok(await pair.junior.post(path, body), 201)["id"] for _ in range(3)]
        first = ok(await pair.junior.get(path, limit=2))
        second = ok(await pair.junior.get(path, limit=2, cursor=first["next_cursor"]))
        assert [item["id"] for item in first["items"] + second["items"]] == made
