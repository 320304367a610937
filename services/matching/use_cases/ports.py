"""What the use cases need from the outside."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Protocol, Self

from kit.answers import Answer
from services.matching.domain.capacity import Places, Seat
from services.matching.domain.entry import Planned
from services.matching.domain.participation import Participation
from services.matching.domain.people import Person
from services.matching.domain.program import Program
from services.matching.domain.proposal import Proposal
from services.matching.use_cases.ports_policies import PeoplesChoices, Policies
from services.matching.use_cases.ports_requests import Contests, Requests
from services.matching.use_cases.ports_reviews import Reviews
from services.matching.use_cases.ports_runs import Entrants, MatchRuns, NewProposals, Snapshots
from services.matching.use_cases.ports_topics import Topics

RUN_MATCH = "match-run"
EXPIRE_PROPOSALS = "expire-proposals"
MOVE_REQUESTS_ON = "move-requests-on"


class Events(Protocol):
    """Facts to tell other services, in the transaction of the change."""

    async def append(self, type_: str, subject_id: str, data: Mapping[str, Any]) -> None:
        """Tell one fact."""
        ...


class Jobs(Protocol):
    """Work for the background, asked for in the transaction of the change."""

    async def enqueue(self, name: str, payload: Mapping[str, Any], *, after: timedelta | None = None) -> None:
        """Ask for one job, now or after some time."""
        ...


class People(Protocol):
    """The copy of people."""

    async def put(self, told: Sequence[Mapping[str, Any]]) -> None:
        """Store what profile says of people."""
        ...

    async def list_by_ids(self, person_ids: Collection[str], now: datetime) -> Mapping[str, Person]:
        """Those of the people who are known, by id."""
        ...

    async def lock(self, person_ids: Collection[str]) -> None:
        """Let nobody else count these people's places until the end of the transaction."""
        ...

    async def list_active(self) -> Sequence[tuple[str, int | None, str | None]]:
        """Everybody who is active: id, reporting level and department."""
        ...


class Programs(Protocol):
    """The organization's programs."""

    async def add(self, program: Program) -> None:
        """Store a new program."""
        ...

    async def get(self, program_id: str, *, lock: bool = False) -> Program:
        """The program; `ProgramNotFoundError` if there is none."""
        ...

    async def save(self, program: Program) -> None:
        """Store its new state."""
        ...


class Participations(Protocol):
    """The parts of people in programs; what is read is locked for a change."""

    async def add(self, participation: Participation) -> None:
        """Store a new participation; `AlreadyParticipatesError` if the person has one."""
        ...

    async def enrol(self, new: Sequence[Participation]) -> None:
        """Store new participations of one program; who takes part already stays as they are."""
        ...

    async def get(self, participation_id: str) -> Participation:
        """The participation; `ParticipationNotFoundError` if there is none."""
        ...

    async def find(self, program_id: str, person_id: str) -> Participation | None:
        """The person's part in the program, or None."""
        ...

    async def paused(self, program_id: str, person_ids: Collection[str]) -> frozenset[str]:
        """Those of the people who are paused in the program; nothing is locked."""
        ...

    async def show_life(self, proposal_id: str, person_id: str, now: datetime) -> None:
        """Note that the person has answered in the program of the proposal."""
        ...

    async def hold_silent(self, proposal_ids: Collection[str]) -> None:
        """Hold for a change the parts of everybody who has not answered these proposals."""
        ...

    async def count_silence(self, proposal_ids: Collection[str], enough: int, now: datetime) -> None:
        """Note who let these proposals run out unanswered; pause those who have done so often `enough` in a row."""
        ...

    async def save(self, participation: Participation) -> None:
        """Store its new state."""
        ...

    async def remove(self, participation: Participation) -> None:
        """Forget it."""
        ...


class Proposals(Protocol):
    """Proposals, one at a time and under locks."""

    async def participant_ids(self, proposal_id: str) -> tuple[str, ...]:
        """Whom the proposal is about; `ProposalNotFoundError` if there is none."""
        ...

    async def lock_open(self, person_ids: Collection[str]) -> None:
        """Hold every open proposal of these people for a change."""
        ...

    async def get(self, proposal_id: str) -> Proposal:
        """The proposal, locked for a change."""
        ...

    async def list_open_groups(self, person_ids: Collection[str], program_id: str | None = None) -> Sequence[Proposal]:
        """The open proposals of groups with these people, perhaps of one program alone, locked for a change."""
        ...

    async def list_due(self, now: datetime) -> Sequence[str]:
        """The open proposals whose time is over, by id."""
        ...

    async def save(self, proposal: Proposal, now: datetime) -> None:
        """Store where it stands; what leaves its version as it is changes nothing that tells of a change."""
        ...

    async def save_without(self, proposal: Proposal, now: datetime) -> None:
        """Store where it stands and who is out of it."""
        ...

    async def save_decision(self, proposal: Proposal, person_id: str, reason: str | None, now: datetime) -> None:
        """Store where it stands and what this participant said."""
        ...

    async def supersede(self, full: Iterable[Seat], now: datetime) -> Collection[str]:
        """Close the open proposals, but groups, that count on places which are now all taken.

        What it gives are the requests that asked with one of them.
        """
        ...


class ProposalBatches(Protocol):
    """Proposals, many at a time."""

    def stream_planned(self, match_run_id: str) -> AsyncGenerator[Iterable[Planned], None]:
        """What a run found and nobody has been offered yet, some at a time, held for a change."""
        ...

    async def offer(self, match_run_id: str, possible: Collection[str], now: datetime, expires_at: datetime) -> None:
        """Offer the planned proposals of a run that are possible; the others are superseded, unseen."""
        ...

    async def discard(self, match_run_id: str) -> None:
        """Forget the planned proposals of a run."""
        ...

    async def expire(self, proposal_ids: Sequence[str], now: datetime) -> Sequence[tuple[str, str | None]]:
        """End those of the proposals that are open and whose time is over, but groups that may have their quorum.

        What it gives are the ids of those that ended, each with the request that asked with it.
        """
        ...

    async def withdraw_of_people(self, person_ids: Sequence[str], now: datetime) -> Collection[str]:
        """End what is planned or open, but open groups, for people who have left.

        What this and the next two give are the requests that asked with it.
        """
        ...

    async def withdraw_of_program(self, program_id: str, now: datetime) -> Collection[str]:
        """End what is planned or open in a program that closes."""
        ...

    async def withdraw_of_participant(self, program_id: str, person_id: str, now: datetime) -> Collection[str]:
        """End what is planned or open, but open groups, for somebody who leaves a program."""
        ...


class Seats(Protocol):
    """Places that are taken."""

    async def places(self, asked: Collection[Seat]) -> Mapping[Seat, Places]:
        """How many places there are and how many are taken; exact while the people are locked."""
        ...

    async def take(self, proposal_id: str, taken: Collection[Seat], now: datetime) -> None:
        """Take the places for an accepted proposal."""
        ...

    async def release(self, proposal_ids: Collection[str], now: datetime) -> None:
        """Give back the places of engagements that have ended."""
        ...


class Repositories(Protocol):
    """Everything that one transaction in one organization can reach."""

    @property
    def events(self) -> Events:
        """Facts to tell other services."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Work for the background."""
        ...

    @property
    def people(self) -> People:
        """The copy of people."""
        ...

    @property
    def programs(self) -> Programs:
        """The programs."""
        ...

    @property
    def policies(self) -> Policies:
        """What judges their matches."""
        ...

    @property
    def choices(self) -> PeoplesChoices:
        """What people say of each other."""
        ...

    @property
    def participations(self) -> Participations:
        """Who takes part in them."""
        ...

    @property
    def match_runs(self) -> MatchRuns:
        """Their match runs."""
        ...

    @property
    def entrants(self) -> Entrants:
        """What a run is made of."""
        ...

    @property
    def proposals(self) -> Proposals:
        """Proposals, one at a time."""
        ...

    @property
    def new_proposals(self) -> NewProposals:
        """Proposals that come into being."""
        ...

    @property
    def snapshots(self) -> Snapshots:
        """What runs leave behind beside their proposals."""
        ...

    @property
    def proposal_batches(self) -> ProposalBatches:
        """Proposals, many at a time."""
        ...

    @property
    def seats(self) -> Seats:
        """Places that are taken."""
        ...

    @property
    def requests(self) -> Requests:
        """What people ask for themselves."""
        ...

    @property
    def reviews(self) -> Reviews:
        """How fair runs were."""
        ...

    @property
    def topics(self) -> Topics:
        """What is known of competencies."""
        ...

    @property
    def contests(self) -> Contests:
        """What people say against what was found for them."""
        ...


class UnitOfWork(Repositories, Protocol):
    """One command, one transaction."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def take_time(self) -> None:
        """Let this transaction take a minute for what a request has seconds for: it is about everybody at once.

        Its statements read whole tables, and not one row for each of another.
        """
        ...

    async def answer(
        self, resource_id: str, *, status: int = 200, location: str | None = None, retry_after: int | None = None
    ) -> Answer:
        """What the caller is told: the resource as it is now."""
        ...

    async def no_content(self) -> Answer:
        """Done, with nothing to say."""
        ...


class BackgroundWork(Protocol):
    """Opens a transaction in an organization that nobody has asked for just now."""

    def __call__(self, organization_id: str, *, snapshot: bool = False) -> UnitOfWork:
        """The transaction; with `snapshot` it sees the database at one moment."""
        ...


class PeopleSource(Protocol):
    """Profile, as far as this service asks it."""

    async def snapshot(self, organization_id: str, person_ids: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """What profile says of these people at present."""
        ...
