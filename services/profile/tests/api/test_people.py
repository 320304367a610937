import asyncio
from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.profile.tests.conftest import Organization

MISSING = "per_0192f1c28b7a7e3c9d4f5a6b7c8d9e0f"


async def person(organization: Organization, **values: Any) -> dict[str, Any]:
    created = await organization.admin.post("/v1/people", {"display_name": "Ken Sánchez", **values})
    return dict(ok(created, 201))


async def level(organization: Organization, id_: str) -> int | None:
    found: int | None = ok(await organization.admin.get(f"/v1/people/{id_}"))["reporting_level"]
    return found


async def test_a_person_is_created_and_read(organization: Organization) -> None:
    body = {
        "external_id": "112",
        "given_name": "Ken",
        "family_name": "Sánchez",
        "work_email": "ken0@adventure-works.example",
        "job_title": "Chief Executive Officer",
        "department": "Executive",
        "languages": ["en", "es", "en"],
    }
    created = await organization.integration.post("/v1/people", body)
    made = ok(created, 201)
    assert made["display_name"] == "Ken Sánchez"
    assert made["time_zone"] == "Europe/Berlin"
    assert made["languages"] == ["en", "es"]
    assert made["employment_status"] == "active"
    assert created.headers["location"] == f"/v1/people/{made['id']}"
    read = await organization.caller().get(f"/v1/people/{made['id']}")
    assert read.content == created.content
    assert read.headers["etag"] == '"1"'


async def test_only_hr_roles_change_people(organization: Organization) -> None:
    made = await person(organization)
    member = organization.caller(person_id=made["id"])
    problem(await member.post("/v1/people", {"display_name": "x"}), 403, "role-required")
    path = f"/v1/people/{made['id']}"
    problem(await member.change("PATCH", path, {"job_title": "CEO"}, version=1), 403, "role-required")
    problem(await member.post(f"{path}:deactivate"), 403, "role-required")


async def test_another_organizations_person_is_not_found(
    organization: Organization, other_organization: Organization
) -> None:
    theirs = await person(other_organization, external_id="1")
    path = f"/v1/people/{theirs['id']}"
    unknown = problem(await organization.admin.get(f"/v1/people/{MISSING}"), 404, "person-not-found")
    foreign = problem(await organization.admin.get(path), 404, "person-not-found")
    assert {**unknown, "instance": ""} == {**foreign, "instance": ""}
    change = await organization.admin.change("PATCH", path, {"job_title": "x"}, version=1)
    problem(change, 404, "person-not-found")
    problem(await organization.admin.post(f"{path}:deactivate"), 404, "person-not-found")
    refused = await organization.admin.post("/v1/people", {"display_name": "x", "manager_id": theirs["id"]})
    problem(refused, 422, "unknown-manager")
    assert ok(await organization.admin.get("/v1/people", ids=theirs["id"]))["items"] == []
    await person(organization, external_id="1")


async def test_a_change_takes_what_is_sent_and_leaves_the_rest(organization: Organization) -> None:
    made = await person(organization, external_id="7", job_title="Engineer", team="Tools")
    path = f"/v1/people/{made['id']}"
    changed = ok(await organization.admin.change("PATCH", path, {"job_title": None, "team": "Labs"}, version=1))
    assert (changed["job_title"], changed["team"], changed["external_id"]) == (None, "Labs", "7")
    assert changed["version"] == 2
    same = ok(await organization.admin.change("PATCH", path, {"team": "Labs"}, version=2))
    assert same["version"] == 2
    problem(await organization.admin.change("PATCH", path, {"team": "Ops"}, version=1), 412, "stale-version")
    problem(await organization.admin.change("PATCH", path, {"team": "Ops"}, version=None), 428, "if-match-missing")


async def test_a_change_may_be_sent_as_a_merge_patch(organization: Organization) -> None:
    path = f"/v1/people/{(await person(organization))['id']}"
    headers = {"content-type": "application/merge-patch+json", "if-match": '"1"'}
    patch = organization.admin.http.patch
    assert ok(await patch(path, content=b'{"team": "Labs"}', headers=headers))["team"] == "Labs"
    refused = await patch(path, content=b"team=Labs", headers={**headers, "content-type": "text/plain"})
    assert refused.status_code in {415, 422}


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"birth_date": "1970-01-01"}, "/body/birth_date", "extra-forbidden"),
        ({"reporting_level": 1}, "/body/reporting_level", "extra-forbidden"),
        ({"work_email": "nobody"}, "/body/work_email", "string-pattern-mismatch"),
        ({"languages": ["English"]}, "/body/languages/0", "string-pattern-mismatch"),
        ({"display_name": None}, "/body/display_name", "string-type"),
        ({"job_title": "x" * 201}, "/body/job_title", "string-too-long"),
        ({"team": "a\x00"}, "/body/team", "value-error"),
        ({"time_zone": "Mars/Olympus"}, "/body/time_zone", "unknown-time-zone"),
    ],
)
async def test_each_wrong_value_is_named(
    organization: Organization, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await organization.admin.post("/v1/people", {"given_name": "Ken", **body})
    assert answer.status_code == 422
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


async def test_a_person_needs_a_name(organization: Organization) -> None:
    found = problem(await organization.admin.post("/v1/people", {"external_id": "1"}), 422, "invalid-person")
    assert found["errors"][0]["pointer"] == "/body/display_name"


async def test_external_ids_and_addresses_belong_to_one_person(organization: Organization) -> None:
    await person(organization, external_id="1", work_email="Ken@example.com")
    post = organization.admin.post
    problem(await post("/v1/people", {"display_name": "x", "external_id": "1"}), 409, "external-id-taken")
    problem(await post("/v1/people", {"display_name": "x", "work_email": "ken@EXAMPLE.com"}), 409, "work-email-taken")


async def test_levels_follow_from_the_managers(organization: Organization) -> None:
    top = await person(organization)
    assert top["reporting_level"] is None
    middle = await person(organization, manager_id=top["id"])
    bottom = await person(organization, manager_id=middle["id"])
    assert [await level(organization, each["id"]) for each in (top, middle, bottom)] == [1, 2, 3]
    path = f"/v1/people/{bottom['id']}"
    ok(await organization.admin.change("PATCH", path, {"manager_id": top["id"]}, version=bottom["version"]))
    assert await level(organization, bottom["id"]) == 2


async def test_a_manager_is_somebody_else_and_not_below(organization: Organization) -> None:
    top = await person(organization)
    below = await person(organization, manager_id=top["id"])
    path = f"/v1/people/{top['id']}"
    change = organization.admin.change
    problem(await change("PATCH", path, {"manager_id": top["id"]}, version=2), 422, "manager-is-self")
    problem(await change("PATCH", path, {"manager_id": below["id"]}, version=2), 422, "manager-cycle")


async def test_two_people_cannot_become_each_others_manager_at_once(organization: Organization) -> None:
    first, second = await person(organization), await person(organization)

    async def report(who: dict[str, Any], to: dict[str, Any]) -> int:
        path = f"/v1/people/{who['id']}"
        answer = await organization.admin.change("PATCH", path, {"manager_id": to["id"]}, version=1)
        return answer.status_code

    statuses = await asyncio.gather(report(first, second), report(second, first))
    assert sorted(statuses) in ([200, 412], [200, 422])


async def test_a_person_is_deactivated_and_comes_back(organization: Organization) -> None:
    made = await person(organization)
    path = f"/v1/people/{made['id']}"
    gone = await organization.admin.post(f"{path}:deactivate")
    assert ok(gone)["employment_status"] == "inactive"
    assert gone.headers["etag"] == '"2"'
    assert ok(await organization.admin.post(f"{path}:deactivate"))["version"] == 2
    assert ok(await organization.admin.post(f"{path}:reactivate"))["employment_status"] == "active"


async def test_people_are_listed_by_name_page_by_page(
    organization: Organization, other_organization: Organization
) -> None:
    await person(other_organization, display_name="Bo")
    names = ["Ada", "Bo", "Bo", "Cy", "Di"]
    for name in reversed(names):
        await person(organization, display_name=name)
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = ok(await organization.admin.get("/v1/people", limit=2, **cursor))
        seen += [item["display_name"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == names
    other = await other_organization.admin.get("/v1/people", limit=2, **cursor)
    problem(other, 400, "invalid-cursor")
    problem(await organization.admin.get("/v1/people", cursor="x"), 400, "invalid-cursor")


async def test_people_are_found_by_what_is_known_of_them(organization: Organization) -> None:
    top = await person(organization, display_name="Ken Sánchez", external_id="1", department="Executive")
    below = await person(
        organization,
        display_name="Guy Gilbert",
        work_email="guy1@example.com",
        manager_id=top["id"],
        department="Production",
    )
    await organization.admin.post(f"/v1/people/{below['id']}:deactivate")

    async def found(**filters: Any) -> list[str]:
        return [item["display_name"] for item in ok(await organization.admin.get("/v1/people", **filters))["items"]]

    assert await found(q="sán") == ["Ken Sánchez"]
    assert await found(q="GUY1@") == ["Guy Gilbert"]
    assert await found(q="100%") == []
    assert await found(department="Production") == ["Guy Gilbert"]
    assert await found(manager_id=top["id"]) == ["Guy Gilbert"]
    assert await found(status="active") == ["Ken Sánchez"]
    assert await found(external_id="1") == ["Ken Sánchez"]
    assert await found(ids=[top["id"], below["id"]]) == ["Guy Gilbert", "Ken Sánchez"]
