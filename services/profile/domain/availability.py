"""Availability: when in the week a person has time, and for how many people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kit.errors import FieldError, InvalidError

MINUTES_OF_DAY = 24 * 60
MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY
MAX_WINDOWS = 50
MAX_CAPACITY = 20
MAX_HOURS_PER_MONTH = 200
DEFAULT_CAPACITY = 1


class InvalidAvailabilityError(InvalidError):
    """A window that ends before it begins, or two that overlap."""

    code = "invalid-availability"
    title = "The weekly windows contradict each other"


@dataclass(frozen=True, slots=True, order=True)
class WeeklyWindow:
    """A time of every week in the person's own time zone: a weekday (0 is Monday) and minutes of that day."""

    weekday: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Availability:
    """When a person has time, and how many people they can teach and learn from at once."""

    windows: tuple[WeeklyWindow, ...]
    teaching_capacity: int
    learning_capacity: int
    hours_per_month: int | None
    paused_until: date | None


NOTHING_SAID = Availability((), DEFAULT_CAPACITY, DEFAULT_CAPACITY, None, None)


def parse_clock_time(text: str) -> int:
    """The minute of the day that `HH:MM` stands for; `24:00` is the end of the day."""
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def check_windows(windows: Sequence[WeeklyWindow]) -> None:
    """Refuse windows that end before they begin, and windows that overlap."""
    errors = []
    latest: dict[int, int] = {}
    for index, window in sorted(enumerate(windows), key=lambda pair: pair[1]):
        pointer = f"/body/windows/{index}"
        if window.end <= window.start:
            errors.append(FieldError(f"{pointer}/end", "ends-before-start", "A window ends after it begins."))
        elif window.start < latest.get(window.weekday, 0):
            errors.append(FieldError(pointer, "windows-overlap", "This window overlaps another one of the same day."))
        latest[window.weekday] = max(window.end, latest.get(window.weekday, 0))
    if errors:
        raise InvalidAvailabilityError("Correct the windows that are named in errors.", errors=errors)


def utc_windows(windows: Iterable[WeeklyWindow], time_zone: str, at: datetime) -> list[tuple[int, int]]:
    """The windows as minutes of the week in UTC, with the offset that the time zone has at this moment.

    Sorted, without overlaps; a window across the end of the week comes as two.
    """
    offset = ZoneInfo(time_zone).utcoffset(at.astimezone(ZoneInfo(time_zone))) or timedelta()
    shift = int(offset.total_seconds() // 60)
    pieces: list[tuple[int, int]] = []
    for window in windows:
        day = window.weekday * MINUTES_OF_DAY
        start = (day + window.start - shift) % MINUTES_OF_WEEK
        end = start + window.end - window.start
        pieces.append((start, min(end, MINUTES_OF_WEEK)))
        if end > MINUTES_OF_WEEK:
            pieces.append((0, end - MINUTES_OF_WEEK))
    return _merged(pieces)


def _merged(pieces: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
