"""What a process of the profile service holds."""

from collections.abc import Mapping, Sequence

from kit.idempotency import Command
from kit.identity import Principal
from kit.jobs import JobRunner
from kit.unit_of_work import Read
from kit.wiring import ServiceWiring
from services.profile.settings import ProfileSettings
from services.profile.storage.packaged_taxonomy import packaged_competencies
from services.profile.storage.tables import idempotency_keys
from services.profile.storage.unit_of_work import ProfileUnitOfWork
from services.profile.use_cases.ports import RUN_IMPORT
from services.profile.use_cases.run_import import RunImport


class Wiring(ServiceWiring[ProfileSettings]):
    """The parts of the profile service."""

    service = "profile"
    settings_type = ProfileSettings

    def unit_of_work(self, command: Command, read: Read | None = None) -> ProfileUnitOfWork:
        """A transaction for one command; `read` gives its answer."""
        return ProfileUnitOfWork(
            self.database, command, read, ids=self.ids, clock=self.clock, stored_answers=idempotency_keys
        )

    def packaged_competencies(self, name: str) -> Sequence[Mapping[str, str]]:
        """The rows of a taxonomy that comes with the service."""
        return packaged_competencies(name)

    def background_work(self, organization_id: str) -> ProfileUnitOfWork:
        """A transaction in an organization that nobody has asked for just now."""
        caller = Principal("profile-worker", organization_id)
        return self.unit_of_work(Command(caller, operation="background", key=None, fingerprint=""))

    def job_runner(self) -> JobRunner:
        """Who does the background jobs."""
        return JobRunner(
            self.settings.database_url.get_secret_value(),
            {RUN_IMPORT: RunImport(self.background_work, self.ids, self.clock)},
            heartbeat_timeout=self.settings.job_heartbeat_timeout_seconds,
        )
