"""Match policies and choices as they are stored, and the same questions from another organization."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.matching.domain.choices import PartChoices, StatedChoices
from services.matching.domain.engine.build import Choice
from services.matching.domain.kinds import Role
from services.matching.domain.match_policy import (
    STANDARD,
    MatchPolicyNotFoundError,
    PolicyDetails,
    change_policy,
    create_policy,
    in_force,
    retire_policy,
)
from services.matching.domain.participation import Participation
from services.matching.domain.policy import BlindAttribute, HardRules, LevelBand, Terms, Weights
from services.matching.domain.program import create_program
from services.matching.storage.unit_of_work import MatchingUnitOfWork
from services.matching.tests.bodies import told_person
from services.matching.tests.conftest import Organization, ids
from services.matching.tests.unit.test_program import COMPLETE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
DETAILS = PolicyDetails(
    name="Upwards",
    terms=Terms(
        Weights(fit=6_000, other_department=500),
        HardRules(max_time_zone_gap_hours=3, level_band=LevelBand(1, None), min_score=1_000),
        max_gap=25,
    ),
    blind=frozenset({BlindAttribute.NAME}),
)


def work(organization: Organization) -> MatchingUnitOfWork:
    return organization.wiring.background_work(organization.id)


async def test_each_version_comes_back_as_stored(organization: Organization, other_organization: Organization) -> None:
    policy = create_policy(ids.new("pol"), DETAILS, NOW)
    changed = change_policy(policy, replace(DETAILS, name="Also upwards"), LATER)
    async with work(organization) as uow:
        await uow.policies.add(policy)
        assert await uow.policies.get(policy.id, lock=True) == policy
        await uow.policies.save(changed)
        assert await uow.policies.get(policy.id) == changed
        assert await uow.policies.get(policy.id, version=1) == policy
        with pytest.raises(MatchPolicyNotFoundError):
            await uow.policies.get(policy.id, version=3)
    async with work(other_organization) as uow:
        for lock in (False, True):
            with pytest.raises(MatchPolicyNotFoundError):
                await uow.policies.get(policy.id, lock=lock)


async def test_a_program_is_judged_by_the_newest_version_of_its_policy(organization: Organization) -> None:
    policy = create_policy(ids.new("pol"), DETAILS, NOW)
    plain = create_program(ids.new("prg"), COMPLETE, NOW)
    judged = create_program(ids.new("prg"), replace(COMPLETE, match_policy_id=policy.id), NOW)
    async with work(organization) as uow:
        await uow.policies.add(policy)
        await uow.programs.add(judged)
        assert await uow.programs.get(judged.id) == judged
        assert await uow.policies.get_terms(plain) == in_force(STANDARD)
        assert await uow.policies.get_terms(judged) == (policy.id, 1, DETAILS.terms, DETAILS.blind)
        await uow.policies.save(retire_policy(policy, LATER))
        assert (await uow.policies.get_terms(judged)).version == 2


class Chooser:
    """Somebody in a program who may say something of the others."""

    def __init__(self, person_id: str, program_id: str, *roles: Role) -> None:
        self.person_id = person_id
        self.part = Participation(ids.new("par"), program_id, person_id, frozenset(roles), None, 1, NOW, NOW)

    def saying(self, version: int = 1, **stated: tuple[str, ...]) -> PartChoices:
        return PartChoices(self.part.id, self.person_id, StatedChoices(**stated), version)


async def choosers(organization: Organization, *roles: tuple[Role, ...]) -> list[Chooser]:
    program_id = ids.new("prg")
    made = [Chooser(ids.new("per"), program_id, *some) for some in roles]
    await organization.hear_of_people(*(told_person(one.person_id) for one in made))
    async with work(organization) as uow:
        await uow.programs.add(create_program(program_id, COMPLETE, NOW))
        for one in made:
            await uow.participations.add(one.part)
    return made


async def test_choices_come_back_as_said_and_go_with_the_participation(
    organization: Organization, other_organization: Organization
) -> None:
    (one, other) = await choosers(organization, (Role.LEARNER,), (Role.TEACHER,))
    said = one.saying(teachers=(other.person_id,), excluded=("per_a", "per_b"))
    async with work(organization) as uow:
        assert await uow.choices.get(one.part) == one.saying(version=0)
        await uow.choices.save(said)
        assert await uow.choices.get(one.part) == said
        said = replace(said, stated=StatedChoices(excluded=("per_c",)), version=2)
        await uow.choices.save(said)
    async with work(other_organization) as uow:
        assert await uow.choices.get(one.part) == one.saying(version=0)
        await uow.choices.forget([one.person_id])
    async with work(organization) as uow:
        assert await uow.choices.get(one.part) == said
        await uow.participations.remove(one.part)
        assert await uow.choices.get(one.part) == one.saying(version=0)


async def test_a_run_reads_the_choices_of_those_who_are_there(
    organization: Organization, other_organization: Organization
) -> None:
    learner, teacher, both, gone = await choosers(organization, (Role.LEARNER,), (Role.TEACHER,), (*Role,), (*Role,))
    async with work(organization) as uow:
        await uow.choices.save(learner.saying(teachers=(gone.person_id, both.person_id, teacher.person_id)))
        await uow.choices.save(both.saying(teachers=(learner.person_id,), learners=(learner.person_id,)))
        await uow.choices.save(gone.saying(teachers=(teacher.person_id,), excluded=(learner.person_id,)))
    await organization.hear_of_people(told_person(gone.person_id, active=False, version=2))
    program_id = learner.part.program_id
    async with work(organization) as uow:
        assert await uow.choices.list_of_program(program_id) == [
            Choice(learner.person_id, both.person_id, 2, teaches=True),
            Choice(learner.person_id, teacher.person_id, 3, teaches=True),
            Choice(both.person_id, learner.person_id, 1, teaches=False),
        ]
        assert await uow.choices.exclusions() == []
        assert await uow.choices.list_of_program(ids.new("prg")) == []
    async with work(other_organization) as uow:
        assert await uow.choices.list_of_program(program_id) == []


async def test_exclusions_are_pairs_that_do_not_say_who_said_so(
    organization: Organization, other_organization: Organization
) -> None:
    one, two, three = await choosers(organization, (*Role,), (*Role,), (*Role,))
    async with work(organization) as uow:
        await uow.choices.save(one.saying(excluded=(two.person_id,)))
        await uow.choices.save(two.saying(excluded=(one.person_id,)))
        await uow.choices.save(three.saying(excluded=(two.person_id,)))
        pairs = {(one.person_id, two.person_id), (two.person_id, three.person_id)}
        assert sorted(await uow.choices.exclusions()) == sorted(pairs)
        assert await uow.choices.exclusions([one.person_id, three.person_id]) == []
        assert await uow.choices.exclusions([two.person_id, three.person_id]) == [(two.person_id, three.person_id)]
    async with work(other_organization) as uow:
        assert await uow.choices.exclusions() == []


async def test_people_are_known_with_their_roles_in_the_program(
    organization: Organization, other_organization: Organization
) -> None:
    learner, gone = await choosers(organization, (Role.LEARNER,), (*Role,))
    (elsewhere,) = await choosers(organization, (*Role,))
    await organization.hear_of_people(told_person(gone.person_id, active=False, version=2))
    asked = [learner.person_id, gone.person_id, elsewhere.person_id, ids.new("per")]
    async with work(organization) as uow:
        assert await uow.choices.known(learner.part.program_id, asked) == {
            learner.person_id: {Role.LEARNER},
            gone.person_id: set(),
            elsewhere.person_id: set(),
        }
    async with work(other_organization) as uow:
        assert await uow.choices.known(learner.part.program_id, asked) == {}
