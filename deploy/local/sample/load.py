"""Brings the sample organization into a running system, as an organization's own people would."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from deploy.local.client import Gateway
from deploy.local.sample.people import IMPORT_MAPPING, PEOPLE_BY_LEVEL, SamplePerson, as_csv, sample_people
from deploy.local.story import (
    Profile,
    competency_ids,
    create_organization,
    create_policy,
    enroll,
    growth_area,
    import_people,
    match,
    open_program,
    people_by_external_id,
    strength,
    tell_profiles,
)

LEADERS = [1, 2, 3]
POLICY: dict[str, Any] = {"name": "Within a working day's reach", "rules": {"max_time_zone_gap_hours": 9}}
PROGRAM: dict[str, Any] = {
    "name": "Leaders learn what is new",
    "kind": "mentoring",
    "format": "pair",
    "group_size": {"min": 2, "max": 2},
    "purpose": "Leaders learn from colleagues who work with new technology every day.",
    "business_issue": "Decisions about technology are taken far from where it is used.",
    "success_measure": "Half of the leaders have used at work what they learned within three months.",
    "objectives": [
        {"role": "learner", "text": "Understand one new technology well enough to decide about it.", "rank": "primary"},
        {"role": "teacher", "text": "Learn how decisions are taken at the top.", "rank": "secondary"},
    ],
    "competency_ids": [],
    "who_may_teach": {"reporting_levels": [4, 5], "departments": None},
    "who_may_learn": {"reporting_levels": LEADERS, "departments": None},
}


@dataclass(frozen=True, slots=True)
class LoadedSample:
    """What the next start needs to know of the sample."""

    organization_id: str
    program_id: str
    person_id: str
    person_name: str


async def load_people(gateway: Gateway, say: Callable[[str], None]) -> str:
    """Two thousand people, and what a part of them can and want; gives the id of their organization."""
    people = sample_people()
    organization_id = await create_organization(gateway, "Sample")
    admin = await gateway.caller(organization_id, "org_admin")
    say(f"Importing {len(people):,} people of the sample organization …")
    await import_people(admin, as_csv(people), IMPORT_MAPPING)
    known = await people_by_external_id(admin)

    told = [person for person in people if person.strengths]
    say(f"{len(told)} of them say what they can teach and want to learn …")
    ids = await competency_ids(admin)
    await tell_profiles(
        gateway, organization_id, {known[person.external_id]["id"]: _profile(person, ids) for person in told}
    )
    return organization_id


async def match_leaders(gateway: Gateway, organization_id: str, say: Callable[[str], None]) -> LoadedSample:
    """A program of the sample organization in which juniors teach leaders, matched."""
    say("Matching leaders with colleagues who can teach them …")
    coordinator = await gateway.caller(organization_id, "coordinator")
    program_id = await open_program(coordinator, PROGRAM, await create_policy(coordinator, POLICY))
    await enroll(coordinator, program_id, sum(PEOPLE_BY_LEVEL))
    run, _ = await match(coordinator, program_id)
    teacher = await _first_teacher(gateway, organization_id, program_id, run["id"])
    return LoadedSample(organization_id, program_id, *teacher)


def _profile(person: SamplePerson, ids: dict[str, str]) -> Profile:
    return Profile(
        strengths=[strength(ids[item.label], item.level) for item in person.strengths],
        growth_areas=[growth_area(ids[item.label], item.level - 1, item.level, 3) for item in person.growth_areas],
    )


async def _first_teacher(gateway: Gateway, organization_id: str, program_id: str, run_id: str) -> tuple[str, str]:
    coordinator = await gateway.caller(organization_id, "coordinator")
    page = await coordinator.get("/v1/proposals", program_id=program_id, match_run_id=run_id, limit=1)
    (teacher_id,) = (part["person_id"] for part in page["items"][0]["participants"] if "teacher" in part["roles"])
    person = await coordinator.get(f"/v1/people/{teacher_id}")
    return teacher_id, person["display_name"]
