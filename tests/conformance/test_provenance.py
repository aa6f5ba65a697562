"""verify and package --sign through the real Helm and ours: keys, signatures and texts, good ones and broken.

What is printed and the exit codes have to be equal; what one signs the other verifies.
"""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import subprocess
from pathlib import Path

import pytest
from tests.cases.provenance import ARCHIVE, SCENES, expected, masked

from hivehelm.cli.hivehelm import main

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def theirs(helm: Path, line: str, top: Path, given: bytes | None = None) -> tuple[int, str, str]:
    """Run a command line of the real Helm in a directory; `given` comes through a pipe."""
    with _standard_input(given):
        done = subprocess.run(
            [str(helm), *shlex.split(line)],
            cwd=top,
            env={"HOME": str(top), "PATH": os.environ["PATH"], "PWD": str(top)},
            capture_output=True,
            check=False,
            timeout=60,
        )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def ours(line: str, top: Path, given: bytes | None = None) -> tuple[int, str, str]:
    """Run a command line of ours in this process, in a directory."""
    said = [io.BytesIO(), io.BytesIO()]
    out, err = (io.TextIOWrapper(one, encoding="utf-8") for one in said)
    with (
        contextlib.chdir(top),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.MonkeyPatch.context() as patch,
        _standard_input(given),
    ):
        patch.setenv("HOME", str(top))
        patch.setenv("PWD", str(top))
        code = main(shlex.split(line))
    texts = [one.getvalue().decode(errors="replace") for one in said]
    return code, texts[0], texts[1]


@contextlib.contextmanager
def _standard_input(given: bytes | None) -> Iterator[None]:
    """Have what is given come through a pipe, or nothing at all."""
    kept = os.dup(0)
    if given is None:
        source = os.open(os.devnull, os.O_RDONLY)
    else:
        source, sink = os.pipe()
        os.write(sink, given)
        os.close(sink)
    os.dup2(source, 0)
    os.close(source)
    try:
        yield
    finally:
        os.dup2(kept, 0)
        os.close(kept)


def test_what_helm_says_is_in_the_table(helm: Path, tmp_path: Path) -> None:
    """Each scene is verified by the real Helm; the unit tests hold ours to the same table."""
    table = {}
    (tmp_path / "c-0.1.0.tgz").write_bytes(ARCHIVE)
    for name, scene in SCENES.items():
        ring, provenance = scene()
        (tmp_path / "c-0.1.0.tgz.prov").write_bytes(provenance)
        (tmp_path / "ring").write_bytes(ring)
        _, out, err = theirs(helm, "verify c-0.1.0.tgz --keyring ring", tmp_path)
        table[name] = masked(out + err)
    if "HIVEHELM_RECORD" in os.environ:
        lines = (f"{name}\t{said.replace(chr(10), chr(92) + 'n')}\n" for name, said in table.items())
        (Path(__file__).parent.parent / "cases" / "provenance.tsv").write_text("".join(lines))
    assert table == expected()
