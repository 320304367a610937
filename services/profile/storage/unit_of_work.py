"""The unit of work of the profile service: its repositories over one transaction."""

from kit.unit_of_work import UnitOfWork
from services.profile.domain.growth_areas import GrowthAreaTerms
from services.profile.domain.strengths import StrengthTerms
from services.profile.storage.repositories.competencies import CompetencyRepository
from services.profile.storage.repositories.competency_relations import CompetencyRelationRepository
from services.profile.storage.repositories.entry_lists import EntryListRepository
from services.profile.storage.repositories.imports import ImportRepository
from services.profile.storage.repositories.organizations import OrganizationRepository
from services.profile.storage.repositories.people import PeopleRepository
from services.profile.storage.repositories.people_merge import PeopleMerge
from services.profile.storage.repositories.self_descriptions import SelfDescriptionRepository
from services.profile.storage.tables import growth_areas, strengths


class ProfileUnitOfWork(UnitOfWork):
    """One command, one transaction, with the repositories of this service."""

    def bind(self) -> None:
        """Make the repositories over the open transaction."""
        scope = (self.connection, self.organization_id)
        self.organizations = OrganizationRepository(*scope)
        self.people = PeopleRepository(*scope, self._clock)
        self.competency_relations = CompetencyRelationRepository(*scope)
        self.competencies = CompetencyRepository(*scope, self._clock)
        self.strengths = EntryListRepository(*scope, self._clock, strengths, StrengthTerms)
        self.growth_areas = EntryListRepository(*scope, self._clock, growth_areas, GrowthAreaTerms)
        self.self_descriptions = SelfDescriptionRepository(*scope, self._clock)
        self.imports = ImportRepository(*scope, self._clock)
        self.merge = PeopleMerge(*scope, self._clock)
