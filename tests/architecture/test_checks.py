"""Each check of `make check` finds a planted fault, and says nothing about the same file without it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import (
    check_boundary,
    check_domain,
    check_ignores,
    check_leaks,
    check_locks,
    check_openapi,
    check_routes,
    check_shapes,
    check_sizes,
    check_sql,
)

Check = Callable[[Path], Iterator[str]]

PIN = "orjson==3.13.0 --hash=sha256:00\n"
ROUTE = '@router.get("/people")\nasync def people_list():\n    """All."""\n'

PLANTED = [
    (check_locks, "requirements/dev.txt", PIN, "--index-url https://example.test/simple\n" + PIN),
    (check_locks, "requirements/dev.txt", PIN, "orjson==3.13.0\n"),
    (check_locks, "requirements/uv.txt", "", PIN),
    (check_leaks, "README.md", "See the registry.", "See " + "pypi" + ".org."),
    (check_leaks, "kit/a.py", "path = 'var/work'", "path = '" + "/work" + "/main'"),
    (check_sizes, "kit/a.py", "x = 1\n" * 400, "x = 1\n" * 401),
    (check_ignores, "kit/a.py", "import os  # noqa: F401 - used by readers\n", "import os  # noqa: F401\n"),
    (check_ignores, "kit/a.py", "x = 1  # type: ignore[x]  # no stubs yet\n", "x = 1  # type: ignore[x]\n"),
    (check_domain, "services/profile/domain/a.py", "from kit.errors import X", "from kit.database import X"),
    (check_domain, "services/profile/domain/a.py", "from datetime import date", "import pydantic"),
    (check_domain, "services/profile/domain/a.py", "import math", "import time"),
    (check_domain, "services/profile/domain/a.py", "def f(now): return now", "def f(): return datetime.now()"),
    (check_domain, "services/profile/domain/a.py", "def f(): ...", "async def f(): ..."),
    (check_domain, "services/matching/domain/a.py", "import numpy", "from services.profile.domain import person"),
    (check_sql, "services/profile/api/a.py", "x = 'select a person'", "x = 'select 1 from people'"),
    (check_sql, "services/profile/use_cases/a.py", "import math", "from sqlalchemy import text"),
    (check_sql, "services/profile/api/a.py", "async def f(db): await db.get()", "async def f(db): await db.fetch()"),
    (check_routes, "services/profile/api/a.py", ROUTE + "    x = 1\n" * 15, ROUTE + "    x = 1\n" * 16),
    (check_boundary, "kit/app.py", "app.add_middleware(Plain)", "@app.middleware('http')\nasync def f(): ..."),
    (check_boundary, "kit/app.py", "x = 1", "from starlette.middleware.base import " + "BaseHTTP" + "Middleware"),
]


@pytest.mark.parametrize(("check", "name", "good", "bad"), PLANTED)
def test_a_planted_fault_is_found(check: object, name: str, good: str, bad: str, tmp_path: Path) -> None:
    faults: Check = check.faults  # type: ignore[attr-defined]  # a module with that function
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)

    path.write_text(good)
    assert list(faults(tmp_path)) == []

    path.write_text(bad)
    assert list(faults(tmp_path))


def test_a_service_without_a_layer_or_with_a_folder_of_its_own_is_found(tmp_path: Path) -> None:
    for service in ("profile", "matching", "sessions"):
        for part in (*check_shapes.SERVICE_SHAPE, *check_shapes.SERVICE_PARTS):
            _plant(tmp_path / "services" / service / part)
    for part in check_shapes.GATEWAY_PARTS:
        _plant(tmp_path / "gateway" / part)
    assert list(check_shapes.faults(tmp_path)) == []

    _plant(tmp_path / "services/sessions/helpers")
    (tmp_path / "services/matching/worker.py").unlink()
    (tmp_path / "gateway/limits.py").unlink()

    assert sorted(fault.partition(":")[0] for fault in check_shapes.faults(tmp_path)) == [
        "gateway/limits.py",
        "services/matching/worker.py",
        "services/sessions/helpers",
    ]


def _plant(path: Path) -> None:
    if not path.suffix:
        path = path / "__init__.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def test_a_stale_document_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kit").mkdir()
    (tmp_path / "gateway").mkdir()
    writer = "import sys, pathlib\npathlib.Path(sys.argv[-1]).write_text('{}')\n"
    (tmp_path / "kit/openapi.py").write_text(writer)
    (tmp_path / "gateway/openapi.py").write_text(writer)
    for component in ("services/profile", "services/matching", "services/sessions", "gateway"):
        (tmp_path / component).mkdir(parents=True, exist_ok=True)
        (tmp_path / component / "openapi.json").write_text("{}")
    assert list(check_openapi.faults(tmp_path)) == []

    (tmp_path / "services/profile/openapi.json").write_text('{"paths": {}}')

    assert [fault.partition(":")[0] for fault in check_openapi.faults(tmp_path)] == ["services/profile/openapi.json"]
