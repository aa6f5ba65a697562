"""Repositories and registries with charts in them, and trees in which command lines are run side by side.

The real Helm runs as a process, ours in this one; each in a tree of its own at the same path.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from tests.conformance.test_packaging import locked, unpacked
from tests.openpgp import Key, canonical, certificate, clear_signed, packet

from hivehelm.cli.hivehelm import main
from hivehelm.testing import ChartRepository
from hivehelm.testing.authority import Authority

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USER, PASSWORD = "ann", "s3cret"
SIGNER = "Ann Other <ann@example.com>"
KEY, STRANGER = Key("eddsa"), Key("eddsa", 1)
VERSIONS = ("1.0.0", "1.1.0", "1.2.0+b.1", "2.0.0-rc.1")
FETCHED = ("web-", "db-", "signed-", "far-", "strange-", "notachart")
Said = tuple[int, str, str]


def chart(name: str, version: str, more: str = "", **files: str) -> bytes:
    """Return the archive of a chart, the same every time."""
    import gzip

    definition = f"apiVersion: v2\nname: {name}\nversion: {version}\n{more}"
    template = f"kind: ConfigMap\napiVersion: v1\nmetadata: {{name: '{name}-{version}'}}\n"
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        texts = {"Chart.yaml": definition, "values.yaml": "x: 1\n", "templates/t.yaml": template, **files}
        for path, text in texts.items():
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size, entry.mode = len(text), 0o644
            archive.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(raw.getvalue(), mtime=0)


def signature(key: Key, name: str, data: bytes) -> bytes:
    """Return the provenance of an archive."""
    sum_ = hashlib.sha256(data).hexdigest()
    text = f"apiVersion: v2\nname: x\nversion: 0.1.0\n\n...\nfiles:\n  {name}: sha256:{sum_}\n"
    return clear_signed(text, packet(2, key.signature(1, canonical(text))))


class Entries:
    """An index on its way."""

    def __init__(self) -> None:
        self.charts: dict[str, list[str]] = {}

    def add(self, name: str, version: str, *urls: str, digest: str = "") -> None:
        text = f"  - apiVersion: v2\n    name: {name}\n    version: {version}\n"
        text += "    created: 2020-01-02T03:04:05Z\n"
        if digest:
            text += f"    digest: {digest}\n"
        text += "    urls: [" + ", ".join(f"'{url}'" for url in urls) + "]\n" if urls else ""
        self.charts.setdefault(name, []).insert(0, text)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        charts = "".join(f"  {name}:\n{''.join(texts)}" for name, texts in sorted(self.charts.items()))
        path.write_text(f"apiVersion: v1\nentries:\n{charts}generated: 2020-01-02T03:04:05Z\n")


class Served:
    """Servers of the same charts: `plain`, `auth` with a login, `other`, `tls` with a login.

    `names` stand for addresses in command lines.
    """

    def __init__(self, top: Path) -> None:
        self.top = top
        self.files = top / "repo"
        self.files.mkdir()
        (top / "other").mkdir()
        self.authority = Authority()
        self.plain = ChartRepository(self.files)
        self.auth = ChartRepository(self.files, username=USER, password=PASSWORD)
        self.tls = ChartRepository(self.files, username=USER, password=PASSWORD, tls=self.authority)
        self.other = ChartRepository(top / "other")
        self.names = {
            "plain": self.plain.url,
            "auth": self.auth.url,
            "tls": self.tls.url,
            "other": self.other.url,
            "host": f"127.0.0.1:{self.other.port}",
        }
        self.write()

    def put(self, name: str, version: str, *, key: Key | None = None, directory: str = "repo") -> str:
        """Write an archive, and its provenance if there is a key; return its digest."""
        data = chart(name, version)
        file_name = f"{name}-{version}.tgz"
        (self.top / directory / file_name).write_bytes(data)
        if key is not None:
            (self.top / directory / f"{file_name}.prov").write_bytes(signature(key, file_name, data))
        return hashlib.sha256(data).hexdigest()

    def write(self) -> None:
        entries = Entries()
        for version in VERSIONS:
            digest = self.put("web", version)
            entries.add("web", version, f"web-{version}.tgz", digest=digest)
        entries.add(
            "db", "0.1.0", "{plain}/db-0.1.0.tgz".format_map(self.names), digest=self.put("db", "0.1.0")
        )
        entries.add("signed", "0.1.0", "signed-0.1.0.tgz", digest=self.put("signed", "0.1.0", key=KEY))
        entries.add(
            "strange", "0.1.0", "strange-0.1.0.tgz", digest=self.put("strange", "0.1.0", key=STRANGER)
        )
        entries.add("nourl", "1.0.0")
        other = self.put("far", "1.0.0", key=KEY, directory="other")
        entries.add("far", "1.0.0", f"{self.other.url}/far-1.0.0.tgz", digest=other)
        entries.add("sideways", "1.0.0", f"//127.0.0.1:{self.other.port}/far-1.0.0.tgz")
        entries.add("gone", "1.0.0", "gone-1.0.0.tgz", digest="0" * 64)
        entries.add("ftp", "1.0.0", "ftp://127.0.0.1/x.tgz")
        entries.add("badurl", "1.0.0", "http://[::1/x.tgz")
        entries.add("prefixed", "1.0.0", "web-1.0.0.tgz", digest="sha256:" + self.put("web", "1.0.0"))
        for name, digest in (("wrong", "1" * 64), ("short", "abcd"), ("odd", "abc"), ("nohex", "xy" * 32)):
            entries.add(name, "1.0.0", "web-1.0.0.tgz", digest=digest)
        entries.add("other-name", "1.0.0", "charts/web.tar")
        (self.files / "charts").mkdir()
        (self.files / "charts" / "web.tar").write_bytes(chart("web", "1.0.0"))
        (self.files / "notachart.tgz").write_bytes(b"no archive")
        entries.add("notachart", "1.0.0", "notachart.tgz")
        entries.write(self.files / "index.yaml")
        below = Entries()
        below.add("web", "1.0.0", "../web-1.0.0.tgz")
        below.add("web", "1.1.0", "/web-1.1.0.tgz")
        below.add("signed", "0.1.0", "../signed-0.1.0.tgz?x=y")
        below.write(self.files / "sub" / "index.yaml")
        for name, text in (
            ("broken", "entries: [\n"),
            ("empty", ""),
            ("none", "apiVersion: v1\nentries: {}\n"),
        ):
            (self.files / name).mkdir()
            (self.files / name / "index.yaml").write_text(text)

    @contextlib.contextmanager
    def running(self) -> Iterator[Served]:
        with self.plain, self.auth, self.tls, self.other:
            yield self

    def configure(self, home: Path) -> None:
        """Write what `repo add` would have: r is plain, a and t have a login, s is below r, c has none."""
        login = f"  username: {USER}\n  password: {PASSWORD}\n"
        entries = [
            ("r", self.plain.url, ""),
            ("a", self.auth.url, login),
            ("t", self.tls.url, f"{login}  caFile: {home.parent / 'ca.pem'}\n"),
            ("s", f"{self.plain.url}/sub/", ""),
        ]
        config = home / ".config/helm/repositories.yaml"
        config.parent.mkdir(parents=True)
        text = "".join(f"- name: {name}\n  url: {url}\n{more}" for name, url, more in entries)
        config.write_text(f"apiVersion: ''\ngenerated: 0001-01-01T00:00:00Z\nrepositories:\n{text}")
        config.chmod(0o600)
        cache = home / ".cache/helm/repository"
        cache.mkdir(parents=True)
        for name, index in (("r", "."), ("a", "."), ("t", "."), ("s", "sub")):
            (cache / f"{name}-index.yaml").write_bytes((self.files / index / "index.yaml").read_bytes())
        (home.parent / "ca.pem").write_bytes(self.authority.pem)
        (home.parent / "ring").write_bytes(certificate(KEY, SIGNER))

    def asked(self) -> list[tuple[str, str]]:
        """Return all requests that had credentials: to whom, and for what."""
        return [
            (name, one.path)
            for name in ("plain", "auth", "tls", "other")
            for one in getattr(self, name).requests
            if "authorization" in one.headers
        ]


def mask(text: str) -> str:
    """Take out what is made up anew each time, and the order of what comes in no order."""
    text = re.sub(
        r"(\.tgz|\.prov|\.chart|/tmp/helm-|tmpcharts-|\.tar|rename (?:/tmp/)?\.)\w{3,}", r"\1N", text
    )
    text = re.sub(r"LAST DEPLOYED: .*", "LAST DEPLOYED: now", text)
    # Helm writes what goes to the working directory to /tmp first.
    text = re.sub(r"rename /tmp/(\S*)", r"rename \1", text)
    # Indexes come side by side: the first is there first.
    return re.sub(
        r"(?m)(?:^\.\.\.\w+ (?:got|to get) an update .*\n(?:\t.*\n)?)+",
        lambda found: "".join(sorted(re.findall(r"(?m)^\.\.\..*\n(?:\t.*\n)?", found[0]))),
        text,
    )


def theirs(helm: Path, line: str, top: Path, environment: Mapping[str, str]) -> Said:
    done = subprocess.run(
        ["helm", *shlex.split(line)],
        executable=helm,
        capture_output=True,
        cwd=top,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    return done.returncode, mask(done.stdout.decode()), mask(done.stderr.decode())


def ours(_: Path, line: str, top: Path, environment: Mapping[str, str]) -> Said:
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, contextlib.chdir(top):
        for name in dict(os.environ):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(sys, "argv", ["helm"])
        code = main(shlex.split(line))
    for stream in (out, err):
        stream.seek(0)
    return code, mask(out.read()), mask(err.read())


def tree(top: Path, skipped: tuple[str, ...] = ()) -> dict[str, object]:
    """Return what is in a tree: modes and contents; times and the order of names in caches masked."""
    found: dict[str, object] = {}
    for path in sorted(top.rglob("*")):
        name = str(path.relative_to(top))
        # Ours alone: parsed indexes, compiled templates. Helm's alone: what runs plugins made of WebAssembly.
        if name.startswith(("home/.cache/hivehelm", "home/.cache/helm/wazero", *skipped)):
            continue
        if path.is_symlink() or path.is_dir():
            found[name] = os.readlink(path) if path.is_symlink() else "directory"
            continue
        data = path.read_bytes()
        content: object = data
        if name.endswith(".lock"):
            content = locked(data)
        elif name.endswith("-charts.txt"):
            content = sorted(data.split())
        elif data.startswith(b"\x1f\x8b") and not name.startswith(FETCHED):
            # Packed by who is tried, each with a compressor of its own.
            content = unpacked(data)
        found[name] = (oct(path.stat().st_mode), content)
    return found


def both(
    helm: Path,
    tmp_path: Path,
    served: Served,
    line: str,
    *,
    files: Mapping[str, str] | None = None,
    skipped: tuple[str, ...] = (),
    **variables: str,
) -> tuple[tuple[list[object], dict[str, object]], ...]:
    """Run lines of commands, `;` between, with both tools; return what each said and left behind.

    What starts with `!` is a shell's. Names in braces are addresses. What differs is run once more: a
    connection that broke on a busy machine breaks only once.
    """
    results = _both(helm, tmp_path, served, line, files or {}, skipped, variables)
    if results[0] != results[1]:
        for run in (theirs, ours):
            shutil.rmtree(tmp_path / run.__name__)
        results = _both(helm, tmp_path, served, line, files or {}, skipped, variables)
    return results


def _both(
    helm: Path,
    tmp_path: Path,
    served: Served,
    line: str,
    files: Mapping[str, str],
    skipped: tuple[str, ...],
    variables: Mapping[str, str],
) -> tuple[tuple[list[object], dict[str, object]], ...]:
    results = []
    top = tmp_path / "tree"
    names = served.names
    for run in (theirs, ours):
        (top / "home").mkdir(parents=True)
        served.configure(top / "home")
        for name, text in files.items():
            path = top / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_named(text, names))
        environment = {"HOME": str(top / "home"), "PATH": os.environ["PATH"], "PWD": str(top), **variables}
        said: list[object] = []
        for command in _named(line, names).split(" ; "):
            if command.startswith("! "):
                subprocess.run(command[2:], shell=True, cwd=top, check=True)  # noqa: S602 - our own lines
            else:
                said.append((command, *run(helm, command, top, environment)))
        results.append((said, tree(top, skipped)))
        top.rename(tmp_path / run.__name__)
    return results[0], results[1]


def _named(text: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)
