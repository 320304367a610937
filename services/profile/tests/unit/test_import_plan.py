import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.profile.domain.importing.people import KnownPerson
from services.profile.domain.importing.plan import Plan, make_plan
from services.profile.domain.importing.record import Counts, finish, queue_import
from services.profile.domain.importing.rows import PersonRow, RowError, read_row
from services.profile.domain.importing.upload import accept_upload, read_upload

COLUMNS = {
    "external_id": "id",
    "display_name": "name",
    "work_email": "email",
    "manager_external_id": "boss",
    "employment_status": "status",
}


def row(number: int, external_id: str, **values: str) -> PersonRow:
    found = read_row(number, {"external_id": external_id, "display_name": "x", **values}, COLUMNS)
    assert isinstance(found, PersonRow)
    return found


def known(external_id: str, **values: Any) -> KnownPerson:
    nothing = {"work_email": None, "manager_id": None, "pending_manager": None, "reporting_level": None}
    return KnownPerson(**{"id": f"per_{external_id}", "external_id": external_id, **nothing, **values})


def plan(*rows: PersonRow, here: tuple[KnownPerson, ...] = (), columns: dict[str, str] = COLUMNS) -> Plan:
    numbers = itertools.count()
    return make_plan(rows, here, columns, lambda: f"new_{next(numbers)}")


def codes(found: Plan) -> list[tuple[int, str]]:
    return [(error.row, error.code) for error in found.errors]


def test_people_are_known_by_their_external_id() -> None:
    found = plan(row(2, "1"), row(3, "2"), here=(known("1"),))
    assert [(each.line.person_id, each.is_new) for each in found.people] == [("per_1", False), ("new_0", True)]


def test_the_first_row_that_says_employed_stays() -> None:
    found = plan(row(2, "1"), row(3, "1", employment_status="active"), row(4, "1"))
    assert [each.row.number for each in found.people] == [3]
    assert codes(found) == [(2, "duplicate-external-id"), (4, "duplicate-external-id")]


def test_who_is_refused_keeps_the_address_that_another_wanted() -> None:
    here = (known("1", work_email="a@x"), known("2", work_email="b@x"), known("3", work_email="c@x"))
    # 2 wants the address of 1, who wants that of 3, who is not in the file and keeps it.
    found = plan(row(2, "2", work_email="A@x"), row(3, "1", work_email="c@x"), here=here)
    assert found.people == []
    assert codes(found) == [(2, "work-email-taken"), (3, "work-email-taken")]


def test_addresses_go_round_in_a_ring() -> None:
    here = (known("1", work_email="a@x"), known("2", work_email="b@x"))
    found = plan(row(2, "1", work_email="b@x"), row(3, "2", work_email="a@x"), here=here)
    assert codes(found) == []


def test_a_manager_is_somebody_of_the_file_somebody_here_or_yet_to_come() -> None:
    here = (known("9"),)
    found = plan(
        row(2, "1", manager_external_id="2"),
        row(3, "2", manager_external_id="9"),
        row(4, "3", manager_external_id="later"),
        here=here,
    )
    lines = [(each.line.manager_id, each.line.pending_manager, each.line.reporting_level) for each in found.people]
    assert lines == [("new_1", None, 3), ("per_9", None, 2), (None, "later", None)]
    assert [(line.person_id, line.reporting_level) for line in found.moved] == [("per_9", 1)]


def test_those_who_waited_get_the_manager_who_arrives() -> None:
    here = (known("1", pending_manager="2"), known("3", manager_id="per_1"))
    found = plan(row(2, "2"), here=here)
    assert [(line.person_id, line.manager_id, line.reporting_level) for line in found.moved] == [
        ("per_1", "new_0", 2),
        ("per_3", "per_1", 3),
    ]


def test_the_row_that_closes_a_cycle_is_reported_and_its_person_kept() -> None:
    rows = [row(number, str(number), manager_external_id=str(number % 4 + 1)) for number in (1, 2, 3, 4)]
    found = plan(*rows)
    assert codes(found) == [(4, "manager-cycle")]
    assert len(found.people) == 4
    assert found.people[3].line.manager_id is None
    assert [each.line.reporting_level for each in found.people] == [4, 3, 2, 1]


def test_a_cycle_may_lead_through_people_outside_of_the_file() -> None:
    here = (known("1"), known("2", manager_id="per_1"), known("3", pending_manager="new"))
    assert codes(plan(row(2, "1", manager_external_id="2"), here=here)) == [(2, "manager-cycle")]
    assert codes(plan(row(2, "new", manager_external_id="3"), here=here)) == [(2, "manager-cycle")]


def test_without_a_column_for_managers_lines_stay() -> None:
    columns = {key: value for key, value in COLUMNS.items() if key != "manager_external_id"}
    here = (known("1", reporting_level=1), known("2", manager_id="per_1", reporting_level=2))
    found = plan(row(2, "2"), here=here, columns=columns)
    assert found.people[0].line.manager_id == "per_1"
    assert found.moved == []


def test_every_wrong_value_of_a_row_is_told() -> None:
    columns = {name: name for name in ("external_id", "display_name", "work_email", "time_zone", "languages", "team")}
    values = {
        "external_id": "1",
        "display_name": "S\udce1nchez",
        "work_email": "nobody",
        "time_zone": "Mars/Olympus",
        "languages": "English",
        "team": "x" * 201,
    }
    found = read_row(7, values, columns)
    assert isinstance(found, list)
    assert [(error.row, error.column, error.code) for error in found] == [
        (7, "display_name", "not-utf-8"),
        (7, "team", "value-too-long"),
        (7, "work_email", "invalid-email"),
        (7, "time_zone", "unknown-time-zone"),
        (7, "languages", "invalid-language"),
    ]
    control = read_row(7, {"external_id": "1", "display_name": "a\x00b"}, columns)
    assert isinstance(control, list)
    assert [error.code for error in control] == ["control-character"]


def test_only_mapped_columns_are_kept_of_an_upload() -> None:
    content = (
        b'id,birth_date,name,note,boss\n1,canary-a,"S\xe1nchez",canary-b,\n2,canary-c\n3,canary-d,Rob,canary-e,1\n'
    )
    upload = accept_upload(content, None)
    assert b"canary" not in upload.content
    assert upload.rows == 3
    assert upload.columns.refused == ("birth_date",)
    mapping = dict(reversed(list(upload.columns.mapping.items())))
    first, second, third = read_upload(upload.content, mapping)
    assert isinstance(first, list)
    assert [(error.row, error.column, error.code) for error in first] == [(2, "name", "not-utf-8")]
    assert isinstance(second, list)
    assert [(error.row, error.column, error.code) for error in second] == [(3, None, "wrong-number-of-cells")]
    assert isinstance(third, PersonRow)
    assert (third.number, third.external_id, third.display_name) == (4, "3", "Rob")


def test_an_import_says_what_became_of_it() -> None:
    import_ = queue_import("imp_1", accept_upload(b"id,name\n1,a\n2,b\n3\n", None), dry_run=True)
    error = RowError(4, None, "wrong-number-of-cells", "")
    now: Any = None
    some = finish(import_, plan(row(2, "1"), row(3, "2", manager_external_id="9")), [error], 1, 0, now)
    assert (some.status, some.counts) == ("partially_succeeded", Counts(1, 0, 1, 1, 1))
    assert finish(import_, plan(row(2, "1")), [], 1, 0, now).status == "succeeded"
    assert finish(import_, plan(), [error], 0, 0, now).status == "failed"


keys = st.sampled_from(["1", "2", "3", "4", "5"])
people = st.lists(st.tuples(keys, st.one_of(st.none(), keys), st.one_of(st.none(), keys)), max_size=12)


@given(people, people)
def test_what_a_file_leaves_is_sound_and_the_same_file_again_changes_nothing(
    first: list[tuple[str, str | None, str | None]], second: list[tuple[str, str | None, str | None]]
) -> None:
    here: dict[str, KnownPerson] = {}
    before: dict[str, KnownPerson] = {}
    for file in (first, second, second):
        rows = [
            row(number, key, manager_external_id=boss or "", work_email=f"{mail}@x" if mail else "")
            for number, (key, boss, mail) in enumerate(file, start=2)
        ]
        before = dict(here)
        found = plan(*rows, here=tuple(here.values()))
        here |= _after(found, here)
        _check_sound(here)
        assert len(found.people) + len({error.row for error in found.errors if _refuses(error)}) == len(rows)
    assert {key: each for key, each in here.items() if each != before[key]} == {}


def _refuses(error: RowError) -> bool:
    return error.code in {"duplicate-external-id", "work-email-taken"}


def _after(found: Plan, here: dict[str, KnownPerson]) -> dict[str, KnownPerson]:
    ids = {each.line.person_id: f"per_{each.row.external_id}" for each in found.people}
    after = {}
    for each in found.people:
        line, key = each.line, each.row.external_id
        manager = ids.get(line.manager_id or "", line.manager_id)
        after[key] = KnownPerson(
            f"per_{key}", key, each.row.work_email, manager, line.pending_manager, line.reporting_level
        )
    by_id = {person.id: person for person in here.values()}
    for line in found.moved:
        person = by_id[line.person_id]
        manager = ids.get(line.manager_id or "", line.manager_id)
        key = str(person.external_id)
        after[key] = KnownPerson(person.id, key, person.work_email, manager, line.pending_manager, line.reporting_level)
    return after


def _check_sound(here: dict[str, KnownPerson]) -> None:
    addresses = [person.work_email for person in here.values() if person.work_email is not None]
    assert len(addresses) == len(set(addresses))
    by_id = {person.id: person for person in here.values()}
    for person in here.values():
        assert person.pending_manager is None or person.pending_manager not in here
        seen = {person.id}
        at = person
        while at.manager_id is not None:
            at = by_id[at.manager_id]
            assert at.id not in seen
            seen.add(at.id)
        if person.reporting_level is not None and person.manager_id is not None:
            assert person.reporting_level == (by_id[person.manager_id].reporting_level or 0) + 1
