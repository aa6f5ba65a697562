from __future__ import annotations

import threading
from pathlib import Path

import pytest

from hivehelm.cluster import build, toolchain
from hivehelm.cluster.errors import BuildError
from hivehelm.cluster.progress import Progress
from hivehelm.cluster.recipes import PARTS, RECIPES, Recipe
from hivehelm.cluster.toolchain import Toolchain

_GO = """#!/bin/sh
# A go that lists two packages, and "compiles" them.
echo "$1 $GOFLAGS" >> {log}
case "$1" in
  list) echo "go: downloading example.com/x v1.0.0"; echo one; echo {package} ;;
  build) {build} ;;
esac
"""
_COMPILE = 'echo one; echo {package}; while [ "$1" != -o ]; do shift; done; echo binary > "$2"; chmod +x "$2"'


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("KUBEBUILDER_ASSETS", "GOCACHE", "GOMODCACHE", "XDG_CACHE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def _fake_go(
    monkeypatch: pytest.MonkeyPatch, directory: Path, recipe: Recipe, command: str = _COMPILE
) -> Path:
    go = directory / "go"
    log = directory / "log"
    script = _GO.format(log=log, package=recipe.package, build=command.format(package=recipe.package))
    go.write_text(script)
    go.chmod(0o755)
    monkeypatch.setattr(toolchain, "find", lambda _recipe: Toolchain(go=str(go), version=(1, 26)))
    return log


def test_a_binary_is_built_once(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    log = _fake_go(monkeypatch, home, RECIPES["kwok"])
    told: list[Progress] = []
    made = build.binary("kwok", told.append)
    assert made.read_text() == "binary\n"
    assert made.parent == home / ".local/share/hivehelm/binaries"
    assert made.name.startswith("kwok-0.7.0-")
    assert build.binary("kwok", told.append) == made
    assert log.read_text() == "list -modcacherw\nbuild -modcacherw\n"
    phases = [(step.phase, step.done, step.total) for step in told]
    assert phases == [
        ("fetching its modules", 0, 0),
        ("fetching its modules", 1, 0),
        ("compiling", 0, 2),
        ("compiling", 1, 2),
        ("linking", 0, 0),
        ("built", 0, 0),
    ]
    assert [step.final for step in told] == [False] * 5 + [True]
    assert {step.subject for step in told} == {"kwok 0.7.0"}
    assert [entry.name for entry in made.parent.iterdir() if entry.name.startswith(".building")] == []


def test_a_build_that_fails_says_its_last_lines_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    _fake_go(monkeypatch, home, RECIPES["kwok"], "for i in 1 2 3; do echo line $i; done; exit 3")
    with pytest.raises(BuildError) as caught:
        build.binary("kwok")
    assert str(caught.value) == (
        "building kwok failed: compiling ended with code 3\n  line 1\n  line 2\n  line 3"
    )
    kept = [entry.name for entry in (home / ".local/share/hivehelm/binaries").iterdir()]
    assert kept == [".lock"]


def test_only_the_last_lines_are_kept(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    _fake_go(monkeypatch, home, RECIPES["kwok"], "seq 1000; exit 1")
    with pytest.raises(BuildError) as caught:
        build.binary("kwok")
    assert caught.value.output == tuple(str(n) for n in range(989, 1001))


def test_a_build_that_is_interrupted_is_stopped(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    _fake_go(monkeypatch, home, RECIPES["kwok"], "echo one; exec sleep 600")

    def interrupt(step: Progress) -> None:
        if step.phase == "compiling" and step.done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.binary("kwok", interrupt)
    assert build.missing(["kwok"]) == ["kwok"]


def test_two_builds_wait_for_each_other(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    log = _fake_go(monkeypatch, home, RECIPES["kwok"])
    begun, waiting = threading.Event(), threading.Event()
    found: list[Path] = []

    def first(step: Progress) -> None:
        begun.set()
        waiting.wait(10)

    def second(step: Progress) -> None:
        if step.phase == "waiting for another build":
            waiting.set()

    thread = threading.Thread(target=lambda: found.append(build.binary("kwok", first)))
    thread.start()
    assert begun.wait(10)
    found.append(build.binary("kwok", second))
    thread.join(10)
    assert waiting.is_set()
    assert found[0] == found[1]
    assert log.read_text().count("build") == 1


def test_the_assets_of_envtest_come_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    assets.mkdir()
    for name, mode in (("etcd", 0o755), ("kwok", 0o644), ("helm", 0o755)):
        (assets / name).write_text("#!/bin/sh\n")
        (assets / name).chmod(mode)
    monkeypatch.setenv("KUBEBUILDER_ASSETS", str(assets))
    assert build.binary("etcd") == assets / "etcd"
    # kwok cannot be executed; Helm is the reference, at one version only.
    assert build.missing(["etcd", "kwok", "helm"]) == ["kwok", "helm"]


def test_compiler_caches_go_with_the_last_part(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    cache = home / ".cache/hivehelm/go/build"
    for number, part in enumerate(PARTS, 1):
        _fake_go(monkeypatch, home, RECIPES[part])
        cache.mkdir(parents=True, exist_ok=True)
        build.binary(part)
        assert cache.exists() == (number < len(PARTS))


def test_caches_that_the_user_placed_stay(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("GOCACHE", str(home / "cache"))
    cache = home / ".cache/hivehelm/go/mod"
    cache.mkdir(parents=True)
    _fake_go(monkeypatch, home, RECIPES["helm"])
    build.binary("helm")
    assert cache.exists()
