"""A file is one thought: nothing that is written by hand has more than 400 lines."""

from collections.abc import Iterator
from pathlib import Path

from scripts.sources import project_files

LIMIT = 400
HAND_WRITTEN = {".py", ".sql", ".sh", ".js", ".css", ".html", ".md", ".toml", ".yml", ".yaml", ".ini", ".conf", ""}
NOT_OURS = {
    "LICENSE",  # the licence's own text
    "gateway/reference",  # the API reference's scripts, as their makers publish them
}


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    for path in project_files(root):
        if path.suffix not in HAND_WRITTEN or any(path.is_relative_to(name) for name in NOT_OURS):
            continue
        lines = (root / path).read_bytes().count(b"\n")
        if lines > LIMIT:
            yield f"{path}: {lines} lines, over {LIMIT}"
