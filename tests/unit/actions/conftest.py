"""A cluster in memory, and charts made of text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.events import Event
from hivehelm.chart.load import load_files
from hivehelm.chart.model import Chart, File
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.storage import Storage
from hivehelm.testing import FakeCluster

NOW = 1_790_000_000_000_000_000


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def logs() -> list[tuple[str, str, dict[str, object]]]:
    """What was logged: level, message, attributes."""
    return []


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def outputs() -> list[tuple[str, str, str, bytes]]:
    """What hooks printed."""
    return []


@pytest.fixture
def make_context(
    cluster: FakeCluster,
    logs: list[tuple[str, str, dict[str, object]]],
    events: list[Event],
    outputs: list[tuple[str, str, str, bytes]],
) -> Callable[[str], Context]:
    """Makes a context for a namespace of the cluster."""

    def make(namespace: str) -> Context:
        client = cluster.client(namespace or "default")
        return Context(
            Storage(Secrets(client, namespace)),
            client,
            namespace=namespace,
            clock=lambda: NOW,
            log=lambda level, message, **attributes: logs.append((level, message, attributes)),
            on_event=events.append,
            hook_output=lambda *given: outputs.append(given),
        )

    return make


@pytest.fixture
def context(make_context: Callable[[str], Context]) -> Context:
    return make_context("default")


@pytest.fixture
def make_chart() -> Callable[..., Chart]:
    """Makes a chart of files: text by path."""

    def make(files: dict[str, str], **metadata: Any) -> Chart:
        fields = {"apiVersion": "v2", "name": "web", "version": "1.2.3", **metadata}
        head = "".join(f"{name}: {value}\n" for name, value in fields.items())
        return load_files(
            [
                File("Chart.yaml", head.encode()),
                *(File(path, text.encode()) for path, text in files.items()),
            ]
        )

    return make


@pytest.fixture
def config_map() -> Callable[..., str]:
    """Makes the manifest of a ConfigMap, with annotations."""

    def make(name: str, **annotations: str) -> str:
        lines = "".join(f"    {key}: {value}\n" for key, value in annotations.items())
        return (
            f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n"
            + (f"  annotations:\n{lines}" if lines else "")
            + "data:\n  a: b\n"
        )

    return make
