"""Published charts with their default values: our bytes against the real Helm's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .masks import differences


def run(command: list[str], home: Path) -> tuple[str, str, int]:
    """Run `command` in an empty home; return what it printed on both streams, and its exit code."""
    environment = {**os.environ, "HOME": str(home), "NO_COLOR": "1"}
    for name in [name for name in environment if name.startswith(("XDG_", "HELM_", "KUBE"))]:
        del environment[name]
    done = subprocess.run(command, capture_output=True, env=environment, check=False)
    streams = (stream.decode("utf-8", "surrogateescape") for stream in (done.stdout, done.stderr))
    return (*streams, done.returncode)  # type: ignore[return-value]


def test_default_values_render_as_helm_renders_them(
    published_chart: Path, helm: Path, tmp_path: Path
) -> None:
    """Output, messages and exit code agree, apart from what differs between two runs of the real Helm."""
    arguments = ["template", "release", str(published_chart)]
    # Ours runs between the two: a clock that both show, ours shows as well.
    first = run([str(helm), *arguments], tmp_path)
    ours = run([sys.executable, "-m", "hivehelm.cli.hivehelm", *arguments], tmp_path)
    second = run([str(helm), *arguments], tmp_path)
    assert ours[2] == first[2], ours[1]
    assert differences(first[0], second[0], ours[0]) == []
    assert differences(first[1], second[1], ours[1]) == []
