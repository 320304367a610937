import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from kit.testing.api import Caller, Response, ok, problem
from services.profile.tests.api.test_internal import events, matching
from services.profile.tests.api.test_people import person
from services.profile.tests.conftest import Organization

__all__ = ["matching"]

MISSING = "imp_0192f1c28b7a7e3c9d4f5a6b7c8d9e0f"
HEADER = "employee_id,first_name,last_name,title,department,manager_id,email\n"
THREE = (
    HEADER + "1,Ken,Sánchez,CEO,Executive,,ken@x.example\n2,Terri,Duffy,VP,R&D,1,terri@x.example\n3,Rob,Walters,,,2,\n"
)


@pytest.fixture(scope="module", autouse=True)
async def worker(app: FastAPI) -> AsyncIterator[None]:
    stop = asyncio.Event()
    running = asyncio.create_task(app.state.wiring.job_runner().run(stop))
    yield
    stop.set()
    await running


async def send(
    caller: Caller, content: str | bytes, *, mapping: Any = None, dry_run: bool | None = False, **more: Any
) -> Response:
    data = {} if dry_run is None else {"dry_run": str(dry_run).lower()}
    if mapping is not None:
        data["mapping"] = json.dumps(mapping)
    raw = content.encode() if isinstance(content, str) else content
    return await caller.post("/v1/imports", files={"file": ("people.csv", raw, "text/csv")}, data=data, **more)


async def done(caller: Caller, content: str | bytes, **options: Any) -> dict[str, Any]:
    queued = await send(caller, content, **options)
    assert ok(queued, 202)["status"] == "queued"
    assert queued.headers["retry-after"] == "1"
    for _ in range(200):
        found: dict[str, Any] = ok(await caller.get(queued.headers["location"]))
        if found["status"] not in {"queued", "running"}:
            assert found["progress"] == 1
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("the import did not end")


async def errors(caller: Caller, import_: dict[str, Any]) -> list[tuple[int, str | None, str]]:
    items = ok(await caller.get(f"/v1/imports/{import_['id']}/errors", limit=200))["items"]
    return [(item["row"], item["column"], item["code"]) for item in items]


async def everybody(organization: Organization) -> dict[str, dict[str, Any]]:
    items = ok(await organization.admin.get("/v1/people", limit=200))["items"]
    return {item["external_id"]: item for item in items}


def counts(import_: dict[str, Any]) -> tuple[int, int, int, int]:
    found = import_["counts"]
    return found["created"], found["updated"], found["unchanged"], found["refused_rows"]


async def test_a_file_brings_people_with_managers_and_levels(organization: Organization) -> None:
    found = await done(organization.integration, THREE)
    assert found["status"] == "succeeded"
    assert counts(found) == (3, 0, 0, 0)
    people = await everybody(organization)
    assert [people[key]["reporting_level"] for key in ("1", "2", "3")] == [1, 2, 3]
    assert people["3"]["manager_id"] == people["2"]["id"]
    assert people["1"]["display_name"] == "Ken Sánchez"
    assert people["3"]["time_zone"] == "Europe/Berlin"
    assert people["1"]["version"] == 1


async def test_the_same_file_again_changes_nothing(matching: Caller, organization: Organization) -> None:
    await done(organization.admin, THREE)
    people, told = await everybody(organization), await events(matching, organization)
    found = await done(organization.admin, THREE)
    assert (found["status"], counts(found)) == ("succeeded", (0, 0, 3, 0))
    assert await everybody(organization) == people
    assert await events(matching, organization) == told


async def test_a_file_is_only_tried_unless_it_is_meant(organization: Organization) -> None:
    found = await done(organization.admin, THREE, dry_run=None)
    assert found["dry_run"] is True
    assert counts(found) == (3, 0, 0, 0)
    assert await everybody(organization) == {}


async def test_only_who_differs_is_changed_and_told(matching: Caller, organization: Organization) -> None:
    await done(organization.admin, THREE)
    before, told = await everybody(organization), len(await events(matching, organization))
    changed = THREE.replace("CEO", "Chief").replace("R&D", "Research")
    found = await done(organization.admin, changed)
    assert counts(found) == (0, 2, 1, 0)
    after = await everybody(organization)
    assert (after["1"]["job_title"], after["2"]["department"]) == ("Chief", "Research")
    assert [after[key]["version"] for key in ("1", "2", "3")] == [2, 2, 1]
    # A title matters to nobody who matches; a department does.
    assert (await events(matching, organization))[told:] == [("person.changed", before["2"]["id"], {})]


async def test_columns_that_are_refused_are_named(organization: Organization) -> None:
    content = "id,name,BirthDate,Gender,base_salary,NationalIDNumber,shoe_size\n1,Ken,x,x,x,x,x\n"
    found = await done(organization.admin, content)
    assert found["refused_columns"] == ["BirthDate", "Gender", "base_salary", "NationalIDNumber"]
    assert found["ignored_columns"] == ["shoe_size"]
    assert found["mapping"] == {"external_id": "id", "display_name": "name"}


async def test_a_refused_column_cannot_be_mapped(organization: Organization) -> None:
    mapping = {"external_id": "id", "display_name": "name", "job_title": "salary", "team": "nowhere"}
    answer = await send(organization.admin, "id,name,salary\n1,Ken,9\n", mapping=mapping)
    found = problem(answer, 422, "invalid-mapping")["errors"]
    assert {(error["pointer"], error["code"]) for error in found} == {
        ("/body/mapping/job_title", "refused-column"),
        ("/body/mapping/team", "unknown-column"),
    }


async def test_broken_rows_are_reported_and_the_rest_is_taken(organization: Organization) -> None:
    content = (
        "id,name,email,manager_id,status\n"
        "1,Ken,ken@x.example,,active\n"
        "2,Terri\n"
        '3,"Rob,rob@x.example,1,active\n'
        "4,Gail,nobody,1,active\n"
        "4b,Gail,gail@x.example,1,maybe\n"
        "5,Jossef,KEN@x.example,1,active\n"
        "6,Dylan,dylan@x.example,6,active\n"
        "7,Diane,,8,active\n"
        "8,Gigi,,7,active\n"
        "1,Ken again,,,active\n"
        ",Nobody,,,active\n"
        "9,,,1,active\n"
        "10,Michael,,99,active\n"
    )
    found = await done(organization.admin, content)
    assert found["status"] == "partially_succeeded"
    assert await errors(organization.admin, found) == [
        (3, None, "wrong-number-of-cells"),
        (4, None, "broken-quotes"),
        (5, "email", "invalid-email"),
        (6, "status", "unknown-status"),
        (7, "email", "work-email-taken"),
        (8, "manager_id", "manager-is-self"),
        (10, "manager_id", "manager-cycle"),
        (11, "id", "duplicate-external-id"),
        (12, "id", "missing-value"),
        (13, "name", "missing-value"),
    ]
    people = await everybody(organization)
    assert people.keys() == {"1", "6", "7", "8", "10"}
    assert people["7"]["manager_id"] == people["8"]["id"]
    assert people["8"]["manager_id"] is people["6"]["manager_id"] is people["10"]["manager_id"] is None
    assert counts(found) == (5, 0, 0, 8)
    assert found["counts"]["pending_managers"] == 1


async def test_errors_are_read_page_by_page(organization: Organization) -> None:
    content = "id,name\n" + "".join(f",Nobody {number}\n" for number in range(25))
    found = await done(organization.admin, content)
    assert found["status"] == "failed"
    assert found["failure"] is not None
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = ok(await organization.admin.get(f"/v1/imports/{found['id']}/errors", limit=10, **cursor))
        seen += [item["row"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == list(range(2, 27))


async def test_a_manager_may_arrive_later(matching: Caller, organization: Organization) -> None:
    await done(organization.admin, "id,name,manager_id\n2,Terri,1\n3,Rob,2\n")
    before = await everybody(organization)
    assert [before[key]["reporting_level"] for key in ("2", "3")] == [None, None]
    told = len(await events(matching, organization))
    await done(organization.admin, "id,name,manager_id\n1,Ken,\n")
    people = await everybody(organization)
    assert people["2"]["manager_id"] == people["1"]["id"]
    assert [people[key]["reporting_level"] for key in ("1", "2", "3")] == [1, 2, 3]
    new = (await events(matching, organization))[told:]
    assert sorted(subject for _, subject, _ in new) == sorted(each["id"] for each in people.values())


async def test_a_manager_may_arrive_through_the_api(organization: Organization) -> None:
    await done(organization.admin, "id,name,manager_id\n2,Terri,1\n")
    ken = await person(organization, external_id="1")
    people = await everybody(organization)
    assert people["2"]["manager_id"] == ken["id"]
    assert people["2"]["reporting_level"] == 2


async def test_a_cycle_with_people_outside_of_the_file_is_seen(organization: Organization) -> None:
    await done(organization.admin, "id,name,manager_id\n1,Ken,\n2,Terri,1\n")
    found = await done(organization.admin, "id,name,manager_id\n1,Ken,2\n")
    assert await errors(organization.admin, found) == [(2, "manager_id", "manager-cycle")]
    people = await everybody(organization)
    assert people["1"]["manager_id"] is None
    assert people["2"]["manager_id"] == people["1"]["id"]


async def test_managers_may_be_named_by_a_key_of_the_file(organization: Organization) -> None:
    content = (
        "key,boss,mail,name,state\n"
        "1,2,ken@x.example,Ken,\n"
        "2,,terri@x.example,Terri,\n"
        "3,2,ken@x.example,Ken,Current\n"
        "4,1,rob@x.example,Rob,Current\n"
        "5,77,gail@x.example,Gail,Current\n"
    )
    mapping = {
        "external_id": "mail",
        "work_email": "mail",
        "display_name": "name",
        "row_key": "key",
        "manager_external_id": "boss",
        "employment_status": "state",
    }
    found = await done(organization.admin, content, mapping=mapping)
    people = await everybody(organization)
    # The current row of a person stays; a manager's key may be that of a closed one.
    assert await errors(organization.admin, found) == [
        (2, "mail", "duplicate-external-id"),
        (6, "boss", "manager-not-found"),
    ]
    assert people["rob@x.example"]["manager_id"] == people["ken@x.example"]["id"]
    assert people["ken@x.example"]["manager_id"] == people["terri@x.example"]["id"]


async def test_people_who_left_are_deactivated_and_may_return(matching: Caller, organization: Organization) -> None:
    content = "id,name,status\n1,Ken,active\n"
    await done(organization.admin, content)
    ken = (await everybody(organization))["1"]["id"]
    await done(organization.admin, content.replace("active", "Terminated"))
    assert (await everybody(organization))["1"]["employment_status"] == "inactive"
    await done(organization.admin, content.replace("active", ""))
    assert (await everybody(organization))["1"]["employment_status"] == "inactive"
    await done(organization.admin, content)
    told = [event[0] for event in await events(matching, organization) if event[1] == ken]
    assert told == ["person.changed", "person.deactivated", "person.reactivated"]


async def test_columns_that_are_not_mapped_stay_as_they_are(organization: Organization) -> None:
    await person(organization, external_id="1", job_title="CEO", languages=["de"], work_email="ken@x.example")
    await done(organization.admin, "id,name,department\n1,Ken,Board\n")
    ken = (await everybody(organization))["1"]
    assert (ken["job_title"], ken["languages"], ken["work_email"]) == ("CEO", ["de"], "ken@x.example")
    assert ken["department"] == "Board"


async def test_addresses_may_be_swapped_in_one_file(organization: Organization) -> None:
    content = "id,name,email\n1,Ken,a@x.example\n2,Terri,b@x.example\n"
    await done(organization.admin, content)
    found = await done(organization.admin, "id,name,email\n1,Ken,b@x.example\n2,Terri,a@x.example\n")
    assert (found["status"], counts(found)) == ("succeeded", (0, 2, 0, 0))


async def test_organizations_import_apart(organization: Organization, other_organization: Organization) -> None:
    theirs = await done(other_organization.admin, THREE)
    await done(organization.admin, THREE)
    path = f"/v1/imports/{theirs['id']}"
    unknown = problem(await organization.admin.get(f"/v1/imports/{MISSING}"), 404, "import-not-found")
    foreign = problem(await organization.admin.get(path), 404, "import-not-found")
    assert {**unknown, "instance": ""} == {**foreign, "instance": ""}
    problem(await organization.admin.get(f"{path}/errors"), 404, "import-not-found")
    listed = ok(await organization.admin.get("/v1/imports"))["items"]
    assert theirs["id"] not in {item["id"] for item in listed}
    mine, others = await everybody(organization), await everybody(other_organization)
    assert {each["id"] for each in mine.values()}.isdisjoint(each["id"] for each in others.values())


async def test_imports_are_listed_newest_first(organization: Organization) -> None:
    made = [(await done(organization.admin, THREE))["id"] for _ in range(3)]
    page = ok(await organization.admin.get("/v1/imports", limit=2))
    assert [item["id"] for item in page["items"]] == made[:0:-1]
    rest = ok(await organization.admin.get("/v1/imports", limit=2, cursor=page["next_cursor"]))
    assert [item["id"] for item in rest["items"]] == made[:1]


async def test_only_hr_roles_import(organization: Organization) -> None:
    member = organization.caller()
    problem(await send(member, THREE), 403, "role-required")
    for path in ("", f"/{MISSING}", f"/{MISSING}/errors"):
        problem(await member.get(f"/v1/imports{path}"), 403, "role-required")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unreadable-file"),
        ("id,name\n1,Ken\n".encode("utf-16"), "unreadable-file"),
        (b"PK\x03\x04\x00\x00\x00\x00", "unreadable-file"),
        (b"\x00\x00", "unreadable-file"),
        (b"name\nKen\n", "invalid-mapping"),
        (b"id,department\n1,Board\n", "invalid-mapping"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_at_once(
    organization: Organization, content: bytes, code: str
) -> None:
    problem(await send(organization.admin, content), 422, code)


async def test_the_form_is_checked(organization: Organization) -> None:
    post = organization.admin.post
    problem(await post("/v1/imports", files={"other": ("a.csv", b"x")}), 422, "invalid")
    file = {"file": ("a.csv", THREE.encode())}
    problem(await post("/v1/imports", files=file, data={"dry_run": "perhaps"}), 422, "invalid")
    problem(await post("/v1/imports", files=file, data={"mode": "snapshot"}), 422, "invalid")
    problem(await post("/v1/imports", files=file, data={"mapping": '{"birth_date": "b"}'}), 422, "invalid")
    problem(await post("/v1/imports", files=file, key=None), 400, "idempotency-key-missing")
    problem(await post("/v1/imports", {"file": "x"}), 422, "invalid")


async def test_an_upload_is_told_apart_by_its_content(organization: Organization) -> None:
    first = await send(organization.admin, THREE, key="my-upload-1")
    again = await send(organization.admin, THREE, key="my-upload-1")
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["id"] == first.json()["id"]
    problem(await send(organization.admin, THREE + "4,x,y,,,,\n", key="my-upload-1"), 422, "idempotency-key-reused")
    problem(await send(organization.admin, THREE, dry_run=True, key="my-upload-1"), 422, "idempotency-key-reused")


async def test_a_file_over_the_limit_is_refused(organization: Organization) -> None:
    content = b"id,name\n" + b"1,Ken\n" * (9 * 1024 * 1024)
    problem(await send(organization.admin, content), 413, "too-large")


async def test_a_file_may_be_larger_than_other_bodies(organization: Organization) -> None:
    content = "id,name,note\n" + "".join(f"{number},Person {number},{'x' * 100}\n" for number in range(12_000))
    assert len(content) > 1024 * 1024
    found = await done(organization.admin, content)
    assert counts(found) == (12_000, 0, 0, 0)
