from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.matching.domain.match_policy import (
    STANDARD,
    PolicyContradictoryError,
    PolicyDetails,
    PolicyRetiredError,
    PolicyWeightsError,
    change_policy,
    check_details,
    create_policy,
    in_force,
    merged,
    retire_policy,
)
from services.matching.domain.policy import MAXIMUM, BlindAttribute, HardRules, LevelBand, Terms, Weights

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
PLAIN = PolicyDetails("Plain")
SEEING = replace(PLAIN, blind=frozenset({BlindAttribute.NAME}))


def pointers(details: PolicyDetails) -> list[str]:
    with pytest.raises(PolicyContradictoryError) as refused:
        check_details(details)
    return [error.pointer for error in refused.value.errors]


def test_the_standard_policy_keeps_its_own_rules() -> None:
    check_details(STANDARD.details)
    assert in_force(STANDARD) == (None, 1, Terms(), STANDARD.details.blind)


@pytest.mark.parametrize(("fit", "told"), [(6_499, "9,999"), (6_501, "10,001")])
def test_weights_that_do_not_add_up_are_told_their_sum(fit: int, told: str) -> None:
    with pytest.raises(PolicyWeightsError, match=told) as refused:
        check_details(merged(PLAIN, {"weights": {"fit": fit}}))
    assert [error.pointer for error in refused.value.errors] == ["/body/weights"]


@pytest.mark.parametrize(
    ("blind", "changes", "pointer"),
    [
        (BlindAttribute.REPORTING_LEVEL, {"rules": {"level_band": {"least": 1}}}, "/body/rules/level_band"),
        (BlindAttribute.TEAM, {}, "/body/rules/exclude_same_team"),
        (BlindAttribute.REPORTING_LINE, {}, "/body/rules/exclude_manager_line"),
        (
            BlindAttribute.DEPARTMENT,
            {"weights": {"fit": 6_000, "other_department": 500}},
            "/body/weights/other_department",
        ),
    ],
)
def test_a_policy_does_not_look_at_what_it_is_blind_to(
    blind: BlindAttribute, changes: dict[str, Any], pointer: str
) -> None:
    details = merged(SEEING, changes)
    check_details(details)
    assert pointers(replace(details, blind=details.blind | {blind})) == [pointer]


def test_a_policy_may_be_blind_to_everything() -> None:
    rules = HardRules(exclude_manager_line=False, exclude_same_team=False)
    check_details(PolicyDetails("Blind", Terms(rules=rules), frozenset(BlindAttribute)))


@pytest.mark.parametrize(
    ("band", "pointer"),
    [(LevelBand(2, 1), "/body/rules/level_band/least"), (LevelBand(), "/body/rules/level_band")],
)
def test_a_band_of_levels_has_room_and_a_bound(band: LevelBand, pointer: str) -> None:
    assert pointers(replace(SEEING, terms=Terms(rules=HardRules(level_band=band)))) == [pointer]
    check_details(replace(SEEING, terms=Terms(rules=HardRules(level_band=LevelBand(-1, -1)))))


def test_every_contradiction_is_named() -> None:
    rules = HardRules(level_band=LevelBand(2, 1))
    both = ["/body/rules/level_band", "/body/rules/exclude_same_team", "/body/rules/level_band/least"]
    blind = frozenset({BlindAttribute.REPORTING_LEVEL, BlindAttribute.TEAM})
    assert pointers(PolicyDetails("x", Terms(rules=rules), blind)) == both


def test_a_change_makes_the_next_version_and_none_if_nothing_is_different() -> None:
    policy = create_policy("pol_1", PLAIN, NOW)
    changed = change_policy(policy, replace(PLAIN, name="Other"), LATER)
    assert (changed.version, changed.created_at, changed.updated_at) == (2, NOW, LATER)
    assert change_policy(policy, PLAIN, LATER) is policy
    with pytest.raises(PolicyWeightsError):
        change_policy(policy, replace(PLAIN, terms=Terms(Weights(fit=0))), LATER)


def test_a_retired_policy_is_neither_changed_nor_taken_nor_retired_again() -> None:
    retired = retire_policy(create_policy("pol_1", PLAIN, NOW), LATER)
    assert retired.version == 2
    with pytest.raises(PolicyRetiredError):
        change_policy(retired, replace(PLAIN, name="Other"), LATER)
    with pytest.raises(PolicyRetiredError):
        retire_policy(retired, LATER)
    with pytest.raises(PolicyRetiredError):
        retired.require_active()
    assert in_force(retired) == ("pol_1", 2, PLAIN.terms, PLAIN.blind), "who has it keeps it"


def test_a_change_reaches_into_objects_and_into_the_band() -> None:
    banded = merged(SEEING, {"rules": {"level_band": {"least": 1, "most": 3}, "min_score": 500}})
    moved = merged(banded, {"rules": {"level_band": {"most": None}}, "max_gap_basis_points": 50})
    assert moved.terms.rules == HardRules(min_score=500, level_band=LevelBand(1, None))
    assert moved.terms.max_gap == 50
    assert merged(moved, {"rules": {"level_band": None}}).terms.rules.level_band is None
    assert merged(moved, {}) == moved


def test_the_parts_of_the_standard_score_are_the_whole_of_it() -> None:
    assert Weights().total == MAXIMUM
