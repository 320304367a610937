"""Build the images, start docker-compose.yml and try it, with podman: `make deploy-check`.

It needs no registry: the base image is made by debootstrap, PostgreSQL and nginx are stand-ins from Debian.
It needs root, since containers on networks of their own need it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts.deploy_smoke import Smoke, free_port
from scripts.sources import COMPONENTS, ROOT, SERVICES

BIN = Path(sys.executable).parent
TOOLS = ("podman", "runc", "debootstrap", "iptables", "openssl")
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
PROJECT = "bothways-check"
BASE = "localhost/bothways-check-base"
STANDIN = "localhost/bothways-check-standin"
WORKERS = tuple(f"{service}-worker" for service in SERVICES)
PORTS = {"gateway": 8080, "profile": 8081, "matching": 8082, "sessions": 8083}

# Small limits and plain cgroups, so that it runs where limits cannot be raised; netavark, because it resolves names
# on internal networks.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=16384:16384", "nproc=16384:16384"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
[network]
network_backend = "netavark"
"""


def main() -> int:
    """The static checks, then the real thing."""
    step("lint the Dockerfiles and hold the compose file to its schema", lint)
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    missing += ["netavark and aardvark-dns"] if not Path("/usr/lib/podman/aardvark-dns").exists() else []
    missing += ["root"] if os.geteuid() != 0 else []
    if missing:
        print(f"deploy-check: the files are right; the images were not built. Missing: {', '.join(missing)}.")
        print("On Debian: apt-get install podman runc debootstrap iptables netavark aardvark-dns openssl")
        return 1
    with tempfile.TemporaryDirectory(prefix="bothways-check-") as folder:
        check = ContainerCheck(Path(folder))
        step("make the base image", check.make_base)
        step("build the stand-ins and the four components", check.build)
        try:
            step("start the system", check.start)
            step("try it through the edge", check.smoke)
            step("look at what the containers may do", check.hardening)
        except BaseException:
            check.show_logs()
            raise
        finally:
            step("stop it", check.stop)
    print("deploy-check: all is well.")
    return 0


def step(title: str, work: Callable[[], None]) -> None:
    """One step, with its time."""
    started = time.monotonic()
    work()
    print(f"deploy-check: {title}: {time.monotonic() - started:.1f} s", flush=True)


def lint() -> None:
    """What can be said without running anything."""
    run([BIN / "hadolint", "deploy/Dockerfile", "deploy/check/Dockerfile"])
    run([BIN / "check-jsonschema", "--quiet", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"])


def run(command: Sequence[str | Path], environment: Mapping[str, str] = os.environ) -> None:
    """Run one command; its output is shown if it fails."""
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).splitlines()[-40:]
        sys.exit("\n".join([" ".join(map(str, command)), *said, "deploy-check: failed"]))


def _container(service: str) -> str:
    return f"{PROJECT}_{service}_1"


class ContainerCheck:
    """The images and the running system of one check."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secrets = folder / "secrets"
        self._port = free_port()
        self._smoke = Smoke(self._port, self._secrets)
        conf = folder / "containers.conf"
        conf.write_text(CONTAINERS_CONF, encoding="utf-8")
        self._environment = {
            **os.environ,
            "CONTAINERS_CONF": str(conf),
            "BUILDAH_FORMAT": "docker",
            "BOTHWAYS_PORT": str(self._port),
            "BOTHWAYS_SECRETS": str(self._secrets),
            "BOTHWAYS_VERSION": "check",
            "POSTGRES_IMAGE": STANDIN,
            "EDGE_IMAGE": STANDIN,
        }

    def make_base(self) -> None:
        """Debian with Python, unless an earlier check has made it."""
        known = subprocess.run(["podman", "image", "exists", BASE], env=self._environment, check=False)
        if known.returncode == 0:
            return
        system = self._folder / "system"
        packages = "--include=python3,python3-venv,ca-certificates"
        run(["debootstrap", "--variant=minbase", packages, "bookworm", system])
        archive = self._folder / "system.tar"
        run(["tar", "--create", "--file", archive, "--directory", system, "."])
        self._podman("import", archive, BASE)

    def build(self) -> None:
        """The images, from the files that an operator would use."""
        self._build("deploy/check/Dockerfile", STANDIN, context="deploy/check")
        for component in COMPONENTS:
            arguments = {"COMPONENT": component, "PORT": str(PORTS[component])}
            if component == "gateway":
                arguments |= {"FOLDER": "gateway", "MODULE": "gateway"}
            self._build("deploy/Dockerfile", f"bothways-{component}:check", **arguments)

    def _build(self, dockerfile: str, image: str, *, context: str = ".", **arguments: str) -> None:
        options: list[str | Path] = ["--isolation=chroot", "--network=host", f"--build-arg=BASE={BASE}"]
        options += [f"--build-arg={name}={value}" for name, value in arguments.items()]
        if AUTHORITIES.exists():
            # Where a proxy speaks for the package index, pip must know whom this machine trusts.
            pip_conf = self._folder / "pip.conf"
            pip_conf.write_text(f"[global]\ncert = {AUTHORITIES}\n", encoding="utf-8")
            options += [f"--volume={AUTHORITIES}:{AUTHORITIES}:ro", f"--volume={pip_conf}:/etc/pip.conf:ro"]
        self._podman("build", *options, "--file", dockerfile, "--tag", image, context)

    def start(self) -> None:
        """Keys, then the containers in the order that the compose file asks for, which podman 4 does not keep."""
        self.stop()
        run([ROOT / "deploy/compose-secrets", self._secrets])
        self._smoke.trust_operator()
        self._up("postgres")
        self._until("exec", _container("postgres"), "pg_isready", "--host=127.0.0.1", "--dbname=bothways")
        migrations = [f"{service}-migrations" for service in SERVICES]
        self._up(*migrations)
        for name in migrations:
            self._migrated(_container(name))
        self._up(*SERVICES, *WORKERS, "gateway", "edge")
        self._smoke.wait_until_ready()

    def _up(self, *services: str) -> None:
        self._compose("up", "--detach", "--no-build", "--no-deps", *services)

    def _migrated(self, container: str) -> None:
        done = subprocess.run(
            ["podman", "wait", container], env=self._environment, capture_output=True, text=True, check=True
        )
        if done.stdout.strip() != "0":
            sys.exit(f"deploy-check: {container} ended with {done.stdout.strip()}")

    def smoke(self) -> None:
        """An organization comes in, its own identity provider is trusted, its coordinator asks every service."""
        organization = self._smoke.create_organization()
        self._smoke.trust(organization)
        self._compose("restart", "gateway")
        self._smoke.wait_until_ready()
        self._smoke.list_everything()

    def hardening(self) -> None:
        """Every process is healthy, has no rights that it does not need, and sees no network that is not its own."""
        for service in (*COMPONENTS, *WORKERS):
            self._until("healthcheck", "run", _container(service))
            self._podman("exec", _container(service), "sh", "-c", "! touch /app/x && test $(id -u) = 10001")
        reach = "import socket; socket.create_connection(('postgres', 5432), 2)"
        self._podman("exec", _container("profile"), "python", "-c", reach)
        self._podman("exec", _container("gateway"), "sh", "-c", f'! python -c "{reach}"')

    def stop(self) -> None:
        """Nothing stays but the images."""
        self._compose("down", "--volumes")

    def show_logs(self) -> None:
        """What the containers said."""
        self._compose("ps")
        for service in (*COMPONENTS, *WORKERS, "edge", "postgres"):
            command = ["podman", "logs", "--tail", "20", _container(service)]
            subprocess.run(command, env=self._environment, check=False)

    def _until(self, *probe: str) -> None:
        """Ask podman until it says yes."""
        deadline = time.monotonic() + 60
        while subprocess.run(["podman", *probe], env=self._environment, capture_output=True, check=False).returncode:
            if time.monotonic() > deadline:
                sys.exit(f"deploy-check: after a minute still no: podman {' '.join(probe)}")
            time.sleep(0.5)

    def _podman(self, *arguments: str | Path) -> None:
        run(["podman", *arguments], self._environment)

    def _compose(self, *arguments: str) -> None:
        run([BIN / "podman-compose", "--project-name", PROJECT, *arguments], self._environment)


if __name__ == "__main__":
    sys.exit(main())
