"""The company of the sample database AdventureWorks, in the running system."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.client import Caller
from deploy.local.story import Profile, growth_area, import_people, strength, tell_profiles
from tests.shared_data import ADVENTURE_WORKS_MAPPING, Respondent, respondents, shared_file
from tests.system import RunningSystem

PEOPLE = 290
TELLING = 145
"""How many of them say what they can and want: enough for every kind of match, and half the time."""


@dataclass(frozen=True, slots=True)
class Company:
    """An organization whose people came from an HR export and have said what they can and want."""

    system: RunningSystem
    organization_id: str
    coordinator: Caller
    people: Mapping[str, Mapping[str, Any]]
    competencies: Mapping[str, str]
    imported: Mapping[str, Any]

    def level(self, person_id: str) -> int:
        """How far the person is from the top, from 1."""
        return int(self.people[person_id]["reporting_level"])

    async def as_person(self, person_id: str) -> Caller:
        """The person, with a token of their own."""
        return await self.system.person(self.organization_id, person_id)


@pytest.fixture(scope="session")
async def company(system: RunningSystem) -> Company:
    file = shared_file("hris/adventureworks_employees.csv").read_bytes()
    answers = respondents(TELLING)
    organization_id = await system.new_organization("Adventure Works")
    coordinator = await system.coordinator(organization_id)
    imported = await import_people(coordinator, file, ADVENTURE_WORKS_MAPPING)
    people = {person["id"]: person for person in await coordinator.items("/v1/people")}
    competencies = await _competencies(coordinator, answers)
    profiles = {
        person_id: _profile(answer, competencies) for person_id, answer in zip(sorted(people), answers, strict=False)
    }
    await tell_profiles(system.gateway, organization_id, profiles)
    return Company(system, organization_id, coordinator, people, competencies, imported)


async def _competencies(admin: Caller, answers: list[Respondent]) -> dict[str, str]:
    labels = sorted({label for answer in answers for label in (*answer.strengths, *answer.growth_areas)})

    async def approved(label: str) -> str:
        created = await admin.post("/v1/competencies", {"label": label})
        await admin.post(f"/v1/competencies/{created['id']}:approve")
        return str(created["id"])

    return dict(zip(labels, await asyncio.gather(*map(approved, labels)), strict=True))


def _profile(answer: Respondent, competencies: Mapping[str, str]) -> Profile:
    level = min(5, 2 + answer.years // 3)
    return Profile(
        strengths=[strength(competencies[label], level) for label in answer.strengths],
        growth_areas=[growth_area(competencies[label], 0, 2, 4) for label in answer.growth_areas],
    )
