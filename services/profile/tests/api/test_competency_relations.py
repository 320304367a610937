from typing import Any

from kit.testing.api import Caller, ok, problem
from services.profile.tests.api.test_internal import events, matching
from services.profile.tests.conftest import Organization

__all__ = ["matching"]
MISSING = "cmp_0192f1c28b7a7e3c9d4f5a6b7c8d9e0f"


async def propose(organization: Organization, label: str) -> dict[str, Any]:
    made: dict[str, Any] = ok(await organization.caller().post("/v1/competencies", {"label": label}), 201)
    return made


async def relate(organization: Organization, competency: dict[str, Any], version: int = 1, **relations: Any) -> Any:
    path = f"/v1/competencies/{competency['id']}/relations"
    return await organization.admin.change("PUT", path, relations, version=version)


async def test_relations_are_read_from_both_sides(organization: Organization, matching: Caller) -> None:
    python, programming, ruby = [await propose(organization, name) for name in ("Python", "Programming", "Ruby")]
    made = ok(await relate(organization, python, broader=[programming["id"]], related=[ruby["id"]]))
    assert (made["broader"], made["related"], made["version"]) == ([programming["id"]], [ruby["id"]], 2)
    seen = ok(await organization.caller().get(f"/v1/competencies/{ruby['id']}"))
    assert (seen["broader"], seen["related"]) == ([], [python["id"]])
    told = {"label": "Python", "broader": [programming["id"]], "related": [ruby["id"]]}
    assert ("competency.related", python["id"], told) in await events(matching, organization)


async def test_relations_are_replaced_as_a_whole(organization: Organization) -> None:
    python, ruby = await propose(organization, "Python"), await propose(organization, "Ruby")
    ok(await relate(organization, python, related=[ruby["id"]]))
    problem(await relate(organization, python, related=[]), 412, "stale-version")
    ok(await relate(organization, python, version=2, broader=[ruby["id"]]))
    seen = ok(await organization.caller().get(f"/v1/competencies/{ruby['id']}"))
    assert (seen["broader"], seen["related"]) == ([], [])


async def test_what_does_not_fit_together_is_refused(organization: Organization) -> None:
    python, retired = await propose(organization, "Python"), await propose(organization, "COBOL")
    ok(await organization.admin.post(f"/v1/competencies/{retired['id']}:retire"))
    for others in ([python["id"]], [MISSING], [retired["id"]]):
        problem(await relate(organization, python, broader=others), 422, "relations-invalid")
    ruby = await propose(organization, "Ruby")
    twice = await relate(organization, python, broader=[ruby["id"]], related=[ruby["id"]])
    assert problem(twice, 422, "relations-invalid")["errors"][0]["pointer"] == "/body/related/0"


async def test_nothing_is_broader_than_itself(organization: Organization) -> None:
    first, second, third = [await propose(organization, name) for name in ("One", "Two", "Three")]
    ok(await relate(organization, first, broader=[second["id"]]))
    ok(await relate(organization, second, broader=[third["id"]]))
    problem(await relate(organization, third, broader=[first["id"]]), 422, "broader-cycle")


async def test_only_administrators_relate(organization: Organization) -> None:
    python = await propose(organization, "Python")
    path = f"/v1/competencies/{python['id']}/relations"
    problem(await organization.caller().change("PUT", path, {}, version=1), 403, "role-required")
