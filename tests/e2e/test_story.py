"""From an HR export to a signed, held and reported engagement, through the gateway only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.local.demo.follow import follow
from deploy.local.demo.programs import PROGRAMS
from deploy.local.story import enroll, import_people, match, open_program
from tests.e2e.conftest import PEOPLE, Company
from tests.shared_data import ADVENTURE_WORKS_MAPPING, shared_file

TECHNOLOGY, RECIPROCAL, GROUPS = PROGRAMS


@dataclass(frozen=True, slots=True)
class Matched:
    """A program whose match run has been published."""

    program_id: str
    run: Mapping[str, Any]
    proposals: Sequence[Mapping[str, Any]]


async def matched(company: Company, program: Mapping[str, Any], people: int) -> Matched:
    program_id = await open_program(company.coordinator, program)
    assert await enroll(company.coordinator, program_id, people) == people
    run, _ = await match(company.coordinator, program_id)
    return Matched(program_id, run, await company.coordinator.items("/v1/proposals", program_id=program_id))


@pytest.fixture(scope="session")
async def technology(company: Company) -> Matched:
    return await matched(company, TECHNOLOGY, PEOPLE)


async def test_everybody_comes_in_and_each_row_that_does_not_is_named(company: Company) -> None:
    counts = company.imported["counts"]
    assert (counts["rows"], counts["created"], counts["refused_rows"]) == (296, PEOPLE, 6)
    assert company.imported["status"] == "partially_succeeded"
    assert {person["reporting_level"] for person in company.people.values()} == {1, 2, 3, 4, 5}
    path = f"/v1/imports/{company.imported['id']}/errors"
    errors = await company.coordinator.items(path)
    assert {error["code"] for error in errors} == {"duplicate-external-id"}
    assert len(errors) == 6


async def test_the_same_file_again_changes_nothing(company: Company) -> None:
    file = shared_file("hris/adventureworks_employees.csv").read_bytes()
    again = await import_people(company.coordinator, file, ADVENTURE_WORKS_MAPPING)
    assert (again["counts"]["created"], again["counts"]["updated"]) == (0, 0)
    assert again["counts"]["unchanged"] == PEOPLE


async def test_only_executives_learn_and_anybody_may_teach_them(company: Company, technology: Matched) -> None:
    assert technology.run["counts"]["proposals"] == len(technology.proposals) > 0
    learners = {track["learner_id"] for proposal in technology.proposals for track in proposal["tracks"]}
    executives = {person_id for person_id in company.people if company.level(person_id) <= 2}
    both_ways = {
        person["person_id"] for p in technology.proposals if len(p["tracks"]) > 1 for person in p["participants"]
    }
    assert learners - both_ways <= executives
    teachers = {track["teacher_id"] for proposal in technology.proposals for track in proposal["tracks"]}
    assert any(company.level(person_id) >= 4 for person_id in teachers)


async def test_every_proposal_is_explained_to_the_last_point(technology: Matched) -> None:
    for proposal in technology.proposals:
        contributions = proposal["explanation"]["contributions"]
        assert sum(part["points"] for part in contributions) == proposal["score"] > 0
        assert all(part["text"] for part in contributions)


async def test_a_junior_teaches_an_executive_to_the_report(company: Company, technology: Matched) -> None:
    upward = next(
        proposal
        for proposal in technology.proposals
        if all(company.level(t["teacher_id"]) > company.level(t["learner_id"]) for t in proposal["tracks"])
    )
    followed = await follow(company.system.gateway, company.organization_id, upward)
    assert followed.engagement["status"] == "active"
    assert {track["direction"] for track in followed.engagement["tracks"]} == {"upward"}
    seen = await company.coordinator.get(f"/v1/engagements/{followed.engagement['id']}")
    assert seen["status"] == "active"
    report = await company.coordinator.get(f"/v1/programs/{technology.program_id}/report")
    assert report["program_id"] == technology.program_id


async def test_two_people_teach_each_other(company: Company) -> None:
    reciprocal = await matched(company, RECIPROCAL, PEOPLE)
    followed = await follow(company.system.gateway, company.organization_id, reciprocal.proposals[0])
    directed = {(track["teacher_id"], track["learner_id"]) for track in followed.engagement["tracks"]}
    assert len({frozenset(pair) for pair in directed}) == 1
    assert len(directed) == 2
    assert followed.learnings == 2


async def test_one_teaches_a_group_and_the_report_counts_it(company: Company) -> None:
    groups = await matched(company, GROUPS, PEOPLE)
    largest = sorted(groups.proposals, key=lambda proposal: len(proposal["participants"]))[-2:]
    followed = [await follow(company.system.gateway, company.organization_id, proposal) for proposal in largest]
    for group in followed:
        assert len({track["teacher_id"] for track in group.engagement["tracks"]}) == 1
    used = sum(group.commitments for group in followed)
    assert used >= 5, "a report tells nothing of fewer people"
    report = await company.coordinator.get(f"/v1/programs/{groups.program_id}/report")
    assert report["commitments"]["by_status"]["applied"] == {"value": used, "suppressed": False}
