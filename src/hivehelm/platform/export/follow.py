"""An object with its names, labels and references as templates: they follow the release."""

from __future__ import annotations

from hivehelm.platform.export.text import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.platform.export.naming import Names

_LABELS = frozenset({"labels", "matchLabels", "podSelector", "nodeSelector"})
#: Lists whose items have names of their own, which nothing outside the object refers to.
_LOCAL = frozenset(
    {
        "containers",
        "initContainers",
        "ephemeralContainers",
        "ports",
        "volumes",
        "volumeMounts",
        "volumeDevices",
        "volumeClaimTemplates",
        "env",
        "httpHeaders",
        "port",
        "webhooks",
        "metrics",
    }
)
_NAMES = frozenset(
    {
        "serviceAccountName",
        "serviceAccount",
        "serviceName",
        "claimName",
        "secretName",
        "configMapName",
        "ingressClassName",
        "storageClassName",
        "priorityClassName",
        "runtimeClassName",
        "existingSecret",
        "existingClaim",
    }
)
#: What holds the name of a Secret: the member above it, and the member itself.
_SECRETS = frozenset(
    {
        ("secretKeyRef", "name"),
        ("secretRef", "name"),
        ("secret", "name"),
        ("secret", "secretName"),
        ("imagePullSecrets", "name"),
        ("tls", "secretName"),
        ("clientTLSSecret", "name"),
    }
)
#: What is a word of Kubernetes or of the program, never the name of an object.
_WORDS = frozenset(
    {
        "apiGroup",
        "apiVersion",
        "key",
        "kind",
        "mountPath",
        "operator",
        "path",
        "pathType",
        "port",
        "protocol",
        "subPath",
        "targetPort",
        "type",
    }
)
_REFERENCES = {
    ("secretKeyRef", "name"): "Secret",
    ("secretRef", "name"): "Secret",
    ("secret", "secretName"): "Secret",
    ("imagePullSecrets", "name"): "Secret",
    ("tls", "secretName"): "Secret",
    ("configMapRef", "name"): "ConfigMap",
    ("configMapKeyRef", "name"): "ConfigMap",
    ("configMap", "name"): "ConfigMap",
    ("persistentVolumeClaim", "claimName"): "PersistentVolumeClaim",
}
#: Strings that are no names of anything, and are long at times.
_SKIPPED_KINDS = frozenset({"CustomResourceDefinition"})


class Follower:
    """Turns strings of objects into texts; `secret(name)` gives the reference to a Secret of the chart."""

    def __init__(self, names: Names, secret: Callable[[str], Text | None]) -> None:
        self._names = names
        self._secret = secret
        self._missing: dict[tuple[str, str], str] = {}
        self._at = ""

    def warnings(self) -> list[str]:
        """Return what objects refer to by name that is not in the chart."""
        return [
            f"{what} {name} is not in the chart, and {where} refers to it"
            for (what, name), where in self._missing.items()
        ]

    def object(self, obj: dict[str, Any], *, namespaced: bool) -> dict[str, Any]:
        """Return an object whose strings are texts."""
        metadata = obj["metadata"]
        self._at = f"{obj['kind']} {metadata['name']}"
        name = self._names.name(str(metadata["name"]))
        shown: dict[str, Any] = {"name": name}
        if namespaced:
            shown["namespace"] = self._names.where(str(metadata.get("namespace") or self._names.namespace))
        for key, value in metadata.items():
            if key not in ("name", "namespace"):
                shown[key] = self._value(value, key, "metadata")
        rest = {key: value for key, value in obj.items() if key not in ("apiVersion", "kind", "metadata")}
        skipped = obj["kind"] in _SKIPPED_KINDS
        return {
            "apiVersion": Text([str(obj["apiVersion"])]),
            "kind": Text([str(obj["kind"])]),
            "metadata": shown,
            **{
                key: self._definition(value) if skipped else self._value(value, key, "")
                for key, value in rest.items()
            },
        }

    def _definition(self, spec: Any) -> Any:
        """Return a definition's members: names are its own, but for who converts its versions."""
        found = plain(spec)
        if isinstance(spec, dict) and "conversion" in spec:
            found["conversion"] = self._value(spec["conversion"], "conversion", "spec")
        return found

    def _value(self, value: Any, key: str, above: str) -> Any:
        if isinstance(value, dict):
            return self._mapping(value, key, above)
        if isinstance(value, list):
            return [
                self._mapping(item, "", key) if isinstance(item, dict) else self._value(item, "", key)
                for item in value
            ]
        if isinstance(value, str):
            return self._string(value, key, above)
        return value

    def _mapping(self, value: dict[str, Any], key: str, above: str) -> dict[Any, Any]:
        if key in _LABELS or (key == "selector" and all(isinstance(one, str) for one in value.values())):
            return {
                self._key(name): self._names.label(name, one)
                if isinstance(one, str)
                else self._value(one, name, key)
                for name, one in value.items()
            }
        if (
            isinstance(value.get("values"), list)
            and "operator" in value
            and isinstance(value.get("key"), str)
        ):
            label = value["key"]
            items = [
                self._names.label(label, one) if isinstance(one, str) else one for one in value["values"]
            ]
            return {
                self._key(name): items
                if name == "values"
                else (self._key(one) if name == "key" else plain(one))
                for name, one in value.items()
            }
        if above == "env" and isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
            found = self._names.free(value["value"], value["name"])
            return {
                name: found if name == "value" else self._value(one, name, above)
                for name, one in value.items()
            }
        if key == "annotations":
            return {self._key(name): self._value(one, "", key) for name, one in value.items()}
        return {name: self._value(one, name, key or above) for name, one in value.items()}

    def _key(self, name: str) -> Text | str:
        """Return a label's name, which may be called after an object."""
        found = self._names.free(name)
        return name if found.literal is not None else found

    def _string(self, value: str, key: str, above: str) -> Text:
        names = self._names
        if key == "namespace":
            return names.where(value)
        if key == "image":
            return Text([value])
        if key == "name" and above in _LOCAL:
            return Text([value])
        if (above, key) in _REFERENCES and not names.knows(value):
            self._missing.setdefault((_REFERENCES[above, key], value), self._at)
        if (above, key) in _SECRETS and (found := self._secret(value)) is not None:
            return found
        if key == "name" or key in _NAMES or above == "resourceNames":
            return names.reference(value)
        if key in _WORDS:
            return Text([value])
        return names.free(value, key)


def plain(value: Any) -> Any:
    """Return a value whose strings are texts without expressions."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return Text([value]) if isinstance(value, str) else value
