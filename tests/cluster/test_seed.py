"""Every command and every workflow of the platform's description, as written, on a real control plane.

`seed.txt` has them. The repositories that they name are this machine's: a proxy takes who asks for
charts.bitnami.com or charts.helm.sh to a server that holds published charts, and shows their certificates.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.conftest import CHARTS

from hivehelm import HelmManager
from hivehelm.errors import HivehelmError
from hivehelm.platform.site import Site
from hivehelm.record import Record
from hivehelm.testing import ChartRepository
from hivehelm.testing.authority import Authority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from hivehelm.cluster.cluster import Cluster

TABLE = Path(__file__).with_name("seed.txt")
NAMESPACES = ("default", "monitoring")


class Step(Record):
    """A heading, what it takes for granted, what it has one do, and what is true then."""

    title: str
    before: list[str] = []
    script: list[str] = []
    after: list[str] = []


def steps(text: str) -> list[Step]:
    """Return the steps of a table."""
    found: list[Step] = []
    for line in text.splitlines():
        if line.startswith("== "):
            found.append(Step(title=line[3:]))
        elif found and line.startswith("++ "):
            found[-1].before.append(line[3:])
        elif found and line.startswith(">> "):
            found[-1].after.append(line[3:])
        elif found:
            found[-1].script.append(line)
    return found


class Proxy:
    """A proxy that takes who wants to be connected, wherever to, to one port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(connection,), daemon=True).start()

    def _connect(self, connection: socket.socket) -> None:
        with connection, socket.create_connection(("127.0.0.1", self._port)) as server:
            connection.recv(1 << 16)
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            threading.Thread(target=_pump, args=(server, connection), daemon=True).start()
            _pump(connection, server)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def _fill(directory: Path) -> None:
    """Put repositories below a directory: published charts as bitnami, where there are any, and our own."""
    from hivehelm.sources.index.directory import write

    bitnami, stable, private = (directory / name for name in ("bitnami", "stable", "private"))
    for path in (bitnami, stable, private):
        path.mkdir(parents=True)
    for name in ("nginx", "redis"):
        published = CHARTS / f"bitnami--charts__{name}.tgz"
        if published.exists():
            shutil.copy(published, bitnami / f"{name}.tgz")
    manager = HelmManager(directory / "made")
    for name, version in (("nginx", "1.2.3"), ("mysql", "8.8.8")):
        chart = manager.create_chart(name)
        text = (chart / "Chart.yaml").read_text()
        (chart / "Chart.yaml").write_text(text.replace("version: 0.1.0", f"version: {version}"))
        manager.package_chart(chart, stable)
    shutil.copy(stable / "nginx-1.2.3.tgz", private)
    if not (bitnami / "nginx.tgz").exists():
        shutil.copy(stable / "nginx-1.2.3.tgz", bitnami)
    for path in (bitnami, stable, private):
        write(str(path))


class World:
    """A directory, a home and a cluster for the steps to be taken in."""

    def __init__(self, path: Path, kubeconfig: str, proxy: str, ca_file: Path) -> None:
        self.work = path / "work"
        self.work.mkdir()
        commands = path / "bin"
        commands.mkdir()
        hivemind = commands / "hivemind"
        hivemind.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -c '
            "'import sys; from hivehelm.cli.hivemind import main; sys.exit(main())' \"$@\"\n"
        )
        hivemind.chmod(0o755)
        self.environ = {
            "PATH": f"{commands}:{os.environ['PATH']}",
            "HOME": str(path / "home"),
            "KUBECONFIG": kubeconfig,
            "HTTPS_PROXY": proxy,
            "SSL_CERT_FILE": str(ca_file),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }
        self.site = Site.from_environ(self.environ)
        self.manager = HelmManager(site=self.site)

    def run(self, script: str) -> str:
        """Run a script and return what it prints, errors included; it must not fail."""
        done = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=self.work,
            env=self.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}"
        return done.stdout

    def check(self, wanted: str, out: str) -> None:
        """Make sure that something is true."""
        verb, _, rest = wanted.partition(" ")
        subject, _, value = rest.partition(" ")
        match verb:
            case "out":
                assert rest.replace("\\n", "\n") in out, out
            case "tree":
                top = self.work / subject
                there = sorted(str(one.relative_to(top)) for one in top.rglob("*") if one.is_file())
                assert there == sorted(value.split())
            case "file":
                assert value in (self.work / subject).read_text()
            case "chart":
                assert self.manager.get_chart(rest).name == rest
            case "release":
                self._check_release(subject, value)
            case "value":
                path, _, text = value.partition(" ")
                namespace, _, name = subject.partition("/")
                assert _at(self.manager.get_release(name, namespace).values, path) == json.loads(text)
            case "object":
                kind_and_name, path, text = value.split(" ", 2)
                kind, _, name = kind_and_name.partition("/")
                found = self.site.client().get("apps/v1", kind, name, subject)
                assert _at(found, path) == json.loads(text)
            case "gone":
                namespace, _, name = subject.partition("/")
                assert name not in [one.name for one in self.manager.list_releases(namespace)]
            case _:
                raise AssertionError(wanted)

    def _check_release(self, subject: str, value: str) -> None:
        namespace, _, name = subject.partition("/")
        revision, status, *chart = value.split()
        found = self.manager.get_release(name, namespace)
        assert (found.revision, found.status) == (int(revision), status)
        if chart:
            assert f"{found.chart}-{found.version}" == chart[0]


def _at(found: Any, path: str) -> Any:
    for name in path.split("."):
        found = found[int(name)] if name.isdigit() else found[name]
    return found


@pytest.fixture
def world(cluster: Cluster, tmp_path: Path) -> Iterator[World]:
    """The world in which the description is followed; nothing of it is left in the cluster."""
    authority = Authority()
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.pem)
    served = tmp_path / "served"
    _fill(served)
    hosts = ("charts.bitnami.com", "charts.helm.sh")
    with ChartRepository(served, tls=authority, hosts=hosts) as repository:
        proxy = Proxy(repository.port)
        made = World(tmp_path, str(cluster.kubeconfig()), proxy.url, ca_file)
        yield made
        proxy.close()
    for namespace in NAMESPACES:
        for release in made.manager.list_releases(namespace):
            made.manager.uninstall_release(release.name, namespace)


def test_the_description_is_true(world: World) -> None:
    """What it says works, in its order."""
    for step in steps(TABLE.read_text()):
        try:
            for line in step.before:
                world.run(line)
            out = world.run("\n".join(step.script))
            for wanted in step.after:
                world.check(wanted, out)
        except (AssertionError, HivehelmError) as error:
            raise AssertionError(f"{step.title}: {error}") from error
