"""The C module is loaded without its package, and is none the worse for it when the package comes later."""

from __future__ import annotations

import subprocess
import sys

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
