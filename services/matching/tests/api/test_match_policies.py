from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.matching.api.schemas.match_policies import MatchPolicyOut
from services.matching.domain.policy import HIERARCHY_BLIND
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON, program_body
from services.matching.tests.conftest import Organization, ids

WEIGHTS = {
    "fit": 6_500, "choice": 1_000, "availability": 1_000, "time_zone": 800, "language": 700, "other_department": 0,
}  # fmt: skip
RULES = {
    "exclude_manager_line": True,
    "exclude_same_team": True,
    "require_shared_language": True,
    "max_time_zone_gap_hours": None,
    "level_band": None,
    "min_score": 0,
}
STANDARD = "/v1/match-policies/standard"


async def made(organization: Organization, **fields: Any) -> dict[str, Any]:
    body = {"name": "Across departments", **fields}
    policy: dict[str, Any] = ok(await organization.coordinator.post("/v1/match-policies", body), 201)
    return policy


def path_of(policy: dict[str, Any]) -> str:
    return f"/v1/match-policies/{policy['id']}"


async def test_a_policy_says_all_that_it_is_made_of(organization: Organization) -> None:
    created = await organization.coordinator.post("/v1/match-policies", {"name": "Ours"})
    body = ok(created, 201)
    assert (body["weights"], body["rules"]) == (WEIGHTS, RULES)
    assert body["blind_attributes"] == sorted(HIERARCHY_BLIND)
    assert (body["max_gap_basis_points"], body["status"], body["version"]) == (10, "active", 1)
    assert created.headers["location"] == path_of(body)
    assert created.headers["etag"] == '"1"'
    assert (await organization.coordinator.get(path_of(body))).content == created.content


async def test_a_level_counts_only_where_a_policy_says_so(organization: Organization) -> None:
    rules = {"level_band": {"least": 1}, "min_score": 2_000, "exclude_same_team": False}
    policy = await made(organization, rules=rules, blind_attributes=["team", "name", "name"])
    assert policy["rules"] == {**RULES, **rules, "level_band": {"least": 1, "most": None}}
    assert policy["blind_attributes"] == ["name", "team"]


async def test_a_change_makes_the_next_version_and_keeps_those_before(organization: Organization) -> None:
    policy = await made(organization, rules={"min_score": 3_000})
    path, change = path_of(policy), organization.coordinator.change
    patch = {"weights": {"fit": 6_000, "language": 1_200}, "rules": {"max_time_zone_gap_hours": 6}}
    second = ok(await change("PATCH", path, patch, version=1))
    assert second["weights"] == {**WEIGHTS, "fit": 6_000, "language": 1_200}
    assert second["rules"] == {**RULES, "min_score": 3_000, "max_time_zone_gap_hours": 6}
    third = ok(await change("PUT", path, {"name": "Anew"}, version=2))
    assert (third["name"], third["weights"], third["rules"], third["version"]) == ("Anew", WEIGHTS, RULES, 3)
    assert third["created_at"] == policy["created_at"] < second["updated_at"] < third["updated_at"]
    for version in (policy, second, third):
        answer = await organization.coordinator.get(f"{path}/versions/{version['version']}")
        assert (ok(answer), answer.headers["etag"]) == (version, f'"{version["version"]}"')
    assert ok(await organization.coordinator.get(f"{path}/versions"))["items"] == [third, second, policy]


async def test_what_changes_nothing_makes_no_version(organization: Organization) -> None:
    policy = await made(organization)
    change = organization.coordinator.change
    assert ok(await change("PUT", path_of(policy), {"name": policy["name"]}, version=1)) == policy
    assert ok(await change("PATCH", path_of(policy), {}, version=1)) == policy


async def test_policies_and_their_versions_come_in_pages(organization: Organization) -> None:
    policies = [await made(organization) for _ in range(3)]
    path, get = path_of(policies[0]), organization.coordinator.get
    for version in (1, 2):
        ok(await organization.coordinator.change("PATCH", path, {"name": f"After {version}"}, version=version))
    for listed, field, expected in (
        ("/v1/match-policies", "id", [policy["id"] for policy in reversed(policies)]),
        (f"{path}/versions", "version", [3, 2, 1]),
    ):
        first = ok(await get(listed, limit=2))
        second = ok(await get(listed, limit=2, cursor=first["next_cursor"]))
        assert [item[field] for item in first["items"] + second["items"]] == expected
        assert second["next_cursor"] is None


async def test_the_standard_policy_is_read_like_any_other_and_never_changed(organization: Organization) -> None:
    get, change = organization.coordinator.get, organization.coordinator.change
    answer = await get(STANDARD)
    standard = ok(answer)
    MatchPolicyOut.model_validate(standard)
    assert (standard["weights"], standard["rules"], standard["version"]) == (WEIGHTS, RULES, 1)
    assert answer.headers["etag"] == '"1"'
    assert ok(await get(f"{STANDARD}/versions/1")) == standard
    assert ok(await get(f"{STANDARD}/versions")) == {"items": [standard], "next_cursor": None}
    assert ok(await get("/v1/match-policies"))["items"] == []
    problem(await get(f"{STANDARD}/versions/2"), 404, "match-policy-not-found")
    problem(await change("PATCH", STANDARD, {"name": "x"}, version=1), 409, "policy-standard")
    problem(await change("PUT", STANDARD, {"name": "x"}, version=1), 409, "policy-standard")
    problem(await organization.coordinator.post(f"{STANDARD}:retire"), 409, "policy-standard")


async def test_a_change_says_which_version_it_saw(organization: Organization) -> None:
    policy = await made(organization)
    for method in ("PATCH", "PUT"):
        change = organization.coordinator.change
        problem(await change(method, path_of(policy), {"name": "x"}, version=None), 428, "if-match-missing")
        problem(await change(method, path_of(policy), {"name": "x"}, version=2), 412, "stale-version")
    assert ok(await organization.coordinator.get(path_of(policy))) == policy


@pytest.mark.parametrize(
    ("fields", "code", "place"),
    [
        ({"weights": {**WEIGHTS, "fit": 6_000}}, "policy-weights", "/body/weights"),
        ({"rules": {"level_band": {"least": 0}}}, "policy-contradictory", "/body/rules/level_band"),
        ({"blind_attributes": ["team"]}, "policy-contradictory", "/body/rules/exclude_same_team"),
        ({"blind_attributes": ["reporting_line"]}, "policy-contradictory", "/body/rules/exclude_manager_line"),
        (
            {"weights": {**WEIGHTS, "fit": 6_000, "other_department": 500}},
            "policy-contradictory",
            "/body/weights/other_department",
        ),
        (
            {"rules": {"level_band": {"least": 2, "most": 1}}, "blind_attributes": []},
            "policy-contradictory",
            "/body/rules/level_band/least",
        ),
        ({"weights": {"fit": 10_000}}, "invalid", "/body/weights/choice"),
        ({"weights": {**WEIGHTS, "fit": 999}}, "invalid", "/body/weights/fit"),
        ({"weights": {**WEIGHTS, "age": 1}}, "invalid", "/body/weights/age"),
        ({"rules": {"min_score": 10_001}}, "invalid", "/body/rules/min_score"),
        ({"rules": {"level_band": {"least": 20}}}, "invalid", "/body/rules/level_band/least"),
        ({"blind_attributes": ["gender"]}, "invalid", "/body/blind_attributes/0"),
        ({"max_gap_basis_points": -1}, "invalid", "/body/max_gap_basis_points"),
        ({"max_gap_basis_points": False}, "invalid", "/body/max_gap_basis_points"),
        ({"rules": {"min_score": "3000"}}, "invalid", "/body/rules/min_score"),
        ({"rules": {"exclude_same_team": "no"}}, "invalid", "/body/rules/exclude_same_team"),
        ({"name": " "}, "invalid", "/body/name"),
    ],
)
async def test_what_does_not_fit_together_is_refused_at_its_place(
    organization: Organization, fields: dict[str, Any], code: str, place: str
) -> None:
    refused = await organization.coordinator.post("/v1/match-policies", {"name": "x", **fields})
    assert place in [error["pointer"] for error in problem(refused, 422, code)["errors"]]


async def test_a_change_may_not_bring_a_contradiction_about(organization: Organization) -> None:
    policy = await made(organization, rules={"level_band": {"most": 0}}, blind_attributes=[])
    path, change = path_of(policy), organization.coordinator.change
    blind = {"blind_attributes": ["reporting_level"]}
    problem(await change("PATCH", path, blind, version=1), 422, "policy-contradictory")
    problem(await change("PATCH", path, {"weights": {"fit": 7_000}}, version=1), 422, "policy-weights")
    ok(await change("PATCH", path, {**blind, "rules": {"level_band": None}}, version=1))


async def test_coordinators_write_policies_and_everybody_reads_what_judges_them(organization: Organization) -> None:
    member = organization.caller(ids.new("per"))
    problem(await member.post("/v1/match-policies", {"name": "x"}), 403, "role-required")
    policy = ok(await organization.caller(roles=("org_admin",)).post("/v1/match-policies", {"name": "x"}), 201)
    path = path_of(policy)
    for method in ("PATCH", "PUT"):
        problem(await member.change(method, path, {"name": "y"}, version=1), 403, "role-required")
    problem(await member.post(f"{path}:retire"), 403, "role-required")
    assert ok(await member.get(path)) == policy
    assert ok(await member.get(f"{path}/versions/1")) == policy
    assert ok(await member.get("/v1/match-policies"))["items"] == [policy]
    ok(await member.get(STANDARD))


async def test_another_organization_reaches_no_policy(
    organization: Organization, other_organization: Organization
) -> None:
    policy = await made(organization)
    path, stranger = path_of(policy), other_organization.coordinator
    assert ok(await stranger.get("/v1/match-policies"))["items"] == []
    for answer in (
        await stranger.get(path),
        await stranger.get(f"{path}/versions"),
        await stranger.get(f"{path}/versions/1"),
        await stranger.change("PATCH", path, {"name": "x"}, version=1),
        await stranger.change("PUT", path, {"name": "x"}, version=1),
        await stranger.post(f"{path}:retire"),
        await stranger.post("/v1/programs", program_body(match_policy_id=policy["id"])),
        await organization.coordinator.get(f"{path}/versions/2"),
    ):
        problem(answer, 404, "match-policy-not-found")
    assert ok(await organization.coordinator.get(path)) == policy


async def test_no_new_program_takes_a_retired_policy_and_those_that_have_it_keep_it(organization: Organization) -> None:
    policy = await made(organization)
    coordinator, path = organization.coordinator, path_of(policy)
    program = await organization.program(match_policy_id=policy["id"])
    retired = ok(await coordinator.post(f"{path}:retire"))
    assert (retired["status"], retired["version"]) == ("retired", 2)
    problem(await coordinator.post(f"{path}:retire"), 409, "policy-retired")
    problem(await coordinator.change("PATCH", path, {"name": "x"}, version=2), 409, "policy-retired")
    taking = program_body(match_policy_id=policy["id"])
    problem(await coordinator.post("/v1/programs", taking), 409, "policy-retired")
    kept = ok(await coordinator.change("PATCH", f"/v1/programs/{program['id']}", {"name": "x"}, version=2))
    assert kept["match_policy_id"] == policy["id"]
    assert ok(await coordinator.get(f"{path}/versions/1"))["status"] == "active"
    assert ok(await coordinator.get("/v1/match-policies", status="active"))["items"] == []
    assert ok(await coordinator.get("/v1/match-policies", status="retired"))["items"] == [retired]


async def test_an_open_program_takes_another_policy(organization: Organization) -> None:
    policy, program = await made(organization), await organization.program()
    path, change = f"/v1/programs/{program['id']}", organization.coordinator.change
    taken = ok(await change("PATCH", path, {"match_policy_id": policy["id"]}, version=2))
    assert (taken["match_policy_id"], taken["status"]) == (policy["id"], "open")
    nobodys = {"match_policy_id": ids.new("pol")}
    problem(await change("PATCH", path, nobodys, version=3), 404, "match-policy-not-found")
    ok(await organization.coordinator.post(f"{path_of(policy)}:retire"))
    standard = ok(await change("PATCH", path, {"match_policy_id": None}, version=3))
    assert standard["match_policy_id"] is None
    problem(await change("PATCH", path, {"match_policy_id": policy["id"]}, version=4), 409, "policy-retired")


async def test_a_run_keeps_to_the_policy_as_it_is_then(organization: Organization) -> None:
    team = {"team": "Tools"}
    teacher = await organization.person(**TEACHES_PYTHON, **team)
    learner = await organization.person(**LEARNS_PYTHON, **team)
    policy = await made(organization)
    program = await organization.program(match_policy_id=policy["id"])
    await organization.take_part(program, teacher, "teacher")
    await organization.take_part(program, learner, "learner")
    assert (await organization.run(program))["counts"]["proposals"] == 0
    mixed = {"rules": {"exclude_same_team": False}}
    ok(await organization.coordinator.change("PATCH", path_of(policy), mixed, version=1))
    assert (await organization.run(program))["counts"]["proposals"] == 1


async def test_the_same_key_makes_one_policy(organization: Organization) -> None:
    post = organization.coordinator.post
    first = await post("/v1/match-policies", {"name": "x"}, key="one-policy")
    again = await post("/v1/match-policies", {"name": "x"}, key="one-policy")
    assert first.content == again.content
    assert len(ok(await organization.coordinator.get("/v1/match-policies"))["items"]) == 1
    problem(await post("/v1/match-policies", {"name": "x"}, key=None), 400, "idempotency-key-missing")
