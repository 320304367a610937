"""The files that belong to the project, and the syntax trees of those in Python."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ("profile", "matching", "sessions")
COMPONENTS = (*SERVICES, "gateway")


def project_files(root: Path) -> list[Path]:
    """Every file that is tracked or could be, as a path below `root`; without git, every file that is not hidden."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = [Path(name) for name in listed.stdout.split("\0") if name]
    else:
        names = [path.relative_to(root) for path in root.rglob("*")]
        names = [name for name in names if not any(part.startswith((".", "__pycache__")) for part in name.parts)]
    return sorted(name for name in names if (root / name).is_file())


def python_files(root: Path, *folders: str) -> Iterator[tuple[Path, str]]:
    """The Python files below these folders (below all, if none is named) with their text, tests left out."""
    for path in project_files(root):
        wanted = not folders or any(path.is_relative_to(folder) for folder in folders)
        if wanted and path.suffix == ".py" and "tests" not in path.parts:
            yield path, (root / path).read_text(encoding="utf-8")


def nodes(text: str) -> Iterator[tuple[int, ast.AST]]:
    """All nodes of the syntax tree, each with its line."""
    for node in ast.walk(ast.parse(text)):
        yield getattr(node, "lineno", 0), node


def component_folder(component: str) -> str:
    """Where a component lives."""
    return f"services/{component}" if component in SERVICES else component
