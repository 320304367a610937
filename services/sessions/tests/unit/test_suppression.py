from hypothesis import given
from hypothesis import strategies as st

from services.sessions.domain.suppression import HIDDEN, Cell, Shown, shown, shown_if, shown_split

MINIMUM = 5
PEOPLE = st.frozensets(st.integers(0, 30), max_size=12)


def test_a_figure_about_too_few_people_is_hidden() -> None:
    assert shown(Cell(3, people=4), MINIMUM) == HIDDEN
    assert shown(Cell(3, people=5), MINIMUM) == Shown(3, suppressed=False)
    assert shown(Cell(0, people=0), MINIMUM) == HIDDEN


def test_one_hidden_cell_hides_the_next_smallest() -> None:
    split = shown_split({"active": Cell(9, 18), "completed": Cell(5, 10), "ended_early": Cell(1, 2)}, MINIMUM)
    assert split == {"active": Shown(9, suppressed=False), "completed": HIDDEN, "ended_early": HIDDEN}


def test_several_small_cells_are_not_told_together_either() -> None:
    split = shown_split({"active": Cell(9, 18), "completed": Cell(1, 2), "ended_early": Cell(1, 2)}, MINIMUM)
    assert set(split.values()) == {HIDDEN}


def test_cells_about_nobody_hide_nothing_else() -> None:
    split = shown_split({"active": Cell(9, 18), "completed": Cell(0, 0)}, MINIMUM)
    assert split == {"active": Shown(9, suppressed=False), "completed": HIDDEN}


def test_a_rate_goes_with_the_figure_that_it_would_give_away() -> None:
    assert shown_if(Cell(0.5, 10), HIDDEN, MINIMUM) == HIDDEN
    assert shown_if(Cell(0.5, 10), Shown(5, suppressed=False), MINIMUM) == Shown(0.5, suppressed=False)
    assert shown_if(Cell(0.5, 4), Shown(5, suppressed=False), MINIMUM) == HIDDEN


@given(st.dictionaries(st.sampled_from("abcdef"), PEOPLE, min_size=1), st.integers(3, 8))
def test_what_is_hidden_is_about_enough_people_or_nobody(groups: dict[str, frozenset[int]], minimum: int) -> None:
    total = frozenset[int]().union(*groups.values())
    if not shown(Cell(len(total), len(total)), minimum).suppressed:
        cells = {name: Cell(len(people), len(people)) for name, people in groups.items()}
        split = shown_split(cells, minimum)
        hidden = frozenset[int]().union(*(groups[name] for name in groups if split[name].suppressed))
        assert not 0 < len(hidden) < minimum
        for name, cell in split.items():
            assert cell.suppressed or cells[name].people >= minimum
