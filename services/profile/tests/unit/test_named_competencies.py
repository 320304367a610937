import itertools

import pytest

from services.profile.domain.competency import label_key, propose, retire
from services.profile.domain.growth_areas import GrowthAreaTerms, TargetNotAboveCurrentError, check_levels
from services.profile.domain.named_competencies import (
    CompetencyNamedTwiceError,
    TooManyEntriesError,
    UnusableCompetencyError,
    check_list,
    check_usable,
    replaced,
)
from services.profile.domain.strengths import StrengthTerms


def terms(competency_id: str, level: int = 3) -> StrengthTerms:
    return StrengthTerms(competency_id, level, True, ("pair",), "skill", None)


def test_an_entry_stays_itself_when_its_list_is_replaced() -> None:
    ids = (f"str_{number}" for number in itertools.count())
    first = replaced([], [terms("a"), terms("b")], lambda: next(ids))
    second = replaced(first, [terms("b", 5), terms("c"), terms("a")], lambda: next(ids))
    assert [(entry.id, entry.version) for entry in second] == [("str_1", 2), ("str_2", 1), ("str_0", 1)]


def test_a_list_names_each_competency_once_and_has_an_end() -> None:
    check_list([terms("a"), terms("b")], 2)
    with pytest.raises(CompetencyNamedTwiceError):
        check_list([terms("a"), terms("a")], 2)
    with pytest.raises(TooManyEntriesError):
        check_list([terms("a"), terms("b"), terms("c")], 2)


def test_a_retired_competency_may_stay_but_not_come() -> None:
    check_usable([terms("old")], {"old": True}, frozenset({"old"}), lambda _: "/body")
    with pytest.raises(UnusableCompetencyError) as error:
        check_usable([terms("old"), terms("odd")], {"old": True}, frozenset(), lambda index: f"/body/items/{index}")
    assert [(each.pointer, each.code) for each in error.value.errors] == [
        ("/body/items/0/competency_id", "competency-retired"),
        ("/body/items/1/competency_id", "unknown-competency"),
    ]


def test_a_target_is_above_the_present_level() -> None:
    check_levels(GrowthAreaTerms("a", 0, 1, 3, "private", None), "/body")
    with pytest.raises(TargetNotAboveCurrentError):
        check_levels(GrowthAreaTerms("a", 2, 2, 3, "private", None), "/body")


@pytest.mark.parametrize("label", ["Été", "  été ", "E\u0301te\u0301", "ÉTÉ"])
def test_labels_are_told_apart_by_what_they_say(label: str) -> None:
    assert label_key(label) == "été"


def test_a_competency_moves_once() -> None:
    candidate = propose("cmp_1", "Reading  the room", None)
    retired = retire(candidate)
    assert (candidate.label, candidate.status, retired.version) == ("Reading the room", "candidate", 2)
    assert retire(retired) is retired
