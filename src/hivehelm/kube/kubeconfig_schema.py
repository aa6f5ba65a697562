"""What a kubeconfig file may hold, and how one is read into plain dicts (client-go's `clientcmd/api/v1`)."""

from __future__ import annotations

from hivehelm.kube.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Go struct -> field -> Go type; a type that is a key here is a struct, `any` is left alone.
_STRUCTS: dict[str, dict[str, str]] = {
    "Config": {
        "kind": "string",
        "apiVersion": "string",
        "clusters": "[]v1.NamedCluster",
        "users": "[]v1.NamedAuthInfo",
        "contexts": "[]v1.NamedContext",
        "current-context": "string",
    },
    "v1.NamedCluster": {"name": "string", "cluster": "v1.Cluster"},
    "v1.NamedAuthInfo": {"name": "string", "user": "v1.AuthInfo"},
    "v1.NamedContext": {"name": "string", "context": "v1.Context"},
    "v1.Cluster": {
        "server": "string",
        "tls-server-name": "string",
        "insecure-skip-tls-verify": "bool",
        "certificate-authority": "string",
        "certificate-authority-data": "[]uint8",
        "proxy-url": "string",
        "disable-compression": "bool",
        "extensions": "[]v1.NamedExtension",
    },
    "v1.NamedExtension": {"name": "string", "extension": "any"},
    "v1.Context": {"cluster": "string", "user": "string", "namespace": "string"},
    "v1.AuthInfo": {
        "client-certificate": "string",
        "client-certificate-data": "[]uint8",
        "client-key": "string",
        "client-key-data": "[]uint8",
        "token": "string",
        "tokenFile": "string",
        "as": "string",
        "as-uid": "string",
        "as-groups": "[]string",
        "as-user-extra": "map[string][]string",
        "username": "string",
        "password": "string",
        "auth-provider": "v1.AuthProviderConfig",
        "exec": "v1.ExecConfig",
    },
    "v1.AuthProviderConfig": {"name": "string", "config": "map[string]string"},
    "v1.ExecConfig": {
        "command": "string",
        "args": "[]string",
        "env": "[]v1.ExecEnvVar",
        "apiVersion": "string",
        "installHint": "string",
        "provideClusterInfo": "bool",
        "interactiveMode": "string",
    },
    "v1.ExecEnvVar": {"name": "string", "value": "string"},
}
_LISTS = (
    ("clusters", "cluster", "NamedCluster", "Cluster"),
    ("users", "user", "NamedAuthInfo", "AuthInfo"),
    ("contexts", "context", "NamedContext", "Context"),
)
MAX_SIZE = 8 << 20


def parse(text: str | bytes) -> dict[str, Any]:
    """Read one kubeconfig file.

    Returns `current-context` and, as dicts by name, `clusters`, `users` and `contexts`; fields keep the
    file's names, `-data` fields are bytes, unknown fields are dropped.

    Raises:
        ConfigError: it is not a kubeconfig; the text is client-go's without its file's name.
    """
    from hivehelm.golang import yaml

    if not text:
        return {"current-context": "", "clusters": {}, "users": {}, "contexts": {}}
    try:
        raw = yaml.load(text)
    except yaml.YAMLError as error:
        raise ConfigError(str(error)) from None
    if raw is None:
        raw = {}
    if not isinstance(raw, dict):
        raise ConfigError(not_an_object(raw))
    kind, version = raw.get("kind") or "Config", raw.get("apiVersion") or "v1"
    if (kind, version) != ("Config", "v1"):
        raise ConfigError(
            f'no kind "{kind}" is registered for version "{version}" in scheme "pkg/runtime/scheme.go:111"'
        )
    decoded = _decode(raw, "Config", "Config", "")
    config: dict[str, Any] = {"current-context": decoded.get("current-context", "")}
    for plural, singular, named, target in _LISTS:
        entries: dict[str, Any] = {}
        for entry in decoded.get(plural, ()):
            name = entry.get("name", "")
            if name in entries:
                # client-go goes on to print the entries, credentials among them.
                raise ConfigError(
                    f"error converting *[]{named} into *map[string]*api.{target}: "
                    f'duplicate name "{name}" in list'
                )
            entries[name] = entry.get(singular, {})
        config[plural] = entries
    for user in config["users"].values():
        plugin = user.get("exec")
        if (
            plugin is not None
            and not plugin.get("interactiveMode")
            and "v1beta1" in plugin.get("apiVersion", "")
        ):
            plugin["interactiveMode"] = "IfAvailable"
    return config


def not_an_object(value: object) -> str:
    """Return apimachinery's complaint about a document that has no `apiVersion` and `kind` to read."""
    fields = 'APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\""'
    return (
        "couldn't get version/kind; json parse error: "
        f"json: cannot unmarshal {_json_kind(value)} into Go value of type struct {{ {fields} }}"
    )


def _json_kind(value: object) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    return "string" if isinstance(value, str) else "number"


def _decode(value: Any, go_type: str, struct: str, path: str) -> Any:
    """Check `value` against a Go type as encoding/json would, and return it decoded; nulls are left out."""
    if go_type == "any":
        return value
    if go_type in _STRUCTS:
        if isinstance(value, dict):
            fields = _STRUCTS[go_type]
            inner = go_type.removeprefix("v1.")
            return {
                name: _decode(value[name], fields[name], inner, f"{path}.{name}" if path else name)
                for name in fields
                if value.get(name) is not None
            }
    elif go_type == "string":
        if isinstance(value, str):
            return value
    elif go_type == "bool":
        if isinstance(value, bool):
            return value
    elif go_type == "[]uint8":
        if isinstance(value, str):
            return _base64(value)
    elif go_type.startswith("[]"):
        if isinstance(value, list):
            return [_decode(item, go_type[2:], struct, path) for item in value if item is not None]
    elif isinstance(value, dict):
        inner = go_type.removeprefix("map[string]")
        return {
            str(key): _decode(item, inner, struct, path) for key, item in value.items() if item is not None
        }
    raise ConfigError(
        f"json: cannot unmarshal {_json_kind(value)} into Go struct field {struct}.{path} of type {go_type}"
    )


def _base64(text: str) -> bytes:
    import base64
    import binascii

    stripped = text.replace("\n", "").replace("\r", "")
    try:
        return base64.b64decode(stripped, validate=True)
    except (binascii.Error, ValueError):
        alphabet = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        body = stripped.rstrip("=")
        at = next((i for i, char in enumerate(body) if char not in alphabet), len(body))
        raise ConfigError(f"illegal base64 data at input byte {at}") from None
