from fastapi import FastAPI

from kit.testing.api import Caller, ok, problem
from services.profile.tests.conftest import Organization

MISSING = "cmp_0192f1c28b7a7e3c9d4f5a6b7c8d9e0f"


async def propose(organization: Organization, label: str) -> dict[str, str]:
    created = await organization.caller().post("/v1/competencies", {"label": label})
    return dict(ok(created, 201))


async def labels(caller: Caller, **search: str) -> list[str]:
    return [item["label"] for item in ok(await caller.get("/v1/competencies", **search))["items"]]


async def test_a_competency_in_own_words_is_a_candidate(organization: Organization) -> None:
    made = await propose(organization, "  Reading   the room ")
    assert (made["label"], made["status"], made["source"]) == ("Reading the room", "candidate", "organization")
    read = await organization.caller().get(f"/v1/competencies/{made['id']}")
    assert ok(read) == made
    assert read.headers["etag"] == '"1"'


async def test_a_label_that_exists_names_the_entry(organization: Organization) -> None:
    made = await propose(organization, "Reading the room")
    again = await organization.caller().post("/v1/competencies", {"label": "READING  the Room"})
    assert made["id"] in problem(again, 409, "competency-exists")["detail"]


async def test_an_administrator_approves_and_retires(organization: Organization) -> None:
    made = await propose(organization, "Reading the room")
    path = f"/v1/competencies/{made['id']}"
    problem(await organization.caller().post(f"{path}:approve"), 403, "role-required")
    problem(await organization.caller().post(f"{path}:retire"), 403, "role-required")
    assert ok(await organization.admin.post(f"{path}:approve"))["status"] == "approved"
    assert ok(await organization.admin.post(f"{path}:approve"))["version"] == 2
    assert ok(await organization.admin.post(f"{path}:retire"))["status"] == "retired"
    assert await labels(organization.admin, status="approved") == []
    assert await labels(organization.admin, status="retired") == ["Reading the room"]


async def test_competencies_are_found_by_how_they_begin(organization: Organization) -> None:
    for label in ("Python", "PyTorch", "Java", "100% cotton", "Été"):
        await propose(organization, label)
    assert await labels(organization.admin, q="py") == ["Python", "PyTorch"]
    assert await labels(organization.admin, q="100%") == ["100% cotton"]
    assert await labels(organization.admin, q="%") == []
    assert await labels(organization.admin, q="É") == ["Été"]
    assert len(await labels(organization.admin)) == 5


async def test_competencies_are_found_by_similarity_page_by_page(platform: Caller, organization: Organization) -> None:
    for label in ("Machine learning", "Machine translation", "Deep learning", "Cooking"):
        await propose(organization, label)
    found = await labels(organization.admin, q="machne learning", match="similar")
    assert found[0] == "Machine learning"
    assert "Cooking" not in found
    assert await labels(organization.admin, q="coking", match="similar") == ["Cooking"]
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = await organization.admin.get(
            "/v1/competencies", q="machne learning", match="similar", limit=1, **cursor
        )
        page = ok(answer)
        seen += [item["label"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == found


async def test_organizations_have_competencies_of_their_own(
    organization: Organization, other_organization: Organization
) -> None:
    theirs = await propose(other_organization, "Reading the room")
    path = f"/v1/competencies/{theirs['id']}"
    unknown = problem(await organization.admin.get(f"/v1/competencies/{MISSING}"), 404, "competency-not-found")
    foreign = problem(await organization.admin.get(path), 404, "competency-not-found")
    assert {**unknown, "instance": ""} == {**foreign, "instance": ""}
    problem(await organization.admin.post(f"{path}:approve"), 404, "competency-not-found")
    problem(await organization.admin.post(f"{path}:retire"), 404, "competency-not-found")
    assert await labels(organization.admin) == []
    assert await labels(organization.admin, q="reading", match="similar") == []
    await propose(organization, "Reading the room")


async def test_an_organization_may_start_with_the_packaged_competencies(app: FastAPI, platform: Caller) -> None:
    body = {"name": "With ESCO", "time_zone": "Europe/Berlin", "taxonomy": "esco_ict"}
    created = ok(await platform.post("/v1/organizations", body), 201)
    organization = Organization(app, created["id"])
    found = ok(await organization.admin.get("/v1/competencies", q="haskell"))["items"]
    assert [(item["label"], item["source"], item["status"]) for item in found] == [("Haskell", "esco", "approved")]
    assert found[0]["source_id"].startswith("esco:skill/")
