from datetime import UTC, datetime, timedelta
from typing import Any

from kit.testing.api import ok, problem
from services.sessions.tests.bodies import commitment_body
from services.sessions.tests.conftest import Organization, ids

TODAY = datetime.now(UTC).date()


def used(**changes: Any) -> dict[str, Any]:
    return {"used_on": TODAY.isoformat(), "setting": "on_the_job", "evidence": "Half the meeting time", **changes}


async def test_a_held_meeting_closes_with_a_commitment(organization: Organization) -> None:
    pair = await organization.active_pair()
    meeting = await pair.held_meeting()
    path = f"/v1/mentoring-sessions/{meeting['id']}/commitments"
    created = await pair.executive.post(path, commitment_body())
    commitment = ok(created, 201)
    assert created.headers["location"] == f"/v1/commitments/{commitment['id']}"
    assert {name: commitment[name] for name in commitment_body()} == commitment_body()
    assert (commitment["status"], commitment["owner_id"]) == ("open", pair.executive_id)
    made_on = datetime.fromisoformat(commitment["created_at"]).date()
    assert commitment["check_in_on"] == [(made_on + timedelta(days=days)).isoformat() for days in (7, 30)]
    assert ok(await pair.executive.get("/v1/commitments"))["items"] == [commitment]
    assert ok(await pair.junior.get("/v1/commitments"))["items"] == []
    assert ok(await pair.junior.get(path))["items"] == [commitment]
    assert ok(await pair.junior.get(f"/v1/commitments/{commitment['id']}")) == commitment


async def test_only_a_learner_commits_and_only_after_a_held_meeting(organization: Organization) -> None:
    pair = await organization.active_pair()
    scheduled = f"/v1/mentoring-sessions/{(await pair.meeting())['id']}/commitments"
    problem(await pair.executive.post(scheduled, commitment_body()), 409, "mentoring-session-not-held")
    held = f"/v1/mentoring-sessions/{(await pair.held_meeting())['id']}/commitments"
    problem(await pair.junior.post(held, commitment_body()), 403, "learner-required")
    early = commitment_body(when_on=(TODAY - timedelta(days=9)).isoformat())
    problem(await pair.executive.post(held, early), 422, "commitment-date")
    problem(await pair.executive.post(held, commitment_body(), key=None), 400, "idempotency-key-missing")
    for body in (
        {},
        commitment_body(what=""),
        commitment_body(mood="good"),
        commitment_body(when_on="soon"),
        commitment_body(when_on=0),
    ):
        problem(await pair.executive.post(held, body), 422, "invalid")


async def test_it_is_used_at_work(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/commitments/{(await pair.commitment())['id']}"
    applied = ok(await pair.executive.post(f"{path}:apply", used()))
    assert applied["status"] == "applied"
    assert applied["application"] == used()
    problem(await pair.executive.post(f"{path}:apply", used()), 409, "commitment-answered")
    problem(await pair.executive.post(f"{path}:not-used", {"why": "no time"}), 409, "commitment-answered")
    assert ok(await pair.executive.get("/v1/commitments", status="applied"))["items"] == [applied]
    assert ok(await pair.executive.get("/v1/commitments", status="open"))["items"] == []


async def test_what_was_not_used_may_be_used_later_after_all(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/commitments/{(await pair.commitment())['id']}"
    unused = ok(await pair.executive.post(f"{path}:not-used", {"why": "The review was cancelled"}))
    assert (unused["status"], unused["why_not"]) == ("not_used", "The review was cancelled")
    applied = ok(await pair.executive.post(f"{path}:apply", used(evidence=None)))
    assert (applied["status"], applied["why_not"]) == ("applied", None)


async def test_only_its_owner_says_what_came_of_it(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/commitments/{(await pair.commitment())['id']}"
    problem(await pair.junior.post(f"{path}:apply", used()), 403, "owner-required")
    problem(await pair.junior.post(f"{path}:not-used", {"why": "x"}), 403, "owner-required")
    late = used(used_on=(TODAY + timedelta(days=9)).isoformat())
    problem(await pair.executive.post(f"{path}:apply", late), 422, "commitment-date")
    for body in ({}, used(setting="at_home"), used(evidence="")):
        problem(await pair.executive.post(f"{path}:apply", body), 422, "invalid")
    problem(await pair.executive.post(f"{path}:not-used", {}), 422, "invalid")


async def test_coordinators_never_read_commitments(organization: Organization) -> None:
    pair = await organization.active_pair()
    commitment = await pair.commitment()
    coordinator = organization.coordinator
    of_meeting = f"/v1/mentoring-sessions/{commitment['mentoring_session_id']}/commitments"
    problem(await coordinator.get(of_meeting), 403, "participant-required")
    problem(await coordinator.post(of_meeting, commitment_body()), 403, "participant-required")
    problem(await coordinator.get(f"/v1/commitments/{commitment['id']}"), 404, "commitment-not-found")
    problem(await coordinator.post(f"/v1/commitments/{commitment['id']}:apply", used()), 404, "commitment-not-found")
    assert ok(await coordinator.get("/v1/commitments"))["items"] == []


async def test_to_others_it_is_not_there(organization: Organization, other_organization: Organization) -> None:
    pair, stranger = await organization.active_pair(), await other_organization.active_pair()
    commitment = await pair.commitment()
    of_meeting = f"/v1/mentoring-sessions/{commitment['mentoring_session_id']}/commitments"
    path = f"/v1/commitments/{commitment['id']}"
    for caller in (stranger.executive, other_organization.coordinator, organization.caller(person_id=ids.new("per"))):
        problem(await caller.get(path), 404, "commitment-not-found")
        problem(await caller.post(f"{path}:apply", used()), 404, "commitment-not-found")
        problem(await caller.post(f"{path}:not-used", {"why": "x"}), 404, "commitment-not-found")
        problem(await caller.get(of_meeting), 404, "mentoring-session-not-found")
        problem(await caller.post(of_meeting, commitment_body()), 404, "mentoring-session-not-found")
    assert ok(await pair.executive.get(path)) == commitment
    machine = organization.caller(roles=("integration",))
    problem(await machine.get("/v1/commitments"), 403, "person-required")


async def test_commitments_come_in_pages(organization: Organization) -> None:
    pair = await organization.active_pair()
    meeting = await pair.held_meeting()
    of_meeting = f"/v1/mentoring-sessions/{meeting['id']}/commitments"
    made = [ok(await pair.executive.post(of_meeting, commitment_body()), 201)["id"] for _ in range(3)]
    for path, expected in ((of_meeting, made), ("/v1/commitments", made[::-1])):
        first = ok(await pair.executive.get(path, limit=2))
        second = ok(await pair.executive.get(path, limit=2, cursor=first["next_cursor"]))
        assert [item["id"] for item in first["items"] + second["items"]] == expected
        assert second["next_cursor"] is None
