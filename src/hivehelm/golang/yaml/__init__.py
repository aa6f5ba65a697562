"""YAML as sigs.k8s.io/yaml v1.6.0 reads and writes it (go-yaml v2 by way of JSON), and go-yaml v3's output."""

from __future__ import annotations

from hivehelm.golang.yaml.decode import check, load, load_all
from hivehelm.golang.yaml.encode import dump
from hivehelm.golang.yaml.error import YAMLError

__all__ = ["YAMLError", "check", "dump", "load", "load_all"]
