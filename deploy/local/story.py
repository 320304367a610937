"""The steps of the story that the sample and the demonstration tell, each through the public API."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.local.client import Caller, Gateway, Stopwatch, at_once

KNOWN_WITHIN_SECONDS = 120.0
NOTHING_SAID = 0
"""The version of a list that its owner has never touched."""
MATCHING = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Profile:
    """What one person says about themself."""

    strengths: Sequence[Mapping[str, Any]]
    growth_areas: Sequence[Mapping[str, Any]]
    teaching_capacity: int = 1


def strength(competency_id: str, level: int) -> dict[str, Any]:
    """A strength that its owner is glad to share."""
    return {
        "competency_id": competency_id,
        "level": level,
        "willing": True,
        "formats": ["pair", "group"],
        "asset_type": "skill",
        "note": None,
    }


def growth_area(competency_id: str, current_level: int, target_level: int, importance: int) -> dict[str, Any]:
    """A growth area that everybody may see."""
    return {
        "competency_id": competency_id,
        "current_level": current_level,
        "target_level": target_level,
        "importance": importance,
        "visibility": "organization",
        "situation": None,
    }


async def create_organization(gateway: Gateway, name: str) -> str:
    """A new organization with the packaged competencies."""
    operator = await gateway.caller(None, "platform_operator")
    body = {"name": name, "time_zone": "Europe/London", "locale": "en", "min_group_size": 5, "taxonomy": "esco_ict"}
    organization: dict[str, Any] = await operator.post("/v1/organizations", body)
    return str(organization["id"])


async def import_people(admin: Caller, file: bytes, mapping: Mapping[str, str]) -> dict[str, Any]:
    """Send a file of people and wait for the result."""
    queued = await admin.post(
        "/v1/imports",
        files={"file": ("people.csv", file, "text/csv")},
        data={"mapping": json.dumps(mapping), "dry_run": "false"},
    )
    done: dict[str, Any] = await admin.wait_while(f"/v1/imports/{queued['id']}", "status", "queued", "running")
    return done


async def people_by_external_id(admin: Caller) -> dict[str, dict[str, Any]]:
    """Everybody of the organization."""
    return {person["external_id"]: person for person in await admin.items("/v1/people")}


async def competency_ids(admin: Caller) -> dict[str, str]:
    """The competencies' ids by label."""
    return {competency["label"]: competency["id"] for competency in await admin.items("/v1/competencies")}


async def tell_profiles(
    gateway: Gateway,
    organization_id: str,
    profiles: Mapping[str, Profile],
    done: Callable[[], None] = lambda: None,
) -> None:
    """Each person says for the first time, with a token of their own, what they can and where they want to grow."""

    async def tell(told: tuple[str, Profile]) -> None:
        person_id, profile = told
        person = await gateway.caller(organization_id, person_id=person_id)
        await person.put("/v1/me/strengths", {"items": profile.strengths}, version=NOTHING_SAID)
        await person.put("/v1/me/growth-areas", {"items": profile.growth_areas}, version=NOTHING_SAID)
        if profile.teaching_capacity != 1:
            await person.put("/v1/me/availability", {"teaching_capacity": profile.teaching_capacity})

    await at_once(tell, list(profiles.items()), done)


async def create_policy(coordinator: Caller, policy: Mapping[str, Any]) -> str:
    """A match policy that programs can take."""
    created = await coordinator.post("/v1/match-policies", dict(policy))
    return str(created["id"])


async def open_program(coordinator: Caller, program: Mapping[str, Any], policy_id: str | None = None) -> str:
    """A program that people can be enrolled in, under this policy or the standard one."""
    created = await coordinator.post("/v1/programs", {**program, "match_policy_id": policy_id})
    await coordinator.post(f"/v1/programs/{created['id']}:open")
    return str(created["id"])


async def match(
    coordinator: Caller, program_id: str, seen: Callable[[Any], None] = lambda _: None
) -> tuple[dict[str, Any], float]:
    """Run the match, offer what it proposes; the run, and the seconds until it could be reviewed."""
    watch = Stopwatch()
    queued = await coordinator.post(f"/v1/programs/{program_id}/match-runs", {"seed": 1})
    run = await coordinator.wait_while(f"/v1/match-runs/{queued['id']}", "status", *MATCHING, seen=seen)
    seconds = watch.seconds
    if run["status"] != "review":
        raise RuntimeError(f"The match run ended as {run['status']}.")
    await coordinator.post(f"/v1/match-runs/{run['id']}:publish")
    return run, seconds


async def enroll(coordinator: Caller, program_id: str, people: int) -> int:
    """Enroll everybody whom the program is for, once matching has heard of that many people."""
    watch = Stopwatch()
    while True:
        answer = await coordinator.post(f"/v1/programs/{program_id}/participations:enroll", {})
        if answer["participations"] >= people or watch.seconds > KNOWN_WITHIN_SECONDS:
            return int(answer["participations"])
        await asyncio.sleep(0.3)
