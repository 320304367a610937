import asyncio
import hashlib
import json
from typing import Any

import pytest

from kit.testing.api import ok, problem
from services.sessions.tests.bodies import terms_body
from services.sessions.tests.conftest import Organization, Pair, ids


async def waiting_agreement(pair: Pair) -> dict[str, Any]:
    listed = ok(await pair.junior.get(f"/v1/engagements/{pair.id}/agreements"))["items"]
    agreement: dict[str, Any] = next(item for item in listed if item["status"] == "proposed")
    return agreement


async def test_nothing_is_active_before_everybody_signed_the_same_version(organization: Organization) -> None:
    pair = await organization.pair()
    await pair.sign(pair.junior)
    assert (await pair.get())["status"] == "forming"
    proposed = await pair.executive.post(f"/v1/engagements/{pair.id}/agreements", {"terms": terms_body(length_weeks=8)})
    assert ok(proposed, 201)["number"] == 2
    # One signature under each version is two signatures, and still no agreement.
    await pair.sign(pair.executive)
    engagement = await pair.get()
    assert engagement["status"] == "forming"
    assert engagement["activated_at"] is None
    assert [(a["number"], a["signed_by"]) for a in engagement["agreements"]] == [(2, [pair.executive_id])]
    await pair.sign(pair.junior)
    engagement = await pair.get()
    assert engagement["status"] == "active"
    assert [(a["number"], a["status"]) for a in engagement["agreements"]] == [(2, "in_force")]


@pytest.mark.parametrize("missing", range(1, 4))
async def test_a_group_is_active_only_when_its_last_member_signed(organization: Organization, missing: int) -> None:
    pair = await organization.pair()
    people = [ids.new("per") for _ in range(4)]
    accepted = {
        **pair.proposal(),
        "proposal_id": ids.new("pro"),
        "participants": [{"person_id": p, "roles": ["learner"], "reporting_level": None} for p in people],
        "tracks": [],
    }
    await organization.hear("proposal.accepted", accepted["proposal_id"], accepted)
    callers = [organization.caller(person_id=person_id) for person_id in people]
    (engagement,) = ok(await callers[0].get("/v1/engagements"))["items"]
    agreement = ok(await callers[0].get(f"/v1/agreements/{engagement['agreements'][0]['id']}"))
    path, body = f"/v1/agreements/{agreement['id']}:sign", {"content_hash": agreement["content_hash"]}
    for caller in callers[missing:]:
        ok(await caller.post(path, body))
    assert ok(await callers[0].get(f"/v1/engagements/{engagement['id']}"))["status"] == "forming"
    for caller in callers[:missing]:
        ok(await caller.post(path, body))
    assert ok(await callers[0].get(f"/v1/engagements/{engagement['id']}"))["status"] == "active"


async def test_signing_at_the_same_moment_loses_no_signature(organization: Organization) -> None:
    for _ in range(5):
        pair = await organization.pair()
        agreement = await waiting_agreement(pair)
        path, body = f"/v1/agreements/{agreement['id']}:sign", {"content_hash": agreement["content_hash"]}
        for answer in await asyncio.gather(*(caller.post(path, body) for caller in pair.people)):
            ok(answer)
        assert (await pair.get())["status"] == "active"


async def test_terms_that_are_proposed_at_the_same_moment_become_two_versions(organization: Organization) -> None:
    for _ in range(3):
        pair = await organization.pair()
        path, body = f"/v1/engagements/{pair.id}/agreements", {"terms": terms_body()}
        answers = await asyncio.gather(*(caller.post(path, body) for caller in pair.people))
        assert sorted(ok(answer, 201)["number"] for answer in answers) == [2, 3]
        assert [agreement["number"] for agreement in (await pair.get())["agreements"]] == [3]


async def test_what_is_in_force_stays_so_until_all_signed_the_new_version(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/engagements/{pair.id}/agreements"
    created = await pair.junior.post(path, {"terms": terms_body(cadence_days=7)})
    new = ok(created, 201)
    assert created.headers["location"] == f"/v1/agreements/{new['id']}"
    assert (new["number"], new["status"], new["proposed_by"], new["signatures"]) == (2, "proposed", pair.junior_id, [])
    await pair.sign(pair.junior)
    engagement = await pair.get()
    assert engagement["status"] == "active"
    assert [(a["number"], a["status"]) for a in engagement["agreements"]] == [(1, "in_force"), (2, "proposed")]
    await pair.sign(pair.executive)
    statuses = [(a["number"], a["status"]) for a in ok(await pair.junior.get(path))["items"]]
    assert statuses == [(1, "superseded"), (2, "in_force")]


async def test_a_signature_names_the_content_that_was_read(organization: Organization) -> None:
    pair = await organization.pair()
    agreement = await waiting_agreement(pair)
    path = f"/v1/agreements/{agreement['id']}:sign"
    problem(await pair.junior.post(path, {"content_hash": "0" * 64}), 409, "agreement-changed")
    problem(await pair.junior.post(path, {"content_hash": "yes"}), 422, "invalid")
    problem(await pair.junior.post(path, {}), 422, "invalid")
    content = {name: agreement[name] for name in ("engagement_id", "number", "participants", "terms")}
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == agreement["content_hash"]
    signed = ok(await pair.junior.post(path, {"content_hash": agreement["content_hash"]}))
    again = ok(await pair.junior.post(path, {"content_hash": agreement["content_hash"]}))
    assert signed == again
    assert [signature["person_id"] for signature in signed["signatures"]] == [pair.junior_id]


async def test_an_earlier_version_cannot_be_signed_any_more(organization: Organization) -> None:
    pair = await organization.pair()
    first = await waiting_agreement(pair)
    ok(await pair.junior.post(f"/v1/engagements/{pair.id}/agreements", {"terms": terms_body()}), 201)
    sign = await pair.junior.post(f"/v1/agreements/{first['id']}:sign", {"content_hash": first["content_hash"]})
    problem(sign, 409, "agreement-superseded")


async def test_after_the_end_nothing_is_proposed_or_signed(organization: Organization) -> None:
    pair = await organization.pair()
    agreement = await waiting_agreement(pair)
    ok(await pair.junior.post(f"/v1/engagements/{pair.id}:end", {"outcome": "ended_early"}))
    body = {"content_hash": agreement["content_hash"]}
    problem(await pair.junior.post(f"/v1/agreements/{agreement['id']}:sign", body), 409, "engagement-ended")
    proposed = await pair.junior.post(f"/v1/engagements/{pair.id}/agreements", {"terms": terms_body()})
    problem(proposed, 409, "engagement-ended")


async def test_the_terms_are_their_participants_alone(organization: Organization) -> None:
    pair = await organization.pair()
    agreement = await waiting_agreement(pair)
    coordinator = organization.coordinator
    problem(await coordinator.get(f"/v1/engagements/{pair.id}/agreements"), 403, "participant-required")
    problem(await coordinator.get(f"/v1/agreements/{agreement['id']}"), 403, "participant-required")
    body = {"content_hash": agreement["content_hash"]}
    problem(await coordinator.post(f"/v1/agreements/{agreement['id']}:sign", body), 403, "participant-required")
    proposed = await coordinator.post(f"/v1/engagements/{pair.id}/agreements", {"terms": terms_body()})
    problem(proposed, 403, "participant-required")


async def test_to_others_it_is_not_there(organization: Organization, other_organization: Organization) -> None:
    pair, stranger = await organization.pair(), await other_organization.pair()
    agreement = await waiting_agreement(pair)
    colleague = organization.caller(person_id=ids.new("per"))
    for caller in (stranger.junior, other_organization.coordinator, colleague):
        problem(await caller.get(f"/v1/agreements/{agreement['id']}"), 404, "agreement-not-found")
        body = {"content_hash": agreement["content_hash"]}
        problem(await caller.post(f"/v1/agreements/{agreement['id']}:sign", body), 404, "agreement-not-found")
        path = f"/v1/engagements/{pair.id}/agreements"
        problem(await caller.get(path), 404, "engagement-not-found")
        problem(await caller.post(path, {"terms": terms_body()}), 404, "engagement-not-found")
    assert (await waiting_agreement(pair))["signatures"] == []


async def test_wrong_terms_are_named(organization: Organization) -> None:
    pair = await organization.pair()
    path = f"/v1/engagements/{pair.id}/agreements"
    problem(await pair.junior.post(path, {"terms": terms_body()}, key=None), 400, "idempotency-key-missing")
    wrong: list[dict[str, Any]] = [{"length_weeks": 0}, {"measures": []}, {"disagreement": ""}, {"pay": 1}]
    for changes in wrong:
        problem(await pair.junior.post(path, {"terms": terms_body(**changes)}), 422, "invalid")
    for left_out in terms_body():
        body = {name: value for name, value in terms_body().items() if name != left_out}
        problem(await pair.junior.post(path, {"terms": body}), 422, "invalid")


async def test_versions_come_in_pages(organization: Organization) -> None:
    pair = await organization.pair()
    path = f"/v1/engagements/{pair.id}/agreements"
    for _ in range(2):
        ok(await pair.junior.post(path, {"terms": terms_body()}), 201)
    first = ok(await pair.junior.get(path, limit=2))
    second = ok(await pair.junior.get(path, limit=2, cursor=first["next_cursor"]))
    assert [item["number"] for item in first["items"] + second["items"]] == [1, 2, 3]
    assert second["next_cursor"] is None
