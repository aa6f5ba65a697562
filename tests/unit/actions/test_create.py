"""New charts, from the scaffold and from starters."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.actions.create import create
from hivehelm.chart.load import load


def test_the_last_element_is_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    create("web")
    heard: list[str] = []
    create(str(tmp_path / "web"), warn=heard.append)
    assert len(heard) == 12
    assert load("web").name == "web"


def test_a_starter(tmp_path: Path) -> None:
    create(str(tmp_path / "one"))
    create(str(tmp_path / "two"), str(tmp_path / "one"))
    metadata = load(tmp_path / "two").metadata
    assert (metadata.name, metadata.version, metadata.app_version) == ("two", "0.1.0", "0.1.0")
    assert (metadata.type, metadata.description) == ("application", "A Helm chart for Kubernetes")
