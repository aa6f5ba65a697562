"""The short way to import the package's modules, and when it is left."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import os
import sys
from pathlib import Path

import pytest

from hivehelm.cli import imports


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a module and a package in it, all compiled, and imports that go the short way."""
    directory = tmp_path / "sample"
    inner = directory / "inner"
    inner.mkdir(parents=True)
    (directory / "__init__.py").write_text("")
    (directory / "one.py").write_text("def who():\n    return __name__\n")
    (inner / "__init__.py").write_text("from sample.inner import deep\n")
    (inner / "deep.py").write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    _forget(monkeypatch)
    for name in ("sample.one", "sample.inner.deep"):
        importlib.import_module(name)
    _forget(monkeypatch)
    monkeypatch.setattr(sys, "meta_path", [imports.Finder("sample"), *sys.meta_path])
    return directory


def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    importlib.invalidate_caches()
    for name in [name for name in sys.modules if name.partition(".")[0] == "sample"]:
        monkeypatch.delitem(sys.modules, name)


def _short(module: object) -> bool:
    return type(getattr(module, "__loader__", None)) is imports._Loader


def test_modules_are_as_the_interpreter_makes_them(package: Path) -> None:
    one = importlib.import_module("sample.one")
    inner = importlib.import_module("sample.inner")
    assert _short(one)
    assert _short(inner)
    assert _short(inner.deep)
    assert (one.__name__, one.__package__, one.__file__) == ("sample.one", "sample", str(package / "one.py"))
    assert one.__cached__ == importlib.util.cache_from_source(str(package / "one.py"))
    assert (inner.__package__, list(inner.__path__)) == ("sample.inner", [str(package / "inner")])
    assert one.who() == "sample.one"
    assert inspect.getsource(one.who) == "def who():\n    return __name__\n"
    assert importlib.reload(one).who() == "sample.one"


def test_a_loader_gives_its_code_each_time(package: Path) -> None:
    spec = imports.Finder("sample").find_spec("sample.one", [str(package)])
    assert spec is not None
    assert isinstance(spec.loader, imports._Loader)
    first, second = (spec.loader.get_code("sample.one") for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.co_code == second.co_code


@pytest.mark.parametrize(
    "spoil",
    [
        lambda source, compiled: source.write_text("VALUE = 22\n"),
        lambda source, compiled: os.utime(source, (1, 1)),
        lambda source, compiled: compiled.unlink(),
        lambda source, compiled: compiled.write_bytes(b""),
        lambda source, compiled: compiled.write_bytes(b"\0" + compiled.read_bytes()[1:]),
        lambda source, compiled: compiled.write_bytes(
            compiled.read_bytes()[:4] + b"\1\0\0\0" + compiled.read_bytes()[8:]
        ),
    ],
    ids=["changed", "older", "missing", "empty", "of another Python", "without a time"],
)
def test_what_is_not_of_its_source_is_left_to_the_interpreter(package: Path, spoil: object) -> None:
    assert callable(spoil)
    source = package / "inner" / "deep.py"
    spoil(source, Path(importlib.util.cache_from_source(str(source))))
    assert imports.Finder("sample").find_spec("sample.inner.deep", [str(package / "inner")]) is None


def test_other_packages_are_left_to_the_interpreter(package: Path) -> None:
    finder = imports.Finder("sample")
    assert finder.find_spec("sample") is None
    assert finder.find_spec("samples.one", [str(package)]) is None
    assert finder.find_spec("sample.none", [str(package)]) is None


def test_it_is_installed_where_compiled_files_are_the_usual_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [])
    monkeypatch.setattr(sys, "pycache_prefix", "/elsewhere")
    imports.install()
    assert sys.meta_path == []
    monkeypatch.setattr(sys, "pycache_prefix", None)
    imports.install()
    assert [type(finder) for finder in sys.meta_path] == [imports.Finder]


def test_large_modules_are_read_whole(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = importlib.util.cache_from_source(str(package / "one.py"))
    for enough in (1, 7, os.path.getsize(compiled), 1 << 20):
        monkeypatch.setattr(imports, "_ENOUGH", enough)
        spec = imports.Finder("sample").find_spec("sample.one", [str(package)])
        assert spec is not None
        assert isinstance(spec.loader, imports._Loader)
        assert spec.loader._data == Path(compiled).read_bytes()
