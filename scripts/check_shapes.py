"""Whoever knows one service knows them all: the same files and folders, and no others at the top."""

from collections.abc import Iterator
from pathlib import Path

from scripts.sources import SERVICES, component_folder, project_files

SERVICE_SHAPE = {
    "__init__.py", "main.py", "settings.py", "wiring.py", "worker.py", "openapi.json",
    "api", "clients", "domain", "migrations", "queries", "storage", "tests", "use_cases",
}  # fmt: skip
SERVICE_PARTS = (
    "api/dependencies.py", "api/schemas", "migrations/env.py", "migrations/versions", "use_cases/ports.py",
    "storage/repositories", "storage/tables.py", "storage/unit_of_work.py", "tests/api", "tests/storage", "tests/unit",
)  # fmt: skip
OWN_EXTRAS = {"profile": {"taxonomy"}}  # packaged competencies, which are data and no layer
GATEWAY_PARTS = (
    "__init__.py", "main.py", "settings.py", "authenticate.py", "routes.py", "proxy.py", "limits.py", "openapi.py",
    "upstream.py", "openapi.json", "tests",
)  # fmt: skip


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    files = project_files(root)
    for service in SERVICES:
        folder = component_folder(service)
        present = _below(files, folder)
        entries = {path.parts[0] for path in present} - OWN_EXTRAS.get(service, set())
        for missing in sorted(SERVICE_SHAPE - entries):
            yield f"{folder}/{missing}: every service has it"
        for extra in sorted(entries - SERVICE_SHAPE):
            yield f"{folder}/{extra}: no other service has it"
        yield from _missing(folder, present, SERVICE_PARTS)
    yield from _missing("gateway", _below(files, "gateway"), GATEWAY_PARTS)


def _below(files: list[Path], folder: str) -> list[Path]:
    return [path.relative_to(folder) for path in files if path.is_relative_to(folder)]


def _missing(folder: str, present: list[Path], parts: tuple[str, ...]) -> Iterator[str]:
    for part in parts:
        if not any(path.is_relative_to(part) for path in present):
            yield f"{folder}/{part}: missing"
