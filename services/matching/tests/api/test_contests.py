import asyncio
from typing import Any

from kit.testing.api import ok, problem
from services.matching.tests.background import work
from services.matching.tests.bodies import LEARNS_PYTHON, TEACHES_PYTHON
from services.matching.tests.conftest import Organization, ids

REASON = {"reason": "We share a desk already."}


class Offer:
    """A teacher and a learner who have been proposed to each other."""

    def __init__(self, organization: Organization, program: Any, proposal: Any) -> None:
        self.organization, self.program, self.proposal = organization, program, proposal
        track = proposal["tracks"][0]
        self.teacher = organization.caller(track["teacher_id"])
        self.learner = organization.caller(track["learner_id"])
        self.path = f"/v1/proposals/{proposal['id']}"

    async def contest(self) -> dict[str, Any]:
        made: dict[str, Any] = ok(await self.learner.post(f"{self.path}:contest", REASON), 201)
        return made


async def an_offer(organization: Organization) -> Offer:
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    return Offer(organization, program, await organization.propose(program, teacher, learner))


async def test_somebody_contests_a_proposal_and_is_answered(organization: Organization) -> None:
    offer = await an_offer(organization)
    made = await offer.learner.post(f"{offer.path}:contest", REASON)
    contest = ok(made, 201)
    assert (contest["status"], contest["answer"], contest["proposal_id"]) == ("open", None, offer.proposal["id"])
    assert (await offer.learner.get(made.headers["location"])).content == made.content
    path = f"/v1/contests/{contest['id']}"
    answer = {"outcome": "dismissed", "answer": "You said so only of last year."}
    problem(await offer.learner.post(f"{path}:resolve", answer), 403, "role-required")
    resolved = ok(await organization.coordinator.post(f"{path}:resolve", answer))
    assert (resolved["status"], resolved["answer"]) == ("dismissed", answer["answer"])
    assert ok(await offer.learner.get(path)) == resolved
    assert ok(await offer.learner.get(offer.path))["status"] == "offered"
    problem(await organization.coordinator.post(f"{path}:resolve", answer), 409, "contest-resolved")


async def test_a_contest_that_is_right_withdraws_what_is_open(organization: Organization) -> None:
    offer = await an_offer(organization)
    path = f"/v1/contests/{(await offer.contest())['id']}:resolve"
    ok(await organization.coordinator.post(path, {"outcome": "upheld", "answer": "Right."}))
    assert ok(await offer.teacher.get(offer.path))["status"] == "closed"
    assert ok(await organization.coordinator.get(offer.path))["status"] == "withdrawn"


async def test_a_contest_that_is_right_undoes_no_engagement(organization: Organization) -> None:
    offer = await an_offer(organization)
    contest = await offer.contest()
    for caller in (offer.teacher, offer.learner):
        ok(await caller.post(f"{offer.path}:accept"))
    path = f"/v1/contests/{contest['id']}:resolve"
    ok(await organization.coordinator.post(path, {"outcome": "upheld", "answer": "Right."}))
    assert ok(await offer.teacher.get(offer.path))["status"] == "accepted"


async def test_a_contest_tells_nobody_of_a_no(organization: Organization) -> None:
    for says_no in (True, False):
        offer = await an_offer(organization)
        if says_no:
            ok(await offer.teacher.post(f"{offer.path}:decline"))
        contest = await offer.contest()
        path = f"/v1/contests/{contest['id']}:resolve"
        ok(await organization.coordinator.post(path, {"outcome": "upheld", "answer": "Right."}))
        assert ok(await offer.learner.get(offer.path))["status"] == "closed"


async def test_the_proposal_of_a_request_is_contested_by_whom_it_asks(organization: Organization) -> None:
    program = await organization.program()
    learner = await organization.person(**LEARNS_PYTHON)
    teachers = [await organization.person(**TEACHES_PYTHON) for _ in range(2)]
    await organization.take_part(program, learner, "learner")
    for teacher in teachers:
        await organization.take_part(program, teacher, "teacher")
    body = {"program_id": program["id"], "direction": "learn", "choices": [teacher["id"] for teacher in teachers]}
    ok(await organization.caller(learner["id"]).post("/v1/requests", body), 201)
    (proposal,) = ok(await organization.caller(teachers[0]["id"]).get("/v1/proposals"))["items"]
    contested = await organization.caller(teachers[0]["id"]).post(f"/v1/proposals/{proposal['id']}:contest", REASON)
    path = f"/v1/contests/{ok(contested, 201)['id']}:resolve"
    ok(await organization.coordinator.post(path, {"outcome": "upheld", "answer": "Right."}))
    await work(organization)
    assert len(ok(await organization.caller(teachers[1]["id"]).get("/v1/proposals"))["items"]) == 1


async def test_nobody_contests_the_same_twice_at_a_time(organization: Organization) -> None:
    offer = await an_offer(organization)
    answers = await asyncio.gather(*(offer.learner.post(f"{offer.path}:contest", REASON) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    problem(await offer.learner.post(f"{offer.path}:contest", REASON), 409, "already-contested")
    ok(await offer.teacher.post(f"{offer.path}:contest", REASON), 201)
    (first,) = ok(await offer.learner.get("/v1/contests"))["items"]
    answer = {"outcome": "dismissed", "answer": "No."}
    ok(await organization.coordinator.post(f"/v1/contests/{first['id']}:resolve", answer))
    ok(await offer.learner.post(f"{offer.path}:contest", REASON), 201)


async def test_the_same_key_contests_once(organization: Organization) -> None:
    offer = await an_offer(organization)
    first = await offer.learner.post(f"{offer.path}:contest", REASON, key="once")
    again = await offer.learner.post(f"{offer.path}:contest", REASON, key="once")
    assert again.content == first.content
    assert len(ok(await offer.learner.get("/v1/contests"))["items"]) == 1


async def test_everybody_lists_their_own_and_coordinators_all(organization: Organization) -> None:
    one, other = await an_offer(organization), await an_offer(organization)
    ours, theirs = await one.contest(), await other.contest()
    assert [item["id"] for item in ok(await one.learner.get("/v1/contests"))["items"]] == [ours["id"]]
    assert ok(await one.teacher.get("/v1/contests"))["items"] == []
    problem(await one.teacher.get(f"/v1/contests/{ours['id']}"), 404, "contest-not-found")
    coordinator = organization.coordinator
    first = ok(await coordinator.get("/v1/contests", limit=1))
    rest = ok(await coordinator.get("/v1/contests", limit=1, cursor=first["next_cursor"]))
    assert [item["id"] for item in first["items"] + rest["items"]] == [theirs["id"], ours["id"]]
    of_program = ok(await coordinator.get("/v1/contests", program_id=one.program["id"]))["items"]
    assert [item["id"] for item in of_program] == [ours["id"]]
    ok(await coordinator.post(f"/v1/contests/{ours['id']}:resolve", {"outcome": "dismissed", "answer": "No."}))
    assert [item["id"] for item in ok(await coordinator.get("/v1/contests", status="open"))["items"]] == [theirs["id"]]
    problem(await organization.caller().get("/v1/contests"), 403, "person-required")


async def test_whom_a_published_run_left_out_contests_the_run(organization: Organization) -> None:
    program = await organization.program()
    teacher = await organization.person(**TEACHES_PYTHON)
    learners = [await organization.person(**LEARNS_PYTHON) for _ in range(2)]
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/participations:enroll"))
    run = await organization.run(program)
    path = f"/v1/match-runs/{run['id']}:contest"
    problem(await organization.caller(learners[0]["id"]).post(path, REASON), 404, "match-run-not-found")
    (proposal,) = await organization.publish(run)
    matched = proposal["tracks"][0]["learner_id"]
    (left_out,) = [one["id"] for one in learners if one["id"] != matched]
    problem(await organization.caller(matched).post(path, REASON), 409, "matched-in-run")
    problem(await organization.caller(teacher["id"]).post(path, REASON), 409, "matched-in-run")
    problem(await organization.caller(ids.new("per")).post(path, REASON), 404, "match-run-not-found")
    contest = ok(await organization.caller(left_out).post(path, REASON), 201)
    assert (contest["match_run_id"], contest["proposal_id"]) == (run["id"], None)
    problem(await organization.caller(left_out).post(path, REASON), 409, "already-contested")
    answer = {"outcome": "upheld", "answer": "You come first in the next one."}
    ok(await organization.coordinator.post(f"/v1/contests/{contest['id']}:resolve", answer))


async def test_another_organization_reaches_no_contest(
    organization: Organization, other_organization: Organization
) -> None:
    offer = await an_offer(organization)
    contest = await offer.contest()
    stranger = other_organization.caller(contest["person_id"], roles=("member", "coordinator"))
    answer = {"outcome": "upheld", "answer": "Ours."}
    problem(await stranger.get(f"/v1/contests/{contest['id']}"), 404, "contest-not-found")
    problem(await stranger.post(f"/v1/contests/{contest['id']}:resolve", answer), 404, "contest-not-found")
    problem(await stranger.post(f"{offer.path}:contest", REASON), 404, "proposal-not-found")
    assert ok(await stranger.get("/v1/contests"))["items"] == []
    assert ok(await offer.learner.get(f"/v1/contests/{contest['id']}"))["status"] == "open"
