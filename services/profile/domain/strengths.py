"""Strengths: what a person can teach, and on which terms."""

from dataclasses import dataclass
from typing import Literal

from kit.errors import NotFoundError

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


@dataclass(frozen=True, slots=True)
class Strength:
    """A competency that a person has, with the terms on which they share it."""

    id: str
    terms: StrengthTerms
    version: int

    @property
    def competency_id(self) -> str:
        """The competency that it names."""
        return self.terms.competency_id
