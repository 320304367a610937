import itertools

from services.profile.domain.esco import competencies_of
from services.profile.storage.packaged_taxonomy import packaged_competencies


def test_the_packaged_table_becomes_approved_competencies() -> None:
    ids = (f"cmp_{number}" for number in itertools.count())
    found = competencies_of(packaged_competencies("esco_ict"), lambda: next(ids))
    assert len(found) == 877
    assert len({competency.id for competency in found}) == 877
    assert {competency.status for competency in found} == {"approved"}
    assert {competency.category for competency in found} == {"skill", "knowledge"}


def test_a_label_that_comes_twice_is_one_competency() -> None:
    rows = [
        {"id": str(number), "label": label, "type": "skill", "description": ""} for number, label in enumerate("aA")
    ]
    assert [(each.label, each.description) for each in competencies_of(rows, lambda: "cmp_1")] == [("a", None)]


def test_an_organization_may_start_with_nothing() -> None:
    assert packaged_competencies("none") == []
