"""Start-up is a feature: what each command imports is written down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_commands_import_what_they_did() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "imported-modules", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
