"""Rules are functions of values: domain modules know the standard library, `kit.errors` and each other.

They await nothing, read no clock and make no ids: what they need of those comes in as an argument.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.sources import SERVICES, nodes, python_files

ALSO_ALLOWED = {
    "matching": {"numba", "numpy", "ortools", "rustworkx"},  # the pure function that solves a match run works on arrays
}
CLOCKS = {"datetime.now", "datetime.utcnow", "date.today", "datetime.datetime.now", "datetime.date.today"}
IMPURE = {"asyncio", "os", "random", "secrets", "socket", "subprocess", "threading", "time", "uuid"}


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    for service in SERVICES:
        own = f"services.{service}.domain"
        for path, text in python_files(root, f"services/{service}/domain"):
            for line, node in nodes(text):
                for name in _imported(node):
                    if not _allowed(name, own, ALSO_ALLOWED.get(service, set())):
                        yield f"{path}:{line}: a domain module may not import {name}"
                if isinstance(node, ast.AsyncFunctionDef | ast.Await):
                    yield f"{path}:{line}: a rule awaits nothing"
                if isinstance(node, ast.Attribute) and ast.unparse(node) in CLOCKS:
                    yield f"{path}:{line}: a rule reads no clock; take `now` as an argument"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." if node.level else node.module or ""]
    return []


def _allowed(name: str, own: str, also: set[str]) -> bool:
    top = name.partition(".")[0]
    if name in {"kit.errors", own} or name.startswith(own + ".") or top in also:
        return True
    return top in sys.stdlib_module_names and top not in IMPURE
