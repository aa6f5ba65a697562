"""Kubeconfig: several files merged into one, a context chosen, flags laid over it, as client-go does.

This module is read by commands that never call a cluster (for the namespace), so it imports nothing heavy.
"""

from __future__ import annotations

import os

from hivehelm.kube.connection import ConnectionInfo, ExecPlugin, Impersonation
from hivehelm.kube.errors import ConfigError, InvalidConfigError, os_error
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

DEFAULT_SERVER = "http://localhost:8080"
SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


class Overrides(Record):
    """What flags say over the files; empty means not given. Field names follow Helm's `--kube-…` flags."""

    context: str = ""
    namespace: str = ""
    token: str = ""
    apiserver: str = ""
    ca_file: str = ""
    as_user: str = ""
    as_groups: Sequence[str] = ()
    tls_server_name: str = ""
    insecure_skip_tls_verify: bool = False


class Config:
    """Merged kubeconfig files: `contexts`, `clusters` and `users` by name, and `current_context`.

    Entries are dicts with the file's own field names; paths in them are absolute.
    """

    def __init__(
        self,
        contexts: dict[str, dict[str, Any]],
        clusters: dict[str, dict[str, Any]],
        users: dict[str, dict[str, Any]],
        current_context: str = "",
        *,
        environ: Mapping[str, str] | None = None,
        service_account: str = SERVICE_ACCOUNT,
    ) -> None:
        self.contexts = contexts
        self.clusters = clusters
        self.users = users
        self.current_context = current_context
        self._environ = os.environ if environ is None else environ
        self._service_account = service_account

    @classmethod
    def read(
        cls,
        path: str = "",
        *,
        environ: Mapping[str, str] | None = None,
        service_account: str = SERVICE_ACCOUNT,
    ) -> Config:
        """Read `path`, or where it is empty the files of `$KUBECONFIG`, or `~/.kube/config`.

        Of several files, the first to name a context, cluster, user or current context wins; those that do
        not exist are passed over, a `path` that does not exist is an error (`ClientConfigLoadingRules`).

        Raises:
            ConfigError: a file cannot be read or is not a kubeconfig.
        """
        env = os.environ if environ is None else environ
        if path:
            if not os.path.exists(path):
                raise ConfigError(f"stat {path}: no such file or directory")
            paths = [path]
        elif listed := env.get("KUBECONFIG"):
            paths = [p for p in dict.fromkeys(listed.split(os.pathsep)) if p]
        else:
            paths = [os.path.join(env.get("HOME") or os.path.expanduser("~"), ".kube", "config")]
        merged = cls({}, {}, {}, environ=env, service_account=service_account)
        faults: list[str] = []
        for name in paths:
            try:
                merged._add(name)
            except ConfigError as error:
                faults.append(f'error loading config file "{name}": {error}')
        if faults:
            from hivehelm.kube.errors import aggregate

            raise ConfigError(aggregate(faults))
        return merged

    @classmethod
    def load(
        cls, path: str = "", overrides: Overrides | None = None, *, environ: Mapping[str, str] | None = None
    ) -> ConnectionInfo:
        """Read the files and return how to reach the cluster they and the flags choose.

        Raises:
            ConfigError: a file, the context or a credential it names is at fault.
        """
        return cls.read(path, environ=environ).connection(overrides or Overrides())

    def connection(self, overrides: Overrides) -> ConnectionInfo:
        """Return how to reach the chosen context's cluster as its user.

        With nothing configured this is the pod's own service account where there is one, else
        `http://localhost:8080`.

        Raises:
            ConfigError: the context is unknown, or its cluster or user has faults.
        """
        from hivehelm.kube.usable import check_auth_provider, server_url

        name, context = self._context(overrides)
        user = self._user(context, overrides)
        cluster = self._cluster(context, overrides)
        self._confirm_usable(name, context, user, cluster)
        impersonation = (
            Impersonation(
                user=user["as"],
                uid=user.get("as-uid", ""),
                groups=user.get("as-groups", []),
                extra=user.get("as-user-extra", {}),
            )
            if user.get("as")
            else None
        )
        proxy = cluster.get("proxy-url", "")
        untouched = cluster["server"] == self._default_server() and not (proxy or impersonation)
        if untouched and self._in_cluster():
            return self._service_account_connection(overrides)
        namespace = overrides.namespace or context.get("namespace") or "default"
        info = ConnectionInfo(
            server=server_url(cluster["server"]),
            namespace=namespace,
            context=name,
            proxy_url=proxy,
            disable_compression=cluster.get("disable-compression", False),
            impersonation=impersonation,
        )
        if not info.secure:
            return info
        if (provider := user.get("auth-provider")) is not None:
            check_auth_provider(provider.get("name", ""))
        token = user.get("token", "")
        token_file = user.get("tokenFile", "")
        if not token and token_file:
            token = _read(token_file).decode("utf-8", "replace")
        insecure = cluster.get("insecure-skip-tls-verify", False)
        if insecure and (cluster.get("certificate-authority") or cluster.get("certificate-authority-data")):
            raise ConfigError("specifying a root certificates file with the insecure flag is not allowed")
        return info.replace(
            ca_data=_data(cluster, "certificate-authority"),
            insecure=insecure,
            tls_server_name=cluster.get("tls-server-name", ""),
            cert_data=_data(user, "client-certificate"),
            key_data=_data(user, "client-key"),
            token=token,
            token_file=token_file,
            username=user.get("username", ""),
            password=user.get("password", ""),
            exec_plugin=_exec_plugin(user.get("exec"), cluster),
        )

    def namespace(self, overrides: Overrides) -> str:
        """Return the namespace that the flags, the context, or the pod we run in give; else `default`.

        Raises:
            ConfigError: the context is unknown, or its cluster or user has faults.
        """
        if overrides.namespace:
            return overrides.namespace
        name, context = self._context(overrides)
        self._confirm_usable(name, context, self._user(context, overrides), self._cluster(context, overrides))
        if (given := context.get("namespace")) or not self._in_cluster():
            return str(given or "default")
        return self._pod_namespace()

    def _add(self, path: str) -> None:
        """Merge one file into what has been read; a file that does not exist changes nothing."""
        from hivehelm.kube.kubeconfig_schema import MAX_SIZE, parse

        try:
            with open(path, "rb") as file:
                text = file.read(MAX_SIZE + 1)
        except FileNotFoundError:
            return
        except IsADirectoryError as error:
            raise ConfigError(os_error("read", path, error)) from None
        except OSError as error:
            raise ConfigError(os_error("open", path, error)) from None
        if len(text) > MAX_SIZE:
            raise ConfigError(f"larger than {MAX_SIZE} bytes")
        config = parse(text)
        base = os.path.dirname(os.path.abspath(path))
        for cluster in config["clusters"].values():
            _resolve(cluster, ("certificate-authority",), base)
        for user in config["users"].values():
            _resolve(user, ("client-certificate", "client-key", "tokenFile"), base)
            plugin = user.get("exec")
            if plugin is not None and os.sep in plugin.get("command", ""):
                _resolve(plugin, ("command",), base)
        self.contexts = {**config["contexts"], **self.contexts}
        self.clusters = {**config["clusters"], **self.clusters}
        self.users = {**config["users"], **self.users}
        self.current_context = self.current_context or config["current-context"]

    def _context(self, overrides: Overrides) -> tuple[str, dict[str, Any]]:
        name = overrides.context or self.current_context
        if name not in self.contexts and overrides.context:
            raise ConfigError(f'context "{name}" does not exist')
        return name, self.contexts.get(name, {})

    def _user(self, context: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
        user = dict(self.users.get(context.get("user", ""), {}))
        if overrides.token:
            user["token"] = overrides.token
        if overrides.as_user:
            user["as"] = overrides.as_user
        if overrides.as_groups:
            user["as-groups"] = list(overrides.as_groups)
        return user

    def _cluster(self, context: Mapping[str, Any], overrides: Overrides) -> dict[str, Any]:
        found = self.clusters.get(context.get("cluster", ""), {})
        cluster = {"server": self._default_server()} | {name: value for name, value in found.items() if value}
        if overrides.apiserver:
            cluster["server"] = overrides.apiserver
        if overrides.apiserver or overrides.tls_server_name:
            cluster["tls-server-name"] = overrides.tls_server_name
        if overrides.ca_file or overrides.insecure_skip_tls_verify:
            cluster["insecure-skip-tls-verify"] = overrides.insecure_skip_tls_verify
            cluster["certificate-authority"] = overrides.ca_file
            cluster["certificate-authority-data"] = b""
        return cluster

    def _default_server(self) -> str:
        return self._environ.get("KUBERNETES_MASTER") or DEFAULT_SERVER

    def _confirm_usable(
        self, name: str, context: Mapping[str, Any], user: Mapping[str, Any], cluster: Mapping[str, Any]
    ) -> None:
        from hivehelm.kube.usable import cluster_faults, user_faults

        faults: list[str] = []
        if name and name not in self.contexts:
            faults.append(f"context was not found for specified context: {name}")
        faults += user_faults(context.get("user", ""), user)
        faults += cluster_faults(context.get("cluster", ""), cluster)
        if faults:
            raise InvalidConfigError(faults)

    def _in_cluster(self) -> bool:
        return bool(
            self._environ.get("KUBERNETES_SERVICE_HOST")
            and self._environ.get("KUBERNETES_SERVICE_PORT")
            and os.path.isfile(f"{self._service_account}/token")
        )

    def _pod_namespace(self) -> str:
        if given := self._environ.get("POD_NAMESPACE"):
            return given
        try:
            with open(f"{self._service_account}/namespace", encoding="utf-8") as file:
                return file.read(256).strip() or "default"
        except OSError:
            return "default"

    def _service_account_connection(self, overrides: Overrides) -> ConnectionInfo:
        host = self._environ["KUBERNETES_SERVICE_HOST"]
        port = self._environ["KUBERNETES_SERVICE_PORT"]
        host = f"[{host}]" if ":" in host else host
        token_file = f"{self._service_account}/token"
        ca_file = overrides.ca_file or f"{self._service_account}/ca.crt"
        return ConnectionInfo(
            server=overrides.apiserver or f"https://{host}:{port}",
            namespace=overrides.namespace or self._pod_namespace(),
            ca_data=_read(ca_file) if os.path.exists(ca_file) else b"",
            token=overrides.token or _read(token_file).decode("utf-8", "replace").strip(),
            token_file="" if overrides.token else token_file,
        )


def _resolve(entry: dict[str, Any], fields: Iterable[str], base: str) -> None:
    for field in fields:
        if path := entry.get(field):
            entry[field] = os.path.normpath(os.path.join(base, path)) if not os.path.isabs(path) else path


def _data(entry: Mapping[str, Any], field: str) -> bytes:
    if data := entry.get(f"{field}-data"):
        return bytes(data)
    path = entry.get(field)
    return _read(path) if path else b""


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(8 << 20)
    except OSError as error:
        raise ConfigError(os_error("open", path, error)) from None


def _exec_plugin(stanza: Mapping[str, Any] | None, cluster: Mapping[str, Any]) -> ExecPlugin | None:
    if stanza is None:
        return None
    extensions: Sequence[Mapping[str, Any]] = cluster.get("extensions", ())
    return ExecPlugin(
        api_version=stanza["apiVersion"],
        command=stanza["command"],
        args=stanza.get("args", []),
        env=[(variable["name"], variable.get("value", "")) for variable in stanza.get("env", ())],
        interactive_mode=stanza["interactiveMode"],
        provide_cluster_info=stanza.get("provideClusterInfo", False),
        install_hint=stanza.get("installHint", ""),
        config=next(
            (e.get("extension") for e in extensions if e.get("name") == "client.authentication.k8s.io/exec"),
            None,
        ),
    )
