"""Propose by hand, accept, decline, withdraw; and end what nobody answered in time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kit.answers import Answer
from kit.clock import Clock
from kit.identity import Principal
from kit.ids import Ids
from kit.jobs import Job
from services.matching.domain import proposal as rules
from services.matching.domain.capacity import seats_of, take_seats
from services.matching.domain.plain_drafting import Direction, Frame, draft_by_hand, named
from services.matching.domain.engine.instance import Mode
from services.matching.domain.kinds import mode_of
from services.matching.domain.participation import PersonInactiveError, PersonNotFoundError
from services.matching.domain.people import Person
from services.matching.domain.proposal import (
    OFFERED_FOR,
    Proposal,
    ProposalNotFoundError,
    ProposalStatus,
    check_tracks,
)
from services.matching.use_cases.access import require_coordinator
from services.matching.use_cases.ports import EXPIRE_PROPOSALS, BackgroundWork, UnitOfWork


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
        mode = mode_of(program.details.kind, program.details.format)
        check_tracks(tracks, group=mode is Mode.GROUP, largest_group=program.details.group_size.maximum)
        frame = Frame(program_id, None, program.details.kind, mode, program.details.competency_ids, ids.new)
        draft = draft_by_hand(tracks, people, frame)
        await uow.new_proposals.add([draft], now, expires_at=now + OFFERED_FOR)
        await uow.jobs.enqueue(EXPIRE_PROPOSALS, {}, after=OFFERED_FOR)
        location = f"/v1/proposals/{draft.proposal.id}"
        return await uow.answer(draft.proposal.id, status=201, location=location)


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
        await uow.people.lock(person_ids)
        await uow.proposals.lock_open(person_ids)
        before = await _offered_to(uow, person_id, proposal_id)
        proposal = rules.accept(before, person_id, now)
        if proposal == before:
            return await uow.answer(proposal_id)
        await uow.proposals.save_decision(proposal, person_id, None, now)
        if proposal.status is ProposalStatus.ACCEPTED:
            await _complete(uow, proposal, now)
        return await uow.answer(proposal_id)


async def decline(uow: UnitOfWork, caller: Principal, proposal_id: str, reason: str | None, clock: Clock) -> Answer:
    """Say no. The others see that the proposal is closed, as with any other end."""
    person_id, now = caller.person_id, clock.now()
    async with uow:
        before = await _offered_to(uow, person_id, proposal_id)
        proposal = rules.decline(before, person_id, now)
        if proposal != before:
            await uow.proposals.save_decision(proposal, person_id, reason, now)
        return await uow.answer(proposal_id)


async def withdraw(uow: UnitOfWork, caller: Principal, proposal_id: str, clock: Clock) -> Answer:
    """Take a proposal back."""
    require_coordinator(caller)
    async with uow:
        proposal = rules.withdraw(await uow.proposals.get(proposal_id))
        await uow.proposals.save(proposal, clock.now())
        return await uow.answer(proposal_id)


class ExpireProposals:
    """The handler of the job that ends the proposals whose time is over."""

    def __init__(self, work: BackgroundWork, clock: Clock) -> None:
        self._work = work
        self._clock = clock

    async def run(self, job: Job) -> None:
        """End them."""
        async with self._work(job.organization_id) as uow:
            await uow.proposal_batches.expire(self._clock.now())

    async def on_failed(self, job: Job, error: Exception) -> None:
        """Leave them to the next such job; nobody can accept them any more."""


async def _offered_to(uow: UnitOfWork, person_id: str, proposal_id: str) -> Proposal:
    proposal = await uow.proposals.get(proposal_id)
    if proposal.participant(person_id) is None or not proposal.was_offered:
        raise ProposalNotFoundError
    return proposal


async def _complete(uow: UnitOfWork, proposal: Proposal, now: datetime) -> None:
    seats = seats_of(proposal.participants)
    last = take_seats(seats, await uow.seats.places(seats))
    await uow.seats.take(proposal.id, seats, now)
    await uow.proposals.supersede(last, now)
    await uow.events.append("proposal.accepted", proposal.id, await _accepted(uow, proposal, now))


async def _accepted(uow: UnitOfWork, proposal: Proposal, now: datetime) -> dict[str, Any]:
    program = await uow.programs.get(proposal.program_id)
    people = await uow.people.list_by_ids([one.person_id for one in proposal.participants], now)
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
            for one in proposal.participants
        ],
        "tracks": [
            {
                "teacher_id": track.teacher_id,
                "learner_id": track.learner_id,
                "competency_id": track.competency_id,
                "competency_label": track.competency_label,
                "discreet": track.discreet,
            }
            for track in proposal.tracks
        ],
    }
