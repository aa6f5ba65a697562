"""What a kubeconfig file may hold, and how one is read into plain dicts (client-go's `clientcmd/api/v1`)."""

from __future__ import annotations

from hivehelm.kube.errors import ConfigError
from hivehelm.kube.typed import TypeMismatchError, decode, not_an_object

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
        raise ConfigError(str(error).removeprefix("error converting YAML to JSON: ")) from None
    if raw is None:
        raw = {}
    if not isinstance(raw, dict):
        raise ConfigError(not_an_object(raw))
    kind, version = raw.get("kind") or "Config", raw.get("apiVersion") or "v1"
    if (kind, version) != ("Config", "v1"):
        raise ConfigError(
            f'no kind "{kind}" is registered for version "{version}" in scheme "pkg/runtime/scheme.go:111"'
        )
    try:
        decoded = decode(_STRUCTS, raw, "Config", bytes_from=_base64)
    except TypeMismatchError as error:
        raise ConfigError(str(error)) from None
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
        if plugin is not None and plugin.get("apiVersion", "").endswith(("/v1beta1", "/v1alpha1")):
            plugin.setdefault("interactiveMode", "IfAvailable")
    return config


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
