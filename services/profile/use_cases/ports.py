"""What the use cases need from the outside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from kit.answers import Answer
from services.profile.domain.availability import Availability
from services.profile.domain.competency import Competency
from services.profile.domain.competency_relations import Relations
from services.profile.domain.growth_areas import GrowthAreaTerms
from services.profile.domain.importing.people import KnownPerson
from services.profile.domain.importing.plan import PlannedPerson
from services.profile.domain.importing.record import Import
from services.profile.domain.importing.rows import RowError
from services.profile.domain.named_competencies import Entry, Terms
from services.profile.domain.organization import Organization
from services.profile.domain.person import Person
from services.profile.domain.preferences import Preferences
from services.profile.domain.reporting_lines import Line
from services.profile.domain.strengths import StrengthTerms

T = TypeVar("T", bound=Terms)


class Events(Protocol):
    """Facts to tell other services, in the transaction of the change."""

    async def append(self, type_: str, subject_id: str, data: Mapping[str, Any]) -> None:
        """Tell one fact."""
        ...

    async def append_many(self, type_: str, facts: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Tell the same kind of fact about many subjects."""
        ...


class Organizations(Protocol):
    """The organization that the unit of work is open for."""

    async def add(self, organization: Organization) -> None:
        """Store a new organization."""
        ...

    async def get(self) -> Organization:
        """The organization, locked for a change."""
        ...

    async def save(self, organization: Organization) -> None:
        """Store its new state."""
        ...

    async def time_zone(self) -> str:
        """The time zone of people who have none of their own."""
        ...


class People(Protocol):
    """The people of the organization."""

    async def lock_structure(self) -> None:
        """Keep everybody else from changing who is here and who reports to whom, until the transaction ends."""
        ...

    async def require(self, person_id: str) -> None:
        """Raise `PersonNotFoundError` if there is no such person."""
        ...

    async def get(self, person_id: str) -> Person:
        """The person, locked for a change."""
        ...

    async def add(self, person: Person) -> None:
        """Store a new person."""
        ...

    async def save(self, person: Person) -> None:
        """Store the person's new state."""
        ...

    async def chain_from(self, person_id: str) -> list[str]:
        """The person, their manager, and so on to the top; empty if there is no such person."""
        ...

    async def waiting_for(self, external_id: str) -> list[str]:
        """People whose manager would be the one with this external id."""
        ...

    async def end_waiting(self, person_ids: Sequence[str], manager_id: str | None) -> None:
        """Give people who were waiting for their manager that manager, or none."""
        ...

    async def lines(self) -> Sequence[Line]:
        """Where everybody stands."""
        ...

    async def save_levels(self, lines: Sequence[Line]) -> None:
        """Store the levels of these lines."""
        ...


class Competencies(Protocol):
    """The taxonomy of the organization."""

    async def get(self, competency_id: str) -> Competency:
        """The competency, locked for a change."""
        ...

    async def find_by_label(self, label: str) -> Competency | None:
        """The competency with this label, however it is written."""
        ...

    async def add(self, competency: Competency) -> None:
        """Store a new competency; `CompetencyExistsError` if somebody was faster with its label."""
        ...

    async def add_many(self, competencies: Sequence[Competency]) -> None:
        """Store new competencies."""
        ...

    async def save(self, competency: Competency) -> None:
        """Store its new state."""
        ...

    async def retired(self, competency_ids: Iterable[str]) -> Mapping[str, bool]:
        """Of those that exist, whether they are retired."""
        ...


class CompetencyRelations(Protocol):
    """How competencies relate."""

    async def lock(self) -> None:
        """Let nobody else change relations until the transaction ends."""
        ...

    async def above(self, competency_id: str) -> Mapping[str, Collection[str]]:
        """The broader competencies of all but this one."""
        ...

    async def replace(self, competency_id: str, relations: Relations) -> None:
        """Store these relations in place of those before."""
        ...


class EntryList(Protocol[T]):
    """One kind of list that people keep: strengths, or growth areas."""

    async def get(self, person_id: str) -> tuple[int, list[Entry[T]]]:
        """The list's version and its entries, locked for a change."""
        ...

    async def save(self, person_id: str, before: Sequence[Entry[T]], after: Sequence[Entry[T]]) -> None:
        """Store the list as it is now, one version on."""
        ...


class SelfDescriptions(Protocol):
    """What people say of how and when they work."""

    async def preferences(self, person_id: str) -> tuple[int, Preferences]:
        """The version, and the preferences, locked for a change."""
        ...

    async def save_preferences(self, person_id: str, preferences: Preferences, seen: int) -> None:
        """Store them, one version on; stale if somebody was faster."""
        ...

    async def availability(self, person_id: str) -> tuple[int, Availability]:
        """The version, and the availability, locked for a change."""
        ...

    async def save_availability(self, person_id: str, availability: Availability, seen: int) -> None:
        """Store it, one version on; stale if somebody was faster."""
        ...


RUN_IMPORT = "run_import"
"""The name of the job that runs an import; its payload is `{"import_id": …}`."""


class Imports(Protocol):
    """The imports of the organization."""

    async def allow_long_work(self) -> None:
        """Let the rest of this transaction take longer than a request may."""
        ...

    async def add(self, import_: Import, upload: bytes) -> None:
        """Store a new import with what was uploaded, and ask a worker to run it."""
        ...

    async def get(self, import_id: str) -> Import:
        """The import, locked for a change."""
        ...

    async def save(self, import_: Import) -> None:
        """Store its new state; once it is finished, what was uploaded is gone."""
        ...

    async def upload(self, import_id: str) -> bytes:
        """What was uploaded."""
        ...

    async def add_errors(self, import_id: str, errors: Sequence[RowError]) -> None:
        """Store what is wrong with the rows."""
        ...


class Merge(Protocol):
    """The people of the organization, as an import meets them."""

    async def known_people(self) -> Sequence[KnownPerson]:
        """Everybody of the organization, as far as a file can touch on them."""
        ...

    async def stage(self, planned: Sequence[PlannedPerson], mapped: Collection[str]) -> tuple[int, int]:
        """Compare these people with those that are here: how many are new, and how many differ."""
        ...

    async def apply(self, mapped: Collection[str], moved: Sequence[Line], time_zone: str) -> Mapping[str, list[str]]:
        """Write the staged people that differ and the lines of the others; the ids to tell of, by type of event."""
        ...


class UnitOfWork(Protocol):
    """One command, one transaction."""

    organization_id: str

    @property
    def events(self) -> Events:
        """Facts to tell other services."""
        ...

    @property
    def organizations(self) -> Organizations:
        """The organization."""
        ...

    @property
    def people(self) -> People:
        """The people of the organization."""
        ...

    @property
    def competency_relations(self) -> CompetencyRelations:
        """How its competencies relate."""
        ...

    @property
    def competencies(self) -> Competencies:
        """The taxonomy of the organization."""
        ...

    @property
    def strengths(self) -> EntryList[StrengthTerms]:
        """What people are strong in."""
        ...

    @property
    def growth_areas(self) -> EntryList[GrowthAreaTerms]:
        """Where people want to grow."""
        ...

    @property
    def self_descriptions(self) -> SelfDescriptions:
        """How and when people work."""
        ...

    @property
    def imports(self) -> Imports:
        """Files of the HR system."""
        ...

    @property
    def merge(self) -> Merge:
        """Many people at once."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def enter_organization(self, organization_id: str) -> None:
        """Go on inside an organization that this command has just created."""
        ...

    async def answer(
        self, resource_id: str, *, status: int = 200, location: str | None = None, retry_after: int | None = None
    ) -> Answer:
        """What the caller is told: the resource as it is now."""
        ...

    async def no_content(self) -> Answer:
        """Done, with nothing to say."""
        ...
