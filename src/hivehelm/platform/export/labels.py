"""Labels that all objects share: written once, in helpers."""

from __future__ import annotations

from hivehelm.platform.export.nodes import Labels
from hivehelm.platform.export.workloads import POD_SPECS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    LabelMap = dict[Any, Any]

_SELECTING = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "release")


class CommonLabels:
    """The labels that all of some objects have, and those of them that selectors go by."""

    def __init__(self, chart: str, objects: Iterable[dict[str, Any]]) -> None:
        self._chart = chart
        found = [obj["metadata"].get("labels") or {} for obj in objects]
        labelled = [labels for labels in found if labels]
        self.common: LabelMap = dict(labelled[0]) if len(labelled) > 1 else {}
        for labels in labelled[1:]:
            self.common = {k: v for k, v in self.common.items() if labels.get(k) == v}
        self.selecting: LabelMap = {k: v for k, v in self.common.items() if k in _SELECTING}

    def helpers(self) -> list[tuple[str, LabelMap]]:
        """Return the helpers, by name and with the labels that each gives."""
        found = []
        if self.common:
            found.append((f"{self._chart}.labels", self.common))
        if self.selecting:
            found.append((f"{self._chart}.selectorLabels", self.selecting))
        return found

    def shorten(self, obj: dict[str, Any], kind: str) -> None:
        """Let an object's labels and selectors go by the helpers where they can."""
        self._at(obj, ("metadata", "labels"))
        path = POD_SPECS.get(kind)
        if path is not None and len(path) > 1:
            for start in ((), ("spec", "jobTemplate")):
                self._at(obj, (*start, "spec", "template", "metadata", "labels"))
            self._at(obj, ("spec", "selector", "matchLabels"))
        elif kind == "Service":
            self._at(obj, ("spec", "selector"))
        elif kind in ("PodDisruptionBudget", "ServiceMonitor", "PodMonitor"):
            self._at(obj, ("spec", "selector", "matchLabels"))

    def _at(self, obj: dict[str, Any], path: Sequence[str]) -> None:
        node: Any = obj
        for key in path[:-1]:
            node = node.get(key) if isinstance(node, dict) else None
        labels = node.get(path[-1]) if isinstance(node, dict) else None
        if not isinstance(labels, dict):
            return
        for helper, shared in self.helpers():
            if len(shared) > 1 and all(labels.get(key) == value for key, value in shared.items()):
                rest = {key: value for key, value in labels.items() if key not in shared}
                node[path[-1]] = Labels(helper=helper, rest=rest)
                return
