from pathlib import Path

from kit.openapi import document_bytes
from services.matching.main import create_app


def test_the_committed_document_is_what_the_code_says() -> None:
    committed = Path(__file__).parents[2] / "openapi.json"
    assert committed.read_bytes() == document_bytes(create_app())
