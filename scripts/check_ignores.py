"""Whoever silences a checker says why, on the same line."""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.sources import project_files

_SILENCED = re.compile(r"#\s*(noqa\b|type:\s*ignore|pragma:\s*no cover|pyright:\s*ignore)(?P<rest>.*)")
_CODES = re.compile(r"^(\[[\w, -]+\]|:\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)")


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    for path in project_files(root):
        if path.suffix != ".py":
            continue
        for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), start=1):
            silenced = _SILENCED.search(line)
            if silenced and len(_reason(silenced["rest"])) < 8:
                yield f"{path}:{number}: silences a checker without saying why"


def _reason(rest: str) -> str:
    return _CODES.sub("", rest.strip()).strip(" #-:")
