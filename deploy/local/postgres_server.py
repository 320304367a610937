"""A PostgreSQL server as a child of ours: made once, recovered after a crash, with its data kept between runs."""

import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from deploy.local.children import free_port, spawn, stop
from deploy.local.postgres_binaries import PostgresUnavailableError, choose_user, find_binaries

SUPERUSER = "postgres"
START_PATIENCE = 20.0
RETRY_PAUSE = 0.25
SIGNS_OF_A_CRASH = ("lock file", "shared memory block")
DURABLE = {"max_connections": "200", "shared_buffers": "64MB", "jit": "off"}
THROW_AWAY = {
    **DURABLE,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def port_of(data_directory: Path) -> int:
    """The port of the server that is running over a data directory, as its lock file tells."""
    return int((data_directory / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])


class PostgresServer:
    """One data directory and the server process over it, on the loopback address alone."""

    def __init__(
        self, data_directory: Path, *, password: str, log: Path, port: int | None = None, durable: bool = True
    ) -> None:
        self.data_directory = data_directory.resolve()
        self.port = port or free_port()
        self._password = password
        self._log = log
        self._settings = DURABLE if durable else THROW_AWAY
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._process is None:
            raise RuntimeError("The server has not been started.")
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def superuser_url(self, database: str = SUPERUSER) -> str:
        """The address of `database` for the superuser."""
        return f"postgresql://{SUPERUSER}:{quote(self._password, safe='')}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Return once the server accepts connections. What a crash left behind is waited out for some seconds."""
        if not (self.data_directory / "PG_VERSION").exists():
            self._create_data_directory()
        deadline = time.monotonic() + START_PATIENCE
        while True:
            self._forget_stale_lock()
            said_before = self._log.stat().st_size if self._log.exists() else 0
            self._process = self._spawn()
            if self._wait_until_ready(deadline):
                return
            stop(self._process, signal.SIGQUIT)
            said = self._log.read_bytes()[said_before:].decode(errors="replace")
            if not any(sign in said for sign in SIGNS_OF_A_CRASH) or time.monotonic() + RETRY_PAUSE >= deadline:
                raise PostgresUnavailableError(f"PostgreSQL did not start ({self._log}):\n{said[-2000:].strip()}")
            time.sleep(RETRY_PAUSE)

    def stop(self) -> None:
        """Disconnect everybody, write everything, and end."""
        if self._process is not None:
            stop(self._process, signal.SIGINT, patience=20.0)

    def _create_data_directory(self) -> None:
        """Prepare the directory beside its place, so that an interrupted attempt is never taken for a finished one."""
        unfinished = self.data_directory.with_name(self.data_directory.name + ".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True, mode=0o700)
        run_as = choose_user()
        run_as.give(unfinished)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as password_file:
            password_file.write(self._password)
            password_file.flush()
            run_as.give(Path(password_file.name))
            command = [
                *run_as.prefix, str(find_binaries() / "initdb"), "-D", str(unfinished), "-U", SUPERUSER,
                "-A", "scram-sha-256", f"--pwfile={password_file.name}", "--encoding=UTF8", "--locale=C.UTF-8",
                "--no-instructions", *([] if self._durable else ["--no-sync"]),
            ]  # fmt: skip
            done = subprocess.run(
                command, capture_output=True, text=True, user=run_as.uid, group=run_as.uid, check=False, cwd="/"
            )
        if done.returncode != 0:
            raise PostgresUnavailableError(f"initdb failed:\n{done.stderr.strip()}")
        unfinished.rename(self.data_directory)

    def _spawn(self) -> subprocess.Popen[bytes]:
        run_as = choose_user()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            **self._settings,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        command = [*run_as.prefix, str(find_binaries() / "postgres"), "-D", str(self.data_directory), *options]
        return spawn(command, log=self._log, cwd=Path("/"), uid=run_as.uid, death_signal=signal.SIGINT)

    def _wait_until_ready(self, deadline: float) -> bool:
        """Whether the server came up. Its own lock file tells, so waiting needs neither a driver nor a password."""
        while self.running and time.monotonic() < deadline:
            lock = self._lock_lines()
            if len(lock) >= 8 and lock[0] == str(self.pid) and lock[7].strip() == "ready":
                return True
            time.sleep(0.01)
        return False

    def _forget_stale_lock(self) -> None:
        """Remove a lock whose process is dead but not yet buried, or whose number now belongs to another program."""
        lock = self._lock_lines()
        if not lock:
            return
        try:
            status = Path(f"/proc/{lock[0]}/status").read_text(encoding="utf-8")
        except OSError:
            return
        if not status.startswith("Name:\tpostgres\n") or "\nState:\tZ" in status:
            (self.data_directory / "postmaster.pid").unlink(missing_ok=True)

    def _lock_lines(self) -> list[str]:
        try:
            return (self.data_directory / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return []
