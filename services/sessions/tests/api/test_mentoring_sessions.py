from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.sessions.tests.bodies import meeting_body
from services.sessions.tests.conftest import Organization, ids

PATH = "/v1/mentoring-sessions"


async def test_people_plan_to_meet(organization: Organization) -> None:
    pair = await organization.active_pair()
    body = meeting_body(24)
    created = await pair.executive.post(f"/v1/engagements/{pair.id}/mentoring-sessions", body)
    meeting = ok(created, 201)
    assert created.headers["location"] == f"{PATH}/{meeting['id']}"
    assert created.headers["etag"] == '"1"'
    assert (meeting["status"], meeting["scheduled_by"]) == ("scheduled", pair.executive_id)
    assert meeting["agenda"] == body["agenda"]
    read = await pair.junior.get(f"{PATH}/{meeting['id']}")
    assert read.content == created.content


async def test_nobody_meets_before_the_agreement_is_in_force(organization: Organization) -> None:
    pair = await organization.pair()
    path = f"/v1/engagements/{pair.id}/mentoring-sessions"
    problem(await pair.junior.post(path, meeting_body()), 409, "engagement-not-active")
    await pair.sign(pair.junior)
    problem(await pair.junior.post(path, meeting_body()), 409, "engagement-not-active")
    await pair.sign(pair.executive)
    ok(await pair.junior.post(path, meeting_body()), 201)


async def test_a_pause_holds_for_meetings_too(organization: Organization) -> None:
    pair = await organization.active_pair()
    meeting = await pair.meeting()
    ok(await pair.junior.post(f"/v1/engagements/{pair.id}:pause"))
    attended = {"attended": [pair.junior_id, pair.executive_id]}
    problem(await pair.junior.post(f"{PATH}/{meeting['id']}:hold", attended), 409, "engagement-not-active")
    problem(
        await pair.junior.change("PATCH", f"{PATH}/{meeting['id']}", meeting_body(1), version=1),
        409,
        "engagement-not-active",
    )
    ok(await pair.junior.post(f"{PATH}/{meeting['id']}:cancel"))


async def test_a_meeting_moves(organization: Organization) -> None:
    pair = await organization.active_pair()
    meeting = await pair.meeting(24)
    change = pair.executive.change
    path = f"{PATH}/{meeting['id']}"
    moved = await change("PATCH", path, {"agenda": None, "place": "Room 5"}, version=1)
    assert ok(moved) == {
        **meeting,
        "agenda": None,
        "place": "Room 5",
        "version": 2,
        "updated_at": moved.json()["updated_at"],
    }
    problem(await change("PATCH", path, {"place": "Room 6"}, version=1), 412, "stale-version")
    problem(await change("PATCH", path, {"place": "Room 6"}, version=None), 428, "if-match-missing")
    problem(await change("PATCH", path, {"starts_at": None}, version=2), 422, "invalid")
    wrong = problem(
        await change("PATCH", path, {"ends_at": meeting["starts_at"]}, version=2), 422, "mentoring-session-time"
    )
    assert [error["pointer"] for error in wrong["errors"]] == ["/body/ends_at"]


async def test_a_meeting_is_held_once_it_has_started(organization: Organization) -> None:
    pair = await organization.active_pair()
    both = {"attended": [pair.executive_id, pair.junior_id]}
    future = await pair.meeting(1)
    problem(await pair.junior.post(f"{PATH}/{future['id']}:hold", both), 409, "mentoring-session-not-started")
    absent = {"absent": [pair.junior_id]}
    problem(await pair.junior.post(f"{PATH}/{future['id']}:no-show", absent), 409, "mentoring-session-not-started")
    held = await pair.held_meeting()
    assert held["status"] == "held"
    assert held["attended"] == sorted([pair.junior_id, pair.executive_id])
    assert held["absent"] == []
    problem(await pair.junior.post(f"{PATH}/{held['id']}:hold", both), 409, "mentoring-session-closed")


async def test_a_missed_meeting_names_who_did_not_come(organization: Organization) -> None:
    pair = await organization.active_pair()
    meeting = await pair.meeting()
    missed = ok(await pair.junior.post(f"{PATH}/{meeting['id']}:no-show", {"absent": [pair.executive_id]}))
    assert (missed["status"], missed["absent"], missed["attended"]) == ("no_show", [pair.executive_id], [])
    problem(await pair.junior.post(f"{PATH}/{meeting['id']}:cancel"), 409, "mentoring-session-closed")


async def test_attendance_names_people_of_the_engagement(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"{PATH}/{(await pair.meeting())['id']}"
    stranger = ids.new("per")
    for people in ([pair.junior_id], [pair.junior_id, stranger], [pair.junior_id, pair.junior_id]):
        problem(await pair.junior.post(f"{path}:hold", {"attended": people}), 422, "attendance-invalid")
    problem(await pair.junior.post(f"{path}:no-show", {"absent": [stranger]}), 422, "attendance-invalid")
    problem(await pair.junior.post(f"{path}:no-show", {"absent": []}), 422, "invalid")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, "mentoring-session-time"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, "mentoring-session-time"),
        ({"starts_at": "9999-12-31T23:00:00Z", "ends_at": "9999-12-31T23:59:00Z"}, "mentoring-session-time"),
        ({"starts_at": "9999-12-31T23:59:59-05:00"}, "invalid"),
        ({"starts_at": "2026-01-01T00:00:00"}, "invalid"),
        ({"starts_at": 1767225600}, "invalid"),
        ({"starts_at": "1767225600"}, "invalid"),
        ({"agenda": "x" * 4001}, "invalid"),
        ({"colour": "red"}, "invalid"),
    ],
)
async def test_wrong_input_is_named(organization: Organization, changes: dict[str, Any], code: str) -> None:
    pair = await organization.active_pair()
    body = meeting_body(1, **changes)
    problem(await pair.junior.post(f"/v1/engagements/{pair.id}/mentoring-sessions", body), 422, code)


async def test_meetings_are_listed_by_their_start(organization: Organization) -> None:
    pair = await organization.active_pair()
    hours = {hour: (await pair.meeting(hour))["id"] for hour in (48, -1, 24)}
    path = f"/v1/engagements/{pair.id}/mentoring-sessions"
    first = ok(await pair.junior.get(path, limit=2))
    second = ok(await pair.junior.get(path, limit=2, cursor=first["next_cursor"]))
    assert [item["id"] for item in first["items"]] == [hours[-1], hours[24]]
    assert [item["id"] for item in second["items"]] == [hours[48]]
    ok(await pair.junior.post(f"{PATH}/{hours[24]}:cancel"))
    cancelled = ok(await pair.junior.get(path, status="cancelled"))["items"]
    assert [item["id"] for item in cancelled] == [hours[24]]
    assert ok(await pair.junior.get(path, status="no_show"))["items"] == []


async def test_coordinators_see_dates_and_states_only(organization: Organization) -> None:
    pair = await organization.active_pair()
    meeting = await pair.meeting()
    coordinator = organization.coordinator
    seen = ok(await coordinator.get(f"{PATH}/{meeting['id']}"))
    (listed,) = ok(await coordinator.get(f"/v1/engagements/{pair.id}/mentoring-sessions"))["items"]
    assert seen == listed == {**meeting, "place": None, "agenda": None}
    for action, body in ACTIONS.items():
        problem(await coordinator.post(f"{PATH}/{meeting['id']}:{action}", body), 403, "participant-required")
    problem(
        await coordinator.post(f"/v1/engagements/{pair.id}/mentoring-sessions", meeting_body()),
        403,
        "participant-required",
    )


ACTIONS: dict[str, Any] = {
    "hold": {"attended": [ids.new("per")]},
    "cancel": None,
    "no-show": {"absent": [ids.new("per")]},
}


async def test_to_others_it_is_not_there(organization: Organization, other_organization: Organization) -> None:
    pair, stranger = await organization.active_pair(), await other_organization.active_pair()
    meeting = await pair.meeting()
    path = f"{PATH}/{meeting['id']}"
    colleague = organization.caller(person_id=ids.new("per"))
    for caller in (stranger.junior, other_organization.coordinator, colleague):
        problem(await caller.get(path), 404, "mentoring-session-not-found")
        problem(await caller.change("PATCH", path, {"place": "x"}, version=1), 404, "mentoring-session-not-found")
        for action, body in ACTIONS.items():
            problem(await caller.post(f"{path}:{action}", body), 404, "mentoring-session-not-found")
        of_engagement = f"/v1/engagements/{pair.id}/mentoring-sessions"
        problem(await caller.get(of_engagement), 404, "engagement-not-found")
        problem(await caller.post(of_engagement, meeting_body()), 404, "engagement-not-found")
    assert ok(await pair.junior.get(path)) == meeting
