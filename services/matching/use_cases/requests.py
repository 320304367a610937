"""Ask people oneself, one after the other; withdraw; and go on to the next when somebody says no or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from kit.answers import Answer
from kit.clock import Clock
from kit.errors import FieldError
from kit.identity import Principal
from kit.ids import Ids
from kit.jobs import Job
from services.matching.domain.asking import asked_with, tracks_with
from services.matching.domain.capacity import NoPlaceLeftError, Seat
from services.matching.domain.engine.points import Conditions
from services.matching.domain.kinds import Role
from services.matching.domain.participation import confirm
from services.matching.domain.people import Person
from services.matching.domain.program import Program
from services.matching.domain.proposal import Source, Track, withdraw
from services.matching.domain.request import (
    Asked,
    NotFeasibleError,
    NotParticipatingError,
    Request,
    RequestNotFoundError,
    RequestStatus,
    end,
    make_request,
)
from services.matching.use_cases.drafts import conditions_of, draft
from services.matching.use_cases.ports import EXPIRE_PROPOSALS, BackgroundWork, UnitOfWork


async def create(uow: UnitOfWork, caller: Principal, program_id: str, asked: Asked, ids: Ids, clock: Clock) -> Answer:
    """Ask the first choice; the others are asked in their turn."""
    person_id, now = caller.person_id, clock.now()
    async with uow:
        program = await uow.programs.get(program_id, lock=True)
        part = await uow.participations.find(program_id, person_id)
        if part is None:
            raise NotParticipatingError("Take part in the program first.")
        already = await uow.requests.count_open(program_id, person_id)
        request = make_request(ids.new("req"), program, person_id, part.roles, asked, already, now)
        await _require_place(uow, request)
        facts = await _facts(uow, program, request, now)
        facts.check_all(request, ids)
        await uow.participations.save(confirm(part, now))
        await uow.requests.add(request)
        await _ask_next(uow, request, facts, ids, now)
        await _wake(uow, request.expires_at, now)
        return await uow.answer(request.id, status=201, location=f"/v1/requests/{request.id}")


async def withdraw_request(uow: UnitOfWork, caller: Principal, request_id: str, clock: Clock) -> Answer:
    """Ask nobody any more; whoever was asked sees that it is closed."""
    person_id, now = caller.person_id, clock.now()
    async with uow:
        request = await uow.requests.get(request_id)
        if request.person_id != person_id:
            raise RequestNotFoundError
        await uow.requests.save(end(request, RequestStatus.WITHDRAWN, now))
        proposal_id = await uow.requests.find_open_proposal(request_id)
        if proposal_id is not None:
            await uow.proposals.save(withdraw(await uow.proposals.get(proposal_id)), now)
        return await uow.answer(request_id)


class MoveRequestsOn:
    """The handler of the job that asks the next choices of requests. Doing it twice asks nobody twice."""

    def __init__(self, work: BackgroundWork, ids: Ids, clock: Clock) -> None:
        self._work = work
        self._ids = ids
        self._clock = clock

    async def run(self, job: Job) -> None:
        """Ask whoever comes next."""
        for request_id in job.payload["request_ids"]:
            async with self._work(job.organization_id) as uow:
                await self._move_on(uow, request_id)

    async def on_failed(self, job: Job, error: Exception) -> None:
        """Leave them open: their clocks end them."""

    async def _move_on(self, uow: UnitOfWork, request_id: str) -> None:
        now = self._clock.now()
        program = await uow.programs.get(await uow.requests.program_of(request_id), lock=True)
        request = await uow.requests.get(request_id)
        if request.status is not RequestStatus.OPEN or now >= request.expires_at:
            return
        if not await uow.requests.is_asked(request_id):
            await _ask_next(uow, request, await _facts(uow, program, request, now), self._ids, now)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What everybody may know of a request's people, and the terms of its program."""

    program: Program
    people: Mapping[str, Person]
    roles: Mapping[str, frozenset[Role]]
    conditions: Conditions

    def tracks(self, request: Request, place: int, ids: Ids) -> tuple[Track, ...]:
        """The tracks with the choice at this place, or `NotFeasibleError`."""
        kind = self.program.details.kind
        return tracks_with(request, place, self.people, self.roles, kind, self.conditions, ids.new)

    def check_all(self, request: Request, ids: Ids) -> None:
        """`NotFeasibleError` with every choice that cannot come about."""
        faults: list[FieldError] = []
        for place in range(len(request.choices)):
            try:
                self.tracks(request, place, ids)
            except NotFeasibleError as error:
                faults += error.errors
        if faults:
            raise NotFeasibleError("Choose others: each place that is wrong is named.", errors=faults)


async def _require_place(uow: UnitOfWork, request: Request) -> None:
    places = await uow.seats.places([Seat(request.person_id, role) for role in request.roles])
    if any(place.free < 1 for place in places.values()):
        raise NoPlaceLeftError("You have no place left for what you ask for.")


async def _facts(uow: UnitOfWork, program: Program, request: Request, now: datetime) -> _Facts:
    return _Facts(
        program,
        await uow.people.list_by_ids({request.person_id, *request.choices}, now),
        await uow.choices.known(program.id, request.choices),
        await conditions_of(uow, program),
    )


async def _ask_next(uow: UnitOfWork, request: Request, facts: _Facts, ids: Ids, now: datetime) -> None:
    """Ask the first choice whose turn it is and who can be asked; the others before are passed over."""
    while (chosen_id := request.next_choice()) is not None:
        place, request = request.tried, request.past_choice()
        if await _may_be_asked(uow, request, chosen_id, now):
            try:
                tracks = facts.tracks(request, place, ids)
            except NotFeasibleError:
                continue
            made = draft(facts.program, tracks, facts.people, facts.conditions, Source.SELF, ids)
            ends_at = request.clock(now)
            proposal = asked_with(request, made.proposal)
            await uow.new_proposals.add([replace(made, proposal=proposal)], now, expires_at=ends_at)
            await _wake(uow, ends_at, now)
            break
    await uow.requests.save(request)


async def _may_be_asked(uow: UnitOfWork, request: Request, chosen_id: str, now: datetime) -> bool:
    if await uow.choices.exclusions([request.person_id, chosen_id]):
        return False
    return await uow.requests.may_be_asked(request, chosen_id, now)


async def _wake(uow: UnitOfWork, ends_at: datetime, now: datetime) -> None:
    await uow.jobs.enqueue(EXPIRE_PROPOSALS, {}, after=ends_at - now)
