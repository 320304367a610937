"""A route is boring: it parses, calls and returns, in at most 15 lines."""

import ast
from collections.abc import Iterator
from pathlib import Path

from scripts.sources import nodes, python_files

LIMIT = 15
_METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "api_route"}


def faults(root: Path) -> Iterator[str]:
    """Every place that breaks the rule."""
    for path, text in python_files(root, "services", "gateway", "kit"):
        for line, node in nodes(text):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_route(node):
                lines = _lines_of_body(node)
                if lines > LIMIT:
                    yield f"{path}:{line}: route {node.name} has {lines} lines, over {LIMIT}"


def _is_route(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in _METHODS
        for decorator in node.decorator_list
    )


def _lines_of_body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0  # type: ignore[operator]  # parsed text has lines
