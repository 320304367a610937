from typing import Any

import pytest
from fastapi import FastAPI

from kit.testing.api import Caller, ok, problem
from services.profile.tests.api.test_named_lists import Owner, growth_area, owner, strength
from services.profile.tests.api.test_people import MISSING, person
from services.profile.tests.conftest import Organization

__all__ = ["owner"]


@pytest.fixture
def matching(app: FastAPI) -> Caller:
    return Caller(app, "profile", None, scopes=("internal",), issuer="matching")


async def snapshot(matching: Caller, organization: Organization, *person_ids: str) -> list[dict[str, Any]]:
    body = {"organization_id": organization.id, "person_ids": list(person_ids)}
    people: list[dict[str, Any]] = ok(await matching.post("/internal/people:snapshot", body, key=None))["people"]
    return people


async def events(matching: Caller, organization: Organization) -> list[tuple[str, str, dict[str, Any]]]:
    """All that was told so far; as a transaction anywhere may hold the feed back, a last fact is waited for."""
    seen = ok(await organization.admin.get("/v1/organization"))
    last = f"told {seen['version']}"
    ok(await organization.admin.change("PATCH", "/v1/organization", {"name": last}, version=seen["version"]))
    cursor: str = "0.0"
    found: list[tuple[str, str, dict[str, Any]]] = []
    while not any(data.get("name") == last for _, _, data in found):
        page = ok(await matching.get("/internal/events", after=cursor, wait=5, limit=1000))
        cursor = page["next_cursor"]
        found += [
            (event["type"], event["subject_id"], event["data"])
            for event in page["events"]
            if event["organization_id"] == organization.id
        ]
    return [event for event in found if event[0] != "organization.changed"]


async def test_the_snapshot_has_what_matching_needs(matching: Caller, organization: Organization, owner: Owner) -> None:
    python, negotiating, _ = owner.competencies
    strengths = await owner.put("strengths", strength(python))
    areas = await owner.put("growth-areas", growth_area(negotiating, visibility="private"))
    said = {"windows": [{"weekday": 0, "start": "00:30", "end": "02:30"}], "teaching_capacity": 2}
    ok(await owner.me.change("PUT", "/v1/me/availability", said, version=0))
    ok(await organization.admin.change("PATCH", f"/v1/people/{owner.id}", {"time_zone": "Asia/Kolkata"}, version=1))
    (found,) = await snapshot(matching, organization, owner.id, MISSING)
    assert found == {
        "id": owner.id,
        "display_name": "Ken Sánchez",
        "active": True,
        "job_title": None,
        "reporting_level": None,
        "manager_id": None,
        "department": None,
        "team": None,
        "time_zone": "Asia/Kolkata",
        "languages": [],
        "teaching_capacity": 2,
        "learning_capacity": 1,
        "paused_until": None,
        # 00:30 to 02:30 on Monday, five and a half hours ahead, begins on Sunday in UTC: the week wraps around.
        "windows": [[9780, 9900]],
        "strengths": [
            {
                "id": strengths["items"][0]["id"],
                "competency_id": python,
                "competency_label": "Python",
                "level": 4,
                "willing": True,
                "asset_type": "skill",
            }
        ],
        "growth_areas": [
            {
                "id": areas["items"][0]["id"],
                "competency_id": negotiating,
                "competency_label": "Negotiating",
                "current_level": 1,
                "target_level": 3,
                "importance": 3,
                "visibility": "private",
            }
        ],
        "version": 2,
    }


async def test_a_snapshot_is_of_one_organization(
    matching: Caller, organization: Organization, other_organization: Organization
) -> None:
    theirs = await person(other_organization)
    assert await snapshot(matching, organization, theirs["id"]) == []


async def test_only_services_read_internal_routes(organization: Organization) -> None:
    body = {"organization_id": organization.id, "person_ids": []}
    problem(await organization.admin.post("/internal/people:snapshot", body), 403, "forbidden")
    problem(await organization.admin.get(f"/internal/subjects/{organization.id}/id/x"), 403, "forbidden")
    problem(await organization.admin.get("/internal/events"), 403, "forbidden")


async def test_a_subject_is_found_by_every_key(
    matching: Caller, organization: Organization, other_organization: Organization
) -> None:
    made = await person(organization, external_id="corp/ken", work_email="Ken@example.com")
    base = f"/internal/subjects/{organization.id}"
    expected = {"person_id": made["id"], "active": True}
    for key, value in (("id", made["id"]), ("external_id", "corp/ken"), ("work_email", "ken@EXAMPLE.com")):
        assert ok(await matching.get(f"{base}/{key}/{value}")) == expected
        other = await matching.get(f"/internal/subjects/{other_organization.id}/{key}/{value}")
        problem(other, 404, "person-not-found")
    ok(await organization.admin.post(f"/v1/people/{made['id']}:deactivate"))
    assert ok(await matching.get(f"{base}/id/{made['id']}"))["active"] is False
    problem(await matching.get(f"{base}/external_id/112"), 404, "person-not-found")


async def test_changes_that_matter_are_told_once_each(
    matching: Caller, organization: Organization, owner: Owner
) -> None:
    changed: tuple[str, str, dict[str, str]] = ("person.changed", owner.id, {})
    told = [event for event in await events(matching, organization) if event[1] == owner.id]
    assert told == [changed]
    path = f"/v1/people/{owner.id}"
    change = organization.admin.change
    ok(await change("PATCH", path, {"job_title": "CEO"}, version=1))
    ok(await change("PATCH", path, {"department": "Executive", "team": "Board"}, version=2))
    ok(await organization.admin.post(f"{path}:deactivate"))
    ok(await organization.admin.post(f"{path}:deactivate"))
    ok(await organization.admin.post(f"{path}:reactivate"))
    await owner.put("growth-areas", growth_area(owner.competencies[0], situation="canary-of-a-secret"))
    ok(await owner.me.change("PUT", "/v1/me/availability", {}, version=0))
    ok(await owner.me.change("PUT", "/v1/me/preferences", {"pace": "steady"}, version=0))
    told = [event for event in await events(matching, organization) if event[1] == owner.id]
    assert told == [
        changed,
        changed,
        ("person.deactivated", owner.id, {}),
        ("person.reactivated", owner.id, {}),
        changed,
        changed,
    ]


async def test_those_whose_level_shifts_are_told_too(matching: Caller, organization: Organization) -> None:
    top = await person(organization)
    middle = await person(organization, manager_id=top["id"])
    bottom = await person(organization, manager_id=middle["id"])
    before = await events(matching, organization)
    body = {"manager_id": (await person(organization, manager_id=bottom["id"]))["id"]}
    path = f"/v1/people/{top['id']}"
    problem(await organization.admin.change("PATCH", path, body, version=2), 422, "manager-cycle")
    other = await person(organization)
    ok(await organization.admin.change("PATCH", path, {"manager_id": other["id"]}, version=2))
    told = {subject for type_, subject, _ in (await events(matching, organization))[len(before) :]}
    assert {top["id"], middle["id"], bottom["id"], other["id"]} <= told
