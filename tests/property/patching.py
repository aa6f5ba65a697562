"""The program that says which patches Helm makes (`patches/main.go`)."""

from __future__ import annotations

import json
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


class Patches:
    """The running program."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def close(self) -> None:
        """End it."""
        self._process.communicate()

    def create(
        self, original: object, modified: object, current: object, *, three_way: bool
    ) -> tuple[dict[str, Any] | None, str, str]:
        """Return the patch, its type, and what is wrong with it."""
        asked = {"Original": original, "Modified": modified, "Current": current, "ThreeWay": three_way}
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asked).encode() + b"\n")
        stdin.flush()
        told = json.loads(stdout.readline())
        return told["patch"], told["type"], told["error"]
