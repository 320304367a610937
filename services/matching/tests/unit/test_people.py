from datetime import UTC, datetime

import pytest

from services.matching.domain.people import utc_offset


@pytest.mark.parametrize(
    ("time_zone", "month", "minutes"),
    [
        ("Europe/Berlin", 1, 60),
        ("Europe/Berlin", 7, 120),
        ("America/St_Johns", 1, -210),
        ("UTC", 1, 0),
        ("Mars/Olympus", 1, 0),
        ("../etc/passwd", 1, 0),
        ("", 1, 0),
    ],
)
def test_a_clock_is_compared_by_its_offset_at_the_moment(time_zone: str, month: int, minutes: int) -> None:
    assert utc_offset(time_zone, datetime(2026, month, 15, tzinfo=UTC)) == minutes
