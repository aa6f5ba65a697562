"""One command line, run by the real Helm and by ours, with nothing of the caller's environment."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hivehelm.cli.hivehelm import main

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run_helm(
    helm: Path, argv: Sequence[str], given: bytes, top: Path, environment: dict[str, str]
) -> tuple[int, str, str]:
    """Return the exit code and both streams of the real Helm, run in `top` with `given` to read."""
    done = subprocess.run(
        ["helm", *argv],
        executable=helm,
        capture_output=True,
        cwd=top,
        env=environment,
        check=False,
        input=given,
        timeout=60,
    )
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def run_ours(
    _: Path, argv: Sequence[str], given: bytes, top: Path, environment: dict[str, str]
) -> tuple[int, str, str]:
    """Run ours in this process: starting an interpreter takes longer than most of these commands."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.TextIOWrapper(io.BytesIO())
    stdin = top.parent / "stdin"
    stdin.write_bytes(given)
    with pytest.MonkeyPatch.context() as patch, stdin.open() as file:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.chdir(top)
        patch.setattr(sys, "stdin", file)
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(sys, "argv", ["helm", *argv])
        code = main(list(argv))
    texts = [stream.buffer.getvalue().decode(errors="replace") for stream in (out, err)]
    return code, texts[0], texts[1]
