from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hivehelm.plugins.load import Plugin, load_dir

MakePlugin = Callable[..., Plugin]


@pytest.fixture
def plugin(tmp_path: Path) -> MakePlugin:
    """Makes a plugin of the text of its plugin.yaml and its scripts."""

    def make(text: str, name: str = "p", **scripts: str) -> Plugin:
        directory = tmp_path / "plugins" / name
        directory.mkdir(parents=True)
        (directory / "plugin.yaml").write_text(text)
        for script, body in scripts.items():
            path = directory / script
            path.write_text(f"#!/bin/sh\n{body}\n")
            path.chmod(0o755)
        return load_dir(str(directory))

    return make
