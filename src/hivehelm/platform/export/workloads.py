"""Workloads: replicas, images, resources, environment, storage and schedules become values."""

from __future__ import annotations

from hivehelm.platform.export.nodes import Scalar, Tree
from hivehelm.platform.export.part import literal
from hivehelm.platform.export.text import Expression, Text
from hivehelm.platform.export.values import camel, reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.platform.export.part import Part
    from hivehelm.platform.export.values import Path

#: Where the pods of each kind are described.
POD_SPECS: dict[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template", "spec"),
    "StatefulSet": ("spec", "template", "spec"),
    "DaemonSet": ("spec", "template", "spec"),
    "ReplicaSet": ("spec", "template", "spec"),
    "Job": ("spec", "template", "spec"),
    "CronJob": ("spec", "jobTemplate", "spec", "template", "spec"),
    "Pod": ("spec",),
}
_REPLICATED = frozenset({"Deployment", "StatefulSet", "ReplicaSet"})
_POLICIES = ["Always", "IfNotPresent", "Never"]


def lift(part: Part, taken: set[Path], autoscaled: bool) -> None:
    """Move what one changes of a workload into the values; `taken` are the places of other workloads."""
    place = part.component
    if place in taken:
        place = (*place, camel(part.kind))
    taken.add(place)
    obj, live, values = part.object, part.live, part.values
    spec = obj.get("spec")
    if not isinstance(spec, dict):
        return
    if part.kind in _REPLICATED and not autoscaled:
        replicas = spec.get("replicas", live["spec"].get("replicas", 1))
        code = values.put((*place, "replicaCount"), replicas, {"type": "integer", "minimum": 0})
        obj["spec"] = spec = {"replicas": Scalar(expression=code), **_without(spec, "replicas")}
    if part.kind == "CronJob":
        _schedule(part, spec, place)
    if part.kind == "StatefulSet":
        _claims(part, spec, place)
    inner, there = _deep(obj, POD_SPECS[part.kind]), _deep(live, POD_SPECS[part.kind])
    if inner:
        _pods(part, inner, there, place)


def _deep(value: Any, path: Path) -> dict[str, Any]:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _without(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key not in keys}


def _schedule(part: Part, spec: dict[str, Any], place: Path) -> None:
    schedule = literal(spec.get("schedule"))
    if schedule:
        code = part.values.put((*place, "schedule"), schedule).code
        spec["schedule"] = Scalar(expression=Expression(code=f"{code} | quote"))


def _claims(part: Part, spec: dict[str, Any], place: Path) -> None:
    claims = [claim for claim in spec.get("volumeClaimTemplates") or () if isinstance(claim, dict)]
    for claim in claims:
        path = (*place, "persistence")
        if len(claims) > 1:
            path = (*path, camel(str(literal(claim.get("metadata", {}).get("name")) or "data")))
        storage(part, claim.get("spec"), path)


def storage(part: Part, spec: Any, path: Path) -> None:
    """Move size and class of a claim into the values."""
    if not isinstance(spec, dict):
        return
    size = literal(((spec.get("resources") or {}).get("requests") or {}).get("storage"))
    if isinstance(size, str):
        code = part.values.put((*path, "size"), size).code
        spec["resources"]["requests"]["storage"] = Scalar(expression=Expression(code=f"{code} | quote"))
    name = literal(spec.get("storageClassName"))
    if isinstance(name, str) and name:
        code = part.values.put((*path, "storageClass"), name).code
        spec["storageClassName"] = Scalar(expression=Expression(code=f"{code} | quote"))


def _pods(part: Part, spec: dict[str, Any], live: dict[str, Any], place: Path) -> None:
    containers = [one for one in spec.get("containers") or () if isinstance(one, dict)]
    keys: set[str] = set()
    for container in containers:
        path = place if len(containers) == 1 else (*place, "containers", _unique(container, keys))
        _container(part, container, _counterpart(live, "containers", container), path)
    keys = set()
    for container in spec.get("initContainers") or ():
        if isinstance(container, dict):
            path = (*place, "initContainers", _unique(container, keys))
            _container(part, container, _counterpart(live, "initContainers", container), path)
    for field in ("nodeSelector", "tolerations"):
        plain = literal(spec.get(field))
        if plain and _small(plain):
            spec[field] = Tree(code=part.values.put((*place, field), plain).code)


def _unique(container: dict[str, Any], keys: set[str]) -> str:
    base = camel(str(literal(container.get("name")) or "main"))
    key, number = base, 2
    while key in keys:
        key, number = f"{base}{number}", number + 1
    keys.add(key)
    return key


def _counterpart(live: dict[str, Any], field: str, container: dict[str, Any]) -> dict[str, Any]:
    name = literal(container.get("name"))
    found = [one for one in live.get(field) or () if isinstance(one, dict) and one.get("name") == name]
    return found[0] if found else {}


def _container(part: Part, container: dict[str, Any], live: dict[str, Any], path: Path) -> None:
    image = literal(container.get("image"))
    changed: dict[str, Any] = {}
    if isinstance(image, str) and image:
        changed["image"] = Scalar(expression=_image(part, image, path, live))
        policy = live.get("imagePullPolicy") or literal(container.get("imagePullPolicy"))
        if isinstance(policy, str) and policy in _POLICIES:
            schema = {"type": "string", "enum": _POLICIES}
            changed["imagePullPolicy"] = Scalar(
                expression=part.values.put((*path, "image", "pullPolicy"), policy, schema)
            )
    resources = literal(container.get("resources") or {})
    if resources is not None and _small(resources):
        changed["resources"] = Tree(code=part.values.put((*path, "resources"), resources).code)
    rest = dict(container)
    container.clear()
    container["name"] = rest.pop("name", Text([""]))
    container.update(changed)
    container.update({key: value for key, value in rest.items() if key not in changed})
    _environment(part, container, path)


def _image(part: Part, image: str, path: Path, live: dict[str, Any]) -> Expression:
    name, _, digest = image.partition("@")
    head, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    place = part.values.section((*path, "image"))
    for key, value in (("repository", f"{head}{slash}{last}"), ("tag", tag), ("digest", digest)):
        if value or key != "digest":
            # A tag may look like a number: `--set image.tag=1.27`.
            schema = {"type": ["string", "number"] if key == "tag" else "string"}
            part.values.put((*place, key), value, schema)
    return Expression(code=f'include "{part.chart}.image" {reach(place)} | quote')


def _environment(part: Part, container: dict[str, Any], path: Path) -> None:
    """Move variables with a value of their own into the values; those that follow names stay."""
    variables = [one for one in container.get("env") or () if isinstance(one, dict)]
    names = [literal(one.get("name")) for one in variables]
    plain: dict[str, str] = {}
    for one, name in zip(variables, names, strict=True):
        value = literal(one["value"]) if "value" in one else None
        if isinstance(name, str) and isinstance(value, str) and names.count(name) == 1:
            plain[name] = value
    if not plain:
        return
    schema = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
    code = part.values.put((*path, "env"), plain, schema).code
    for one, name in zip(variables, names, strict=True):
        if name in plain:
            one["value"] = Scalar(expression=Expression(code=f"{_member(code, str(name))} | quote"))


def _member(code: str, key: str) -> str:
    import json
    import re

    if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", key) and not code.startswith("("):
        return f"{code}.{key}"
    return f"index {code} {json.dumps(key)}"


def _small(value: Any) -> bool:
    """Tell whether all numbers come out of the values as they went in: templates write 1000000 as 1e+06."""
    if isinstance(value, dict):
        return all(map(_small, value.values()))
    if isinstance(value, list):
        return all(map(_small, value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return isinstance(value, int) and abs(value) < 1_000_000
