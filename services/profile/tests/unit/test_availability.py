from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.availability import (
    MINUTES_OF_WEEK,
    InvalidAvailabilityError,
    WeeklyWindow,
    check_windows,
    parse_clock_time,
    utc_windows,
)

WINTER = datetime(2026, 1, 15, tzinfo=UTC)
SUMMER = datetime(2026, 7, 15, tzinfo=UTC)
MORNING = WeeklyWindow(0, 540, 600)


def test_clock_times_are_minutes_of_the_day() -> None:
    assert [parse_clock_time(text) for text in ("00:00", "09:30", "24:00")] == [0, 570, 1440]


def test_the_same_window_lies_elsewhere_in_summer() -> None:
    assert utc_windows([MORNING], "Europe/Berlin", WINTER) == [(480, 540)]
    assert utc_windows([MORNING], "Europe/Berlin", SUMMER) == [(420, 480)]


def test_the_week_wraps_around() -> None:
    assert utc_windows([WeeklyWindow(0, 0, 600)], "Asia/Tokyo", WINTER) == [(0, 60), (9540, MINUTES_OF_WEEK)]
    assert utc_windows([WeeklyWindow(6, 1380, 1440)], "America/New_York", WINTER) == [(240, 300)]


def test_windows_that_touch_become_one() -> None:
    assert utc_windows([WeeklyWindow(0, 600, 660), MORNING], "UTC", WINTER) == [(540, 660)]


def test_windows_end_after_they_begin_and_keep_apart() -> None:
    check_windows([WeeklyWindow(0, 600, 660), MORNING, WeeklyWindow(1, 540, 600)])
    with pytest.raises(InvalidAvailabilityError) as error:
        check_windows([WeeklyWindow(0, 600, 600), MORNING, WeeklyWindow(0, 599, 700)])
    assert {(each.pointer, each.code) for each in error.value.errors} == {
        ("/body/windows/0/end", "ends-before-start"),
        ("/body/windows/2", "windows-overlap"),
    }


windows = st.builds(
    lambda weekday, start, length: WeeklyWindow(weekday, start, min(start + length, 1440)),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)


@given(st.lists(windows, max_size=10), st.sampled_from(["UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Niue"]))
def test_no_minute_is_lost_or_won_on_the_way_to_utc(given_windows: list[WeeklyWindow], time_zone: str) -> None:
    local = {day * 1440 + minute for day, start, end in map(_parts, given_windows) for minute in range(start, end)}
    found = utc_windows(given_windows, time_zone, WINTER)
    assert sum(end - start for start, end in found) == len(local)
    assert all(0 <= start < end <= MINUTES_OF_WEEK for start, end in found)
    assert found == sorted(found)


def _parts(window: WeeklyWindow) -> tuple[int, int, int]:
    return window.weekday, window.start, window.end
