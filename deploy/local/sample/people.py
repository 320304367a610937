"""The sample organization's 2,000 people: the same ones every time."""

import csv
import io
import random
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
SEED = 20_260_101
PEOPLE_BY_LEVEL = (1, 9, 50, 240, 1_700)
# Enough to fill programs, few enough to be told in seconds: all leaders, every third manager, every eighth specialist.
ONE_IN_WITH_COMPETENCIES = (1, 1, 1, 3, 8)
IMPORT_MAPPING = {
    "external_id": "employee_id",
    "given_name": "first_name",
    "family_name": "last_name",
    "work_email": "email",
    "job_title": "title",
    "department": "department",
    "team": "team",
    "location": "office",
    "manager_external_id": "manager_id",
    "time_zone": "time_zone",
    "languages": "languages",
}


@dataclass(frozen=True, slots=True)
class Competence:
    """A competency by its label, and how well somebody has it or wants to."""

    label: str
    level: int


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """One invented person."""

    number: int
    level: int
    given_name: str
    family_name: str
    department: str
    team: str
    office: str
    time_zone: str
    languages: tuple[str, ...]
    manager: int | None
    strengths: tuple[Competence, ...]
    growth_areas: tuple[Competence, ...]

    @property
    def external_id(self) -> str:
        """The number that the HR system knows the person by."""
        return f"S{self.number:05d}"

    @property
    def title(self) -> str:
        """The job title."""
        title: str = WORDS["titles"][self.level - 1]
        return title.format(self.department)


def sample_people() -> list[SamplePerson]:
    """Everybody, from the top down."""
    choose = random.Random(SEED)  # noqa: S311 - a sample has nothing to hide, and must come out the same
    people: list[SamplePerson] = []
    above: Sequence[SamplePerson] = ()
    for level, count in enumerate(PEOPLE_BY_LEVEL, start=1):
        here = [_person(choose, level, index, len(people) + index + 1, above) for index in range(count)]
        people.extend(here)
        above = here
    return people


def as_csv(people: Sequence[SamplePerson]) -> bytes:
    """The people as an HR system would export them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(IMPORT_MAPPING.values()))
    writer.writeheader()
    writer.writerows(_row(person) for person in people)
    return text.getvalue().encode()


def _person(choose: random.Random, level: int, index: int, number: int, above: Sequence[SamplePerson]) -> SamplePerson:
    manager = above[index % len(above)] if above else None
    department = (
        WORDS["departments"][index % len(WORDS["departments"])] if level <= 2 or manager is None else manager.department
    )
    place = choose.choice(WORDS["places"])
    told = index % ONE_IN_WITH_COMPETENCIES[level - 1] == 0
    strengths, growth_areas = _competencies(choose, level) if told else ((), ())
    return SamplePerson(
        number=number,
        level=level,
        given_name=choose.choice(WORDS["given_names"]),
        family_name=choose.choice(WORDS["family_names"]),
        department=department,
        team=f"{department} {manager.number if manager else number}",
        office=place["office"],
        time_zone=place["time_zone"],
        languages=tuple(place["languages"]),
        manager=manager.number if manager else None,
        strengths=strengths,
        growth_areas=growth_areas,
    )


def _competencies(choose: random.Random, level: int) -> tuple[tuple[Competence, ...], tuple[Competence, ...]]:
    """The higher, the more experience to give and the more that is new to learn; everybody has a little of both."""
    seasoned = max(1, 4 - level)
    new = max(1, level - 1)
    strengths = [
        *(Competence(label, choose.randint(3, 5)) for label in choose.sample(WORDS["seasoned_competencies"], seasoned)),
        *(Competence(label, choose.randint(3, 5)) for label in choose.sample(WORDS["new_competencies"], new)),
    ]
    known = {strength.label for strength in strengths}
    wanted = [
        *choose.sample([label for label in WORDS["new_competencies"] if label not in known], seasoned),
        *choose.sample([label for label in WORDS["seasoned_competencies"] if label not in known], min(new, 3)),
    ]
    return tuple(strengths), tuple(Competence(label, choose.randint(2, 4)) for label in wanted)


def _row(person: SamplePerson) -> dict[str, Any]:
    return {
        "employee_id": person.external_id,
        "first_name": person.given_name,
        "last_name": person.family_name,
        "email": f"{person.external_id.lower()}@sample.example",
        "title": person.title,
        "department": person.department,
        "team": person.team,
        "office": person.office,
        "manager_id": "" if person.manager is None else f"S{person.manager:05d}",
        "time_zone": person.time_zone,
        "languages": ";".join(person.languages),
    }
