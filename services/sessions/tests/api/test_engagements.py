import pytest

from kit.testing.api import ok, problem
from services.sessions.tests.conftest import Organization, ids


async def test_an_accepted_proposal_becomes_an_engagement_that_forms(organization: Organization) -> None:
    pair = await organization.pair()
    engagement = pair.engagement
    assert engagement["status"] == "forming"
    assert engagement["kind"] == "mentoring"
    assert engagement["program_name"] == "Executives learn technology"
    assert engagement["proposal_id"] == pair.proposal_id
    roles = {participant["person_id"]: participant["roles"] for participant in engagement["participants"]}
    assert roles == {pair.junior_id: ["teacher"], pair.executive_id: ["learner"]}
    (track,) = engagement["tracks"]
    assert track["direction"] == "upward"
    assert track["competency_id"] == pair.competency_id
    (agreement,) = engagement["agreements"]
    assert (agreement["number"], agreement["status"], agreement["signed_by"]) == (1, "proposed", [])


async def test_it_pauses_resumes_and_ends(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/engagements/{pair.id}"
    assert ok(await pair.junior.post(f"{path}:pause"))["status"] == "on_hold"
    problem(await pair.junior.post(f"{path}:pause"), 409, "engagement-not-active")
    assert ok(await pair.executive.post(f"{path}:resume"))["status"] == "active"
    problem(await pair.executive.post(f"{path}:resume"), 409, "engagement-not-on-hold")
    ended = ok(await pair.executive.post(f"{path}:end", {"outcome": "completed"}))
    assert ended["status"] == "completed"
    assert ended["ended_at"] is not None
    problem(await pair.executive.post(f"{path}:end", {"outcome": "completed"}), 409, "engagement-ended")


async def test_what_never_began_cannot_be_completed(organization: Organization) -> None:
    pair = await organization.pair()
    path = f"/v1/engagements/{pair.id}:end"
    problem(await pair.junior.post(path, {"outcome": "completed"}), 409, "engagement-not-active")
    assert ok(await pair.junior.post(path, {"outcome": "ended_early"}))["status"] == "ended_early"


async def test_nobody_else_reads_why_it_ended(organization: Organization) -> None:
    pair = await organization.active_pair()
    reason = "I do not feel safe to ask."
    body = {"outcome": "ended_early", "reason": reason}
    ended = ok(await pair.executive.post(f"/v1/engagements/{pair.id}:end", body))
    assert ended["end_reason"] == reason
    for other in (pair.junior, organization.coordinator):
        answers = [
            await other.get(f"/v1/engagements/{pair.id}"),
            await other.get("/v1/engagements", program_id=organization.program_id),
        ]
        for answer in answers:
            assert ok(answer)
            assert reason not in answer.text


async def test_the_end_calls_future_meetings_off(organization: Organization) -> None:
    pair = await organization.active_pair()
    future, past = await pair.meeting(24), await pair.meeting(-1)
    ok(await pair.junior.post(f"/v1/engagements/{pair.id}:end", {"outcome": "ended_early"}))
    path = "/v1/mentoring-sessions"
    assert ok(await pair.junior.get(f"{path}/{future['id']}"))["status"] == "cancelled"
    assert ok(await pair.junior.get(f"{path}/{past['id']}"))["status"] == "scheduled"
    held = await pair.junior.post(f"{path}/{past['id']}:hold", {"attended": [pair.junior_id, pair.executive_id]})
    assert ok(held)["status"] == "held"


async def test_people_see_their_own_engagements_and_coordinators_a_programs(organization: Organization) -> None:
    mine, others = await organization.pair(), await organization.pair()
    assert [item["id"] for item in ok(await mine.junior.get("/v1/engagements"))["items"]] == [mine.id]
    listed = ok(await mine.junior.get("/v1/engagements", program_id=organization.program_id))["items"]
    assert [item["id"] for item in listed] == [mine.id]
    listed = ok(await organization.coordinator.get("/v1/engagements", program_id=organization.program_id))["items"]
    assert [item["id"] for item in listed] == [others.id, mine.id]
    assert ok(await organization.coordinator.get("/v1/engagements"))["items"] == []
    machine = organization.caller(roles=("integration",))
    problem(await machine.get("/v1/engagements"), 403, "person-required")
    problem(await machine.get(f"/v1/engagements/{mine.id}"), 404, "engagement-not-found")


async def test_the_list_filters_and_pages(organization: Organization) -> None:
    pairs = [await organization.pair() for _ in range(3)]
    await pairs[1].sign()
    list_ = organization.coordinator
    program = {"program_id": organization.program_id}
    active = ok(await list_.get("/v1/engagements", status="active", **program))["items"]
    assert [item["id"] for item in active] == [pairs[1].id]
    first = ok(await list_.get("/v1/engagements", limit=2, **program))
    second = ok(await list_.get("/v1/engagements", limit=2, cursor=first["next_cursor"], **program))
    assert [item["id"] for item in first["items"] + second["items"]] == [pair.id for pair in reversed(pairs)]
    assert second["next_cursor"] is None
    wrong = await list_.get("/v1/engagements", cursor=first["next_cursor"])
    problem(wrong, 400, "invalid-cursor")
    problem(await list_.get("/v1/engagements", status="dormant"), 422, "invalid")


async def test_coordinators_look_and_do_not_act(organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/engagements/{pair.id}"
    assert ok(await organization.coordinator.get(path))["status"] == "active"
    problem(await organization.coordinator.post(f"{path}:pause"), 403, "participant-required")
    problem(await organization.coordinator.post(f"{path}:end", {"outcome": "completed"}), 403, "participant-required")
    assert (await pair.get())["status"] == "active"


async def test_a_discreet_competency_is_shared_by_its_two_people_only(organization: Organization) -> None:
    pair = await organization.pair()
    group = await organization.pair()
    listener_id = ids.new("per")
    people = [
        {"person_id": pair.junior_id, "roles": ["teacher"], "reporting_level": 5},
        {"person_id": pair.executive_id, "roles": ["learner"], "reporting_level": 1},
        {"person_id": listener_id, "roles": ["learner"], "reporting_level": None},
    ]
    tracks = [pair.track(pair.junior_id, pair.executive_id, discreet=True), pair.track(pair.junior_id, listener_id)]
    accepted = {**group.proposal(), "proposal_id": ids.new("pro"), "participants": people, "tracks": tracks}
    await organization.hear("proposal.accepted", accepted["proposal_id"], accepted)
    listener = organization.caller(person_id=listener_id)
    (engagement,) = ok(await listener.get("/v1/engagements"))["items"]

    def discreet_track(seen: dict[str, list[dict[str, str]]]) -> dict[str, str]:
        return next(track for track in seen["tracks"] if track["discreet"])

    path = f"/v1/engagements/{engagement['id']}"
    for insider in pair.people:
        assert discreet_track(ok(await insider.get(path)))["competency_id"] == pair.competency_id
    for outsider in (listener, organization.coordinator):
        track = discreet_track(ok(await outsider.get(path)))
        assert track["competency_id"] is None
        assert track["competency_label"] is None
        assert track["direction"] == "upward"


async def test_a_ring_of_people_who_each_teach_the_next_is_one_engagement(organization: Organization) -> None:
    pair, third_id = await organization.pair(), ids.new("per")
    levels = {pair.junior_id: 5, pair.executive_id: 1, third_id: 3}
    ring = [*levels]
    people = [
        {"person_id": person_id, "roles": ["learner", "teacher"], "reporting_level": level}
        for person_id, level in levels.items()
    ]
    tracks = [pair.track(one, other) for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)]
    accepted = {**pair.proposal(), "proposal_id": ids.new("pro"), "participants": people, "tracks": tracks}
    await organization.hear("proposal.accepted", accepted["proposal_id"], accepted)
    callers = [organization.caller(person_id=person_id) for person_id in ring]
    (engagement,) = ok(await callers[2].get("/v1/engagements"))["items"]
    assert [track["direction"] for track in engagement["tracks"]] == ["upward", "downward", "downward"]
    path = f"/v1/engagements/{engagement['id']}"
    (waiting,) = ok(await callers[0].get(f"{path}/agreements"))["items"]
    for number, caller in enumerate(callers):
        assert ok(await caller.get(path))["status"] == "forming", number
        body = {"content_hash": waiting["content_hash"]}
        ok(await caller.post(f"/v1/agreements/{waiting['id']}:sign", body))
    assert {ok(await caller.get(path))["status"] for caller in callers} == {"active"}


@pytest.mark.parametrize("action", ["", ":pause", ":resume", ":end"])
async def test_to_others_it_is_not_there(
    organization: Organization, other_organization: Organization, action: str
) -> None:
    pair, stranger = await organization.active_pair(), await other_organization.pair()
    colleague = organization.caller(person_id=ids.new("per"))
    body = {"outcome": "ended_early"} if action == ":end" else None
    for caller in (stranger.junior, other_organization.coordinator, colleague):
        for engagement_id in (pair.id, ids.new("eng")):
            path = f"/v1/engagements/{engagement_id}{action}"
            answer = await (caller.post(path, body) if action else caller.get(path))
            found = problem(answer, 404, "engagement-not-found")
            assert found["detail"] == "The engagement does not exist."


async def test_wrong_input_is_named(organization: Organization) -> None:
    pair = await organization.pair()
    path = f"/v1/engagements/{pair.id}:end"
    for body in (
        {},
        {"outcome": "lapsed"},
        {"outcome": "completed", "why": "x"},
        {"outcome": "completed", "reason": ""},
    ):
        problem(await pair.junior.post(path, body), 422, "invalid")
    problem(await pair.junior.get("/v1/engagements/eng_short"), 422, "invalid")


async def test_the_same_key_ends_it_once(organization: Organization) -> None:
    pair = await organization.pair()
    path, body = f"/v1/engagements/{pair.id}:end", {"outcome": "ended_early"}
    first = await pair.junior.post(path, body, key="end-it")
    again = await pair.junior.post(path, body, key="end-it")
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
