"""A running sessions service, its neighbours' facts, and callers of it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI

from kit.clock import Clock
from kit.events import Event
from kit.ids import TimeOrderedIds
from kit.testing.api import Caller, ok, running
from kit.testing.keys import service_settings
from services.sessions.clients.matching import MatchingEvents
from services.sessions.clients.profile import ProfileEvents
from services.sessions.main import create_app
from services.sessions.settings import SessionsSettings
from services.sessions.storage.transactions import applied_one_by_one
from services.sessions.tests.bodies import commitment_body, meeting_body
from services.sessions.wiring import Wiring

ids = TimeOrderedIds()


@pytest.fixture(scope="session")
async def app(postgres: Any) -> AsyncIterator[FastAPI]:
    settings = SessionsSettings(**service_settings("sessions", postgres.url("sessions")))
    async with running(create_app(settings)) as started:
        yield started


class Organization:
    """A fresh organization: facts about it arrive as its neighbours' events, callers come with tokens of it."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.wiring: Wiring = app.state.wiring
        self.id = ids.new("org")
        self.program_id = ids.new("prg")
        self.coordinator = self.caller(roles=("coordinator", "member"), person_id=ids.new("per"))

    def caller(self, *, person_id: str | None = None, roles: tuple[str, ...] = ("member",)) -> Caller:
        return Caller(self.app, "sessions", self.id, person_id=person_id, roles=roles)

    async def hear(
        self, type_: str, subject_id: str, data: Mapping[str, Any] | None = None, *, clock: Clock | None = None
    ) -> None:
        """Apply a neighbour's event, as the consumer does."""
        clock = clock or self.wiring.clock
        appliers = {**ProfileEvents(clock).appliers(), **MatchingEvents(ids, clock).appliers()}
        event = Event("1.1", ids.new("evt"), self.id, type_, subject_id, data or {}, "2026-03-02T09:00:00Z")
        async with self.wiring.database.transaction(self.id) as connection:
            await applied_one_by_one(appliers[type_], ids, clock).apply(connection, [event], None)

    async def pair(self, *, clock: Clock | None = None, **changes: Any) -> "Pair":
        """A junior and an executive whose proposal was accepted."""
        pair = Pair(self)
        await self.hear("proposal.accepted", pair.proposal_id, {**pair.proposal(), **changes}, clock=clock)
        (pair.engagement,) = ok(await pair.junior.get("/v1/engagements"))["items"]
        pair.id = pair.engagement["id"]
        return pair

    async def active_pair(self, **changes: Any) -> "Pair":
        """The same, with the first agreement signed by both."""
        pair = await self.pair(**changes)
        await pair.sign()
        return pair


class Pair:
    """A junior who teaches an executive, as callers."""

    id: str
    engagement: dict[str, Any]

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.proposal_id = ids.new("pro")
        self.junior_id, self.executive_id = ids.new("per"), ids.new("per")
        self.competency_id = ids.new("cmp")
        self.junior = organization.caller(person_id=self.junior_id)
        self.executive = organization.caller(person_id=self.executive_id)

    def proposal(self) -> dict[str, Any]:
        """What matching tells of the accepted proposal."""
        return {
            "proposal_id": self.proposal_id,
            "program_id": self.organization.program_id,
            "program_name": "Executives learn technology",
            "kind": "mentoring",
            "purpose": "The board decides about technology that it has used.",
            "score": 8000,
            "participants": [
                {"person_id": self.junior_id, "roles": ["teacher"], "reporting_level": 5},
                {"person_id": self.executive_id, "roles": ["learner"], "reporting_level": 1},
            ],
            "tracks": [self.track(self.junior_id, self.executive_id)],
        }

    def track(self, teacher_id: str, learner_id: str, **changes: Any) -> dict[str, Any]:
        return {
            "teacher_id": teacher_id,
            "learner_id": learner_id,
            "competency_id": self.competency_id,
            "competency_label": "Machine learning",
            "discreet": False,
            **changes,
        }

    @property
    def people(self) -> tuple[Caller, Caller]:
        return self.junior, self.executive

    async def get(self, caller: Caller | None = None) -> dict[str, Any]:
        """The engagement as somebody sees it."""
        engagement: dict[str, Any] = ok(await (caller or self.junior).get(f"/v1/engagements/{self.id}"))
        return engagement

    async def sign(self, *callers: Caller) -> None:
        """Sign the version that waits."""
        listed = ok(await self.junior.get(f"/v1/engagements/{self.id}/agreements"))["items"]
        waiting = next(agreement for agreement in listed if agreement["status"] == "proposed")
        for caller in callers or self.people:
            body = {"content_hash": waiting["content_hash"]}
            ok(await caller.post(f"/v1/agreements/{waiting['id']}:sign", body))

    async def meeting(self, starts_in_hours: float = -1) -> dict[str, Any]:
        """A scheduled meeting."""
        body = meeting_body(starts_in_hours)
        created = await self.junior.post(f"/v1/engagements/{self.id}/mentoring-sessions", body)
        meeting: dict[str, Any] = ok(created, 201)
        return meeting

    async def held_meeting(self) -> dict[str, Any]:
        """A meeting that both attended."""
        path = f"/v1/mentoring-sessions/{(await self.meeting())['id']}:hold"
        held: dict[str, Any] = ok(await self.junior.post(path, {"attended": [self.junior_id, self.executive_id]}))
        return held

    async def commitment(self) -> dict[str, Any]:
        """What the executive will use, after a held meeting."""
        path = f"/v1/mentoring-sessions/{(await self.held_meeting())['id']}/commitments"
        commitment: dict[str, Any] = ok(await self.executive.post(path, commitment_body()), 201)
        return commitment


@pytest.fixture
def organization(app: FastAPI) -> Organization:
    return Organization(app)


@pytest.fixture
def other_organization(app: FastAPI) -> Organization:
    return Organization(app)
