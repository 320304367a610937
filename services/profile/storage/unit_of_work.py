"""The unit of work of the profile service: its repositories over one transaction."""

from kit.unit_of_work import UnitOfWork
from services.profile.storage.repositories.organizations import OrganizationRepository


class ProfileUnitOfWork(UnitOfWork):
    """One command, one transaction, with the repositories of this service."""

    def bind(self) -> None:
        """Make the repositories over the open transaction."""
        self.organizations = OrganizationRepository(self.connection, self.organization_id)
