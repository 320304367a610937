from typing import Any

import pytest

from kit.testing.api import Caller, ok, problem
from services.profile.tests.api.test_competencies import MISSING as MISSING_COMPETENCY
from services.profile.tests.api.test_competencies import propose
from services.profile.tests.api.test_people import MISSING, person
from services.profile.tests.conftest import Organization


class Owner:
    """A person, and competencies to name."""

    def __init__(self, me: Caller, id_: str, competencies: list[str]) -> None:
        self.me = me
        self.id = id_
        self.competencies = competencies

    async def put(self, path: str, *items: dict[str, Any], version: int = 0) -> Any:
        return ok(await self.me.change("PUT", f"/v1/me/{path}", {"items": list(items)}, version=version))


@pytest.fixture
async def owner(organization: Organization) -> Owner:
    made = await person(organization)
    competencies = [(await propose(organization, label))["id"] for label in ("Python", "Negotiating", "Cooking")]
    return Owner(organization.caller(person_id=made["id"]), made["id"], competencies)


def strength(competency_id: str, **more: Any) -> dict[str, Any]:
    return {"competency_id": competency_id, "level": 4, **more}


def growth_area(competency_id: str, **more: Any) -> dict[str, Any]:
    return {"competency_id": competency_id, "current_level": 1, "target_level": 3, **more}


ENTRIES = pytest.mark.parametrize(("path", "entry"), [("strengths", strength), ("growth-areas", growth_area)])


async def test_strengths_are_replaced_as_a_list(organization: Organization, owner: Owner) -> None:
    python, negotiating, cooking = owner.competencies
    first = await owner.put("strengths", strength(python, formats=["pair", "flash"]), strength(negotiating))
    assert [item["competency_label"] for item in first["items"]] == ["Python", "Negotiating"]
    second = await owner.put("strengths", strength(python, level=5), strength(cooking), version=1)
    kept = second["items"][0]
    assert (kept["id"], kept["level"], kept["version"]) == (first["items"][0]["id"], 5, 2)
    assert [item["competency_id"] for item in second["items"]] == [python, cooking]
    read = await owner.me.get("/v1/me/strengths")
    assert ok(read) == second
    assert read.headers["etag"] == '"2"'
    other = await organization.caller().get(f"/v1/people/{owner.id}/strengths")
    assert ok(other) == second


@ENTRIES
async def test_an_entry_is_added_changed_and_removed(owner: Owner, path: str, entry: Any) -> None:
    created = await owner.me.post(f"/v1/me/{path}", entry(owner.competencies[0]))
    made = ok(created, 201)
    location = created.headers["location"]
    assert ok(await owner.me.get(location)) == made
    field = "note" if path == "strengths" else "situation"
    changed = await owner.me.change("PATCH", location, {field: "On Fridays"}, version=1)
    assert ok(changed) == {**made, field: "On Fridays", "version": 2, "updated_at": changed.json()["updated_at"]}
    problem(await owner.me.change("PATCH", location, {field: None}, version=1), 412, "stale-version")
    problem(await owner.me.change("DELETE", location, version=1), 412, "stale-version")
    problem(await owner.me.change("DELETE", location, version=None), 428, "if-match-missing")
    ok(await owner.me.change("DELETE", location, version=2), 204)
    problem(await owner.me.get(location), 404, f"{path.removesuffix('s')}-not-found")
    assert (await owner.me.get(f"/v1/me/{path}")).headers["etag"] == '"3"'


@ENTRIES
async def test_nobody_reaches_anothers_entry(
    organization: Organization, other_organization: Organization, owner: Owner, path: str, entry: Any
) -> None:
    created = await owner.me.post(f"/v1/me/{path}", entry(owner.competencies[0]))
    location = created.headers["location"]
    code = f"{path.removesuffix('s')}-not-found"
    colleague = organization.caller(person_id=(await person(organization))["id"])
    stranger = other_organization.caller(person_id=(await person(other_organization))["id"])
    for other in (colleague, stranger):
        problem(await other.get(location), 404, code)
        problem(await other.change("PATCH", location, {}, version=1), 404, code)
        problem(await other.change("DELETE", location, version=1), 404, code)
    problem(await stranger.get(f"/v1/people/{owner.id}/{path}"), 404, "person-not-found")
    problem(await colleague.get(f"/v1/people/{MISSING}/{path}"), 404, "person-not-found")
    assert len(ok(await owner.me.get(f"/v1/me/{path}"))["items"]) == 1


@ENTRIES
async def test_the_version_of_the_list_guards_it(owner: Owner, path: str, entry: Any) -> None:
    await owner.put(path, entry(owner.competencies[0]))
    stale = await owner.me.change("PUT", f"/v1/me/{path}", {"items": []}, version=0)
    problem(stale, 412, "stale-version")
    same = await owner.put(path, entry(owner.competencies[0]), version=1)
    assert len(same["items"]) == 1
    assert (await owner.me.get(f"/v1/me/{path}")).headers["etag"] == '"1"'


@ENTRIES
async def test_a_competency_is_named_once(owner: Owner, path: str, entry: Any) -> None:
    one = owner.competencies[0]
    twice = await owner.me.change("PUT", f"/v1/me/{path}", {"items": [entry(one), entry(one)]}, version=0)
    problem(twice, 409, "competency-named-twice")
    ok(await owner.me.post(f"/v1/me/{path}", entry(one)), 201)
    problem(await owner.me.post(f"/v1/me/{path}", entry(one)), 409, "competency-named-twice")


@ENTRIES
async def test_only_competencies_in_use_are_named(
    organization: Organization, other_organization: Organization, owner: Owner, path: str, entry: Any
) -> None:
    retired = owner.competencies[2]
    await owner.put(path, entry(retired))
    ok(await organization.admin.post(f"/v1/competencies/{retired}:retire"))
    kept = await owner.put(path, entry(retired), entry(owner.competencies[0]), version=1)
    assert len(kept["items"]) == 2
    colleague = organization.caller(person_id=(await person(organization))["id"])
    theirs = (await propose(other_organization, "Python"))["id"]
    for competency_id, code in (
        (retired, "competency-retired"),
        (MISSING_COMPETENCY, "unknown-competency"),
        (theirs, "unknown-competency"),
    ):
        refused = await colleague.post(f"/v1/me/{path}", entry(competency_id))
        errors = problem(refused, 422, "unusable-competency")["errors"]
        assert [(error["pointer"], error["code"]) for error in errors] == [("/body/competency_id", code)]


async def test_a_target_lies_above_the_present_level(owner: Owner) -> None:
    low = growth_area(owner.competencies[0], current_level=3, target_level=3)
    found = problem(await owner.me.post("/v1/me/growth-areas", low), 422, "target-not-above-current")
    assert found["errors"][0]["pointer"] == "/body/target_level"
    lists = await owner.me.change(
        "PUT", "/v1/me/growth-areas", {"items": [growth_area(owner.competencies[1]), low]}, version=0
    )
    assert problem(lists, 422, "target-not-above-current")["errors"][0]["pointer"] == "/body/items/1/target_level"


async def test_private_growth_areas_are_for_their_owner_alone(organization: Organization, owner: Owner) -> None:
    open_, secret, _ = owner.competencies
    before = ok(await organization.admin.get(f"/v1/people/{owner.id}"))
    await owner.put(
        "growth-areas",
        growth_area(open_, visibility="organization"),
        growth_area(secret, visibility="private", situation="canary-of-a-secret"),
    )
    assert len(ok(await owner.me.get("/v1/me/growth-areas"))["items"]) == 2
    me_too = organization.caller(person_id=owner.id, roles=("member", "org_admin", "coordinator"))
    for other in (organization.admin, organization.integration, organization.caller(), owner.me, me_too):
        answer = await other.get(f"/v1/people/{owner.id}/growth-areas")
        assert [item["competency_id"] for item in ok(answer)["items"]] == [open_]
        assert "etag" not in answer.headers
    # Nothing else moves when a private growth area does.
    assert ok(await organization.admin.get(f"/v1/people/{owner.id}")) == before
    for path in ("/v1/people", "/v1/competencies", "/v1/me", f"/v1/people/{owner.id}/strengths"):
        assert "canary-of-a-secret" not in (await organization.admin.get(path)).text


async def test_a_growth_area_is_private_unless_its_owner_says_otherwise(owner: Owner) -> None:
    made = ok(await owner.me.post("/v1/me/growth-areas", growth_area(owner.competencies[0])), 201)
    assert made["visibility"] == "private"
