"""Fakes for unit tests, ours and our users', and a bad network for tests on real clusters."""

from __future__ import annotations

from hivehelm.testing.fake_cluster import FakeCluster
from hivehelm.testing.fault_proxy import Fault, FaultProxy

__all__ = ["FakeCluster", "Fault", "FaultProxy"]
