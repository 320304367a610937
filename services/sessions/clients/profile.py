"""What this service takes from profile: the organization's minimum group size, and who is there."""

from collections.abc import Mapping

from kit.clock import Clock
from kit.events import Event
from services.sessions.use_cases import neighbourhood
from services.sessions.use_cases.ports import Applier, Repositories


class ProfileEvents:
    """Applies profile's events."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def appliers(self) -> Mapping[str, Applier]:
        """What applies each type of event."""
        return {
            "organization.changed": self.organization_changed,
            "person.deactivated": self.person_deactivated,
            "person.reactivated": self.person_reactivated,
        }

    async def organization_changed(self, repositories: Repositories, event: Event) -> None:
        """Take over the minimum group size."""
        await neighbourhood.change_organization(repositories, event.data["min_group_size"])

    async def person_deactivated(self, repositories: Repositories, event: Event) -> None:
        """End the person's engagements."""
        await neighbourhood.deactivate_person(repositories, event.subject_id, self._clock)

    async def person_reactivated(self, repositories: Repositories, event: Event) -> None:
        """Let the person take part again."""
        await neighbourhood.reactivate_person(repositories, event.subject_id)
