import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.reporting_lines import (
    Line,
    ManagerCycleError,
    ManagerIsSelfError,
    ReportingLines,
    check_manager,
    reporting_levels,
    shifted,
)

PEOPLE = [f"p{number}" for number in range(12)]


def test_levels_count_from_the_top() -> None:
    assert reporting_levels({"c": "b", "a": None, "b": "a"}) == {"a": 1, "b": 2, "c": 3}


def test_below_an_unknown_manager_levels_are_unknown() -> None:
    assert reporting_levels({"a": "gone", "b": "a"}) == {"a": None, "b": None}


def test_somebody_without_manager_and_reports_may_stand_anywhere() -> None:
    assert reporting_levels({"a": None}) == {"a": None}


def test_a_cycle_says_nothing_about_levels() -> None:
    assert reporting_levels({"a": "b", "b": "a", "c": "a"}) == {"a": None, "b": None, "c": None}


def test_levels_of_a_hundred_thousand_people_take_one_pass() -> None:
    deep: dict[str, str | None] = {str(number): str(number - 1) if number else None for number in range(100_000)}
    started = time.process_time()
    assert reporting_levels(dict(reversed(deep.items())))["99999"] == 100_000
    lines = ReportingLines()
    for person, manager in deep.items():
        if manager is not None:
            assert not lines.closes_cycle(person, manager)
            lines.add(person, manager)
    assert lines.closes_cycle("0", "99999")
    assert time.process_time() - started < 2


def test_nobody_manages_themself_or_those_above_them() -> None:
    check_manager("c", "b", ["b", "a"])
    with pytest.raises(ManagerIsSelfError):
        check_manager("c", "c", ["c", "b"])
    with pytest.raises(ManagerCycleError):
        check_manager("a", "c", ["c", "b", "a"])


def test_only_lines_with_another_level_are_shifted() -> None:
    lines = [
        Line("a", None, None, 1),
        Line("b", "a", None, 7),
        Line("c", None, "later", 2),
        Line("d", None, None, None),
    ]
    assert shifted(lines) == [Line("b", "a", None, 2), Line("c", None, "later", None)]


@given(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))))
def test_lines_that_are_taken_never_form_a_cycle(wanted: list[tuple[str, str]]) -> None:
    lines = ReportingLines()
    taken: dict[str, str | None] = dict.fromkeys(PEOPLE)
    for person, manager in wanted:
        if taken[person] is not None:
            continue
        closes = lines.closes_cycle(person, manager)
        assert closes == (person in _chain(taken, manager))
        if not closes:
            lines.add(person, manager)
            taken[person] = manager
    levels = reporting_levels(taken)
    for who, boss in taken.items():
        if boss is not None:
            above, own = levels[boss], levels[who]
            assert above is not None
            assert own == above + 1


def _chain(managers: dict[str, str | None], start: str) -> list[str]:
    chain: list[str] = []
    person: str | None = start
    while person is not None:
        chain.append(person)
        person = managers[person]
    return chain
