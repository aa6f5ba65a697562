"""One of a scenario's two namespaces: the tool that works in it, and what there is to see afterwards."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import subprocess
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.cluster.scenarios.masks import Masks, bare
from tests.cluster.waiting import make_namespace

from hivehelm.kube.errors import ApiError, NoMatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.cluster.scenarios.model import Scenario

    from hivehelm.kube.client import Client

_RECORD = "helm.sh/release.v1"
_KINDS = re.compile(r"apiVersion: ([\w./-]+)\nkind: (\w+)")
# Where records are, and what a chart's template may make out of sight.
_ALWAYS = {("v1", "ConfigMap"), ("v1", "Secret")}
_PATIENCE = 330


class Side:
    """A namespace, a directory of charts, and a tool.

    Args:
        tool: the command that is compared.
        others: commands by the word with which a step asks for them.
    """

    def __init__(
        self,
        scenario: Scenario,
        namespace: str,
        place: Path,
        tool: list[str],
        others: dict[str, list[str]],
        environment: dict[str, str],
        client: Client,
    ) -> None:
        self.namespace = namespace
        self.client = client
        self._place = place
        self._tool = tool
        self._others = others
        self._environment = {**environment, "HELM_NAMESPACE": namespace, **scenario.environment}
        self._masks = Masks(namespace, scenario)
        self._kinds = set(_ALWAYS)
        for name, files in scenario.charts.items():
            self._write(place / name, files)
        if scenario.namespace:
            make_namespace(client, namespace)

    def take(self, step: str | Callable[[Side], None]) -> dict[str, Any]:
        """Take a step, and return what the tool said."""
        if isinstance(step, str):
            return self.run(step)
        step(self)
        return {}

    def run(self, line: str) -> dict[str, Any]:
        """Run a command line of the tool and return what it said, masked."""
        words = shlex.split(self.named(line))
        command = self._others[words.pop(0)] if words[0] in self._others else self._tool
        done = subprocess.run(
            [*command, *words],
            cwd=self._place,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
        return {
            "exit code": done.returncode,
            "stdout": self._masks.output(done.stdout),
            "stderr": self._masks.output(done.stderr),
        }

    def named(self, text: str) -> str:
        """Return a text with the namespace in the place of its stand-in."""
        return text.replace("NAMESPACE", self.namespace)

    def here(self, obj: dict[str, Any]) -> dict[str, Any]:
        """Return an object of this namespace; its kind is looked at from now on."""
        self._kinds.add((self.named(obj["apiVersion"]), obj["kind"]))
        found: dict[str, Any] = json.loads(self.named(json.dumps(obj)))
        return found

    def kubeconfig(self) -> str:
        """Return the text of the kubeconfig that the tools use."""
        return Path(self._environment["KUBECONFIG"]).read_text()

    def write(self, path: str, text: str) -> None:
        """Write a file beside the charts."""
        self._write(self._place, {path: text})

    def state(self) -> dict[str, Any]:
        """Return the records and the live objects, masked."""
        records, objects = {}, {}
        for version, kind in sorted(self._kinds):
            for one in self._listed(version, kind):
                name = one["metadata"]["name"]
                if one.get("type") == _RECORD or one["metadata"].get("labels", {}).get("owner") == "helm":
                    records[name] = self._record(one)
                elif (seen := bare(one)) is not None:
                    objects[f"{kind}/{name}"] = seen
        return {"records": self._masks.tree(records), "objects": self._masks.tree(objects)}

    def _listed(self, version: str, kind: str) -> Iterable[dict[str, Any]]:
        try:
            known = self.client.resource_type(version, kind)
            found = self.client.list(version, kind, self.namespace if known.namespaced else "")
        except (ApiError, NoMatchError):
            return []
        if known.namespaced:
            return found
        return [one for one in found if self.namespace in one["metadata"]["name"]]

    def _record(self, stored: dict[str, Any]) -> dict[str, Any]:
        data = base64.b64decode(stored["data"]["release"])
        if stored["kind"] == "Secret":
            data = base64.b64decode(data)
        document = zlib.decompress(data, 31) if data[:2] == b"\x1f\x8b" else data
        metadata = stored["metadata"]
        return {
            "type": stored.get("type"),
            "labels": metadata.get("labels"),
            "annotations": {
                key: value
                for key, value in metadata.get("annotations", {}).items()
                if not key.startswith("hivehelm.dev/")
            },
            "release": json.loads(document, object_pairs_hook=_members),
        }

    def _write(self, directory: Path, files: dict[str, str]) -> None:
        for path, text in files.items():
            text = self.named(text)
            self._kinds.update(_KINDS.findall(text))
            file = directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)


def _members(pairs: list[tuple[str, Any]]) -> list[list[Any]]:
    """Return the members of an object in their order, so that it is compared as well; files as texts."""
    return [
        [
            key,
            base64.b64decode(value).decode(errors="replace")
            if key == "data" and isinstance(value, str)
            else value,
        ]
        for key, value in pairs
    ]


def environment(kubeconfig: Path, home: Path) -> dict[str, str]:
    """Return the variables that a tool gets: nothing of the user's but where programs are."""
    programs = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    return {**programs, "HOME": str(home), "KUBECONFIG": str(kubeconfig), "TZ": "UTC"}
