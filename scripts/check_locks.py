"""Locks name no host, hash every package, and deploy the versions that were tested."""

import re
from collections.abc import Iterator
from pathlib import Path

DEPLOYED_NOWHERE = {"bench"}
"""Locks with packages of their own, which are measured against and drawn with."""
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    folder = root / "requirements"
    locks = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}
    tested = dict(_PIN.findall(locks.get("dev", "")))
    for name, text in locks.items():
        if "://" in text:
            yield f"requirements/{name}.txt: holds an address (://); run make lock"
        for package, version in _PIN.findall(text):
            if tested.get(package) != version and (package in tested or name not in DEPLOYED_NOWHERE):
                yield f"requirements/{name}.txt: {package}=={version} is not what requirements/dev.txt tests"
        for block in filter(None, re.split(r"\n(?=[A-Za-z0-9])", text.strip())):
            if "--hash=sha256:" not in block:
                yield f"requirements/{name}.txt: no hash for {block.splitlines()[0]}"
