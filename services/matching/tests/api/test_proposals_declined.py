"""Invariant 6: to the other side a no is silence, to the byte, for as long as the proposal runs and after."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from fastapi import FastAPI

from kit.jobs import Job
from kit.testing.api import Caller, Response, ok, problem, running
from kit.testing.clock import FixedClock
from kit.testing.keys import service_settings
from services.matching.main import create_app
from services.matching.settings import MatchingSettings
from services.matching.tests.background import work
from services.matching.tests.bodies import LEARNS_PYTHON, PYTHON, TEACHES_PYTHON, program_body, told_person
from services.matching.tests.conftest import Organization
from services.matching.use_cases.proposals import ExpireProposals

DAYS = (1, 13, 15)
STATUSES = ("offered", "partly_accepted", "declined", "expired", "closed")


class CountedIds:
    """Ids by count, so that two organizations in which the same happens have the same ones."""

    def __init__(self) -> None:
        self.number = 0

    def new(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}_{self.number:032x}"


@pytest.fixture(scope="module")
async def still(postgres: Any) -> AsyncIterator[FastAPI]:
    """An application whose clock stands still."""
    settings = MatchingSettings(**service_settings("matching", postgres.url("matching")))
    async with running(create_app(settings)) as app:
        app.state.wiring.clock = FixedClock()
        yield app


class Stage:
    """An organization with a program and people whose ids and moments are the same in every such organization."""

    def __init__(self, app: FastAPI, people: Sequence[dict[str, Any]], learners: int) -> None:
        self.organization = Organization(app)
        self.wiring = self.organization.wiring
        self.clock = self.wiring.clock = FixedClock()
        self.wiring.ids = CountedIds()
        self.people = people
        self.learners = learners

    async def open(self, **program: Any) -> "Stage":
        coordinator = self.organization.coordinator
        await self.organization.hear_of_people(*self.people)
        made = ok(await coordinator.post("/v1/programs", program_body(**program), key="1"), 201)
        self.program = ok(await coordinator.post(f"/v1/programs/{made['id']}:open"))
        ok(await coordinator.post(f"/v1/programs/{made['id']}/participations:enroll"))
        teacher, *learners = self.people
        tracks = [
            {"teacher_id": teacher["id"], "learner_id": learner["id"], "competency_id": PYTHON}
            for learner in learners[: self.learners]
        ]
        path = f"/v1/programs/{made['id']}/proposals"
        self.proposal = ok(await coordinator.post(path, {"tracks": tracks}, key="2"), 201)
        self.path = f"/v1/proposals/{self.proposal['id']}"
        return self

    def caller(self, number: int) -> Caller:
        return self.organization.caller(self.people[number]["id"])

    async def all_that_is_seen(self, number: int) -> list[bytes]:
        """Whatever one of the people can ask about the proposal and about themselves."""
        caller, program = self.caller(number), self.program["id"]
        answers = [
            await caller.get(self.path),
            await caller.get(f"{self.path}/explanation"),
            await caller.get("/v1/proposals"),
            await caller.get("/v1/proposals", program_id=program),
            *[await caller.get("/v1/proposals", status=status) for status in STATUSES],
            await caller.get(f"/v1/programs/{program}/participations"),
            await caller.get(f"/v1/programs/{program}/expected-wait"),
            await caller.get("/v1/contests"),
        ]
        return [_told(answer) for answer in answers]

    async def pass_to(self, day: int) -> None:
        self.clock = self.wiring.clock = FixedClock()
        self.clock.advance(days=day)
        await ExpireProposals(self.wiring.background_work, self.clock).run(
            Job("expire-proposals", self.organization.id, {}, 1)
        )


def _told(answer: Response) -> bytes:
    """Status, what tells of changes, and body, but for the id that every request has of its own."""
    request_id = answer.headers["x-request-id"].encode()
    etag = answer.headers.get("etag", "").encode()
    return b"%d %b %b" % (answer.status_code, etag, answer.content.replace(request_id, b""))


async def seen_over_time(stage: Stage, reader: int, says_no: int | None, *, answers: bool) -> list[list[bytes]]:
    """What the reader sees from day to day, when somebody says no on the first, or when nobody does."""
    seen = []
    for day in DAYS:
        await stage.pass_to(day)
        if day == DAYS[0] and says_no is not None:
            ok(await stage.caller(says_no).post(f"{stage.path}:decline", {"reason": "No chemistry."}))
        if day == DAYS[1] and answers:
            seen.append([_told(await stage.caller(reader).post(f"{stage.path}:accept", key="3"))])
        seen.append(await stage.all_that_is_seen(reader))
    seen.append([_told(await stage.caller(reader).post(f"{stage.path}:accept", key="4"))])
    seen.append([_told(await stage.caller(reader).post(f"{stage.path}:decline", key="5"))])
    return seen


def people(learners: int) -> list[dict[str, Any]]:
    ids = CountedIds()
    teacher = told_person(ids.new("per"), **TEACHES_PYTHON)
    return [teacher, *[told_person(ids.new("per"), **LEARNS_PYTHON) for _ in range(learners)]]


@pytest.mark.parametrize(("reader", "says_no", "answers"), [(1, 0, True), (1, 0, False), (0, 1, True)])
async def test_the_other_of_a_pair_cannot_tell_a_no_from_silence(
    still: FastAPI, reader: int, says_no: int, *, answers: bool
) -> None:
    declined = await Stage(still, people(1), 1).open()
    seen = await seen_over_time(declined, reader, says_no, answers=answers)
    ignored = await Stage(still, people(1), 1).open()
    assert seen == await seen_over_time(ignored, reader, None, answers=answers)
    told = b"".join(b"".join(day) for day in seen)
    statuses = {status for status in STATUSES if f'"status":"{status}"'.encode() in told}
    assert statuses == {"offered", "expired"} | ({"partly_accepted"} if answers else set())


async def test_the_others_of_a_group_cannot_tell_a_no_from_silence(still: FastAPI) -> None:
    size = {"format": "group", "group_size": {"min": 2, "max": 4}}
    seen = []
    for says_no in (0, 2, None):
        stage = await Stage(still, people(2), 2).open(**size)
        seen.append(await seen_over_time(stage, 1, says_no, answers=True))
    assert seen[0] == seen[2]
    assert seen[1] == seen[2]


async def test_whoever_said_no_and_coordinators_know_at_once(still: FastAPI) -> None:
    stage = await Stage(still, people(1), 1).open()
    before = ok(await stage.caller(0).get(stage.path))
    declined = await stage.caller(0).post(f"{stage.path}:decline", {"reason": "No chemistry."})
    assert ok(declined)["status"] == "declined"
    assert ok(declined)["version"] == before["version"] + 1
    assert declined.headers["etag"] == f'"{before["version"] + 1}"'
    assert [one["id"] for one in ok(await stage.caller(0).get("/v1/proposals", status="declined"))["items"]]
    assert ok(await stage.caller(0).get("/v1/proposals", status="offered"))["items"] == []
    coordinator, asked = stage.organization.coordinator, {"program_id": stage.program["id"]}
    assert ok(await coordinator.get(stage.path))["status"] == "declined"
    assert len(ok(await coordinator.get("/v1/proposals", status="declined", **asked))["items"]) == 1
    assert "chemistry" not in (await coordinator.get(stage.path)).text
    await stage.pass_to(15)
    for caller in (stage.caller(0), coordinator):
        assert ok(await caller.get(stage.path))["status"] == "declined"


async def test_a_no_stands_and_saying_it_again_tells_nothing_new(still: FastAPI) -> None:
    stage = await Stage(still, people(1), 1).open()
    first = await stage.caller(0).post(f"{stage.path}:decline")
    assert (await stage.caller(0).post(f"{stage.path}:decline", {"reason": "Later."})).content == first.content
    problem(await stage.caller(0).post(f"{stage.path}:accept"), 409, "proposal-closed")
    both = ok(await stage.caller(1).post(f"{stage.path}:decline"))
    assert both["status"] == "declined"


async def test_what_ends_before_its_time_is_closed_at_once_declined_or_not(still: FastAPI) -> None:
    for says_no in (True, False):
        stage = await Stage(still, people(1), 1).open()
        if says_no:
            ok(await stage.caller(0).post(f"{stage.path}:decline"))
        assert ok(await stage.organization.coordinator.post(f"{stage.path}:withdraw"))["status"] == "withdrawn"
        assert ok(await stage.caller(1).get(stage.path))["status"] == "closed"


async def test_a_no_frees_whoever_said_it_and_holds_the_other_until_the_time_is_over(
    organization: Organization,
) -> None:
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    for person in (teacher, learner):
        await organization.take_part(program, person, "teacher", "learner")
    proposal = await organization.propose(program, teacher, learner)
    ok(await organization.caller(teacher["id"]).post(f"/v1/proposals/{proposal['id']}:decline"))

    async def found() -> list[str]:
        items = ok(await organization.coordinator.get("/v1/proposals", match_run_id=(await run())["id"]))["items"]
        return sorted(person["person_id"] for item in items for person in item["participants"])

    async def run() -> dict[str, Any]:
        return await organization.run(program)

    other_teacher, other_learner = (
        await organization.person(**TEACHES_PYTHON),
        await organization.person(**LEARNS_PYTHON),
    )
    await organization.take_part(program, other_learner, "learner")
    assert await found() == sorted([teacher["id"], other_learner["id"]])
    await work(organization, days=15)
    await organization.take_part(program, other_teacher, "teacher")
    again = await found()
    assert learner["id"] in again
    assert again.count(teacher["id"]) == 1
