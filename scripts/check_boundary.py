"""No middleware that wraps every request in tasks and streams of its own: they are plain ASGI."""

import ast
from collections.abc import Iterator
from pathlib import Path

from scripts.sources import nodes, python_files

FORBIDDEN = "BaseHTTP" + "Middleware"


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    for path, text in python_files(root, "kit", "services", "gateway", "deploy"):
        for line, node in nodes(text):
            if _wraps_requests(node):
                yield f"{path}:{line}: write the middleware as plain ASGI"


def _wraps_requests(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name == FORBIDDEN for alias in node.names)
    if isinstance(node, ast.Attribute):
        return node.attr == FORBIDDEN
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "middleware"
