"""The committed OpenAPI documents are what the code says."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.sources import SERVICES


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.json"
        for service in SERVICES:
            committed = Path("services", service, "openapi.json")
            arguments = ["kit.openapi", f"services.{service}.main:create_app", str(fresh)]
            yield from _compare(root, committed, fresh, arguments)
        yield from _compare(root, Path("gateway/openapi.json"), fresh, ["gateway.openapi", str(fresh)])


def _compare(root: Path, committed: Path, fresh: Path, arguments: list[str]) -> Iterator[str]:
    made = subprocess.run([sys.executable, "-m", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if made.returncode:
        yield f"{committed}: cannot be made: {(made.stderr.strip().splitlines() or ['no reason given'])[-1]}"
    elif not (root / committed).is_file() or (root / committed).read_bytes() != fresh.read_bytes():
        yield f"{committed}: is not what the code says; run make openapi and read the difference"
