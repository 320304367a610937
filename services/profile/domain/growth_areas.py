"""Growth areas: what a person wants to learn, and who may know it."""

from dataclasses import dataclass
from typing import Literal

from kit.errors import FieldError, InvalidError, NotFoundError
from services.profile.domain.named_competencies import Entry

Visibility = Literal["private", "organization"]

MAX_GROWTH_AREAS = 100
MAX_SITUATION = 2000


class GrowthAreaNotFoundError(NotFoundError):
    """The person has no such growth area."""

    code = "growth-area-not-found"
    title = "No such growth area"


class TargetNotAboveCurrentError(InvalidError):
    """Growing means to get further than one is."""

    code = "target-not-above-current"
    title = "The target level must be above the current level"


@dataclass(frozen=True, slots=True)
class GrowthAreaTerms:
    """What the owner says about a growth area."""

    competency_id: str
    current_level: int
    target_level: int
    importance: int
    visibility: Visibility
    situation: str | None


GrowthArea = Entry[GrowthAreaTerms]


def check_levels(terms: GrowthAreaTerms, pointer: str) -> None:
    """Refuse a target that is not above the current level; `pointer` says where in the input it stands."""
    if terms.target_level <= terms.current_level:
        error = FieldError(f"{pointer}/target_level", "target-not-above-current", "Choose a level above the current.")
        raise TargetNotAboveCurrentError(errors=[error])
