import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.sessions.domain.tracks import Direction, direction_between

LEVELS = st.integers(1, 20)


def test_somebody_further_down_who_teaches_teaches_upward() -> None:
    assert direction_between(teacher_level=5, learner_level=1) is Direction.UPWARD


def test_somebody_further_up_who_teaches_teaches_downward() -> None:
    assert direction_between(teacher_level=1, learner_level=5) is Direction.DOWNWARD


@pytest.mark.parametrize(("teacher", "learner"), [(None, 1), (1, None), (None, None)])
def test_without_both_levels_the_direction_is_unknown(teacher: int | None, learner: int | None) -> None:
    assert direction_between(teacher, learner) is Direction.UNKNOWN


@given(LEVELS, LEVELS)
def test_swapping_the_roles_turns_the_direction(teacher: int, learner: int) -> None:
    turned = {
        Direction.UPWARD: Direction.DOWNWARD,
        Direction.DOWNWARD: Direction.UPWARD,
        Direction.LEVEL: Direction.LEVEL,
    }
    assert direction_between(learner, teacher) is turned[direction_between(teacher, learner)]
    assert (direction_between(teacher, learner) is Direction.LEVEL) == (teacher == learner)
