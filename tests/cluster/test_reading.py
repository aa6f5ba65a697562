"""Reading from memory beside asking, while Helm 4, Helm 3 and we change releases on a real control plane."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import Any
from uuid import uuid4

import pytest
from tests.cluster.waiting import PATIENCE

from hivehelm.actions.history import history
from hivehelm.actions.list import ListOptions, list_releases
from hivehelm.platform.query import ReleaseQuery
from hivehelm.platform.reading import Reader
from hivehelm.platform.site import Site

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from hivehelm.cluster.cluster import Cluster


def eventually(holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


class World:
    """A namespace, the three tools, and a reader that follows it all."""

    def __init__(self, kubeconfig: Path, directory: Path, driver: str, tools: list[Path]) -> None:
        self.namespace = f"reading-{uuid4().hex[:8]}"
        self.environ = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("HELM_", "HIVEMIND_"))
            },
            "KUBECONFIG": str(kubeconfig),
            "HELM_DRIVER": driver,
            "HIVEMIND_HOME": str(directory / "home"),
            **{f"HELM_{name}_HOME": str(directory / name) for name in ("CACHE", "CONFIG", "DATA")},
        }
        self.site = Site.from_environ(self.environ)
        self.site.client().create(
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}}
        )
        self.reader = Reader(self.site)
        self.reader.start()
        assert self.reader.ready(PATIENCE)
        self.chart = directory / "chart"
        (self.chart / "templates").mkdir(parents=True)
        (self.chart / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.2.3\nappVersion: '9'\n")
        (self.chart / "templates" / "map.yaml").write_text(
            "apiVersion: v1\nkind: ConfigMap\n"
            "metadata: {name: {{ .Release.Name }}}\ndata: {a: {{ .Values.a | quote }}}\n"
        )
        self.tools = tools

    def helm(self, tool: int, *arguments: str) -> None:
        subprocess.run(
            [self.tools[tool], *arguments, "--namespace", self.namespace],
            env=self.environ,
            check=True,
            capture_output=True,
        )

    def asked(self) -> dict[str, tuple[Any, ...]]:
        found = list_releases(self.site.connect(self.namespace), ListOptions(max=0))
        return {
            one.name: (
                one.version,
                one.info.status,
                one.info.description,
                one.chart_metadata["version"],
                one.config or {},
            )
            for one in found
        }

    def read(self) -> dict[str, tuple[Any, ...]] | None:
        page = self.reader.look_releases(ReleaseQuery(namespaces=(self.namespace,), values=True))
        if page is None:
            return None
        return {
            one["name"]: (one["revision"], one["state"], one["description"], one["version"], one["values"])
            for one in json.loads(page.data)
        }

    def agrees(self) -> None:
        eventually(lambda: self.read() == self.asked())
        context = self.site.connect(self.namespace)
        for name in self.asked():
            wanted = [(one.version, one.info.status, one.info.description) for one in history(context, name)]

            def told(name: str = name) -> list[tuple[Any, ...]]:
                page = self.reader.history(self.namespace, name)
                return [(one["revision"], one["state"], one["description"]) for one in json.loads(page.data)]

            eventually(lambda wanted=wanted, told=told: told() == wanted)  # type: ignore[misc]


@pytest.fixture(params=["secret", "configmap"])
def world(
    request: pytest.FixtureRequest, cluster: Cluster, tmp_path: Path, helm: Path, helm3: Path
) -> Iterator[World]:
    found = World(cluster.kubeconfig(), tmp_path, request.param, [helm, helm3])
    yield found
    found.reader.close()


def test_memory_says_what_the_cluster_does(world: World) -> None:
    chart = str(world.chart)
    for tool, name in enumerate(("four", "three")):
        world.helm(tool, "install", name, chart, "--set", "a=1")
    world.agrees()
    for tool, name in enumerate(("three", "four")):
        world.helm(tool, "upgrade", name, chart, "--set", "a=2")
    world.agrees()
    world.helm(0, "rollback", "three", "1")
    world.helm(1, "uninstall", "four", "--keep-history")
    world.agrees()
    world.helm(0, "uninstall", "three")
    world.agrees()
    # What it has just done itself, it reads.
    world.helm(0, "install", "mine", chart, "--set", "a=3")
    world.reader.settle(world.namespace, "mine")
    found = world.reader.look_release(world.namespace, "mine")
    assert found is not None and json.loads(found.data)["values"] == {"a": 3}
