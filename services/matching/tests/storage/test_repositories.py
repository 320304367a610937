"""Each repository, and its twin: the same question in another organization finds nothing and changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import text

from services.matching.domain.capacity import Places, Seat
from services.matching.domain.deciding import accept, decline
from services.matching.domain.drafting import Draft, Frame, draft_by_hand
from services.matching.domain.engine.build import Entering, Entrant, build_problem
from services.matching.domain.engine.hashing import to_bytes
from services.matching.domain.engine.points import Conditions
from services.matching.domain.engine.problem import Mode
from services.matching.domain.entry import NO_LOAD, Candidate, Load
from services.matching.domain.kinds import Kind, Role
from services.matching.domain.match_run import MatchRunNotFoundError, Phase, RunOrder, queue_run, start_run
from services.matching.domain.participation import AlreadyParticipatesError, Participation, ParticipationNotFoundError
from services.matching.domain.program import ProgramNotFoundError, create_program
from services.matching.domain.proposal import ProposalNotFoundError, ProposalStatus, Source, Track
from services.matching.domain.reasons import Reason
from services.matching.domain.reasons import stored as stored_reasons
from services.matching.storage.unit_of_work import MatchingUnitOfWork
from services.matching.tests.bodies import (
    LEARNS_PYTHON_PRIVATELY,
    PYTHON,
    SALES,
    TEACHES_PYTHON,
    growth_area,
    strength,
    told_person,
)
from services.matching.tests.builders import a_learner, a_teacher
from services.matching.tests.conftest import Organization, ids
from services.matching.tests.unit.test_program import COMPLETE

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = {**growth_area(SALES), "visibility": "private"}


class Stored:
    """A program with a teacher and a learner, and a proposal of theirs, in one organization."""

    def __init__(self, organization: Organization, status: ProposalStatus = ProposalStatus.OFFERED) -> None:
        self.organization = organization
        self.program_id = ids.new("prg")
        self.teacher_id, self.learner_id = sorted(ids.new("per") for _ in range(2))
        self.status = status
        self.run_id = ids.new("run")
        self.draft = self._draft()
        self.proposal_id = self.draft.proposal.id

    def work(self) -> MatchingUnitOfWork:
        return self.organization.wiring.background_work(self.organization.id)

    async def store(self) -> "Stored":
        await self.organization.hear_of_people(
            told_person(self.teacher_id, **TEACHES_PYTHON), told_person(self.learner_id, **LEARNS_PYTHON_PRIVATELY)
        )
        offered = self.status is not ProposalStatus.PLANNED
        async with self.work() as uow:
            await uow.programs.add(create_program(self.program_id, COMPLETE, NOW))
            await uow.match_runs.add(queue_run(self.run_id, self.program_id, RunOrder(Mode.BEST_TOTAL, 1), NOW))
            await uow.new_proposals.add([self.draft], NOW, expires_at=NOW + timedelta(days=1) if offered else None)
        return self

    def part(self, person_id: str, *roles: Role) -> Participation:
        return Participation(ids.new("par"), self.program_id, person_id, frozenset(roles), None, 1, NOW, NOW)

    def _draft(self) -> Draft:
        people = {one.id: one for one in (a_teacher(self.teacher_id), a_learner(self.learner_id))}
        track = Track(ids.new("trk"), self.teacher_id, self.learner_id, "cmp_1", "Python")
        frame = Frame(self.program_id, self.run_id, Kind.MENTORING, ids.new, {}, Source.RUN, self.status)
        return draft_by_hand((track,), people, frame, Conditions())


async def everybody(there: Stored, program_id: str | None = None) -> dict[str, Candidate]:
    """Who takes part in a program, by id, as a run reads them."""
    async with there.work() as uow:
        found = uow.entrants.stream(program_id or there.program_id, NOW)
        return {one.profile.id: one async for some in found for one in some}


async def stored(organization: Organization, status: ProposalStatus = ProposalStatus.OFFERED) -> Stored:
    return await Stored(organization, status).store()


async def test_people_come_back_as_told(organization: Organization, other_organization: Organization) -> None:
    there = await stored(organization)
    asked = {there.teacher_id, there.learner_id}
    async with there.work() as uow:
        people = await uow.people.list_by_ids(asked, NOW)
    assert people[there.teacher_id].strengths[0].label == "Python"
    assert people[there.learner_id].growth_areas[0].private
    assert people[there.teacher_id].utc_offset == 60
    async with Stored(other_organization).work() as uow:
        assert await uow.people.list_by_ids(asked, NOW) == {}
        assert await uow.people.list_active() == []


async def test_what_is_older_than_what_is_known_changes_nothing(organization: Organization) -> None:
    person = told_person(ids.new("per"), display_name="New name", version=5)
    await organization.hear_of_people(person)
    await organization.hear_of_people({**person, "display_name": "Old name", "version": 4})
    async with organization.wiring.background_work(organization.id) as uow:
        assert (await uow.people.list_by_ids([person["id"]], NOW))[person["id"]].display_name == "New name"


async def test_the_same_person_id_in_two_organizations_is_two_people(
    organization: Organization, other_organization: Organization
) -> None:
    person = told_person(ids.new("per"), display_name="Here")
    await organization.hear_of_people(person)
    await other_organization.hear_of_people({**person, "display_name": "There", "version": 2})
    async with organization.wiring.background_work(organization.id) as uow:
        assert (await uow.people.list_by_ids([person["id"]], NOW))[person["id"]].display_name == "Here"


async def test_a_run_reads_of_people_what_their_profiles_say(organization: Organization) -> None:
    unwilling = {**strength(SALES), "willing": False}
    told = [
        told_person(ids.new("per"), strengths=[strength(PYTHON, 4), strength(SALES)], languages=["de", "en"]),
        told_person(ids.new("per"), strengths=[unwilling], growth_areas=[growth_area(PYTHON), SECRET], team="A"),
        told_person(ids.new("per"), windows=[]),
    ]
    await organization.hear_of_people(*told)
    there = Stored(organization)
    async with there.work() as uow:
        await uow.programs.add(create_program(there.program_id, COMPLETE, NOW))
        for person in told:
            await uow.participations.add(there.part(person["id"], *Role))
        people = await uow.people.list_by_ids([person["id"] for person in told], NOW)
    candidates = await everybody(there)
    as_read = build_problem(Entering(one.profile, 1, 1) for one in candidates.values())
    as_told = build_problem(Entrant(person, 1, 1) for person in people.values())
    assert to_bytes(as_read) == to_bytes(as_told)
    assert len(as_read.roster.strengths.level) == 2
    assert as_read.roster.growth_areas.private.tolist() == [False, True]


async def test_the_name_that_the_last_person_has_for_a_competency_counts(
    organization: Organization, other_organization: Organization
) -> None:
    first, last = sorted(ids.new("per") for _ in range(2))
    before = {**strength(PYTHON), "competency_label": "Snakes"}
    await organization.hear_of_people(told_person(last, growth_areas=[growth_area(PYTHON)]))
    await organization.hear_of_people(told_person(first, strengths=[before, strength(SALES)]))
    async with Stored(organization).work() as uow:
        named = await uow.entrants.labels([last, first])
    assert named == {PYTHON: growth_area(PYTHON)["competency_label"], SALES: strength(SALES)["competency_label"]}
    async with Stored(other_organization).work() as uow:
        assert await uow.entrants.labels([last, first]) == {}


async def test_a_name_comes_back_with_every_character(organization: Organization) -> None:
    there = Stored(organization)
    name = 'C\\C++ \\. \\N "quoted"\t\n\r\x08 \u2028 ü'
    (track,) = there.draft.proposal.tracks
    reasons = (Reason("fit", 5, {"competency_id": "cmp_2", "label": name}),)
    tracks = (replace(track, competency_label=name),)
    there.draft = Draft(replace(there.draft.proposal, tracks=tracks), reasons)
    await there.store()
    async with there.work() as uow:
        assert (await uow.proposals.get(there.proposal_id)).tracks == tracks
        kept = "select reasons from proposals where organization_id = :organization_id and id = :id"
        arguments = {"organization_id": organization.id, "id": there.proposal_id}
        assert list(await uow.connection.scalar(text(kept), arguments)) == stored_reasons(reasons)


async def test_programs_come_back_as_stored(organization: Organization, other_organization: Organization) -> None:
    there = await stored(organization)
    async with there.work() as uow:
        program = await uow.programs.get(there.program_id, lock=True)
        assert program == create_program(there.program_id, COMPLETE, NOW)
        await uow.programs.save(replace(program, details=replace(COMPLETE, name="Changed"), version=2))
    async with Stored(other_organization).work() as uow:
        with pytest.raises(ProgramNotFoundError):
            await uow.programs.get(there.program_id)
        await uow.programs.save(replace(program, version=9))
    async with there.work() as uow:
        assert (await uow.programs.get(there.program_id)).details.name == "Changed"


async def test_participations_are_one_a_person(organization: Organization, other_organization: Organization) -> None:
    there = await stored(organization)
    part = there.part(there.teacher_id, Role.TEACHER)
    async with there.work() as uow:
        await uow.participations.add(part)
        assert await uow.participations.get(part.id) == part
        await uow.participations.enrol(
            [there.part(there.teacher_id, Role.LEARNER), there.part(there.learner_id, *Role)]
        )
    with pytest.raises(AlreadyParticipatesError):
        async with there.work() as uow:
            await uow.participations.add(there.part(there.teacher_id, Role.LEARNER))
    async with Stored(other_organization).work() as uow:
        with pytest.raises(ParticipationNotFoundError):
            await uow.participations.get(part.id)
        await uow.participations.remove(part)
    assert {person_id: set(one.roles) for person_id, one in (await everybody(there)).items()} == {
        there.teacher_id: {Role.TEACHER},
        there.learner_id: set(Role),
    }
    assert await everybody(Stored(other_organization), there.program_id) == {}


async def test_runs_report_progress_while_they_run(
    organization: Organization, other_organization: Organization
) -> None:
    there = await stored(organization)
    async with there.work() as uow:
        assert not await uow.match_runs.report_progress(there.run_id, Phase.SOLVING, 0.5)
        run = start_run(await uow.match_runs.get(there.run_id), NOW)
        assert run is not None
        await uow.match_runs.save(run)
        assert await uow.match_runs.report_progress(there.run_id, Phase.SOLVING, 0.5)
        assert (await uow.match_runs.get(there.run_id)).progress == 0.5
    async with Stored(other_organization).work() as uow:
        assert not await uow.match_runs.report_progress(there.run_id, Phase.SOLVING, 0.9)
        with pytest.raises(MatchRunNotFoundError):
            await uow.match_runs.get(there.run_id)


async def test_proposals_come_back_as_stored(organization: Organization, other_organization: Organization) -> None:
    there = await stored(organization)
    async with there.work() as uow:
        proposal = await uow.proposals.get(there.proposal_id)
        expected = replace(there.draft.proposal, expires_at=NOW + timedelta(days=1), was_offered=True)
        assert proposal == expected
        assert set(await uow.proposals.participant_ids(there.proposal_id)) == {there.teacher_id, there.learner_id}
        partly = accept(proposal, there.teacher_id, NOW)
        await uow.proposals.save_decision(partly, there.teacher_id, None, NOW)
        assert await uow.proposals.get(there.proposal_id) == partly
    async with Stored(other_organization).work() as uow:
        for asking in (uow.proposals.get, uow.proposals.participant_ids):
            with pytest.raises(ProposalNotFoundError):
                await asking(there.proposal_id)
        await uow.proposals.save_decision(decline(proposal, there.teacher_id, 1, NOW), there.teacher_id, None, NOW)
    async with there.work() as uow:
        assert await uow.proposals.get(there.proposal_id) == partly


async def test_a_batch_ends_what_it_names_and_nothing_elsewhere(
    organization: Organization, other_organization: Organization
) -> None:
    endings = count()
    for ending in ("expire", "withdraw_of_people", "withdraw_of_program", "withdraw_of_participant"):
        here, there = await stored(organization), await stored(other_organization)
        arguments = {
            "expire": ([here.proposal_id, there.proposal_id], NOW + timedelta(days=1)),
            "withdraw_of_people": ([here.teacher_id, there.teacher_id], NOW),
            "withdraw_of_program": (here.program_id, NOW),
            "withdraw_of_participant": (here.program_id, here.teacher_id, NOW),
        }[ending]
        async with here.work() as uow:
            await getattr(uow.proposal_batches, ending)(*arguments)
            ended = (await uow.proposals.get(here.proposal_id)).status
        async with there.work() as uow:
            assert (await uow.proposals.get(there.proposal_id)).status is ProposalStatus.OFFERED
        assert ended is (ProposalStatus.WITHDRAWN if next(endings) else ProposalStatus.EXPIRED)


async def test_planned_proposals_are_offered_superseded_or_forgotten(
    organization: Organization, other_organization: Organization
) -> None:
    here = await stored(organization, ProposalStatus.PLANNED)
    async with Stored(other_organization).work() as uow:
        assert [one async for one in uow.proposal_batches.stream_planned(here.run_id)] == []
        await uow.proposal_batches.offer(here.run_id, [here.proposal_id], NOW, NOW)
        await uow.proposal_batches.discard(here.run_id)
    async with here.work() as uow:
        (planned,) = [one async for some in uow.proposal_batches.stream_planned(here.run_id) for one in some]
        assert planned.pairs == ((here.teacher_id, here.learner_id),)
        assert set(planned.seats) == {Seat(here.teacher_id, Role.TEACHER), Seat(here.learner_id, Role.LEARNER)}
        await uow.proposal_batches.offer(here.run_id, [here.proposal_id], NOW, NOW + timedelta(days=1))
        assert (await uow.proposals.get(here.proposal_id)).was_offered
    impossible = await stored(organization, ProposalStatus.PLANNED)
    forgotten = await stored(organization, ProposalStatus.PLANNED)
    async with impossible.work() as uow:
        await uow.proposal_batches.offer(impossible.run_id, [], NOW, NOW + timedelta(days=1))
        seen = await uow.proposals.get(impossible.proposal_id)
        assert (seen.status, seen.was_offered) == (ProposalStatus.SUPERSEDED, False)
        await uow.proposal_batches.discard(forgotten.run_id)
        with pytest.raises(ProposalNotFoundError):
            await uow.proposals.get(forgotten.proposal_id)


async def test_places_are_counted_until_they_are_given_back(
    organization: Organization, other_organization: Organization
) -> None:
    here = await stored(organization)
    teaching = Seat(here.teacher_id, Role.TEACHER)
    unknown = Seat(ids.new("per"), Role.LEARNER)
    async with here.work() as uow:
        assert await uow.seats.places([teaching, unknown]) == {teaching: Places(1, 0), unknown: Places(0, 0)}
        await uow.seats.take(here.proposal_id, [teaching], NOW)
        assert await uow.seats.places([teaching]) == {teaching: Places(1, 1)}
    async with Stored(other_organization).work() as uow:
        await uow.seats.release([here.proposal_id], NOW)
        assert await uow.seats.places([teaching]) == {teaching: Places(0, 0)}
    async with here.work() as uow:
        assert await uow.seats.places([teaching]) == {teaching: Places(1, 1)}
        await uow.seats.release([here.proposal_id], NOW)
        assert await uow.seats.places([teaching]) == {teaching: Places(1, 0)}


async def test_the_loads_and_pairs_of_a_run_are_those_of_the_organization(
    organization: Organization, other_organization: Organization
) -> None:
    here = await stored(organization)
    async with here.work() as uow:
        await uow.programs.add(create_program(other := ids.new("prg"), COMPLETE, NOW))
        for program_id in (here.program_id, other):
            part = replace(here.part(here.teacher_id, Role.TEACHER), program_id=program_id)
            await uow.participations.add(replace(part, capacity=3))
        assert await uow.entrants.apart(here.program_id) == [(here.teacher_id, here.learner_id)]
    (there,) = (await everybody(here)).values()
    assert (there.capacity, there.teaching, there.learning) == (3, Load(1, 1), NO_LOAD)
    assert (there.profile.utc_offset, there.profile.strengths) == (60, f"{PYTHON} 5")
    (elsewhere,) = (await everybody(here, other)).values()
    assert elsewhere.teaching == Load(1, 0)
    async with Stored(other_organization).work() as uow:
        assert await uow.entrants.apart(here.program_id) == []


async def test_full_people_have_the_open_proposals_of_that_role_superseded(
    organization: Organization, other_organization: Organization
) -> None:
    here = await stored(organization)
    full = [Seat(here.teacher_id, Role.TEACHER)]
    async with Stored(other_organization).work() as uow:
        await uow.proposals.lock_open([here.teacher_id])
        await uow.proposals.supersede(full, NOW)
    async with here.work() as uow:
        await uow.proposals.supersede([Seat(here.teacher_id, Role.LEARNER)], NOW)
        assert (await uow.proposals.get(here.proposal_id)).status is ProposalStatus.OFFERED
        await uow.proposals.supersede(full, NOW)
        assert (await uow.proposals.get(here.proposal_id)).status is ProposalStatus.SUPERSEDED
