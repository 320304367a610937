"""What the use cases need to know of competencies."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Protocol


class Topics(Protocol):
    """The organization's competencies, as far as matching knows of them."""

    async def relate(self, competency_id: str, broader: Sequence[str], related: Sequence[str]) -> None:
        """Store how a competency relates to others, in place of what was known."""
        ...

    async def relations(self) -> Sequence[tuple[str, str, str]]:
        """All relations: a competency, another, and whether that is `broader` or `related`."""
        ...

    async def note_wishes(self, person_ids: Collection[str], today: date) -> None:
        """Remember since when these people have openly wanted what they want now."""
        ...

    async def min_group_size(self) -> int:
        """How many people a figure must be about."""
        ...

    async def set_min_group_size(self, size: int) -> None:
        """Remember how many people a figure must be about."""
        ...
