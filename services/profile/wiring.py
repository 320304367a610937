"""What a process of the profile service holds."""

from collections.abc import Mapping, Sequence

from kit.idempotency import Command
from kit.unit_of_work import Read
from kit.wiring import ServiceWiring
from services.profile.settings import ProfileSettings
from services.profile.storage.packaged_taxonomy import packaged_competencies
from services.profile.storage.tables import idempotency_keys
from services.profile.storage.unit_of_work import ProfileUnitOfWork


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
