"""Every command and flag of the real Helm is here, alike, and the table of them is up to date."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main

ROOT = Path(__file__).resolve().parents[2]


def test_what_helm_has_is_known(helm: Path) -> None:
    """The list of what Helm has is what its help says: commands, aliases, flags, their types and defaults."""
    script = ROOT / "scripts" / "helm-surface"
    done = subprocess.run([sys.executable, script, helm, "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_of_it_is_missing() -> None:
    """The script names what of that list is missing, or of another type, shorthand, default or usage."""
    script = ROOT / "scripts" / "command-reference"
    done = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_help_names_every_variable(helm: Path, capfd: pytest.CaptureFixture[str]) -> None:
    theirs = subprocess.run([helm, "--help"], capture_output=True, text=True, check=True).stdout
    assert main(["--help"]) == 0
    ours = capfd.readouterr().out
    names = re.findall(r"^\| (\$\w+)", theirs, re.MULTILINE)
    assert len(names) > 20
    assert set(names) <= set(re.findall(r"^\| (\$\w+)", ours, re.MULTILINE))
