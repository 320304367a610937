"""People ask each other: one choice after the other, each with a clock, and nobody is told who said no."""

import asyncio
from datetime import datetime, timedelta

from kit.testing.api import ok, problem
from services.matching.tests.asking import asking
from services.matching.tests.background import work
from services.matching.tests.bodies import (
    LEARNS_PYTHON,
    LEARNS_PYTHON_PRIVATELY,
    PYTHON,
    SALES,
    TEACHES_PYTHON,
    growth_area,
    strength,
)
from services.matching.tests.conftest import Organization, ids


async def test_who_is_asked_and_accepts_has_an_engagement_with_whoever_asked(organization: Organization) -> None:
    there = await asking(organization)
    made = await there.caller.post("/v1/requests", there.body(message="Could you show me?", competency_id=PYTHON))
    request = ok(made, 201)
    assert (request["status"], request["proposal_id"], request["answer_within_days"]) == ("open", None, 7)
    assert (await there.caller.get(made.headers["location"])).content == made.content
    (proposal,) = await there.offered(0)
    assert (proposal["source"], proposal["status"]) == ("self", "partly_accepted")
    assert proposal["message"] == "Could you show me?"
    assert sum(one["points"] for one in proposal["explanation"]["contributions"]) == proposal["score"] > 0
    assert datetime.fromisoformat(proposal["expires_at"]) - datetime.fromisoformat(proposal["offered_at"]) == timedelta(
        days=7
    )
    assert (await there.say(0, "accept"))["status"] == "accepted"
    seen = ok(await there.caller.get(f"/v1/requests/{request['id']}"))
    assert (seen["status"], seen["proposal_id"]) == ("accepted", proposal["id"])
    assert ok(await there.caller.get(f"/v1/proposals/{proposal['id']}"))["status"] == "accepted"
    (event,) = await organization.events("proposal.accepted")
    assert event["data"]["tracks"][0]["learner_id"] == there.learner["id"]


async def test_a_teacher_asks_learners(organization: Organization) -> None:
    program = await organization.program()
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    await organization.take_part(program, teacher, "teacher")
    await organization.take_part(program, learner, "learner")
    body = {"program_id": program["id"], "direction": "teach", "choices": [learner["id"]]}
    request = ok(await organization.caller(teacher["id"]).post("/v1/requests", body), 201)
    (proposal,) = ok(await organization.caller(learner["id"]).get("/v1/proposals"))["items"]
    assert proposal["tracks"][0]["teacher_id"] == teacher["id"]
    ok(await organization.caller(learner["id"]).post(f"/v1/proposals/{proposal['id']}:accept"))
    seen = ok(await organization.caller(teacher["id"]).get(f"/v1/requests/{request['id']}"))
    assert seen["status"] == "accepted"


async def test_after_a_no_the_next_choice_is_asked_at_once(organization: Organization) -> None:
    there = await asking(organization, 3)
    request = await there.ask()
    assert [len(await there.offered(number)) for number in range(3)] == [1, 0, 0]
    await there.say(0, "decline")
    await work(organization)
    assert [len(await there.offered(number)) for number in range(3)] == [1, 1, 0]
    await there.say(1, "accept")
    assert await there.status(request) == "accepted"
    await work(organization, days=30)
    assert await there.offered(2) == []
    assert await there.status(request) == "accepted"


async def test_after_silence_the_next_choice_is_asked_when_the_clock_is_over(organization: Organization) -> None:
    there = await asking(organization, 2)
    request = await there.ask(answer_within_days=2)
    await work(organization, days=1)
    assert await there.offered(1) == []
    await work(organization, days=2, minutes=1)
    assert (await there.offered(0))[0]["status"] == "expired"
    (second,) = await there.offered(1)
    assert second["expires_at"] == request["expires_at"]
    assert await there.status(request) == "open"
    await work(organization, days=4, minutes=1)
    assert await there.status(request) == "expired"
    assert (await there.offered(1))[0]["status"] == "expired"


async def test_whoever_asks_learns_of_no_answer_but_yes(organization: Organization) -> None:
    """The request and all that its maker can see stay as they are, whatever becomes of its choices."""
    declined, ignored = await asking(organization, 2), await asking(organization, 2)
    requests = [await there.ask() for there in (declined, ignored)]
    seen: list[list[bytes]] = []
    for days in (0, 1, 8, 13):
        if days == 1:
            await declined.say(0, "decline")
            await work(organization)
            await declined.say(1, "decline")
        await work(organization, days=days)
        answers = []
        for there, request in zip((declined, ignored), requests, strict=True):
            path = f"/v1/requests/{request['id']}"
            first = [await there.caller.get(path), await there.caller.get("/v1/requests", status="open")]
            second = [await there.caller.get("/v1/proposals"), await there.caller.get("/v1/proposals", status="closed")]
            etags = [answer.headers.get("etag", "").encode() for answer in first]
            answers.append([answer.content for answer in first + second] + etags)
        seen.append(answers[0])
        assert answers[0] == seen[0]
        assert answers[1][2:] == answers[0][2:]
    await work(organization, days=15)
    assert [await declined.status(requests[0]), await ignored.status(requests[1])] == ["expired", "expired"]


async def test_the_proposals_of_a_request_are_hidden_from_its_maker_before_one_is_accepted(
    organization: Organization,
) -> None:
    there = await asking(organization, 2)
    await there.ask()
    (proposal,) = await there.offered(0)
    path = f"/v1/proposals/{proposal['id']}"
    both = organization.caller(there.learner["id"], roles=("member", "coordinator"))
    for caller in (there.caller, both):
        problem(await caller.get(path), 404, "proposal-not-found")
        for verb in ("accept", "decline"):
            problem(await caller.post(f"{path}:{verb}"), 404, "proposal-not-found")
        problem(await caller.post(f"{path}:contest", {"reason": "No."}), 404, "proposal-not-found")
        asked = {"program_id": there.program["id"]}
        assert ok(await caller.get("/v1/proposals", **asked))["items"] == []
    assert ok(await organization.coordinator.get(path))["status"] == "partly_accepted"
    assert ok(await organization.coordinator.get(path))["message"] is None


async def test_a_discreet_request_says_who_asks_once_it_is_accepted(organization: Organization) -> None:
    there = await asking(organization)
    await there.ask(discreet=True, message="Somebody would like to learn from you.")
    (proposal,) = await there.offered(0)
    path = f"/v1/proposals/{proposal['id']}"
    for caller in (there.teacher(0), organization.coordinator):
        for answer in (
            await caller.get(path),
            await caller.get("/v1/proposals", program_id=there.program["id"]),
            await caller.get(f"{path}/explanation"),
        ):
            assert proposal["id"] in answer.text
            assert there.learner["id"] not in answer.text
    assert proposal["tracks"][0]["learner_id"] is None
    assert proposal["tracks"][0]["competency_label"] == "Python"
    assert sorted(one["person_id"] or "" for one in proposal["participants"]) == ["", there.teachers[0]["id"]]
    accepted = await there.say(0, "accept")
    assert accepted["tracks"][0]["learner_id"] == there.learner["id"]


async def test_a_private_growth_area_is_told_to_whom_its_owner_asks_and_to_nobody_else(
    organization: Organization,
) -> None:
    there = await asking(organization)
    secret = {**there.learner, **LEARNS_PYTHON_PRIVATELY, "version": 2}
    await organization.hear_of_people(secret)
    refused = problem(await there.caller.post("/v1/requests", there.body()), 422, "not-feasible")
    assert refused["errors"][0]["code"] == "nothing-in-common"
    await there.ask(competency_id=PYTHON)
    (proposal,) = await there.offered(0)
    assert proposal["tracks"][0]["competency_label"] == "Python"
    assert proposal["tracks"][0]["discreet"] is True
    answer = await organization.coordinator.get(f"/v1/proposals/{proposal['id']}")
    assert "Python" not in answer.text
    assert PYTHON not in answer.text


async def test_requests_are_their_makers_alone(organization: Organization, other_organization: Organization) -> None:
    there = await asking(organization)
    request = await there.ask()
    path = f"/v1/requests/{request['id']}"
    same_person = other_organization.caller(there.learner["id"])
    for caller in (there.teacher(0), organization.coordinator, same_person):
        problem(await caller.get(path), 404, "request-not-found")
        problem(await caller.post(f"{path}:withdraw"), 404, "request-not-found")
        assert ok(await caller.get("/v1/requests"))["items"] == []
    problem(await same_person.post("/v1/requests", there.body()), 404, "program-not-found")
    problem(await organization.caller().get("/v1/requests"), 403, "person-required")
    assert await there.status(request) == "open"


async def test_requests_come_in_pages_by_program_and_status(organization: Organization) -> None:
    there = await asking(organization, 3)
    made = [await there.ask(choices=[teacher["id"]]) for teacher in there.teachers]
    ok(await there.caller.post(f"/v1/requests/{made[0]['id']}:withdraw"))
    first = ok(await there.caller.get("/v1/requests", limit=2))
    rest = ok(await there.caller.get("/v1/requests", limit=2, cursor=first["next_cursor"]))
    assert [item["id"] for item in first["items"] + rest["items"]] == [one["id"] for one in made[::-1]]
    for filters, count in (
        ({"status": "withdrawn"}, 1),
        ({"program_id": there.program["id"], "status": "open"}, 2),
        ({"program_id": ids.new("prg")}, 0),
    ):
        assert len(ok(await there.caller.get("/v1/requests", **filters))["items"]) == count


async def test_three_requests_are_open_at_a_time(organization: Organization) -> None:
    there = await asking(organization, 4)
    bodies = [there.body(choices=[teacher["id"]]) for teacher in there.teachers]
    answers = await asyncio.gather(*(there.caller.post("/v1/requests", body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    problem(refused, 409, "too-many-requests-open")
    one = next(answer for answer in answers if answer.status_code == 201).json()
    ok(await there.caller.post(f"/v1/requests/{one['id']}:withdraw"))
    ok(await there.caller.post("/v1/requests", bodies[answers.index(refused)]), 201)


async def test_the_same_key_asks_once(organization: Organization) -> None:
    there = await asking(organization)
    first = await there.caller.post("/v1/requests", there.body(), key="once")
    second = await there.caller.post("/v1/requests", there.body(), key="once")
    assert second.content == first.content
    assert second.headers["idempotent-replayed"] == "true"
    assert len(await there.offered(0)) == 1
    problem(await there.caller.post("/v1/requests", there.body(), key=None), 400, "idempotency-key-missing")


async def test_only_what_can_come_about_is_asked(organization: Organization) -> None:
    there = await asking(organization)
    team = await organization.person(**TEACHES_PYTHON, team="A")
    boss = await organization.person(**TEACHES_PYTHON)
    abroad = await organization.person(**TEACHES_PYTHON, languages=["de"])
    stranger = await organization.person(**TEACHES_PYTHON)
    sells = await organization.person(strengths=[strength(SALES)])
    for person in (team, boss, abroad, sells):
        await organization.take_part(there.program, person, "teacher")
    await organization.hear_of_people({**there.learner, "team": "A", "manager_id": boss["id"], "version": 2})
    refusals = {
        "same-team": team,
        "manager-line": boss,
        "no-shared-language": abroad,
        "not-a-teacher": stranger,
        "nothing-in-common": sells,
        "unknown-person": {"id": ids.new("per")},
        "oneself": there.learner,
    }
    for code, person in refusals.items():
        body = there.body(choices=[there.teachers[0]["id"], person["id"]])
        refused = problem(await there.caller.post("/v1/requests", body), 422, "not-feasible")
        assert [(one["pointer"], one["code"]) for one in refused["errors"]] == [("/body/choices/1", code)]
    twice = there.body(choices=[there.teachers[0]["id"]] * 2)
    problem(await there.caller.post("/v1/requests", twice), 422, "not-feasible")
    refused = problem(await there.caller.post("/v1/requests", there.body(competency_id=SALES)), 422, "not-feasible")
    assert refused["errors"][0]["code"] == "competency-not-offered"
    assert await there.offered(0) == []


async def test_who_holds_something_close_can_be_asked_and_counts_in_part(organization: Organization) -> None:
    there = await asking(organization)
    close = await organization.person(strengths=[strength(SALES)])
    await organization.take_part(there.program, close, "teacher")
    body = there.body(choices=[close["id"]], competency_id=PYTHON)
    problem(await there.caller.post("/v1/requests", body), 422, "not-feasible")
    await organization.hear_of_relations(PYTHON, broader=[SALES], related=[])
    ok(await there.caller.post("/v1/requests", body), 201)
    (proposal,) = ok(await organization.caller(close["id"]).get("/v1/proposals"))["items"]
    assert proposal["tracks"][0]["competency_label"] == "Python"
    contributions = proposal["explanation"]["contributions"]
    assert sum(one["points"] for one in contributions) == proposal["score"]
    await there.ask(choices=[there.teachers[0]["id"]], competency_id=PYTHON)
    (exact,) = await there.offered(0)
    assert exact["score"] > proposal["score"]


async def test_only_participants_with_a_place_ask_in_open_programs(organization: Organization) -> None:
    there = await asking(organization)
    outsider = organization.caller((await organization.person(**LEARNS_PYTHON))["id"])
    problem(await outsider.post("/v1/requests", there.body()), 409, "not-participating")
    teaches = {**there.body(direction="teach"), "choices": [there.learner["id"]]}
    learner_only = await there.caller.post("/v1/requests", {**teaches, "choices": [there.teachers[0]["id"]]})
    problem(learner_only, 409, "not-participating")
    await organization.hear_of_people({**there.learner, "learning_capacity": 0, "version": 2})
    problem(await there.caller.post("/v1/requests", there.body()), 409, "no-place-left")
    ok(await organization.coordinator.post(f"/v1/programs/{there.program['id']}:close"))
    problem(await there.caller.post("/v1/requests", there.body()), 409, "program-status")


async def test_in_a_reciprocal_program_a_request_goes_both_ways(organization: Organization) -> None:
    program = await organization.program(kind="reciprocal")
    one = await organization.person(strengths=[strength(PYTHON)], growth_areas=[growth_area(SALES)])
    other = await organization.person(strengths=[strength(SALES)], growth_areas=[growth_area(PYTHON)])
    takes_only = await organization.person(strengths=[strength(SALES)])
    for person in (one, other, takes_only):
        await organization.take_part(program, person, "teacher", "learner")
    caller = organization.caller(one["id"])
    body = {"program_id": program["id"], "direction": "learn", "choices": [takes_only["id"]]}
    refused = problem(await caller.post("/v1/requests", body), 422, "not-feasible")
    assert refused["errors"][0]["code"] == "nothing-in-common"
    ok(await caller.post("/v1/requests", {**body, "choices": [other["id"]]}), 201)
    (proposal,) = ok(await organization.caller(other["id"]).get("/v1/proposals"))["items"]
    assert [track["competency_id"] for track in proposal["tracks"]] == [SALES, PYTHON]
    done = await organization.caller(other["id"]).post(f"/v1/proposals/{proposal['id']}:accept")
    assert ok(done)["status"] == "accepted"


async def test_the_expected_wait_is_told_from_five_offers_on(organization: Organization) -> None:
    program = await organization.program()
    path = f"/v1/programs/{program['id']}/expected-wait"
    caller = organization.caller(ids.new("per"))
    for number in range(6):
        nothing = {"program_id": program["id"], "median_hours": None, "accepted_percent": None}
        assert ok(await caller.get(path)) == nothing or number == 5
        teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
        proposal = await organization.propose(program, teacher, learner)
        accept = f"/v1/proposals/{proposal['id']}:accept"
        if number < 5:
            ok(await organization.caller(learner["id"]).post(accept))
            ok(await organization.caller(teacher["id"]).post(accept))
    told = ok(await caller.get(path))
    assert told == {"program_id": program["id"], "median_hours": 0, "accepted_percent": 100}
    await work(organization, days=15)
    assert ok(await caller.get(path))["accepted_percent"] == 83
    problem(await caller.get(f"/v1/programs/{ids.new('prg')}/expected-wait"), 404, "program-not-found")
