from datetime import UTC, datetime
from typing import Any

from kit.testing.api import ok, problem
from services.sessions.tests.bodies import SCORES
from services.sessions.tests.conftest import Organization, Pair, ids

TODAY = datetime.now(UTC).date().isoformat()
HIDDEN = {"value": None, "suppressed": True}


def figure(value: float) -> dict[str, Any]:
    return {"value": value, "suppressed": False}


async def report_of(organization: Organization) -> dict[str, Any]:
    report: dict[str, Any] = ok(await organization.coordinator.get(f"/v1/programs/{organization.program_id}/report"))
    return report


async def use_what_was_learned(pair: Pair) -> None:
    path = f"/v1/commitments/{(await pair.commitment())['id']}:apply"
    ok(await pair.executive.post(path, {"used_on": TODAY, "setting": "on_the_job"}))


async def look_back(pair: Pair, usefulness: int) -> None:
    body = {**SCORES, "usefulness": usefulness}
    for caller in pair.people:
        ok(await caller.post(f"/v1/engagements/{pair.id}/feedback", body), 201)
        ok(await caller.post(f"/v1/engagements/{pair.id}/learnings", {"text": "x", "visibility": "private"}), 201)


async def test_a_coordinator_sees_what_came_of_a_program(organization: Organization) -> None:
    pairs = [await organization.active_pair() for _ in range(6)]
    for pair in pairs[:5]:
        await use_what_was_learned(pair)
        await look_back(pair, usefulness=4)
    await pairs[5].commitment()
    report = await report_of(organization)
    assert report["program_name"] == "Executives learn technology"
    assert report["min_group_size"] == 5
    assert report["engagements"]["total"] == figure(6)
    assert report["engagements"]["by_status"]["active"] == figure(6)
    assert report["engagements"]["by_status"]["lapsed"] == HIDDEN
    assert report["engagements"]["by_kind"]["mentoring"] == figure(6)
    assert report["tracks"] == {
        "total": figure(6),
        "by_direction": {"upward": figure(6), "downward": HIDDEN, "level": HIDDEN, "unknown": HIDDEN},
    }
    assert report["mentoring_sessions"]["by_status"]["held"] == figure(6)
    assert report["learnings"]["by_role"] == {"teacher": figure(5), "learner": figure(5)}
    assert report["learnings"]["teacher_learning_rate"] == figure(round(5 / 6, 4))
    assert report["feedback"] == {
        "total": figure(10),
        "usefulness": figure(4),
        "could_disagree": figure(4),
        "psychosocial": figure(3),
        "instrumental": figure(4),
    }
    # One person's commitment is open; shown next to the total, the five applied ones would tell so.
    assert report["commitments"]["total"] == figure(6)
    assert report["commitments"]["by_status"] == {"open": HIDDEN, "applied": HIDDEN, "not_used": HIDDEN}
    assert report["commitments"]["transfer_rate"] == HIDDEN
    assert report["commitments"]["median_days_to_first_use"] == figure(0)


async def test_use_at_work_is_shown_where_it_is_about_enough_people(organization: Organization) -> None:
    pairs = [await organization.active_pair() for _ in range(5)]
    for pair in pairs:
        await use_what_was_learned(pair)
    commitments = (await report_of(organization))["commitments"]
    assert commitments == {
        "total": figure(5),
        "by_status": {"open": HIDDEN, "applied": figure(5), "not_used": HIDDEN},
        "transfer_rate": figure(1),
        "median_days_to_first_use": figure(0),
    }


def every_figure(report: Any) -> list[dict[str, Any]]:
    if set(report) == {"value", "suppressed"}:
        return [report]
    return [found for value in report.values() if isinstance(value, dict) for found in every_figure(value)]


async def test_figures_about_few_people_are_suppressed(organization: Organization) -> None:
    for _ in range(2):
        pair = await organization.active_pair()
        await use_what_was_learned(pair)
        await look_back(pair, usefulness=1)
    figures = every_figure(await report_of(organization))
    assert len(figures) == 37
    assert figures == [HIDDEN] * len(figures)


async def test_the_organizations_own_minimum_counts(organization: Organization) -> None:
    for _ in range(2):
        await organization.active_pair()
    for minimum, shown in ((4, figure(2)), (5, HIDDEN)):
        await organization.hear("organization.changed", organization.id, {"name": "Ours", "min_group_size": minimum})
        report = await report_of(organization)
        assert report["min_group_size"] == minimum
        assert report["engagements"]["total"] == shown


async def test_what_is_hidden_cannot_be_had_by_subtraction(organization: Organization) -> None:
    pairs = [await organization.active_pair() for _ in range(7)]
    ok(await pairs[0].junior.post(f"/v1/engagements/{pairs[0].id}:pause"))
    for pair in pairs[1:4]:
        ok(await pair.junior.post(f"/v1/engagements/{pair.id}:end", {"outcome": "completed"}))
    by_status = (await report_of(organization))["engagements"]["by_status"]
    shown = {status: cell["value"] for status, cell in by_status.items() if not cell["suppressed"]}
    # Two people are on hold: with 7 in all and both 3 active and 3 completed shown, the one pair would be told.
    assert len(shown) == 1
    assert set(shown.values()) == {3}


async def test_it_is_for_coordinators(organization: Organization, other_organization: Organization) -> None:
    pair = await organization.active_pair()
    path = f"/v1/programs/{organization.program_id}/report"
    problem(await pair.junior.get(path), 403, "role-required")
    ok(await organization.caller(roles=("org_admin",)).get(path))
    problem(await other_organization.coordinator.get(path), 404, "program-not-found")
    problem(await organization.coordinator.get(f"/v1/programs/{ids.new('prg')}/report"), 404, "program-not-found")


async def test_it_names_nobody(organization: Organization) -> None:
    for _ in range(5):
        await look_back(await organization.active_pair(), usefulness=5)
    answer = await organization.coordinator.get(f"/v1/programs/{organization.program_id}/report")
    assert "per_" not in answer.text
