"""The C module is loaded without its package, and is none the worse for it when the package comes later."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import module_from_spec
from types import SimpleNamespace

import pytest

from hivehelm.golang.yaml import libyaml

PROGRAM = """
import sys
{before}
from hivehelm.golang import yaml as ours
assert ours.load("a: 1") == {{"a": 1.0}}
for text in ("a: [", b"a: \\x01", 'a: "', "%YAML 3.0\\n---\\n"):
    try:
        ours.load(text)
    except ours.YAMLError:
        continue
    raise SystemExit("no error")
{check}
import yaml
assert yaml.__with_libyaml__
assert not any(type(finder).__name__ == "_Mender" for finder in sys.meta_path)
for text, error in (
    ("a: [", yaml.parser.ParserError),
    ('a: "', yaml.scanner.ScannerError),
    (b"a: \\x01", yaml.reader.ReaderError),
    ("- *x", yaml.composer.ComposerError),
):
    try:
        yaml.load(text, Loader=yaml.CSafeLoader)
    except error:
        continue
    raise SystemExit("no error of the package's own")
assert yaml.dump({{"a": [1]}}, Dumper=yaml.CSafeDumper) == "a:\\n- 1\\n"
assert ours.load("a: 1") == {{"a": 1.0}}
try:
    ours.load(b"a: \\x01")
except ours.YAMLError as error:
    assert str(error).endswith("control characters are not allowed")
"""


def _run(before: str, check: str) -> None:
    program = PROGRAM.format(before=before, check=check)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_package_is_not_imported() -> None:
    _run("", "assert 'yaml' not in sys.modules and 'yaml.constructor' not in sys.modules")


def test_a_package_that_is_there_is_used() -> None:
    _run("import yaml", "assert 'yaml.constructor' in sys.modules")


def test_the_first_import_of_the_package_gives_its_errors_to_the_c_module() -> None:
    import yaml

    extension = SimpleNamespace()
    mender = libyaml._Mender(extension)
    sys.meta_path.insert(0, mender)
    assert mender.find_spec("json") is None
    spec = mender.find_spec("yaml")
    assert mender not in sys.meta_path
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert extension.yaml is module
    assert extension.ReaderError is yaml.reader.ReaderError
    assert extension.ParserError is yaml.parser.ParserError


def test_without_the_package_there_is_no_way(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "meta_path", [])
        with pytest.raises(ImportError, match=r"^yaml is not installed$"):
            libyaml._load_light()
        mender = libyaml._Mender(None)
        patch.setattr(sys, "meta_path", [mender])
        assert mender.find_spec("yaml") is None


def test_where_the_short_way_fails_the_package_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml  # noqa: F401 - it is there

    def fail() -> None:
        raise AttributeError

    assert libyaml._load() is libyaml._library
    monkeypatch.delitem(sys.modules, "yaml")
    monkeypatch.setattr(libyaml, "_load_light", fail)
    assert libyaml._load().CParser is libyaml.CParser
    assert "yaml" in sys.modules
