"""Explanations as they are read: for each side, in the reader's language, and nothing of the other side's secrets."""

from typing import Any

import pytest

from kit.testing.api import Caller, ok, problem
from services.matching.tests.bodies import (
    LEARNS_PYTHON,
    LEARNS_PYTHON_PRIVATELY,
    PYTHON,
    SALES,
    TEACHES_PYTHON,
    growth_area,
    strength,
)
from services.matching.tests.conftest import Organization, ids


class Pair:
    """A teacher and a learner who have been proposed to each other."""

    def __init__(self, organization: Organization, teacher: Any, learner: Any, proposal: Any) -> None:
        self.organization, self.proposal = organization, proposal
        self.teacher, self.learner = organization.caller(teacher["id"]), organization.caller(learner["id"])
        self.path = f"/v1/proposals/{proposal['id']}"


async def a_pair(organization: Organization) -> Pair:
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    return Pair(organization, teacher, learner, await organization.propose(program, teacher, learner))


async def read(caller: Caller, path: str, language: str | None = None, **params: Any) -> Any:
    headers = {} if language is None else {"Accept-Language": language}
    return await caller.http.get(path, params=params, headers=headers)


async def explained(caller: Caller, pair: Pair, **params: Any) -> Any:
    return ok(await caller.get(f"{pair.path}/explanation", **params))["explanation"]


async def test_contributions_add_up_to_the_score_for_every_side(organization: Organization) -> None:
    pair = await a_pair(organization)
    for caller, audience in (
        (pair.teacher, "teacher"),
        (pair.learner, "learner"),
        (organization.coordinator, "coordinator"),
    ):
        body = ok(await caller.get(f"{pair.path}/explanation", audience=audience))
        assert sum(one["points"] for one in body["explanation"]["contributions"]) == body["score"] > 0
        assert body["proposal_id"] == pair.proposal["id"]
        assert body == ok(await caller.get(f"{pair.path}/explanation"))
        assert body["explanation"] == ok(await caller.get(pair.path))["explanation"]


async def test_participants_read_their_own_side_and_coordinators_theirs(organization: Organization) -> None:
    pair = await a_pair(organization)
    for caller, audiences in (
        (pair.teacher, ("learner", "coordinator")),
        (pair.learner, ("teacher", "coordinator")),
        (organization.coordinator, ("learner", "teacher")),
    ):
        for audience in audiences:
            refused = await caller.get(f"{pair.path}/explanation", audience=audience)
            problem(refused, 403, "audience-not-yours")
    problem(await pair.teacher.get(f"{pair.path}/explanation", audience="boss"), 422, "invalid")


async def test_whoever_does_not_see_a_proposal_reads_no_explanation(
    organization: Organization, other_organization: Organization
) -> None:
    pair = await a_pair(organization)
    strangers = [organization.caller(ids.new("per")), other_organization.coordinator]
    for stranger in strangers:
        for audience in ("learner", "teacher", "coordinator"):
            problem(await stranger.get(f"{pair.path}/explanation", audience=audience), 404, "proposal-not-found")


async def test_both_ways_one_may_ask_for_one_of_two_sides(organization: Organization) -> None:
    one = await organization.person(strengths=[strength(PYTHON)], growth_areas=[growth_area(SALES)])
    other = await organization.person(strengths=[strength(SALES)], growth_areas=[growth_area(PYTHON)])
    program = await organization.program(kind="peer")
    tracks = [
        {"teacher_id": one["id"], "learner_id": other["id"], "competency_id": PYTHON},
        {"teacher_id": other["id"], "learner_id": one["id"], "competency_id": SALES},
    ]
    made = ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/proposals", {"tracks": tracks}), 201)
    pair = Pair(organization, one, other, made)
    both, teacher, learner = [
        (await explained(pair.teacher, pair, **params))["value"]
        for params in ({}, {"audience": "teacher"}, {"audience": "learner"})
    ]
    assert both == f"{learner} {teacher}"
    assert ("Python" in teacher, "Sales" in teacher) == (True, False)


@pytest.mark.parametrize(
    ("asked", "language", "words"),
    [
        (None, "en", "You want to learn “Python”"),
        ("fr", "en", "You want to learn “Python”"),
        ("de-AT, en;q=0.5", "de", "Sie möchten „Python“ lernen"),
        ("en;q=0.5, de;q=0.9", "de", "Sie möchten „Python“ lernen"),
    ],
)
async def test_it_is_told_in_the_language_that_suits_best(
    organization: Organization, asked: str | None, language: str, words: str
) -> None:
    pair = await a_pair(organization)
    answers = [
        await read(pair.learner, path, asked) for path in (pair.path, "/v1/proposals", f"{pair.path}/explanation")
    ]
    headers = {} if asked is None else {"Accept-Language": asked}
    answers.append(await pair.learner.http.post(f"{pair.path}:accept", headers=headers))
    for answer in answers:
        assert words in answer.text
        assert f'"language":"{language}"' in answer.text
        assert answer.headers["content-language"] == language
        assert "accept-language" in answer.headers["vary"].lower()


async def test_a_command_answers_as_a_read_would_in_the_same_language(organization: Organization) -> None:
    pair = await a_pair(organization)
    accepted = await pair.learner.http.post(f"{pair.path}:accept", headers={"Accept-Language": "de"})
    assert accepted.content == (await read(pair.learner, pair.path, "de")).content
    assert accepted.content != (await read(pair.learner, pair.path)).content


async def a_discreet_pair(organization: Organization) -> Pair:
    teacher = await organization.person(**TEACHES_PYTHON)
    learner = await organization.person(**LEARNS_PYTHON_PRIVATELY)
    program = await organization.program()
    ok(await organization.coordinator.post(f"/v1/programs/{program['id']}/participations:enroll"))
    (proposal,) = await organization.publish(await organization.run(program))
    return Pair(organization, teacher, learner, proposal)


async def test_what_is_discreet_is_named_to_its_owner_alone_until_all_accept(organization: Organization) -> None:
    pair = await a_discreet_pair(organization)
    assert "Python" in (await explained(pair.learner, pair))["value"]
    for caller in (pair.teacher, organization.coordinator):
        for language in ("en", "de"):
            for path in (pair.path, f"{pair.path}/explanation"):
                answer = await read(caller, path, language)
                assert "Python" not in answer.text
                assert PYTHON not in answer.text
    for caller in (pair.learner, pair.teacher):
        ok(await caller.post(f"{pair.path}:accept"))
    assert "Python" in (await explained(pair.teacher, pair))["value"]
    assert "Python" not in str(await explained(organization.coordinator, pair))


async def test_a_coordinator_who_takes_part_reads_the_coordinators_side_like_any_other(
    organization: Organization,
) -> None:
    pair = await a_discreet_pair(organization)
    both = organization.caller(pair.proposal["tracks"][0]["learner_id"], roles=("coordinator", "member"))
    as_coordinator = await explained(both, pair, audience="coordinator")
    assert as_coordinator == await explained(organization.coordinator, pair)
    assert "Python" in str(await explained(both, pair))


async def test_what_somebody_chose_is_told_to_themself_alone(organization: Organization) -> None:
    teacher, learner = await organization.person(**TEACHES_PYTHON), await organization.person(**LEARNS_PYTHON)
    program = await organization.program()
    part = await organization.take_part(program, learner, "learner")
    await organization.take_part(program, teacher, "teacher")
    path = f"/v1/participations/{part['id']}/choices"
    ok(await organization.caller(learner["id"]).change("PUT", path, {"teachers": [teacher["id"]]}, version=0))
    (proposal,) = await organization.publish(await organization.run(program))
    pair = Pair(organization, teacher, learner, proposal)
    by_reader = {
        name: {one["code"]: one["points"] for one in (await explained(caller, pair))["contributions"]}
        for name, caller in (
            ("learner", pair.learner),
            ("teacher", pair.teacher),
            ("coordinator", organization.coordinator),
        )
    }
    assert by_reader["learner"]["choice"] == 500
    for name in ("teacher", "coordinator"):
        assert "choice" not in by_reader[name]
        assert by_reader[name]["fit"] == by_reader["learner"]["fit"] + 500
        assert sum(by_reader[name].values()) == proposal["score"]
