"""Propose by hand, accept, decline, withdraw; and end what nobody answered in time."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from kit.jobs import Job
from services.matching.domain import deciding
from services.matching.domain import proposal as rules
from services.matching.domain.capacity import seats_of, take_seats, without_place
from services.matching.domain.drafting import Direction, named
from services.matching.domain.kinds import Format
from services.matching.domain.participation import (
    UNANSWERED_IN_A_ROW,
    PersonInactiveError,
    PersonNotFoundError,
    PersonPausedError,
)
from services.matching.domain.people import Person
from services.matching.domain.proposal import (
    OFFERED_FOR,
    OPEN,
    Decision,
    Participant,
    Proposal,
    ProposalNotFoundError,
    ProposalStatus,
    Source,
    check_tracks,
)
from services.matching.domain.quorum import those_in, tracks_in
from services.matching.domain.request import RequestStatus, end
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.departures import supersede
from services.matching.use_cases.drafts import conditions_of, draft
from services.matching.use_cases.moving import move_on
from services.matching.use_cases.ports import EXPIRE_PROPOSALS, BackgroundWork, UnitOfWork

_ENDED_AT_ONCE = 2000


async def create(
    uow: UnitOfWork, caller: Principal, program_id: str, directions: Sequence[Direction], ids: Ids, clock: Clock
) -> Answer:
    """Propose people to each other by hand. They decide, as with any other proposal."""
    require_coordinator(caller)
    now = clock.now()
    async with uow:
        program = await uow.programs.get(program_id)
        program.require_open()
        people = await _people(uow, directions, now)
        tracks = tuple(named(direction, people, ids.new("trk")) for direction in directions)
        group, largest = program.details.format is Format.GROUP, program.details.group_size.maximum
        check_tracks(tracks, group=group, largest_group=largest)
        if await uow.participations.paused(program_id, people.keys()):
            raise PersonPausedError("Somebody in it has not answered lately; they first have to confirm that they do.")
        conditions = await conditions_of(uow, program)
        made = draft(program, tracks, people, conditions, Source.ADMIN, ids)
        await uow.new_proposals.add([made], now, expires_at=now + OFFERED_FOR)
        await uow.jobs.enqueue(EXPIRE_PROPOSALS, {}, after=OFFERED_FOR)
        location = f"/v1/proposals/{made.proposal.id}"
        return await uow.answer(made.proposal.id, status=201, location=location)


async def _people(uow: UnitOfWork, directions: Sequence[Direction], now: datetime) -> Mapping[str, Person]:
    person_ids = {person_id for one in directions for person_id in (one.teacher_id, one.learner_id)}
    people = await uow.people.list_by_ids(person_ids, now)
    if person_ids - people.keys():
        raise PersonNotFoundError
    if not all(person.active for person in people.values()):
        raise PersonInactiveError("Everybody in a proposal works here.")
    return people


async def accept(uow: UnitOfWork, caller: Principal, proposal_id: str, clock: Clock) -> Answer:
    """Say yes. The last yes takes everybody's places, all or none, while nobody else can count them."""
    person_id, now = caller.person_id, clock.now()
    async with uow:
        person_ids = await uow.proposals.participant_ids(proposal_id)
        await uow.participations.show_life(proposal_id, person_id, now)
        await _hold(uow, person_ids)
        before = await offered_to(uow, person_id, proposal_id)
        proposal = deciding.accept(before, person_id, now)
        if proposal == before:
            return await uow.answer(proposal_id)
        await uow.proposals.save_decision(proposal, person_id, None, now)
        if proposal.status is ProposalStatus.ACCEPTED:
            await _come_about(uow, proposal, now)
        return await uow.answer(proposal_id)


async def decline(uow: UnitOfWork, caller: Principal, proposal_id: str, reason: str | None, clock: Clock) -> Answer:
    """Say no. To the others the proposal goes on as it was; a request asks its next choice."""
    person_id, now = caller.person_id, clock.now()
    async with uow:
        await uow.participations.show_life(proposal_id, person_id, now)
        before = await offered_to(uow, person_id, proposal_id)
        program = await uow.programs.get(before.program_id)
        proposal = deciding.decline(before, person_id, program.details.group_size.minimum, now)
        if proposal != before:
            await uow.proposals.save_decision(proposal, person_id, reason, now)
            await move_on(uow, [proposal.request_id])
        return await uow.answer(proposal_id)


async def withdraw(uow: UnitOfWork, caller: Principal, proposal_id: str, clock: Clock) -> Answer:
    """Take a proposal back."""
    require_coordinator(caller)
    async with uow:
        await take_back(uow, rules.withdraw(await uow.proposals.get(proposal_id)), clock.now())
        return await uow.answer(proposal_id)


async def take_back(uow: UnitOfWork, withdrawn: Proposal, now: datetime) -> None:
    """Store that a proposal was withdrawn, and let its request ask somebody else."""
    await uow.proposals.save(withdrawn, now)
    await move_on(uow, [withdrawn.request_id])


async def offered_to(uow: UnitOfWork, person_id: str, proposal_id: str) -> Proposal:
    """The proposal, if this person has been offered it; whoever asks with it has not, before it is accepted."""
    proposal = await uow.proposals.get(proposal_id)
    participant = proposal.participant(person_id)
    if participant is None or not proposal.was_offered or _asks(proposal, participant):
        raise ProposalNotFoundError
    return proposal


class ExpireProposals:
    """The handler of the job that ends the proposals and requests whose time is over."""

    def __init__(self, work: BackgroundWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    async def run(self, job: Job) -> None:
        """End them, and let groups come about that have their quorum."""
        now = self._clock.now()
        due = await self._due(job.organization_id, now)
        for start in range(0, len(due), _ENDED_AT_ONCE):
            async with self._work(job.organization_id) as uow:
                await self._expire(uow, due[start : start + _ENDED_AT_ONCE], now)
        for proposal_id in await self._due(job.organization_id, now):
            async with self._work(job.organization_id) as uow:
                await self._settle(uow, proposal_id, now)
        async with self._work(job.organization_id) as uow:
            await uow.requests.expire(now)

    async def on_failed(self, job: Job, error: Exception) -> None:
        """Leave them to the next such job; nobody can accept them any more."""

    async def _due(self, organization_id: str, now: datetime) -> Sequence[str]:
        async with self._work(organization_id) as uow:
            return await uow.proposals.list_due(now)

    async def _expire(self, uow: UnitOfWork, proposal_ids: Sequence[str], now: datetime) -> None:
        await uow.participations.hold_silent(proposal_ids)
        ended = await uow.proposal_batches.expire(proposal_ids, now)
        await uow.participations.count_silence([one for one, _ in ended], UNANSWERED_IN_A_ROW, now)
        await move_on(uow, [request_id for _, request_id in ended])

    async def _settle(self, uow: UnitOfWork, proposal_id: str, now: datetime) -> None:
        await uow.participations.hold_silent([proposal_id])
        await _hold(uow, await uow.proposals.participant_ids(proposal_id))
        before = await uow.proposals.get(proposal_id)
        if before.status not in OPEN:
            return
        minimum = (await uow.programs.get(before.program_id)).details.group_size.minimum
        agreed = those_in(before)
        full = without_place(agreed, await uow.seats.places(seats_of(agreed)))
        proposal = deciding.settle(before, minimum, full)
        await uow.proposals.save_without(proposal, now)
        await uow.participations.count_silence([proposal_id], UNANSWERED_IN_A_ROW, now)
        if proposal.status is ProposalStatus.ACCEPTED:
            await _come_about(uow, proposal, now)


def _asks(proposal: Proposal, participant: Participant) -> bool:
    waits = proposal.request_id is not None and proposal.status is not ProposalStatus.ACCEPTED
    return waits and participant.decision is Decision.ACCEPTED


async def _hold(uow: UnitOfWork, person_ids: Collection[str]) -> None:
    await uow.requests.hold_open(person_ids)
    await uow.people.lock(person_ids)
    await uow.proposals.lock_open(person_ids)


async def _come_about(uow: UnitOfWork, proposal: Proposal, now: datetime) -> None:
    seats = seats_of(those_in(proposal))
    last = take_seats(seats, await uow.seats.places(seats))
    await uow.seats.take(proposal.id, seats, now)
    if proposal.request_id is not None:
        request = await uow.requests.get(proposal.request_id)
        await uow.requests.save(end(request, RequestStatus.ACCEPTED, now))
    await supersede(uow, last, now)
    await uow.events.append("proposal.accepted", proposal.id, await _accepted(uow, proposal, now))


async def _accepted(uow: UnitOfWork, proposal: Proposal, now: datetime) -> dict[str, Any]:
    program = await uow.programs.get(proposal.program_id)
    participants = those_in(proposal)
    people = await uow.people.list_by_ids([one.person_id for one in participants], now)
    return {
        "proposal_id": proposal.id,
        "program_id": program.id,
        "program_name": program.details.name,
        "kind": proposal.kind,
        "purpose": program.details.purpose,
        "score": proposal.score,
        "participants": [
            {
                "person_id": one.person_id,
                "roles": sorted(one.roles),
                "reporting_level": people[one.person_id].reporting_level,
            }
            for one in participants
        ],
        "tracks": [
            {
                "teacher_id": track.teacher_id,
                "learner_id": track.learner_id,
                "competency_id": track.competency_id,
                "competency_label": track.competency_label,
                "discreet": track.discreet,
            }
            for track in tracks_in(proposal)
        ],
    }
