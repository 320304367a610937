from collections.abc import Mapping

import pytest

from services.matching.domain.choices import ChoicesInvalidError, PartChoices, StatedChoices, state_choices
from services.matching.domain.kinds import Role

NOTHING = PartChoices("par_1", "per_me", StatedChoices(), version=0)
KNOWN: Mapping[str, frozenset[Role]] = {
    "per_me": frozenset(Role),
    "per_teacher": frozenset({Role.TEACHER}),
    "per_learner": frozenset({Role.LEARNER}),
    "per_both": frozenset(Role),
    "per_elsewhere": frozenset(),
}


def faults(stated: StatedChoices) -> list[tuple[str, str]]:
    with pytest.raises(ChoicesInvalidError) as refused:
        state_choices(NOTHING, stated, KNOWN)
    return [(error.pointer, error.code) for error in refused.value.errors]


def test_what_is_said_takes_the_place_of_what_was() -> None:
    stated = StatedChoices(("per_both", "per_teacher"), ("per_learner", "per_both"), ("per_elsewhere",))
    said = state_choices(NOTHING, stated, KNOWN)
    assert (said.stated, said.version) == (stated, 1)
    assert state_choices(said, stated, KNOWN) is said
    assert state_choices(said, StatedChoices(), KNOWN).version == 2


@pytest.mark.parametrize(
    ("stated", "place"),
    [
        (StatedChoices(teachers=("per_teacher", "per_learner")), ("/body/teachers/1", "not-a-teacher")),
        (StatedChoices(teachers=("per_elsewhere",)), ("/body/teachers/0", "not-a-teacher")),
        (StatedChoices(teachers=("per_unknown",)), ("/body/teachers/0", "not-a-teacher")),
        (StatedChoices(learners=("per_teacher",)), ("/body/learners/0", "not-a-learner")),
        (StatedChoices(learners=("per_both", "per_both")), ("/body/learners/1", "double")),
        (StatedChoices(learners=("per_me",)), ("/body/learners/0", "oneself")),
        (StatedChoices(excluded=("per_me",)), ("/body/excluded/0", "oneself")),
        (StatedChoices(excluded=("per_both", "per_both")), ("/body/excluded/1", "double")),
        (StatedChoices(excluded=("per_unknown",)), ("/body/excluded/0", "unknown-person")),
        (StatedChoices(teachers=("per_both",), excluded=("per_both",)), ("/body/excluded/0", "also-chosen")),
    ],
)
def test_each_place_that_is_wrong_is_named(stated: StatedChoices, place: tuple[str, str]) -> None:
    assert faults(stated) == [place]


def test_all_of_them_are_named() -> None:
    stated = StatedChoices(teachers=("per_learner",), learners=("per_me",), excluded=("per_unknown",))
    assert len(faults(stated)) == 3
