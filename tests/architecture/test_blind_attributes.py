"""Nobody's age, sex, origin or pay is anywhere: not in a body, not in a parameter, not in a column."""

import re
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from deploy.local.databases import SERVICES, Database
from tests.architecture.test_contract import document

TRAIT = re.compile(
    r"(^|_)(age|birth\w*|born|dob|gender|sex|marital\w*|married|ethnic\w*|race|religion|nationality|national_id|ssn"
    r"|pay|salary|wage|compensation)(_|$)"
)


def names(value: Any) -> Iterator[str]:
    """Every name of a property or a parameter in a document."""
    if isinstance(value, dict):
        if isinstance(value.get("properties"), dict):
            yield from value["properties"]
        if "in" in value and isinstance(value.get("name"), str):
            yield value["name"]
        for part in value.values():
            yield from names(part)
    elif isinstance(value, list):
        for part in value:
            yield from names(part)


@pytest.mark.parametrize("component", [*SERVICES, "gateway"])
def test_no_body_and_no_parameter_names_a_trait(component: str) -> None:
    found = list(names(document(component)))
    assert found
    assert [name for name in found if TRAIT.search(name)] == []


async def test_no_column_holds_a_trait(postgres: Database) -> None:
    connection = await asyncpg.connect(postgres.superuser_url)
    try:
        columns = await connection.fetch(
            "select table_schema || '.' || table_name as place, column_name as name from information_schema.columns "
            "where table_schema = any ($1)",
            list(SERVICES),
        )
    finally:
        await connection.close()
    assert columns
    assert [(row["place"], row["name"]) for row in columns if TRAIT.search(row["name"])] == []


def test_the_words_are_found_where_they_stand() -> None:
    assert all(TRAIT.search(name) for name in ("age", "birth_date", "date_of_birth", "gender", "marital_status", "pay"))
    assert not any(
        TRAIT.search(name) for name in ("page", "message", "language", "manager_id", "engagement_id", "stage")
    )
