"""Fakes for unit tests, ours and our users': a cluster, chart repositories, a registry, networks."""

from __future__ import annotations

from hivehelm.testing.authority import Authority
from hivehelm.testing.chart_repository import Asked, ChartRepository, Reply
from hivehelm.testing.fake_cluster import FakeCluster
from hivehelm.testing.fake_registry import FakeRegistry
from hivehelm.testing.fault_proxy import Fault, FaultProxy
from hivehelm.testing.round_robin import RoundRobin

__all__ = [
    "Asked",
    "Authority",
    "ChartRepository",
    "FakeCluster",
    "FakeRegistry",
    "Fault",
    "FaultProxy",
    "Reply",
    "RoundRobin",
]
