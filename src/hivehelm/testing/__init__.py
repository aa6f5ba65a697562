"""Fakes for unit tests, ours and our users': a cluster, a chart repository, a registry, a bad network."""

from __future__ import annotations

from hivehelm.testing.authority import Authority
from hivehelm.testing.chart_repository import Asked, ChartRepository, Reply
from hivehelm.testing.fake_cluster import FakeCluster
from hivehelm.testing.fake_registry import FakeRegistry
from hivehelm.testing.fault_proxy import Fault, FaultProxy

__all__ = [
    "Asked",
    "Authority",
    "ChartRepository",
    "FakeCluster",
    "FakeRegistry",
    "Fault",
    "FaultProxy",
    "Reply",
]
