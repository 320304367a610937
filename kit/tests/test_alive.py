import os
from pathlib import Path

import pytest

from kit.alive import DEAD_AFTER_SECONDS, is_alive, show_life


async def test_a_process_shows_life_in_the_file_that_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "alive"
    monkeypatch.setenv("ALIVE_FILE", str(path))

    await show_life()

    assert is_alive(path, path.stat().st_mtime)


async def test_without_a_file_to_touch_it_touches_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIVE_FILE", raising=False)

    await show_life()


def test_a_file_that_is_old_or_missing_is_no_sign_of_life(tmp_path: Path) -> None:
    path = tmp_path / "alive"
    assert not is_alive(path, 0.0)

    path.touch()
    os.utime(path, (100.0, 100.0))

    assert is_alive(path, 100.0 + DEAD_AFTER_SECONDS - 1)
    assert not is_alive(path, 100.0 + DEAD_AFTER_SECONDS)
