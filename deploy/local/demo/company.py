"""The company that the demonstration is about: real exports from `../shared`, or the generated sample without them."""

import csv
import gzip
import io
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.local.migrations import ROOT
from deploy.local.sample.people import IMPORT_MAPPING, SamplePerson, as_csv, sample_people

SHARED = ROOT.parent / "shared" / "data"
PEOPLE = SHARED / "hris" / "company_10k_2002-08-01.csv.gz"
RESPONDENTS = SHARED / "people" / "people_2016.csv.gz"
COMPANY_MAPPING = {
    "external_id": "employee_id",
    "given_name": "first_name",
    "family_name": "last_name",
    "job_title": "title",
    "department": "department",
    "manager_external_id": "manager_id",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What one person says, by the labels of competencies: level of each strength, wish of each growth area."""

    strengths: Mapping[str, int]
    growth_areas: Sequence[str]


@dataclass(frozen=True, slots=True)
class Company:
    """A file of people, and what each of them says about themself, in the order of the file."""

    name: str
    file: bytes
    mapping: Mapping[str, str]
    told: Mapping[str, Told]


def company() -> Company:
    """The company of 8,064 people with the survey's answers, or the sample where the files are absent."""
    if not PEOPLE.exists() or not RESPONDENTS.exists():
        return _sample_company()
    file = gzip.decompress(PEOPLE.read_bytes())
    people = [row["employee_id"] for row in csv.DictReader(io.StringIO(file.decode()))]
    told = dict(zip(people, itertools.islice(_respondents(), len(people)), strict=False))
    return Company("the company of 8,064", file, COMPANY_MAPPING, told)


def is_real() -> bool:
    """Whether the exports of `../shared` are there."""
    return PEOPLE.exists() and RESPONDENTS.exists()


def _respondents() -> Iterator[Told]:
    with gzip.open(RESPONDENTS, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["strengths"] and row["growth_areas"]:
                # The survey has one self-rating from 1 to 10 for all that a person can do.
                level = math.ceil(float(row["self_rating"] or 5) / 2)
                yield Told(dict.fromkeys(row["strengths"].split(";"), level), row["growth_areas"].split(";"))


def _sample_company() -> Company:
    people = sample_people()
    return Company(
        "the sample of 2,000", as_csv(people), IMPORT_MAPPING, {p.external_id: _told(p) for p in people if p.strengths}
    )


def _told(person: SamplePerson) -> Told:
    strengths = {strength.label: strength.level for strength in person.strengths}
    return Told(strengths, [area.label for area in person.growth_areas])
