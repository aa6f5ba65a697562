from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from hivehelm.cluster import toolchain
from hivehelm.cluster.errors import ToolchainError
from hivehelm.cluster.recipes import RECIPES
from hivehelm.cluster.toolchain import Toolchain


def _go(directory: Path, version: str) -> Path:
    """Make a `go` that says it is of `version`."""
    directory.mkdir(parents=True, exist_ok=True)
    go = directory / "go"
    go.write_text(f"#!/bin/sh\necho {version}\n")
    go.chmod(0o755)
    return go


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toolchain, "_from_wheel", lambda: None)


@pytest.mark.usefixtures("no_wheel")
@pytest.mark.parametrize("version", ["go1.25.3", "go1.26", "go1.27rc1", "go2.0"])
def test_the_go_on_the_path_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str) -> None:
    go = _go(tmp_path, version)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert toolchain.find(RECIPES["etcd"]).go == str(go)


@pytest.mark.usefixtures("no_wheel")
@pytest.mark.parametrize(
    ("binary", "version"), [("etcd", "go1.24.9"), ("helm", "go1.25.1"), ("helm", "go1.27.0")]
)
def test_a_go_of_another_version_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, binary: str, version: str
) -> None:
    go = _go(tmp_path, version)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(ToolchainError) as caught:
        toolchain.find(RECIPES[binary])
    assert caught.value.binary == binary
    assert caught.value.output == (f"{go} is Go {version.removeprefix('go')[:4]}",)
    assert "hivehelm[cluster]" in str(caught.value)


@pytest.mark.usefixtures("no_wheel")
@pytest.mark.parametrize("version", ["nonsense", ""])
def test_a_go_that_says_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str
) -> None:
    go = _go(tmp_path, version)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(ToolchainError) as caught:
        toolchain.find(RECIPES["etcd"])
    assert caught.value.output == (f"{go} does not run",)


def test_the_wheel_is_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _go(tmp_path / "old", "go1.20.1")
    go = _go(tmp_path / "wheel" / "bin", "go1.26.6")
    monkeypatch.setenv("PATH", f"{tmp_path / 'old'}:/usr/bin:/bin")
    monkeypatch.setattr(toolchain, "_from_wheel", lambda: (str(go), str(tmp_path / "wheel")))
    assert toolchain.find(RECIPES["helm"]) == Toolchain(
        go=str(go), version=(1, 26), root=str(tmp_path / "wheel")
    )


def test_the_script_of_the_wheel_is_not_taken_for_the_users_go(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _go(tmp_path / "scripts", "go1.26.6")
    go = _go(tmp_path / "wheel" / "bin", "go1.26.6")
    monkeypatch.setenv("PATH", f"{tmp_path / 'scripts'}:/usr/bin:/bin")
    monkeypatch.setattr(sysconfig, "get_path", lambda _name: str(tmp_path / "scripts"))
    monkeypatch.setattr(toolchain, "_from_wheel", lambda: (str(go), "root"))
    assert toolchain.find(RECIPES["kwok"]).go == str(go)


def test_the_wheel_of_this_environment_is_found() -> None:
    found = toolchain._from_wheel()
    assert found is not None  # the group `dev` brings it
    go, root = found
    ran = subprocess.run(
        [go, "version"], capture_output=True, text=True, env={"GOROOT": root, "HOME": "/nonexistent"}
    )
    assert ran.stdout.startswith("go version go1.26")


def test_without_the_wheel_none_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    def missing(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    assert toolchain._from_wheel() is None


def test_a_go_that_hangs_or_is_no_program_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert toolchain._version(str(tmp_path / "absent"), "") is None

    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("go", 60)

    monkeypatch.setattr(subprocess, "run", hang)
    assert toolchain._version("/bin/true", "") is None


def test_nothing_of_the_users_changes_what_is_built() -> None:
    go = Toolchain(go="/go", version=(1, 26), root="/goroot")
    given = {
        "HOME": "/home/a",
        "PATH": "/bin",
        "GOPROXY": "https://proxy.example",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "GOFLAGS": "-tags=evil",
        "GOOS": "plan9",
        "CGO_ENABLED": "1",
        "CC": "false",
        "GOTOOLCHAIN": "go1.99",
        "SECRET_TOKEN": "hunter2",
    }
    built = toolchain.environment(go, given)
    assert built["GOPROXY"] == "https://proxy.example"
    assert built["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert built["GOFLAGS"] == "-modcacherw"
    assert built["GOTOOLCHAIN"] == "local"
    assert built["CGO_ENABLED"] == "0"
    assert built["GOOS"] != "plan9"
    assert built["GOROOT"] == "/goroot"
    assert built["GOCACHE"] == "/home/a/.cache/hivehelm/go/build"
    assert built["GOMODCACHE"] == "/home/a/.cache/hivehelm/go/mod"
    assert not {"CC", "SECRET_TOKEN"} & built.keys()


def test_the_users_caches_are_used_where_they_are_set() -> None:
    go = Toolchain(go="/go", version=(1, 26))
    built = toolchain.environment(go, {"GOCACHE": "/fast/build", "GOMODCACHE": "/fast/mod"})
    assert (built["GOCACHE"], built["GOMODCACHE"]) == ("/fast/build", "/fast/mod")
    assert built["HOME"] == str(Path.home())
    assert "GOROOT" not in built
