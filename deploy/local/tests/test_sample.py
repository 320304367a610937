"""The sample organization: always the same, shaped like a company, with juniors who can teach leaders."""

import csv
import io
from collections import Counter

from deploy.local.sample.people import IMPORT_MAPPING, as_csv, sample_people
from services.profile.domain.importing.columns import map_columns

PEOPLE = sample_people()


def test_sample_is_the_same_every_time() -> None:
    assert as_csv(sample_people()) == as_csv(PEOPLE)
    assert sample_people() == PEOPLE


def test_two_thousand_people_stand_on_five_levels_under_one_head() -> None:
    levels = Counter(person.level for person in PEOPLE)
    assert sum(levels.values()) == 2000
    assert sorted(levels) == [1, 2, 3, 4, 5]
    assert levels[1] == 1
    by_number = {person.number: person for person in PEOPLE}
    assert all(by_number[person.manager].level == person.level - 1 for person in PEOPLE if person.manager is not None)
    assert [person.level for person in PEOPLE if person.manager is None] == [1]


def test_every_leader_wants_something_that_juniors_can_teach() -> None:
    taught_below = {strength.label for person in PEOPLE if person.level >= 4 for strength in person.strengths}
    leaders = [person for person in PEOPLE if person.level <= 3]
    assert all({wish.label for wish in leader.growth_areas} & taught_below for leader in leaders)


def test_file_has_only_columns_that_an_import_takes() -> None:
    header = next(csv.reader(io.StringIO(as_csv(PEOPLE).decode())))
    columns = map_columns(header, IMPORT_MAPPING)
    assert columns.refused == ()
    assert columns.ignored == ()
