import asyncio
from typing import Any

import pytest

from kit.testing.api import Caller, ok, problem
from services.profile.tests.api.test_people import MISSING, person
from services.profile.tests.conftest import Organization


async def somebody(organization: Organization) -> Caller:
    made = await person(organization)
    return organization.caller(person_id=made["id"])


async def test_the_caller_learns_who_they_are(organization: Organization) -> None:
    made = await person(organization)
    me = ok(await organization.caller(person_id=made["id"]).get("/v1/me"))
    assert me == {"organization_id": organization.id, "roles": ["member"], "person": made}
    assert ok(await organization.integration.get("/v1/me"))["person"] is None


async def test_preferences_are_the_callers_own(organization: Organization) -> None:
    me = await somebody(organization)
    empty = await me.get("/v1/me/preferences")
    assert ok(empty) == {"pace": None, "format": None, "depth": None, "language": None, "version": 0}
    said = {"pace": "steady", "language": "de"}
    put = await me.change("PUT", "/v1/me/preferences", said, version=0)
    assert ok(put) == {"pace": "steady", "format": None, "depth": None, "language": "de", "version": 1}
    assert put.headers["etag"] == '"1"'
    problem(await me.change("PUT", "/v1/me/preferences", said, version=0), 412, "stale-version")
    problem(await me.change("PUT", "/v1/me/preferences", said, version=None), 428, "if-match-missing")
    assert ok(await (await somebody(organization)).get("/v1/me/preferences"))["pace"] is None


async def test_availability_has_weekly_windows_and_capacities(organization: Organization) -> None:
    me = await somebody(organization)
    empty = ok(await me.get("/v1/me/availability"))
    assert (empty["windows"], empty["teaching_capacity"], empty["learning_capacity"]) == ([], 1, 1)
    said = {
        "windows": [{"weekday": 0, "start": "09:00", "end": "10:30"}, {"weekday": 6, "start": "22:00", "end": "24:00"}],
        "teaching_capacity": 3,
        "learning_capacity": 0,
        "hours_per_month": 4,
        "paused_until": "2026-12-01",
    }
    put = ok(await me.change("PUT", "/v1/me/availability", said, version=0))
    assert put == {**said, "time_zone": "Europe/Berlin", "version": 1}
    assert ok(await me.get("/v1/me/availability")) == put


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"windows": [{"weekday": 0, "start": "10:00", "end": "09:00"}]}, "/body/windows/0/end", "ends-before-start"),
        (
            {
                "windows": [
                    {"weekday": 0, "start": "10:00", "end": "12:00"},
                    {"weekday": 0, "start": "09:00", "end": "10:01"},
                ]
            },
            "/body/windows/0",
            "windows-overlap",
        ),
        ({"windows": [{"weekday": 7, "start": "10:00", "end": "12:00"}]}, "/body/windows/0/weekday", "less-than-equal"),
        (
            {"windows": [{"weekday": 1, "start": "9", "end": "12:00"}]},
            "/body/windows/0/start",
            "string-pattern-mismatch",
        ),
        ({"teaching_capacity": 21}, "/body/teaching_capacity", "less-than-equal"),
        ({"mood": "good"}, "/body/mood", "extra-forbidden"),
    ],
)
async def test_each_wrong_window_is_named(
    organization: Organization, said: dict[str, Any], pointer: str, code: str
) -> None:
    me = await somebody(organization)
    answer = await me.change("PUT", "/v1/me/availability", said, version=0)
    assert answer.status_code == 422
    assert (pointer, code) in {(error["pointer"], error["code"]) for error in answer.json()["errors"]}


async def test_of_two_first_words_at_once_one_is_stale(organization: Organization) -> None:
    me = await somebody(organization)
    paths = [{"pace": "steady"}, {"pace": "relaxed"}]
    answers = await asyncio.gather(*(me.change("PUT", "/v1/me/preferences", said, version=0) for said in paths))
    assert sorted(answer.status_code for answer in answers) == [200, 412]


@pytest.mark.parametrize("path", ["preferences", "availability", "strengths", "growth-areas"])
async def test_without_a_person_there_is_nothing_of_ones_own(organization: Organization, path: str) -> None:
    problem(await organization.integration.get(f"/v1/me/{path}"), 403, "person-required")
    body: dict[str, list[str]] = {"items": []} if path in {"strengths", "growth-areas"} else {}
    change = await organization.integration.change("PUT", f"/v1/me/{path}", body, version=0)
    problem(change, 403, "person-required")


@pytest.mark.parametrize("path", ["preferences", "availability", "strengths", "growth-areas"])
async def test_a_person_of_another_organization_is_nobody_here(
    organization: Organization, other_organization: Organization, path: str
) -> None:
    theirs = await person(other_organization)
    for stranger in (theirs["id"], MISSING):
        me = organization.caller(person_id=stranger)
        problem(await me.get("/v1/me"), 404, "person-not-found")
        problem(await me.get(f"/v1/me/{path}"), 404, "person-not-found")
        body: dict[str, list[str]] = {"items": []} if path in {"strengths", "growth-areas"} else {}
        problem(await me.change("PUT", f"/v1/me/{path}", body, version=0), 404, "person-not-found")
