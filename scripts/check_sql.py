"""Only `storage/` and `queries/` of a service speak SQL; the gateway speaks none."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.sources import nodes, python_files

_STATEMENT = re.compile(
    r"^\s*(select\s.+\sfrom\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+\w+\s+as\s*\()",
    re.IGNORECASE | re.DOTALL,
)
_DRIVERS = {"sqlalchemy", "asyncpg", "psycopg"}
_CALLS = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "scalars", "exec_driver_sql"}
SPEAKERS = {"storage", "queries", "migrations"}


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    for path, text in python_files(root, "services", "gateway"):
        if SPEAKERS & set(path.parts):
            continue
        for line, node in nodes(text):
            if _speaks_sql(node):
                yield f"{path}:{line}: SQL belongs in storage/ or queries/"


def _speaks_sql(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.partition(".")[0] in _DRIVERS for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] in _DRIVERS
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in _CALLS
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_STATEMENT.match(node.value))
