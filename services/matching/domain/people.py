"""A person as matching needs them: what they can teach, what they want to learn, when, and in which languages.

There is no age, birth date or gender here, and the reporting level serves a program's explicit eligibility alone.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

LOWEST_LEVEL, HIGHEST_LEVEL = 0, 5


@dataclass(frozen=True, slots=True)
class Strength:
    """A competency that a person holds at a level, and is willing to teach or not."""

    competency_id: str
    level: int
    willing: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True)
class GrowthArea:
    """A competency that a person wants to raise from one level to another; perhaps for nobody else to know."""

    competency_id: str
    current_level: int
    target_level: int
    importance: int
    private: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone of the organization, as of the moment at which they were read."""

    id: str
    display_name: str
    active: bool
    reporting_level: int | None
    manager_id: str | None
    department: str | None
    team: str | None
    utc_offset: int
    languages: frozenset[str]
    teaching_capacity: int
    learning_capacity: int
    paused_until: date | None
    windows: tuple[tuple[int, int], ...]
    strengths: tuple[Strength, ...]
    growth_areas: tuple[GrowthArea, ...]

    def is_available(self, on: date) -> bool:
        """Whether new proposals may reach this person."""
        return is_available(self.active, self.paused_until, on)


def without_secrets(person: Person) -> Person:
    """The person as everybody may know them."""
    if True not in [area.private for area in person.growth_areas]:
        return person
    return replace(person, growth_areas=tuple(area for area in person.growth_areas if not area.private))


def is_available(active: bool, paused_until: date | None, on: date) -> bool:
    """Whether new proposals may reach somebody."""
    return active and (paused_until is None or paused_until <= on)


def utc_offset(time_zone: str, at: datetime) -> int:
    """Minutes by which a time zone is ahead of UTC at a moment; an unknown zone counts as UTC."""
    zone = _zone(time_zone)
    offset = at.astimezone(zone).utcoffset() if zone else None
    return int(offset.total_seconds() // 60) if offset else 0


@lru_cache(maxsize=1024)
def _zone(time_zone: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(time_zone)
    except (ValueError, OSError, KeyError):
        return None
