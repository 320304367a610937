"""`python -m services.matching.domain.engine.compile_ahead`: compile all kernels now, before somebody waits for one.

What is compiled stays on disk (see `compiled_files`), so nothing happens when all of it is there already. Where the
environment has a `NUMBA_CACHE_DIR`, name it: `… compile_ahead "$NUMBA_CACHE_DIR"`.
"""

import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path

DOMAIN = Path(__file__).parents[1]


def main(folder: Path) -> None:
    """Compile what the folder lacks, in two processes; say so, because that takes a while."""
    made_of, mark = _fingerprint(), folder / "all.compiled"
    if mark.exists() and mark.read_text(encoding="ascii") == made_of:
        return
    sys.stdout.write("Compiling the matching engine, which takes about a minute and is done once …\n")
    sys.stdout.flush()
    # The question whether there is anything to do must not wait for the compiler to be imported.
    from services.matching.domain.rehearsal import REHEARSALS, rehearse  # noqa: PLC0415 - see above

    with ProcessPoolExecutor(2, get_context("spawn")) as processes:
        list(processes.map(rehearse, REHEARSALS))
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.write_text(made_of, encoding="ascii")


def _fingerprint() -> str:
    """Of all that the machine code depends on."""
    digest = sha256(f"{version('numba')} {sys.version_info[:2]} {platform.machine()}".encode())
    for source in sorted(DOMAIN.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1] if sys.argv[1:] else DOMAIN / "engine" / "__pycache__"))
