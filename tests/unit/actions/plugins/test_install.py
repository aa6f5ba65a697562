from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest
from tests.openpgp import Key, certificate

from hivehelm.actions.plugins.install import choose, install
from hivehelm.actions.plugins.installer import (
    InstallerError,
    Settings,
    keep,
    make_directories,
    write,
)
from hivehelm.actions.plugins.package import PackageOptions, package
from hivehelm.actions.plugins.uninstall import uninstall
from hivehelm.actions.plugins.verify import verify
from hivehelm.chart.errors import PathError
from hivehelm.errors import HivehelmError
from hivehelm.plugins.archive import metadata
from hivehelm.testing import ChartRepository
from hivehelm.testing.chart_repository import Reply

HOOKS = "hooks: {install: 'echo installed', delete: 'echo deleted'}\n"
PLUGIN = f"name: p\nversion: 0.1.0\ncommand: echo\n{HOOKS}"
KEY = Key("eddsa")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def settings(tmp_path: Path, said: list[str]) -> Settings:
    data = str(tmp_path / "data")
    return Settings(
        plugins=data,
        data=data,
        cache=str(tmp_path / "cache"),
        out=said.append,
        program_out=lambda data: said.append(data.decode()),
        program_err=lambda data: said.append(data.decode()),
        log=lambda *_, **__: None,
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    top = tmp_path / "p"
    top.mkdir()
    (top / "plugin.yaml").write_text(PLUGIN)
    (tmp_path / "ring").write_bytes(certificate(KEY, "Ann"))
    (tmp_path / "secret").write_bytes(certificate(KEY, "Ann", secret=True))
    return top


def pack(source: Path, *, sign: bool = True) -> Path:
    top = source.parent
    options = PackageOptions(
        destination=str(top / "out"),
        keyring=str(top / "secret"),
        key="Ann",
        passphrase=(lambda: lambda _name: b"") if sign else None,
        out=lambda _: None,
    )
    return Path(package(str(source), options))


def archive(files: dict[str, str]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as made:
        for name, text in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            made.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(raw.getvalue())


def test_a_directory_is_linked_to(source: Path, settings: Settings, said: list[str]) -> None:
    plugin = install(str(source), settings)
    assert os.readlink(plugin.directory) == str(source)
    assert said == [
        "Installing plugin from local directory (development mode)\n",
        "",
        "installed\n",
        "Installed plugin: p\n",
    ]
    with pytest.raises(InstallerError, match=r"^plugin already exists$"):
        install(str(source), settings)
    choose(str(source), "", settings).update()
    said.clear()
    uninstall(["p"], settings)
    assert said == ["deleted\n", "Uninstalled plugin: p\n"]
    assert source.exists()


def test_what_is_no_plugin(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InstallerError, match="expected plugin to be a directory"):
        install(str(tmp_path / "file"), settings)
    with pytest.raises(InstallerError, match=r"^plugin metadata \(plugin.yaml\) missing$"):
        install(str(tmp_path / "empty"), settings)
    (tmp_path / "empty/plugin.yaml").write_text("name: a b\n")
    with pytest.raises(InstallerError, match="plugin is installed but unusable: failed to load plugin"):
        install(str(tmp_path / "empty"), settings)


def test_links_that_cannot_be_made(source: Path, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/p").symlink_to("nowhere")
    with pytest.raises(InstallerError, match=r"^symlink .* .*/data/p: file exists$"):
        install(str(source), settings)
    blocked = settings.replace(data=str(source / "plugin.yaml/x"))
    with pytest.raises(PathError, match=r"^mkdir .*/plugin.yaml: not a directory$"):
        install(str(source), blocked)


def test_an_archive(source: Path, settings: Settings, said: list[str], tmp_path: Path) -> None:
    made = pack(source)
    plugin = install(str(made), settings, keyring=str(tmp_path / "ring"))
    assert Path(plugin.directory, "plugin.yaml").read_text() == PLUGIN
    assert said[0] == "Verifying plugin signature...\n"
    assert said[1].startswith("Signed by: Ann\nUsing Key With Fingerprint: ")
    assert sorted(os.listdir(tmp_path / "data")) == ["p", "p-0.1.0.tgz", "p-0.1.0.tgz.prov"]
    uninstall(["p"], settings)
    assert os.listdir(tmp_path / "data") == []


def test_an_archive_that_is_not_signed(
    source: Path, settings: Settings, said: list[str], tmp_path: Path
) -> None:
    made = pack(source, sign=False)
    with pytest.raises(
        InstallerError, match=r"plugin verification failed: no provenance file \(.prov\) found"
    ):
        install(str(made), settings, keyring=str(tmp_path / "ring"))
    with pytest.raises(InstallerError, match="plugin verification failed: "):
        made.with_name(f"{made.name}.prov").write_text("x")
        install(str(made), settings, keyring=str(tmp_path / "ring"))
    said.clear()
    install(str(made), settings, verify=False)
    assert said[0] == "WARNING: Skipping plugin signature verification\n"


def test_archives_that_are_broken(tmp_path: Path, settings: Settings) -> None:
    def problem(name: str, data: bytes) -> str:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InstallerError) as caught:
            install(str(tmp_path / name), settings, verify=False)
        return str(caught.value)

    assert problem("a.tgz", b"") == "failed to extract plugin metadata from tarball: EOF"
    escaping = archive({"b/plugin.yaml": "name: b\n", "../x": ""})
    assert problem("b.tgz", escaping) == "failed to extract archive: path contains '..', which is illegal"
    elsewhere = archive({"x/plugin.yaml": "name: c\n"})
    assert "plugin.yaml not found in expected directory" in problem("c-1.0.tgz", elsewhere)


def test_archives_that_cannot_be_read(source: Path, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "d.tgz").mkdir()
    with pytest.raises(InstallerError, match=r"failed to read archive: read .*: is a directory"):
        install(str(tmp_path / "d.tgz"), settings, verify=False)
    with pytest.raises(
        InstallerError, match="failed to get verification data: failed to read plugin file: read"
    ):
        install(str(tmp_path / "d.tgz"), settings)
    made = pack(source, sign=False)
    made.with_name(f"{made.name}.prov").mkdir()
    with pytest.raises(InstallerError, match="failed to access provenance file"):
        install(str(made), settings)


def test_from_a_server(source: Path, settings: Settings, tmp_path: Path) -> None:
    made = pack(source)
    with ChartRepository(made.parent) as server:
        url = f"{server.url}/{made.name}"
        plugin = install(url, settings, keyring=str(tmp_path / "ring"))
        assert plugin.directory == str(tmp_path / "data/p")
        assert [one.path for one in server.requests] == [f"/{made.name}", f"/{made.name}.prov"]
        with pytest.raises(InstallerError, match="not implemented for HttpInstaller"):
            choose(url, "", settings).update()
        with pytest.raises(
            InstallerError, match=r"failed to download plugin: failed to fetch .* : 404 Not Found$"
        ):
            install(f"{server.url}/q.tgz", settings)
        with pytest.raises(InstallerError, match=r"^failed to fetch .* : 404 Not Found$"):
            install(f"{server.url}/q.tgz", settings, verify=False)


def test_archives_of_servers_that_are_broken(settings: Settings, tmp_path: Path) -> None:
    top = tmp_path / "served"
    top.mkdir()
    (top / "a.tgz").write_bytes(b"")
    (top / "b.tgz").write_bytes(archive({"b/plugin.yaml": "name: b\n", "/x": ""}))
    (top / "c.tgz").write_bytes(archive({"deep/er/plugin.yaml": "name: c\n"}))
    (top / "d.tar.gz").write_bytes(archive({"plugin.yaml": "name: d\n"}))
    with ChartRepository(top) as server:
        for name, problem in (
            ("a", "failed to extract plugin metadata from tarball: EOF"),
            ("b", "extracting files from archive: path is absolute, which is illegal"),
            ("c", "plugin.yaml not found in .* or its immediate subdirectories"),
        ):
            with pytest.raises(InstallerError, match=f"^{problem}$"):
                install(f"{server.url}/{name}.tgz", settings, verify=False)
        assert install(f"{server.url}/d.tar.gz", settings, verify=False).name == "d"


def test_servers_that_say_what_is_there(settings: Settings, tmp_path: Path) -> None:
    with ChartRepository(tmp_path) as server:
        server.replies["/x"] = Reply(headers={"Content-Type": "application/gzip"})
        server.replies["/y"] = Reply(headers={"Content-Type": "text/html"})
        with pytest.raises(InstallerError, match="last error was: no extractor implemented yet for http"):
            choose(f"{server.url}/x", "", settings)
        with pytest.raises(InstallerError, match="last error was: Cannot detect VCS"):
            choose(f"{server.url}/y", "", settings)
    with pytest.raises(InstallerError, match="last error was: Cannot detect VCS"):
        choose("http://127.0.0.1:1/x", "", settings)


def test_uninstalling_what_is_not_there(settings: Settings) -> None:
    with pytest.raises(InstallerError) as caught:
        uninstall(["a", "b"], settings)
    assert str(caught.value) == "plugin: a not found\nplugin: b not found"


def test_uninstalling_with_a_hook_that_fails(source: Path, settings: Settings) -> None:
    (source / "plugin.yaml").write_text("name: p\nhooks: {delete: exit 1}\n")
    install(str(source), settings)
    with pytest.raises(InstallerError) as caught:
        uninstall(["p"], settings)
    expected = 'failed to uninstall plugin p, got error (plugin delete hook for "p" exited with error)'
    assert str(caught.value) == expected


def test_what_cannot_be_removed(
    source: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(str(pack(source)), settings, keyring=str(tmp_path / "ring"))

    def refuse(path: str, *_: object) -> None:
        raise PermissionError(13, "", path)

    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", refuse)
        with pytest.raises(InstallerError, match=r"unlinkat .*/data/p: permission denied"):
            uninstall(["p"], settings)
    monkeypatch.setattr(os, "unlink", refuse)
    monkeypatch.setattr("shutil.rmtree", lambda _: None)
    uninstall(["p"], settings)
    assert (tmp_path / "data/p-0.1.0.tgz").exists()


def test_packaging(source: Path, tmp_path: Path, said: list[str]) -> None:
    made = pack(source)
    assert metadata(made.read_bytes()).name == "p"
    assert verify(str(made), str(tmp_path / "ring")).startswith("Signed by: Ann\n")
    package(str(source), PackageOptions(destination=str(tmp_path / "here"), out=said.append))
    assert said[0].startswith("WARNING: Skipping plugin signing.")
    assert said[1] == f"Successfully packaged plugin and saved it to: {tmp_path}/here/p-0.1.0.tgz\n"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nosuch", "^stat .*: no such file or directory$"),
        ("ring", "^plugin package only supports directories, not tarballs$"),
        ("data", "^invalid plugin directory: failed to read plugin"),
    ],
)
def test_what_cannot_be_packaged(source: Path, tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(HivehelmError, match=problem):
        package(str(tmp_path / name), PackageOptions())


def test_keys_that_cannot_sign(source: Path, tmp_path: Path) -> None:
    options = PackageOptions(keyring=str(tmp_path / "nosuch"), passphrase=lambda: lambda _: b"")
    with pytest.raises(InstallerError, match=r"error reading from keyring: open .*: no such file"):
        package(str(source), options)


def test_archives_that_cannot_be_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    (out / "p-0.1.0.tgz").mkdir(parents=True)
    with pytest.raises(InstallerError, match=r"failed to create tarball: open .*: is a directory"):
        pack(source, sign=False)
    (source / "secret").write_text("")

    def refuse(*_: object, **__: object) -> bytes:
        raise PathError("open", "x", PermissionError(13, ""))

    monkeypatch.setattr("hivehelm.actions.plugins.package.pack", refuse)
    with pytest.raises(InstallerError, match="failed to create plugin tarball: open x: permission denied"):
        pack(source, sign=False)


def test_keys_that_fail_at_last(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hivehelm.provenance.signatory import Signatory

    def refuse(*_: object) -> str:
        raise HivehelmError("no")

    monkeypatch.setattr(Signatory, "clear_sign", refuse)
    with pytest.raises(InstallerError, match=r"^failed to sign plugin: no$"):
        pack(source)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nosuch.tgz", "^stat .*/nosuch.tgz: no such file or directory$"),
        ("p", "^directory verification not supported - only plugin tarballs can be verified$"),
        ("ring", r"^plugin file must be a gzipped tarball \(.tar.gz or .tgz\)$"),
        ("bare.tgz", "^could not find provenance file .*/bare.tgz.prov: stat .*: no such file or directory$"),
        ("odd.tgz", "^failed to read provenance file: read .*: is a directory$"),
    ],
)
def test_what_cannot_be_verified(source: Path, tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "bare.tgz").write_text("")
    (tmp_path / "odd.tgz").write_text("")
    (tmp_path / "odd.tgz.prov").mkdir()
    with pytest.raises(HivehelmError, match=problem):
        verify(str(tmp_path / name), str(tmp_path / "ring"))


def test_what_cannot_be_kept(tmp_path: Path, settings: Settings) -> None:
    about = metadata(archive({"plugin.yaml": PLUGIN}))
    (tmp_path / "file").write_text("")
    with pytest.raises(
        InstallerError, match=r"failed to create plugins directory: mkdir .*: not a directory"
    ):
        keep(settings.replace(data=str(tmp_path / "file/x")), about, b"", None)
    (tmp_path / "data/p-0.1.0.tgz.prov").mkdir(parents=True)
    keep(settings, about, b"x", b"y")
    assert (tmp_path / "data/p-0.1.0.tgz").read_bytes() == b"x"
    assert not list((tmp_path / "data").glob("*.part"))
    (tmp_path / "data/p-0.1.0.tgz").unlink()
    (tmp_path / "data/p-0.1.0.tgz").mkdir()
    with pytest.raises(InstallerError, match=r"failed to save tarball: open .*: is a directory"):
        keep(settings, about, b"x", b"y")


def test_small_things(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.replace(log=None).note("INFO", "nobody hears")
    assert repr(settings).startswith("Settings(plugins=")
    with pytest.raises(PathError, match=r"open .*: no such file"):
        write(str(tmp_path / "nosuch/x"), b"")

    def refuse(path: str, **_: object) -> None:
        raise PermissionError(13, "", path)

    monkeypatch.setattr(os, "makedirs", refuse)
    with pytest.raises(PathError, match=r"mkdir .*: permission denied"):
        make_directories(str(tmp_path / "a"))


@pytest.mark.parametrize("verify", [True, False])
def test_passwords_are_not_told(settings: Settings, tmp_path: Path, verify: bool) -> None:
    lines: list[str] = []
    settings = settings.replace(log=lambda *words, **more: lines.append(f"{words} {more}"))
    with ChartRepository(tmp_path) as server:
        there = server.url.replace("http://", "http://ann:s3cret@")
        for source in (f"{there}/x.tgz", f"{there}/x", f"{there}/x.git", "git://ann:s3cret@127.0.0.1:1/x"):
            with pytest.raises(HivehelmError) as caught:
                install(source, settings, verify=verify)
            assert "s3cret" not in str(caught.value)
    assert "s3cret" not in "".join(lines)
