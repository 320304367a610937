"""Input that nobody here wrote, read from the folder `shared` beside the project."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared" / "data"

ADVENTURE_WORKS_MAPPING = {
    "external_id": "EmailAddress",
    "row_key": "EmployeeKey",
    "manager_external_id": "ParentEmployeeKey",
    "given_name": "FirstName",
    "family_name": "LastName",
    "work_email": "EmailAddress",
    "job_title": "Title",
    "department": "DepartmentName",
}


@dataclass(frozen=True, slots=True)
class Respondent:
    """What a respondent of the survey has worked with, and wants to learn."""

    strengths: Sequence[str]
    growth_areas: Sequence[str]
    years: int


def shared_file(name: str) -> Path:
    """The file below `shared/data`; the test is skipped where it is absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"needs ../shared/data/{name}, which is not here")
    return path


def respondents(count: int) -> list[Respondent]:
    """The first respondents of 2016 who have both strengths and growth areas."""
    with gzip.open(shared_file("people/people_2016.csv.gz"), "rt", encoding="utf-8") as file:
        answers = (row for row in csv.DictReader(file) if row["strengths"] and row["growth_areas"])
        return [_respondent(row) for row in islice(answers, count)]


def _respondent(row: Mapping[str, str]) -> Respondent:
    return Respondent(
        strengths=_labels(row["strengths"])[:12],
        growth_areas=_labels(row["growth_areas"])[:6],
        years=int(float(row["experience_years_min"] or 0)),
    )


def _labels(cell: str) -> list[str]:
    # The survey writes one of them in two ways (Matlab, MATLAB).
    return list(dict.fromkeys(label.casefold() for label in cell.split(";")))
