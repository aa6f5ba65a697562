"""The reference of the API says what its OpenAPI document says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "api-reference", "--check"])
    assert done.returncode == 0, "run scripts/api-reference"
