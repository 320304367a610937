"""No file names a package registry or a path of somebody's machine."""

import re
from collections.abc import Iterator
from pathlib import Path

from scripts.sources import project_files

# Put together from parts, so that this file does not break its own rule.
_HOSTS = ["pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs.org", "deb." + "debian.org"]
_ROOTS = ["work", "root", "farm"]
_LEAK = re.compile("|".join([*map(re.escape, _HOSTS), *(rf"(?<![\w.])/{name}/" for name in _ROOTS)]))


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    for path in project_files(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            for leak in _LEAK.findall(line):
                yield f"{path}:{number}: names {leak}"
