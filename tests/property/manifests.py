"""Random objects of Kubernetes' types, and what three parties may have made of one."""

from __future__ import annotations

import copy
import random

from hivehelm.kube.patch.types import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hivehelm.kube.patch.types import GoType

# Where lists are merged by keys and by value, replaced, and where keys are retained; and custom resources.
KINDS = (
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "CronJob"),
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "ServiceAccount"),
    ("v1", "PersistentVolume"),
    ("v1", "Secret"),
    ("v1", "ConfigMap"),
    ("v1", "Node"),
    ("networking.k8s.io/v1", "Ingress"),
    ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"),
    ("policy/v1", "PodDisruptionBudget"),
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("apiextensions.k8s.io/v1beta1", "CustomResourceDefinition"),
    ("bees.example/v1", "Hive"),
)
_WORDS = ("a", "b", "c", "x-1", "é", "10", "9", "true", "", "TCP", "UDP")
# What tells items of merged lists apart: it is seldom missing.
_KEYS = frozenset(
    ("name", "containerPort", "port", "mountPath", "devicePath", "ip", "type", "uid", "topologyKey")
)
_NUMBERS = (0, 1, 2, 9, 10, 53, 80, 443, 8080, -1, 1 << 40)


def three_states(
    seed: int, base: dict[str, Any] | None = None
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return what was wanted of an object, what is wanted, and what is there; the same for the same seed.

    The object is `base`, or any.
    """
    made = _Maker(random.Random(seed))  # noqa: S311 - repeatable is the point
    return made.states(base)


class _Maker:
    def __init__(self, source: random.Random) -> None:
        self._random = source
        # How often a value is nothing that belongs there: most objects are well formed.
        self._wild = 0.01 if source.random() < 0.2 else 0.0

    def states(self, base: dict[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
        """Return three versions of an object."""
        api_version, kind = self._random.choice(KINDS)
        if base is not None:
            api_version, kind = base["apiVersion"], base["kind"]
        known = find(api_version, kind)
        # What nobody defines looks like something that somebody defines.
        shape = known or find("apps/v1", "Deployment")
        assert shape is not None
        states = []
        base = base or self._value(shape, 0)
        for _ in range(3):
            obj = self._changed(shape, copy.deepcopy(base)) if self._random.random() < 0.9 else base
            obj = obj if isinstance(obj, dict) else base
            obj = {**copy.deepcopy(obj), "apiVersion": api_version, "kind": kind}
            if not isinstance(obj.get("metadata"), dict):
                obj["metadata"] = {}
            obj["metadata"]["name"] = "it"
            states.append(obj)
        original, modified, current = states
        return original, modified, current if self._random.random() < 0.95 else {}

    def _value(self, shape: GoType, depth: int) -> Any:
        """Return a value of a type; the deeper, the less of it."""
        kind = shape.kind
        draw = self._random
        if kind == "ptr":
            return self._value(shape.element, depth)
        if kind == "struct":
            return self._struct(shape, depth)
        if kind == "map":
            return {
                draw.choice(_WORDS): self._value(shape.element, depth + 1) for _ in range(draw.randrange(4))
            }
        if kind == "slice":
            if shape.element.kind == "uint8":
                return draw.choice(("", "YQ==", "YWI="))
            longest = 16 if draw.random() < 0.05 else 4
            return [self._value(shape.element, depth + 1) for _ in range(draw.randrange(longest))]
        if kind == "bool":
            return draw.random() < 0.5
        if kind == "string":
            return draw.choice(_WORDS)
        if kind == "interface":
            return draw.choice((1, "a", None, {"a": [1]}))
        return draw.choice(_NUMBERS)

    def _struct(self, shape: GoType, depth: int) -> Any:
        draw = self._random
        fields = shape.fields
        # Times, quantities, ports and their like are written as scalars.
        if scalars := [one for one in ("2026-01-02T03:04:05Z", "1", 1, "10Mi", "a") if shape.fits(one)]:
            return draw.choice(scalars)
        share = 0.9 if depth < 2 else min(1.0, 4 / (len(fields) or 1))
        value = {}
        for name, field in fields.items():
            if draw.random() < (1 - self._wild if name in _KEYS else share if depth < 9 else 0):
                value[name] = self._value(field.type, depth + 1)
        return value

    def _changed(self, shape: GoType, value: Any) -> Any:
        """Return a value with some of it changed, anywhere."""
        draw = self._random
        while shape.kind == "ptr":
            shape = shape.element
        if draw.random() < self._wild:
            return draw.choice(
                (None, 1, 1.5, "text", True, [], {}, [None], [{"name": "a"}, 1], {"$patch": "delete"})
            )
        if isinstance(value, dict):
            return self._changed_map(shape, value)
        if isinstance(value, list):
            element = shape.element if shape.kind == "slice" else shape
            value = [self._changed(element, item) for item in value if draw.random() < 0.9]
            if draw.random() < 0.2:
                draw.shuffle(value)
            if draw.random() < 0.2:
                added = draw.choice(value) if value and draw.random() < 0.3 else self._value(element, 6)
                value.insert(draw.randrange(len(value) + 1), added)
            return value
        return self._value(shape, 6) if draw.random() < 0.1 else value

    def _changed_map(self, shape: GoType, value: dict[str, Any]) -> dict[str, Any]:
        draw = self._random
        struct = shape.kind == "struct"
        for name in list(value):
            field = shape.fields.get(name) if struct else None
            inner = field.type if field else shape.element if shape.kind == "map" else shape
            if draw.random() < (self._wild if name in _KEYS else 0.08):
                del value[name]
            else:
                value[name] = self._changed(inner, value[name])
        if draw.random() < 0.15:
            if struct and shape.fields and (not self._wild or draw.random() < 0.9):
                name, field = draw.choice(list(shape.fields.items()))
                value[name] = self._value(field.type, 6)
            elif self._wild:
                name = draw.choice((*_WORDS, "$patch", "$retainKeys", "Name", "NAME"))
                value[name] = draw.choice((None, 1, 1.5, "merge", "delete", "replace", {}, {"a": 1}, ["a"]))
        return value
