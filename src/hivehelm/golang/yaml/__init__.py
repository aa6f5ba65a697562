"""YAML as sigs.k8s.io/yaml v1.6.0 reads and writes it (go-yaml v2 and JSON), and go-yaml v3's output."""

from __future__ import annotations

from hivehelm.golang.yaml.decode import load
from hivehelm.golang.yaml.error import YAMLError

__all__ = ["YAMLError", "dump", "load"]


def dump(value: object, *, pretty: bool = False) -> str:
    """Return `value` as YAML with its final newline; see `encode.dump`, which is only imported for it.

    Raises:
        YAMLError: the value cannot be written.
    """
    from hivehelm.golang.yaml.encode import dump

    return dump(value, pretty=pretty)
