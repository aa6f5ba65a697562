"""Fakes for unit tests, ours and our users'."""

from __future__ import annotations

from hivehelm.testing.fake_cluster import FakeCluster

__all__ = ["FakeCluster"]
