"""One proposal followed to its end: accepted, agreed, met, used, and learned from by everybody in it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.local.client import Caller, Gateway

MET_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Followed:
    """What there is to tell of an engagement that was followed."""

    engagement: Mapping[str, Any]
    commitments: int
    learnings: int


async def follow(gateway: Gateway, organization_id: str, proposal: Mapping[str, Any]) -> Followed:
    """Do everything that its participants would do, each with a token of their own."""
    roles = {part["person_id"]: part["roles"] for part in proposal["participants"]}
    people = {person_id: await gateway.caller(organization_id, person_id=person_id) for person_id in roles}
    for person in people.values():
        await person.post(f"/v1/proposals/{proposal['id']}:accept")
    anyone = next(iter(people.values()))
    engagement = await _engagement_of(anyone, proposal["id"])
    await _sign(engagement, people)
    meeting = await _meet(engagement["id"], people)
    learners = [person_id for person_id in roles if "learner" in roles[person_id]]
    for person_id in learners:
        await _commit_and_use(people[person_id], meeting["id"])
    for person in people.values():
        await _look_back(person, engagement["id"])
    ended = await anyone.get(f"/v1/engagements/{engagement['id']}")
    return Followed(ended, commitments=len(learners), learnings=len(people))


async def _engagement_of(person: Caller, proposal_id: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            for engagement in await person.items("/v1/engagements"):
                if engagement["proposal_id"] == proposal_id:
                    return dict(engagement)
            await asyncio.sleep(0.1)


async def _sign(engagement: Mapping[str, Any], people: Mapping[str, Caller]) -> None:
    (agreement_id,) = (agreement["id"] for agreement in engagement["agreements"])
    for person in people.values():
        agreement = await person.get(f"/v1/agreements/{agreement_id}")
        await person.post(f"/v1/agreements/{agreement_id}:sign", {"content_hash": agreement["content_hash"]})


async def _meet(engagement_id: str, people: Mapping[str, Caller]) -> dict[str, Any]:
    anyone = next(iter(people.values()))
    began = datetime.now(UTC) - MET_FOR
    plan = {
        "starts_at": began.isoformat(),
        "ends_at": (began + MET_FOR).isoformat(),
        "time_zone": "Europe/London",
        "place": "a quiet room",
        "agenda": None,
    }
    meeting: dict[str, Any] = await anyone.post(f"/v1/engagements/{engagement_id}/mentoring-sessions", plan)
    await anyone.post(f"/v1/mentoring-sessions/{meeting['id']}:hold", {"attended": list(people)})
    return meeting


async def _commit_and_use(learner: Caller, meeting_id: str) -> None:
    today = datetime.now(UTC).date().isoformat()
    what = {"what": "Try it on one real task.", "when_on": today, "where": "in my own team"}
    commitment = await learner.post(f"/v1/mentoring-sessions/{meeting_id}/commitments", what)
    use = {"used_on": today, "evidence": "It is in the team's work now.", "setting": "on_the_job"}
    await learner.post(f"/v1/commitments/{commitment['id']}:apply", use)


async def _look_back(person: Caller, engagement_id: str) -> None:
    scores = {"usefulness": 5, "could_disagree": 4, "psychosocial": 4, "instrumental": 5}
    await person.post(f"/v1/engagements/{engagement_id}/feedback", scores)
    learning = {"text": "Something that I did not know before.", "competency_id": None, "visibility": "shared"}
    await person.post(f"/v1/engagements/{engagement_id}/learnings", learning)
