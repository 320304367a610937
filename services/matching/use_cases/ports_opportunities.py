"""What looking for people needs from the outside."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.matching.domain.kinds import Role
from services.matching.domain.opportunities import Candidate, Filters, Layer, OpenProgram, Standing
from services.matching.domain.request import Aim


class OpportunityReads(Protocol):
    """What is read for one answer, in one transaction."""

    async def find_standing(
        self, person_id: str, program_id: str | None, now: datetime
    ) -> tuple[Standing | None, Sequence[OpenProgram]]:
        """Whoever asks, as they are now; None if they are nobody here, or have left.

        With the open programs that they take part in, and the one that they ask for, if it is no draft.
        """
        ...

    async def list_possible(
        self, found: Mapping[Aim, Sequence[str]], filters: Filters, programs: Sequence[OpenProgram], now: datetime
    ) -> Mapping[Aim, Sequence[Candidate]]:
        """The first of those found for each aim who can be shown now, as many as are wanted, as they are now.

        They are active and have a place left; in the program that is asked for they take part as is needed. With their
        roles in the programs.
        """
        ...

    async def list_participants(self, program_id: str, role: Role) -> Collection[str]:
        """Everybody with the role in a program to whom something may be offered there, by id."""
        ...

    async def layers(self, standing: Standing) -> Sequence[Layer]:
        """Everybody of the organization, as of the standing or later."""
        ...
