"""What looking for people needs from the outside."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from services.matching.domain.kinds import Role
from services.matching.domain.opportunities import Candidate, Layer, OpenProgram, Standing


class OpportunityReads(Protocol):
    """What is read for one answer, in one transaction."""

    async def find_standing(self, person_id: str, now: datetime) -> Standing | None:
        """Whoever asks, as they are now; None if they are nobody here, or have left."""
        ...

    async def list_programs(self, person_id: str, program_id: str | None) -> Sequence[OpenProgram]:
        """The open programs that somebody takes part in, and the one that they ask for, if it is no draft."""
        ...

    async def list_candidates(
        self, people: Collection[str], program_ids: Sequence[str], now: datetime
    ) -> dict[str, Candidate]:
        """Those of the people who are active, as they are now, by id, with their roles in these programs."""
        ...

    async def list_participants(self, program_id: str, role: Role) -> Collection[str]:
        """Everybody with the role in a program to whom something may be offered there, by id."""
        ...

    async def layers(self, standing: Standing) -> Sequence[Layer]:
        """Everybody of the organization, as of the standing or later."""
        ...
