from pathlib import Path

import services.sessions
from kit.openapi import document_bytes
from services.sessions.main import create_app


def test_the_committed_document_is_what_the_application_says() -> None:
    committed = Path(services.sessions.__file__).with_name("openapi.json").read_bytes()
    assert committed == document_bytes(create_app())
