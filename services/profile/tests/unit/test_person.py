from typing import Any

import pytest

from services.profile.domain.person import (
    InvalidPersonError,
    Person,
    change,
    events_of,
    new_person,
    set_employment_status,
)


def person(**values: Any) -> Person:
    return new_person("per_1", {"display_name": "Ken", **values}, "Europe/Berlin")


def test_a_name_to_show_is_made_of_the_parts() -> None:
    assert new_person("per_1", {"given_name": "Ken", "family_name": "Sánchez"}, "UTC").display_name == "Ken Sánchez"
    with pytest.raises(InvalidPersonError):
        new_person("per_1", {}, "UTC")


def test_a_change_of_nothing_is_none() -> None:
    before = person(department="Board")
    assert change(before, {"department": "Board"}) is before
    assert change(before, {"department": None}).version == 2


@pytest.mark.parametrize("field", ["id", "version", "reporting_level", "employment_status"])
def test_what_is_derived_is_not_changed_by_hand(field: str) -> None:
    with pytest.raises(ValueError, match="cannot be changed"):
        change(person(), {field: "x"})


def test_a_manager_who_is_named_ends_the_waiting_for_another() -> None:
    waiting = person()
    assert change(waiting, {"manager_id": None}).pending_manager is None


def test_matching_is_told_of_what_matters_to_it() -> None:
    before = person(job_title="CEO")
    assert events_of(None, before) == ["person.changed"]
    assert events_of(before, change(before, {"job_title": None})) == []
    assert events_of(before, change(before, {"team": "Board"})) == ["person.changed"]
    gone = set_employment_status(before, "inactive")
    assert events_of(before, gone) == ["person.deactivated"]
    assert events_of(gone, set_employment_status(gone, "active")) == ["person.reactivated"]
    assert set_employment_status(gone, "inactive") is gone
