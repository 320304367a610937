"""The competencies that come with the service."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "taxonomy"


def packaged_competencies(name: str) -> Sequence[Mapping[str, str]]:
    """The rows of a packaged table; none for an organization that starts with an empty taxonomy."""
    if name == "none":
        return []
    with (FOLDER / f"{name}_skills.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
