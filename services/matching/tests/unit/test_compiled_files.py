"""Machine code on disk: found again, made anew for other sources, and shared between versions."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
VERSION = """
from services.matching.domain.engine.compiled import kernel


@kernel
def scaled(number):
    return number * {factor}
"""
CALLS = """
import importlib.util, sys

for path in sys.argv[1:]:
    spec = importlib.util.spec_from_file_location("version", path)
    version = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(version)
    print(version.scaled(7), sum(version.scaled.stats.cache_hits.values()))
"""


def calls(folder: Path, factors: list[int], kept: Path) -> list[tuple[int, int]]:
    """What versions of a source compute, one in each folder, and how many signatures each found on disk."""
    sources = []
    for number, factor in enumerate(factors):
        sources.append(folder / str(number) / "version.py")
        sources[-1].parent.mkdir()
        sources[-1].write_text(VERSION.format(factor=factor), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(kept)}
    command = [sys.executable, "-c", CALLS, *map(str, sources)]
    printed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    answers, found = zip(*(line.split() for line in printed.splitlines()), strict=True)
    return list(zip(map(int, answers), map(int, found), strict=True))


def test_what_was_compiled_is_found_again_by_the_content_of_its_sources(tmp_path: Path) -> None:
    assert calls(tmp_path, [2, 3, 2, 3], tmp_path / "kept") == [(14, 0), (21, 0), (14, 1), (21, 1)]


def test_a_folder_that_cannot_be_written_to_stops_nobody(tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.touch()
    assert calls(tmp_path, [2, 2], nowhere) == [(14, 0), (14, 0)]
