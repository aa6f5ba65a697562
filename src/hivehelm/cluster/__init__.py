"""The embedded control plane: real Kubernetes, built from source, on loopback; only the node is simulated."""

from __future__ import annotations
