import pytest

from kit.testing.api import Caller, ok, problem
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON, program_body
from services.matching.tests.conftest import Organization


async def test_a_program_starts_as_a_draft_under_the_standard_policy(organization: Organization) -> None:
    created = await organization.coordinator.post("/v1/programs", {"name": "Peers", "kind": "peer"})
    body = ok(created, 201)
    assert body["status"] == "draft"
    assert body["format"] == "pair"
    assert body["match_policy_id"] is None
    assert body["who_may_teach"] == {"reporting_levels": None, "departments": None}
    assert created.headers["location"] == f"/v1/programs/{body['id']}"
    assert (await organization.coordinator.get(created.headers["location"])).content == created.content


async def test_a_program_that_does_not_say_what_it_is_for_does_not_open(organization: Organization) -> None:
    program = ok(await organization.coordinator.post("/v1/programs", {"name": "Peers", "kind": "peer"}), 201)
    refused = await organization.coordinator.post(f"/v1/programs/{program['id']}:open")
    pointers = [error["pointer"] for error in problem(refused, 409, "program-incomplete")["errors"]]
    assert pointers == ["/purpose", "/success_measure", "/objectives"]
    secondary = [{"role": "teacher", "text": "Is heard.", "rank": "secondary"}]
    body = program_body(objectives=secondary)
    program = ok(await organization.coordinator.post("/v1/programs", body), 201)
    refused = await organization.coordinator.post(f"/v1/programs/{program['id']}:open")
    assert [error["pointer"] for error in problem(refused, 409, "program-incomplete")["errors"]] == ["/objectives"]


async def test_a_change_keeps_what_is_left_out_and_reaches_into_objects(organization: Organization) -> None:
    body = program_body(group_size={"min": 3, "max": 6}, business_issue="Late decisions")
    program = ok(await organization.coordinator.post("/v1/programs", body), 201)
    path = f"/v1/programs/{program['id']}"
    change = {
        "group_size": {"max": 5},
        "who_may_learn": {"reporting_levels": [1, 2]},
        "purpose": None,
    }
    changed = ok(await organization.coordinator.change("PATCH", path, change, version=1))
    assert changed["group_size"] == {"min": 3, "max": 5}
    assert changed["who_may_learn"] == {"reporting_levels": [1, 2], "departments": None}
    assert changed["purpose"] is None
    assert changed["business_issue"] == "Late decisions"
    assert changed["version"] == 2


async def test_an_open_program_stays_complete_and_keeps_its_kind(organization: Organization) -> None:
    program = await organization.program()
    path, change = f"/v1/programs/{program['id']}", organization.coordinator.change
    problem(await change("PATCH", path, {"purpose": None}, version=2), 409, "program-incomplete")
    problem(await change("PATCH", path, {"kind": "peer"}, version=2), 409, "program-status")
    problem(await change("PATCH", path, {"format": "group"}, version=2), 409, "program-status")
    ok(await change("PATCH", path, {"name": "Another name"}, version=2))


async def test_a_closed_program_is_over(organization: Organization) -> None:
    program = await organization.program()
    path = f"/v1/programs/{program['id']}"
    assert ok(await organization.coordinator.post(f"{path}:close"))["status"] == "closed"
    problem(await organization.coordinator.post(f"{path}:open"), 409, "program-status")
    problem(await organization.coordinator.post(f"{path}:close"), 409, "program-status")
    problem(await organization.coordinator.change("PATCH", path, {"name": "x"}, version=3), 409, "program-status")
    problem(await organization.coordinator.post(f"{path}/match-runs", {}), 409, "program-status")
    problem(await organization.coordinator.post(f"{path}/participations:enroll"), 409, "program-status")


async def test_closing_a_program_withdraws_what_it_offers(organization: Organization) -> None:
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    proposal = await organization.propose(program, teacher, learner)
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}:close"))
    path = f"/v1/proposals/{proposal['id']}"
    assert ok(await organization.coordinator.get(path))["status"] == "withdrawn"
    assert ok(await organization.caller(learner["id"]).get(path))["status"] == "closed"


async def test_only_coordinators_and_administrators_make_programs(organization: Organization) -> None:
    member = organization.caller()
    problem(await member.post("/v1/programs", program_body()), 403, "role-required")
    program = ok(await organization.caller(roles=("org_admin",)).post("/v1/programs", program_body()), 201)
    path = f"/v1/programs/{program['id']}"
    problem(await member.change("PATCH", path, {"name": "x"}, version=1), 403, "role-required")
    problem(await member.post(f"{path}:open"), 403, "role-required")
    problem(await member.post(f"{path}:close"), 403, "role-required")


async def test_drafts_are_for_coordinators(organization: Organization) -> None:
    draft = ok(await organization.coordinator.post("/v1/programs", program_body()), 201)
    program = await organization.program()
    member = organization.caller()
    problem(await member.get(f"/v1/programs/{draft['id']}"), 404, "program-not-found")
    problem(await member.get(f"/v1/programs/{draft['id']}/participations"), 404, "program-not-found")
    assert [item["id"] for item in ok(await member.get("/v1/programs"))["items"]] == [program["id"]]
    assert len(ok(await organization.coordinator.get("/v1/programs"))["items"]) == 2
    listed = ok(await organization.coordinator.get("/v1/programs", status="draft"))
    assert [item["id"] for item in listed["items"]] == [draft["id"]]


async def test_programs_come_in_pages_the_newest_first(organization: Organization) -> None:
    made = [ok(await organization.coordinator.post("/v1/programs", program_body()), 201)["id"] for _ in range(3)]
    first = ok(await organization.coordinator.get("/v1/programs", limit=2))
    second = ok(await organization.coordinator.get("/v1/programs", limit=2, cursor=first["next_cursor"]))
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["next_cursor"] is None
    problem(await organization.coordinator.get("/v1/programs", cursor="x"), 400, "invalid-cursor")


async def test_another_organization_sees_nothing(organization: Organization, other_organization: Organization) -> None:
    program = await organization.program()
    path, stranger = f"/v1/programs/{program['id']}", other_organization.coordinator
    assert ok(await stranger.get("/v1/programs"))["items"] == []
    for answer in (
        await stranger.get(path),
        await stranger.change("PATCH", path, {"name": "x"}, version=2),
        await stranger.post(f"{path}:close"),
        await stranger.get(f"{path}/participations"),
        await stranger.post(f"{path}/participations:enroll"),
        await stranger.get(f"{path}/match-runs"),
        await stranger.post(f"{path}/match-runs", {}),
    ):
        problem(answer, 404, "program-not-found")
    assert ok(await organization.coordinator.get(path))["version"] == 2


async def test_a_change_says_which_version_it_saw(organization: Organization) -> None:
    program = await organization.program()
    path, change = f"/v1/programs/{program['id']}", organization.coordinator.change
    problem(await change("PATCH", path, {"name": "x"}, version=None), 428, "if-match-missing")
    problem(await change("PATCH", path, {"name": "x"}, version=1), 412, "stale-version")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"kind": "reverse"}, "enum"),
        ({"name": ""}, "string-too-short"),
        ({"rules": {"min_score": 0}}, "extra-forbidden"),
        ({"group_size": {"min": 0}}, "greater-than-equal"),
        ({"who_may_teach": {"gender": ["f"]}}, "extra-forbidden"),
        ({"minimum_age": 40}, "extra-forbidden"),
        ({"competency_ids": ["python"]}, "string-pattern-mismatch"),
    ],
)
async def test_each_wrong_field_is_named(organization: Organization, fields: dict[str, object], code: str) -> None:
    refused = await organization.coordinator.post("/v1/programs", program_body(**fields))
    assert code in {error["code"] for error in problem(refused, 422, "invalid")["errors"]}


async def test_a_group_cannot_be_smaller_than_its_smallest_size(organization: Organization) -> None:
    refused = await organization.coordinator.post("/v1/programs", program_body(group_size={"min": 5, "max": 3}))
    problem(refused, 422, "group-size-invalid")


async def test_what_is_never_null_is_not_set_to_null(organization: Organization) -> None:
    program = await organization.program()
    refused = await organization.coordinator.change("PATCH", f"/v1/programs/{program['id']}", {"name": None}, version=2)
    problem(refused, 422, "invalid")


async def test_other_services_hear_of_programs(organization: Organization) -> None:
    program = await organization.program(name="Learning pairs")
    told = await organization.events("program.changed")
    assert {event["subject_id"] for event in told} == {program["id"]}
    assert told[-1]["data"] == {"name": "Learning pairs", "kind": "mentoring"}


async def test_the_same_key_makes_one_program(organization: Organization) -> None:
    first = await organization.coordinator.post("/v1/programs", program_body(), key="one-program")
    again = await organization.coordinator.post("/v1/programs", program_body(), key="one-program")
    assert first.content == again.content
    assert len(ok(await organization.coordinator.get("/v1/programs"))["items"]) == 1
    problem(
        await organization.coordinator.post("/v1/programs", program_body(), key=None), 400, "idempotency-key-missing"
    )


async def test_nobody_comes_in_without_an_organization(organization: Organization) -> None:
    platform = Caller(organization.app, "matching", None, roles=("platform_operator",))
    problem(await platform.get("/v1/programs"), 403, "organization-required")
