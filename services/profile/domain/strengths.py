"""Strengths: what a person can teach, and on which terms."""

from dataclasses import dataclass
from typing import Literal

from kit.errors import NotFoundError
from services.profile.domain.named_competencies import Entry

Format = Literal["pair", "group", "flash"]
AssetType = Literal["skill", "experience", "network"]

MAX_STRENGTHS = 100
MAX_NOTE = 2000


class StrengthNotFoundError(NotFoundError):
    """The person has no such strength."""

    code = "strength-not-found"
    title = "No such strength"


@dataclass(frozen=True, slots=True)
class StrengthTerms:
    """What the owner says about a strength."""

    competency_id: str
    level: int
    willing: bool
    formats: tuple[Format, ...]
    asset_type: AssetType
    note: str | None


Strength = Entry[StrengthTerms]
