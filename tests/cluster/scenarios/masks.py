"""What two runs of the same tool do not have in common: times, names by chance, what others filled in."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.cluster.scenarios.model import Scenario

_UID = (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "UID")
_ADDRESS = (r"\b10\.\d+\.\d+\.\d+\b", "ADDRESS")
_INSTANT = (r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*(Z|[+-]\d\d:\d\d)", "TIME")
# Of records, in seconds.
_STAMP = (r'("(?:created|modified)At": ?)"\d{10}"', r'\1"TIME"')
_PORT = (r'("nodePort": )\d+', r'\1"PORT"')
_OUTPUT = (
    # As `list` prints it, with as many digits as there are: the column grows and shrinks.
    (r"\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} \w+ *", "TIME "),
    (r"UPDATED +", "UPDATED "),
    (r"modifiedAt=\d{10}", "modifiedAt=TIME"),
    (r"ADDRESS +", "ADDRESS "),
    (r"CLUSTER-IP +", "CLUSTER-IP "),
    (r"\b\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d 20\d\d", "TIME"),
    (r"(resourceVersion\"?: ?\"?)\d+", r"\1N"),
    # Ages in tables.
    (r"(?m)(?<=[ \t])(\d+[hms])+( ago)?(?=[ \t]|$)", "AGE"),
    (r"\b[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ", "LOG "),
    # The random end of a pod's name.
    (r"-[bcdfghjklmnpqrstvwxz2456789]{5}\b", "-RANDOM"),
)
# klog says so where a machine is busy.
_NOISE = re.compile(r"(?m)^.*(Waited before sending request|Unhandled Error|reflector\.go|request\.go).*\n?")
_FILLED = ("uid", "resourceVersion", "creationTimestamp", "selfLink")
_CONTROLLERS = ("kube-controller-manager", "kube-scheduler", "kwok", "kube-apiserver")
_CONTROLLERS_ANNOTATIONS = ("deployment.kubernetes.io/", "pv.kubernetes.io/", "volume.kubernetes.io/")


class Masks:
    """Makes what two sides say and hold comparable."""

    def __init__(self, namespace: str, scenario: Scenario) -> None:
        self._general = [(re.escape(namespace), "NAMESPACE"), _UID, _ADDRESS, _INSTANT, _STAMP, _PORT]
        self._general += scenario.masks
        self._unordered = scenario.unordered

    def text(self, text: str) -> str:
        """Return a text without what differs by chance."""
        for pattern, masked in self._general:
            text = re.sub(pattern, masked, text)
        return text

    def output(self, text: str) -> str:
        """Return what a tool printed without what differs by chance."""
        text = self.text(_NOISE.sub("", text))
        for pattern, masked in _OUTPUT:
            text = re.sub(pattern, masked, text)
        if "RESOURCES:\n" in text:
            # Helm shows kinds in random order.
            head, rest, tail = re.split(r"(?s)(RESOURCES:\n.*?\n(?=\n\w|\n$))", text, maxsplit=1)
            text = head + "".join(sorted(re.split(r"(?===> )", rest))) + tail
        return "".join(sorted(text.splitlines(keepends=True))) if self._unordered else text

    def tree(self, value: Any) -> Any:
        """Return what is made of JSON without what differs by chance."""
        return json.loads(self.text(json.dumps(value)))


def bare(obj: dict[str, Any]) -> dict[str, Any] | None:
    """Return a live object without what the server and its controllers add, None where it is all theirs."""
    metadata = obj["metadata"]
    if metadata.get("ownerReferences") or metadata["name"] == "kube-root-ca.crt":
        return None
    if "deletionTimestamp" in metadata:
        # Asked to go: how long that takes is not the tool's doing.
        return None
    for field in _FILLED:
        metadata.pop(field, None)
    obj.pop("status", None)
    annotations = metadata.get("annotations", {})
    for name in [one for one in annotations if one.startswith(_CONTROLLERS_ANNOTATIONS)]:
        del annotations[name]
    if not annotations:
        metadata.pop("annotations", None)
    metadata["managedFields"] = sorted(
        (
            {key: value for key, value in entry.items() if key != "time"}
            for entry in metadata.get("managedFields", [])
            if entry["manager"] not in _CONTROLLERS and entry.get("subresource") != "status"
        ),
        key=lambda entry: (entry["manager"], entry["operation"]),
    )
    if obj["kind"] == "PersistentVolumeClaim":
        obj.get("spec", {}).pop("volumeName", None)
    if obj["kind"] == "Pod":
        obj.get("spec", {}).pop("nodeName", None)
        obj["spec"].pop("volumes", None)
        for container in obj["spec"]["containers"]:
            container.pop("volumeMounts", None)
    return obj
