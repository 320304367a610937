"""Machine code on disk: fresh as long as no source that it was made of changes, and never in the way.

Numba's own cache knows the file of a function alone, not those of the functions that were compiled into it; two
processes that compile at once can overwrite each other's index; and it refuses to work in a folder that cannot be
written to. Here every compiled signature is a file of its own, named by all that it depends on.
"""

import pickle
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from inspect import getfile
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from numba import __version__ as numba_version
from numba.core import config, serialize
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult

_SETTINGS: Any = config
_rebuild: Callable[..., Any] = CompileResult._rebuild  # noqa: SLF001 - so does the cache of Numba
_dumps: Callable[..., bytes] = serialize.dumps
_IMPORT = re.compile(r"^from (services\.matching\.domain[\w.]*) import", re.MULTILINE)
_ROOT = Path(__file__).parents[4]


class CompiledFiles(NullCache):
    """What was compiled of one function: in `NUMBA_CACHE_DIR`, or beside the bytecode of its module."""

    def __init__(self, function: Callable[..., Any]) -> None:
        source = Path(getfile(function))
        self._folder = Path(_SETTINGS.CACHE_DIR or source.parent / "__pycache__")
        self._name = f"{source.stem}.{function.__qualname__}"
        self._stamp = _stamp(source)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The machine code for these types of arguments, or None."""
        target_context.refresh()
        with suppress(OSError):
            kept = pickle.loads(self._file(sig, target_context.codegen()).read_bytes())  # noqa: S301 - as safe as bytecode
            return _rebuild(target_context, *kept)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep machine code, beside bytecode in the place of older; a folder that is read-only stays as it is.

        `NUMBA_CACHE_DIR` may be shared with checkouts of other versions, so nothing is taken away there.
        """
        if data.lifted or data.library.has_dynamic_globals:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in () if _SETTINGS.CACHE_DIR else self._folder.glob(f"{self._name}-*.nbc"):
                if not old.name.startswith(f"{self._name}-{self._stamp}-"):
                    old.unlink(missing_ok=True)
            with NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(_dumps(data._reduce()))  # noqa: SLF001 - so does the cache of Numba
            Path(file.name).chmod(0o644)
            Path(file.name).replace(self._file(sig, data.codegen))

    def _file(self, sig: Any, codegen: Any) -> Path:
        depends = sha256(repr((sig, codegen.magic_tuple())).encode()).hexdigest()
        return self._folder / f"{self._name}-{self._stamp}-{depends[:16]}.nbc"


@cache
def _stamp(source: Path) -> str:
    """A fingerprint of a source, of all of the domain's that it imports, near or far, and of the compiler."""
    digest = sha256(f"{numba_version} {sys.version_info[:2]}".encode())
    for path in sorted(_imported(source, set())):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _imported(source: Path, known: set[Path]) -> set[Path]:
    known.add(source)
    for module in _IMPORT.findall(source.read_text(encoding="utf-8")):
        path = _ROOT.joinpath(*module.split(".")).with_suffix(".py")
        if path not in known and path.exists():
            _imported(path, known)
    return known
