from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions import crds
from hivehelm.actions.context import Context
from hivehelm.actions.install import InstallOptions, install
from hivehelm.chart.model import Chart
from hivehelm.errors import HivehelmError
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

CRD = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
  - {name: v1alpha1, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
"""
WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"


class Lagging(FakeCluster):
    """A cluster that names new kinds only when it has been asked for them so often."""

    def __init__(self, lag: int) -> None:
        super().__init__()
        self.lag = lag

    def request(self, method: str, path: str, **asked: Any) -> Any:
        if path == "/apis" and self.get(
            "apiextensions.k8s.io/v1", "CustomResourceDefinition", "widgets.example.com"
        ):
            self.lag -= 1
            if self.lag >= 0:
                kinds, self._store.kinds = (
                    self._store.kinds,
                    [one for one in self._store.kinds if one.group != "example.com"],
                )
                try:
                    return super().request(method, path, **asked)
                finally:
                    self._store.kinds = kinds
        return super().request(method, path, **asked)


@pytest.fixture
def chart(make_chart: Callable[..., Chart]) -> Chart:
    return make_chart({"crds/w.yaml": CRD, "templates/w.yaml": WIDGET})


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crds, "_PAUSE", 0.01)


def context_of(cluster: FakeCluster) -> Context:
    return Context(Storage(Memory()), cluster.client())


def test_kinds_that_are_named_late_are_waited_for(chart: Chart) -> None:
    cluster = Lagging(5)
    install(context_of(cluster), chart, {}, InstallOptions(name="web"))
    assert cluster.get("example.com/v1", "Widget", "w", "default")
    assert cluster.lag < 0


def test_kinds_that_are_never_named_are_missed(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crds, "NAMED", 0.05)
    with pytest.raises(HivehelmError, match=r'no matches for kind "Widget" in version "example.com/v1"'):
        install(context_of(Lagging(1000)), chart, {}, InstallOptions(name="web"))
