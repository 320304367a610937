"""A running matching service, facts about people as profile tells them, and callers."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from kit.events import Event
from kit.events.feed import START
from kit.ids import TimeOrderedIds
from kit.jobs import Job
from kit.testing.api import Caller, ok, running
from kit.testing.keys import service_settings
from services.matching.main import create_app
from services.matching.settings import MatchingSettings
from services.matching.storage.tables_radar import wanted_topics
from services.matching.storage.transactions import engagements_ended
from services.matching.tests.bodies import program_body, told_person
from services.matching.tests.solver import ReviewerInThisProcess, SolverInThisProcess
from services.matching.use_cases.ports_reviews import REVIEW_RUN
from services.matching.use_cases.review_run import ReviewRun
from services.matching.use_cases.run_match import RunMatch
from services.matching.wiring import Wiring

ids = TimeOrderedIds()


@pytest.fixture(scope="session")
async def app(postgres: Any) -> AsyncIterator[FastAPI]:
    settings = MatchingSettings(**service_settings("matching", postgres.url("matching")))
    async with running(create_app(settings)) as started:
        yield started


class ToldPeople:
    """Profile's answer to the question for people, as a test wants it."""

    def __init__(self, people: Iterable[Mapping[str, Any]]) -> None:
        self._people = {person["id"]: person for person in people}

    async def snapshot(self, organization_id: str, person_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return [self._people[person_id] for person_id in person_ids if person_id in self._people]


class Organization:
    """A fresh organization: facts about it arrive as its neighbours' events, callers come with tokens of it."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.wiring: Wiring = app.state.wiring
        self.id = ids.new("org")
        self.coordinator = self.caller(roles=("coordinator", "member"), person_id=ids.new("per"))

    def caller(self, person_id: str | None = None, roles: tuple[str, ...] = ("member",)) -> Caller:
        return Caller(self.app, "matching", self.id, person_id=person_id, roles=roles)

    async def hear_of_people(self, *people: Mapping[str, Any], type_: str = "person.changed") -> None:
        """Apply profile's event about these people, as the consumer does."""
        handler = self.wiring.profile_handlers(ToldPeople(people))[type_]
        events = [self._event(type_, person["id"], {}) for person in people]
        prepared = await handler.prepare(events)
        async with self.wiring.database.transaction(self.id) as connection:
            await handler.apply(connection, events, prepared)

    async def hear_of_the_end(self, proposal_id: str) -> None:
        """Apply sessions' event about an engagement that has ended."""
        data = {"engagement_id": ids.new("eng"), "proposal_id": proposal_id, "status": "completed"}
        async with self.wiring.database.transaction(self.id) as connection:
            handler = engagements_ended(self.wiring.ids, self.wiring.clock)
            await handler.apply(connection, [self._event("engagement.ended", data["engagement_id"], data)], None)

    async def hear_of_relations(self, competency_id: str, **relations: list[str]) -> None:
        """Apply profile's event about how a competency relates to others."""
        await self._hear("competency.related", competency_id, {"label": "", **relations})

    async def hear_of_itself(self, *, min_group_size: int) -> None:
        """Apply profile's event about the organization."""
        await self._hear("organization.changed", self.id, {"name": "", "min_group_size": min_group_size})

    async def wishes(self) -> dict[tuple[str, str], date]:
        """Since when who has openly wanted what."""
        async with self.wiring.database.transaction(self.id) as connection:
            found = await connection.execute(select(wanted_topics))
            return {(row.person_id, row.competency_id): row.since for row in found}

    async def _hear(self, type_: str, subject_id: str, data: Mapping[str, Any]) -> None:
        events = [self._event(type_, subject_id, data)]
        handler = self.wiring.profile_handlers(ToldPeople([]))[type_]
        async with self.wiring.database.transaction(self.id) as connection:
            await handler.apply(connection, events, await handler.prepare(events))

    async def person(self, **facts: Any) -> dict[str, Any]:
        """Somebody new whom profile has told of."""
        person = told_person(ids.new("per"), **facts)
        await self.hear_of_people(person)
        return person

    async def program(self, **fields: Any) -> dict[str, Any]:
        """An open program."""
        program = ok(await self.coordinator.post("/v1/programs", program_body(**fields)), 201)
        opened: dict[str, Any] = ok(await self.coordinator.post(f"/v1/programs/{program['id']}:open"))
        return opened

    async def take_part(self, program: Mapping[str, Any], person: Mapping[str, Any], *roles: str) -> dict[str, Any]:
        """Enter somebody in a program."""
        body = {"person_id": person["id"], "roles": list(roles)}
        path = f"/v1/programs/{program['id']}/participations"
        participation: dict[str, Any] = ok(await self.coordinator.post(path, body), 201)
        return participation

    async def propose(self, program: Mapping[str, Any], teacher: Any, learner: Any) -> dict[str, Any]:
        """Propose one teacher to one learner by hand."""
        track = {
            "teacher_id": teacher["id"],
            "learner_id": learner["id"],
            "competency_id": teacher["strengths"][0]["competency_id"],
        }
        path = f"/v1/programs/{program['id']}/proposals"
        proposal: dict[str, Any] = ok(await self.coordinator.post(path, {"tracks": [track]}), 201)
        return proposal

    async def queue_run(self, program: Mapping[str, Any], **body: Any) -> dict[str, Any]:
        """A match run that no worker has taken."""
        run: dict[str, Any] = ok(await self.coordinator.post(f"/v1/programs/{program['id']}/match-runs", body), 202)
        return run

    async def do_run(self, run: Mapping[str, Any], solver: Any = None) -> dict[str, Any]:
        """Do the run as a worker does."""
        handler = RunMatch(
            self.wiring.background_work, solver or SolverInThisProcess(), self.wiring.ids, self.wiring.clock
        )
        await handler.run(Job("match-run", self.id, {"match_run_id": run["id"]}, 1))
        done: dict[str, Any] = ok(await self.coordinator.get(f"/v1/match-runs/{run['id']}"))
        return done

    async def run(self, program: Mapping[str, Any], *, seed: int = 1, **body: Any) -> dict[str, Any]:
        """A match run that has been done."""
        return await self.do_run(await self.queue_run(program, seed=seed, **body))

    async def review(self, run: Mapping[str, Any]) -> None:
        """Review the run as a worker does."""
        handler = ReviewRun(self.wiring.background_work, ReviewerInThisProcess())
        await handler.run(Job(REVIEW_RUN, self.id, {"match_run_id": run["id"]}, 1))

    async def publish(self, run: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Offer what the run found, and list it."""
        ok(await self.coordinator.post(f"/v1/match-runs/{run['id']}:publish"))
        listed = ok(await self.coordinator.get("/v1/proposals", match_run_id=run["id"]))
        items: list[dict[str, Any]] = listed["items"]
        return items

    async def events(self, type_: str) -> list[dict[str, Any]]:
        """What was told of this type in this organization.

        A transaction anywhere in the cluster may hold the feed back, so one more fact is told last and waited for.
        """
        internal = Caller(self.app, "matching", None, scopes=("internal",), issuer="sessions")
        last = ids.new("tst")
        async with self.wiring.background_work(self.id) as uow:
            await uow.events.append("test.looked", last, {})
        cursor = START
        told: list[dict[str, Any]] = []
        while not told or told[-1]["subject_id"] != last:
            page = ok(await internal.get("/internal/events", after=cursor, wait=5, limit=1000))
            cursor = page["next_cursor"]
            told += [event for event in page["events"] if event["organization_id"] == self.id]
        return [event for event in told if event["type"] == type_]

    def _event(self, type_: str, subject_id: str, data: Mapping[str, Any]) -> Event:
        return Event("1.1", ids.new("evt"), self.id, type_, subject_id, data, "2026-03-02T09:00:00Z")


@pytest.fixture
def organization(app: FastAPI) -> Organization:
    return Organization(app)


@pytest.fixture
def other_organization(app: FastAPI) -> Organization:
    return Organization(app)
