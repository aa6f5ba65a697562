"""Input that is made to do harm: it ends soon, in little memory, with one line, and leaves nothing behind.

Every process is held to 20 s of processor time and 512 MB; where the real Helm ends as well, the words are
its.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.record import Record
from hivehelm.testing.chart_repository import Asked, ChartRepository, Reply
from hivehelm.testing.fake_registry import FakeRegistry

from . import hostile_archives, hostile_charts, hostile_templates
from .hostile_charts import CHART, laughs
from .hostile_templates import LIMIT, TIME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"
SECONDS = 20
MEGABYTES = 512
# On the wall, for machines that do much else meanwhile.
PATIENCE = 60
SHOWN = "data: {{ .Values | toJson | len }}\n"
ARCHIVES = dict(hostile_archives.archives())
SOON = ["--render-timeout", "300ms"]


class Outcome(Record):
    """How a process ended, and what it took."""

    code: int
    out: bytes
    err: str
    seconds: float
    megabytes: int


# A process starts with the peak of the one that it was forked from, in Linux's books: this one is small.
MEASURE = """
import os, sys
status, usage = os.wait4(os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ), 0)[1:]
with open(sys.argv[1], "w") as file:
    print(os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss, file=file)
"""


def run(program: list[str], place: Path, home: Path) -> Outcome:
    """Run a program to its end."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(home)}
    cost = home / "cost"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", MEASURE, str(cost), *program],
        cwd=place,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=True,
    )
    code, seconds, peak = cost.read_text().split()
    return Outcome(
        code=int(code),
        out=done.stdout,
        err=done.stderr.decode(errors="surrogateescape"),
        seconds=float(seconds),
        megabytes=int(peak) >> (20 if sys.platform == "darwin" else 10),
    )


def everything(place: Path) -> list[str]:
    return sorted(str(path.relative_to(place)) for path in place.rglob("*"))


class Side:
    """Our command and the real one, each with a home of its own, in one directory."""

    def __init__(self, place: Path, homes: Path) -> None:
        self.place = place
        self.homes = homes
        for name in ("ours", "real"):
            (homes / name).mkdir()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, text in files.items():
            path = self.place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)

    def chart(self, files: Mapping[str, str]) -> None:
        given = {"Chart.yaml": CHART, "templates/a.yaml": SHOWN, **files}
        self.write({f"c/{name}": text for name, text in given.items()})

    def ours(self, *arguments: str, writes: bool = False) -> Outcome:
        """Run ours, and hold it to what everything hostile is held to."""
        before = everything(self.place)
        found = run([sys.executable, "-c", OURS, *arguments], self.place, self.homes / "ours")
        assert found.seconds < SECONDS, found.err
        assert found.megabytes < MEGABYTES, found.err
        assert found.code in (0, 1), found.err
        assert "Traceback" not in found.err
        assert found.code == 0 or found.err.startswith(("Error: ", "level=")), found.err
        if not writes:
            assert everything(self.place) == before
        return found

    def refused(self, wanted: str, *arguments: str) -> Outcome:
        found = self.ours(*arguments)
        assert found.code == 1
        assert found.out == b""
        assert re.search(wanted, found.err, re.MULTILINE), found.err[:2000]
        return found

    def same(self, helm: Path, *arguments: str) -> None:
        found = self.ours(*arguments)
        for _ in range(3):
            real = run([str(helm), *arguments], self.place, self.homes / "real")
            if (real.code, real.out, real.err) == (found.code, found.out, found.err):
                break
        assert (found.code, found.out, found.err) == (real.code, real.out, real.err)


@pytest.fixture
def side(tmp_path: Path) -> Side:
    (tmp_path / "place").mkdir()
    (tmp_path / "homes").mkdir()
    return Side(tmp_path / "place", tmp_path / "homes")


@pytest.mark.parametrize("name", hostile_templates.ENDLESS)
def test_templates_without_an_end(side: Side, name: str) -> None:
    template, wanted = hostile_templates.ENDLESS[name]
    side.chart({"templates/a.yaml": template})
    soon = SOON if TIME in wanted else []
    side.refused(wanted, "template", "r", "c", *soon)


@pytest.mark.parametrize("name", hostile_templates.SAME)
def test_templates_as_helm(side: Side, helm: Path, name: str) -> None:
    side.chart({"templates/a.yaml": hostile_templates.SAME[name]})
    side.same(helm, "template", "r", "c")


@pytest.mark.parametrize("name", hostile_charts.SAME)
def test_charts_as_helm(side: Side, helm: Path, name: str) -> None:
    files, arguments, values = hostile_charts.SAME[name]
    side.chart(files)
    side.write({"v.yaml": values})
    side.same(helm, "template", "r", "c", *arguments)


@pytest.mark.parametrize("name", hostile_charts.ENDLESS)
def test_charts_without_an_end(side: Side, name: str) -> None:
    files, arguments, values = hostile_charts.ENDLESS[name]
    side.chart(files)
    side.write({"v.yaml": values})
    side.refused(f"{LIMIT}|is larger than", "template", "r", "c", *arguments, *SOON)


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives(side: Side, helm: Path, name: str) -> None:
    side.write({"x.tgz": ARCHIVES[name]})
    side.same(helm, "template", "r", "x.tgz")
    side.same(helm, "show", "chart", "x.tgz")


@pytest.mark.parametrize("verb", ["lint", "package", "dependency list", "show all", "install r", "upgrade r"])
def test_every_command_that_reads_charts(side: Side, verb: str) -> None:
    side.chart({"Chart.yaml": laughs() + CHART})
    found = side.ours(*verb.split(), "c")
    assert found.code == 1
    side.write({"x.tgz": ARCHIVES["ratio"]})
    found = side.ours(*verb.split(), "x.tgz")
    assert found.code == 1


@pytest.mark.parametrize("verb", ["lint c", "install r c --dry-run=client", "template r c"])
def test_every_command_that_renders(side: Side, verb: str) -> None:
    side.chart({"templates/a.yaml": "{{ range 1000000000 }}{{ end }}"})
    found = side.ours(*verb.split(), *SOON)
    assert re.search(r"(^Error: |FAILED: )the chart takes more than 0\.3s of processor time", found.err)


def test_limits_can_be_moved(side: Side) -> None:
    side.chart({"templates/a.yaml": '{{ repeat 3000 "x" | quote }}'})
    render = ("template", "r", "c")
    side.refused("the chart comes to more than 2Ki of output", *render, "--max-output", "2Ki")
    for text in ("0", "4k", "1.5GiB"):
        assert "YAML parse error" in side.ours(*render, "--max-output", text).err
    side.refused('invalid argument "x" for "--max-output" flag', *render, "--max-output", "x")
    side.chart(
        {"templates/a.yaml": "{{ range until 500000 }}{{ end }}{{ $s := list }}{{ until 3000000 | len }}"}
    )
    side.refused("the chart takes more than 30Mi of memory", *render, "--render-memory", "30Mi")
    assert "YAML parse error" in side.ours(*render, "--render-memory=0", "--render-timeout=0").err


def test_the_defaults_end_it_in_time(side: Side) -> None:
    """Waiting for them would take what all other cases take together."""
    text = side.ours("template", "--help").out.decode()
    for flag, default in (("render-timeout", "15s"), ("render-memory", "256Mi"), ("max-output", "32Mi")):
        assert re.search(rf"--{flag} .*\(default {default}\)", text)


@pytest.mark.parametrize(
    "verb", ["repo list", "search repo x", "repo update", "repo add a http://127.0.0.1:9"]
)
@pytest.mark.parametrize("kind", ["laughs", "deep"])
def test_repositories(side: Side, verb: str, kind: str) -> None:
    text = laughs() if kind == "laughs" else "[" * 100_000
    side.write({"repositories.yaml": text, "cache/r-index.yaml": text})
    config = ["--repository-config", "repositories.yaml", "--repository-cache", "cache"]
    found = side.ours(*verb.split(), *config, writes=True)
    # What it cannot read, it does not list; so does Helm.
    assert found.code == (0 if verb == "repo list" else 1)
    assert found.err.count("\n") <= 2


def _index(name: str) -> bytes:
    if name == "laughs":
        return laughs().encode()
    if name == "deep":
        return b"[" * 1_000_000
    if name == "wide":
        return b"apiVersion: v1\nentries:\n  x: [" + b"{}," * 50_000 + b"]\n"
    entry = b"  x%d:\n  - {name: x%d, version: 0.1.0, urls: [x]}\n"
    return b"apiVersion: v1\nentries:\n" + b"".join(entry % (i, i) for i in range(20_000))


@pytest.mark.parametrize("name", ["laughs", "deep", "wide", "long"])
def test_indexes(side: Side, name: str) -> None:
    side.write({"served/index.yaml": _index(name)})
    with ChartRepository(side.place / "served") as server:
        found = side.ours("repo", "add", "r", server.url)
        assert (found.code == 0) == (name in ("long", "wide"))
        if name == "long":
            assert b"r/x19999" in side.ours("search", "repo", "x19999").out


REPLIES = {
    "longer": Reply(body=b"x" * 1000, length=100_000_000_000),
    "cut": Reply(body=b"x" * 1000, cut=10),
    "no-gzip": Reply(body=b"x" * 1000, headers={"Content-Encoding": "gzip"}),
    "bomb": Reply(body=hostile_archives.bomb(600), headers={"Content-Encoding": "gzip"}),
    "itself": Reply(status=302, headers={"Location": "/index.yaml"}),
    "itself-longer": Reply(status=302, headers={"Location": "index.yaml?" + "a" * 4000}),
    "file": Reply(status=302, headers={"Location": "file:///etc/passwd"}),
    "nowhere": Reply(status=302, headers={"Location": "http://127.0.0.1:9/x"}),
    "status": Reply(raw=b"HTTP/1.1 200 " + b"x" * 5_000_000 + b"\r\n\r\n"),
    "header": Reply(raw=b"HTTP/1.1 200 OK\r\nA: " + b"x" * 20_000_000 + b"\r\n\r\n"),
    "headers": Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 300_000 + b"\r\n"),
    "chunk": Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n"),
    "length": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
    "continue": Reply(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 100_000),
    "nothing": Reply(raw=b"\x00" * 100_000),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChartRepository]:
    with ChartRepository(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.mark.parametrize("name", REPLIES)
def test_servers(side: Side, server: ChartRepository, name: str) -> None:
    server.replies = {"/index.yaml": REPLIES[name], "/x-1.tgz": REPLIES[name]}
    found = side.ours("repo", "add", "r", server.url)
    assert found.code == 1
    assert found.err.count("\n") == 1
    found = side.ours("pull", f"{server.url}/x-1.tgz", writes=True)
    # What is no archive is kept as it is, as by Helm.
    assert found.code == (0 if name in ("no-gzip", "bomb", "status", "headers") else 1)


def _manifest(*layers: dict[str, object]) -> bytes:
    config = {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": NOWHERE, "size": 2}
    return json.dumps(
        {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers}
    ).encode()


NOWHERE = f"sha256:{'0' * 64}"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = {
    "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
    "digest": NOWHERE,
    "size": 1,
}
MANIFESTS = {
    "empty": b"",
    "deep": b"[" * 1_000_000,
    "huge": b" " * 20_000_000 + b"{}",
    "layers": _manifest(*[LAYER] * 20_000),
    "size": _manifest({**LAYER, "size": 1 << 62}),
    "negative": _manifest({**LAYER, "size": -1}),
    "title": _manifest({**LAYER, "annotations": {"org.opencontainers.image.title": "../../evil"}}),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_registries(side: Side, helm: Path, name: str) -> None:
    with FakeRegistry() as registry:

        def reply(asked: Asked) -> Reply:
            if "/manifests/" in asked.path:
                return Reply(body=MANIFESTS[name], headers={"Content-Type": MANIFEST})
            return Reply(body=b"x" * 1000)

        registry.intercept = reply
        side.same(helm, "pull", f"oci://{registry.address}/x", "--version", "0.1.0", "--plain-http")


def test_registries_with_tags_without_an_end(side: Side) -> None:
    with FakeRegistry() as registry:
        more = {"Link": '</v2/x/tags/list?last=a>; rel="next"'}
        registry.intercept = lambda _: Reply(body=b'{"name": "x", "tags": ["0.1.0"]}', headers=more)
        side.refused("too many pages", "show", "chart", f"oci://{registry.address}/x", "--plain-http")


def test_slow_servers(side: Side, server: ChartRepository) -> None:
    server.replies = {"/index.yaml": Reply(body=b"apiVersion: v1\n" * 1000, pause=0.2)}
    found = side.ours("repo", "add", "r", server.url, "--timeout", "500ms")
    assert found.code == 1
    assert "Client.Timeout" in found.err or "deadline" in found.err


@pytest.mark.parametrize("name", ["ratio", "parent", "absolute", "symlink", "hardlink", "zeros", "many"])
def test_pulled_archives(side: Side, server: ChartRepository, name: str) -> None:
    server.replies = {"/x-0.1.0.tgz": Reply(body=ARCHIVES[name])}
    found = side.ours("pull", f"{server.url}/x-0.1.0.tgz", "--untar", "--untardir", "into", writes=True)
    assert all(path == "into" or path.startswith(("into/", "x-0.1.0.tgz")) for path in everything(side.place))
    assert not any(path.is_symlink() for path in side.place.rglob("*"))
    assert not Path("/tmp/evil").exists()  # noqa: S108
    assert found.code == (0 if name in ("absolute", "symlink", "hardlink", "many") else 1)


@pytest.mark.parametrize(
    "name", ["ratio", "parent", "absolute", "symlink", "hardlink", "zeros", "huge", "negative"]
)
def test_plugins(side: Side, name: str) -> None:
    side.write({"x-0.1.0.tgz": ARCHIVES[name]})
    assert side.ours("plugin", "install", "--verify=false", "x-0.1.0.tgz").code == 1
    data = side.homes / "ours" / ".local" / "share" / "helm" / "plugins"
    assert not data.exists() or everything(data) == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff" * 1_000_000,
        b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 100_000,
        laughs().encode(),
        gzip.compress(b"", mtime=0),
    ],
)
def test_provenance(side: Side, text: bytes) -> None:
    side.write({"x-0.1.0.tgz": ARCHIVES["twice"], "x-0.1.0.tgz.prov": text, "ring": text})
    side.refused("", "verify", "x-0.1.0.tgz", "--keyring", "ring")
