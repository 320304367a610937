from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.matching.domain.eligibility import Eligibility
from services.matching.domain.engine.problem import GroupSize
from services.matching.domain.kinds import Format, Kind, Role
from services.matching.domain.participation import (
    NotEligibleError,
    PersonInactiveError,
    change_part,
    eligible_roles,
    take_part,
)
from services.matching.domain.program import (
    GroupSizeError,
    Objective,
    Program,
    ProgramDetails,
    ProgramIncompleteError,
    ProgramStatus,
    ProgramStatusError,
    Rank,
    change_program,
    close_program,
    create_program,
    merged,
    open_program,
)
from services.matching.tests.builders import a_person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COMPLETE = ProgramDetails(
    name="Executives learn technology",
    kind=Kind.MENTORING,
    format=Format.PAIR,
    group_size=GroupSize(),
    purpose="The board decides about what it has used.",
    business_issue=None,
    success_measure="Each executive used it at work.",
    objectives=(Objective(Role.LEARNER, "Judges technology from use.", Rank.PRIMARY),),
    competency_ids=(),
    who_may_teach=Eligibility(),
    who_may_learn=Eligibility(reporting_levels=frozenset({1, 2})),
)


def an_open_program(**details: object) -> Program:
    return open_program(create_program("prg_1", merged(COMPLETE, details), NOW), NOW)


@pytest.mark.parametrize("field", ["purpose", "success_measure"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_program_without_a_purpose_or_a_measure_does_not_open(field: str, nothing: str | None) -> None:
    draft = create_program("prg_1", merged(COMPLETE, {field: nothing}), NOW)
    with pytest.raises(ProgramIncompleteError) as refused:
        open_program(draft, NOW)
    assert [error.pointer for error in refused.value.errors] == [f"/{field}"]


def test_a_secondary_objective_is_not_what_a_program_is_for() -> None:
    secondary = (Objective(Role.TEACHER, "Is heard.", Rank.SECONDARY),)
    with pytest.raises(ProgramIncompleteError):
        open_program(create_program("prg_1", replace(COMPLETE, objectives=secondary), NOW), NOW)


def test_a_program_goes_from_draft_to_open_to_closed_and_no_other_way() -> None:
    draft = create_program("prg_1", COMPLETE, NOW)
    with pytest.raises(ProgramStatusError):
        close_program(draft, NOW)
    opened = open_program(draft, NOW)
    with pytest.raises(ProgramStatusError):
        open_program(opened, NOW)
    closed = close_program(opened, NOW)
    assert (closed.status, closed.version) == (ProgramStatus.CLOSED, 3)
    with pytest.raises(ProgramStatusError):
        change_program(closed, COMPLETE, NOW)


def test_a_draft_may_be_incomplete_and_an_open_program_not() -> None:
    vague = replace(COMPLETE, purpose=None)
    draft = create_program("prg_1", COMPLETE, NOW)
    assert change_program(draft, vague, NOW).details.purpose is None
    with pytest.raises(ProgramIncompleteError):
        change_program(open_program(draft, NOW), vague, NOW)


def test_a_change_reaches_into_objects() -> None:
    changed = merged(COMPLETE, {"group_size": {"maximum": 5}, "name": "x"})
    assert changed.group_size == GroupSize(2, 5)
    assert (changed.name, changed.purpose) == ("x", COMPLETE.purpose)


def test_an_open_program_may_take_another_policy() -> None:
    opened = an_open_program()
    changed = change_program(opened, merged(opened.details, {"match_policy_id": "pol_1"}), NOW)
    assert (changed.status, changed.details.match_policy_id) == (ProgramStatus.OPEN, "pol_1")


def test_group_sizes_fit_together() -> None:
    with pytest.raises(GroupSizeError):
        create_program("prg_1", replace(COMPLETE, group_size=GroupSize(3, 2)), NOW)


def test_levels_and_departments_count_only_where_a_program_names_them() -> None:
    anybody = Eligibility()
    assert anybody.admits(None, None)
    top = Eligibility(reporting_levels=frozenset({1}), departments=frozenset({"IT"}))
    assert top.admits(1, "IT")
    assert not top.admits(2, "IT")
    assert not top.admits(1, "HR")
    assert not top.admits(None, "IT")
    assert not top.admits(1, None)


def test_the_roles_of_a_person_follow_from_the_program() -> None:
    assert eligible_roles(an_open_program(), 1, None) == {Role.TEACHER, Role.LEARNER}
    assert eligible_roles(an_open_program(), 5, None) == {Role.TEACHER}


def test_people_take_roles_that_are_offered_to_them() -> None:
    program, junior = an_open_program(), a_person(reporting_level=5)
    with pytest.raises(NotEligibleError):
        take_part("par_1", program, junior, frozenset({Role.LEARNER}), None, NOW)
    with pytest.raises(PersonInactiveError):
        take_part("par_1", program, replace(junior, active=False), frozenset({Role.TEACHER}), None, NOW)
    with pytest.raises(ProgramStatusError):
        take_part("par_1", close_program(program, NOW), junior, frozenset({Role.TEACHER}), None, NOW)


def test_a_role_that_one_has_is_kept_even_if_it_is_no_longer_offered() -> None:
    executive = a_person(reporting_level=1)
    part = take_part("par_1", an_open_program(), executive, frozenset({Role.LEARNER}), None, NOW)
    moved = replace(executive, reporting_level=4)
    kept = change_part(part, an_open_program(), moved, frozenset({Role.LEARNER, Role.TEACHER}), 2, NOW)
    assert kept.roles == set(Role)
    assert (kept.capacity, kept.version) == (2, 2)
