"""The embedded control plane: real Kubernetes parts, built from source, on loopback, with nodes that are simulated."""

from __future__ import annotations
