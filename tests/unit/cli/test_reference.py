"""The command reference says what the commands say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "command-reference", "--check"])
    assert done.returncode == 0, "run scripts/command-reference"
