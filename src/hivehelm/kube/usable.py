"""Whether a context's user and cluster can be used: every fault, in client-go's words (`validation.go`)."""

from __future__ import annotations

from hivehelm.kube.errors import ConfigError, os_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_REMOVED_PROVIDERS = {
    "gcp": 'The gcp auth plugin has been removed.\nPlease use the "gke-gcloud-auth-plugin" kubectl/client-go '
    "credential plugin instead.\nSee https://cloud.google.com/blog/products/containers-kubernetes/"
    "kubectl-auth-changes-in-gke for further details",
    "azure": "The azure auth plugin has been removed.\nPlease use the https://github.com/Azure/kubelogin "
    "kubectl/client-go credential plugin instead.\nSee https://kubernetes.io/docs/reference/"
    "access-authn-authz/authentication/#client-go-credential-plugins for further details",
}


def user_faults(name: str, user: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a user's entry; empty if nothing is."""
    faults: list[str] = []
    if user.get("client-certificate") or user.get("client-certificate-data"):
        faults += _certificate_faults(name, user)
    if (plugin := user.get("exec")) is not None:
        faults += _plugin_faults(name, plugin, provider=user.get("auth-provider") is not None)
    if user.get("token") and (user.get("username") or user.get("password")):
        faults.append(
            f"more than one authentication method found for {name}; "
            "found [token basicAuth], only one is allowed"
        )
    if (user.get("as-uid") or user.get("as-groups") or user.get("as-user-extra")) and not user.get("as"):
        faults.append(f"requesting uid, groups or user-extra for {name} without impersonating a user")
    return faults


def _certificate_faults(name: str, user: Mapping[str, Any]) -> list[str]:
    faults: list[str] = []
    if user.get("client-certificate") and user.get("client-certificate-data"):
        faults.append(
            f"client-cert-data and client-cert are both specified for {name}. client-cert-data will override."
        )
    if user.get("client-key") and user.get("client-key-data"):
        faults.append(
            f"client-key-data and client-key are both specified for {name}; client-key-data will override"
        )
    if not (user.get("client-key") or user.get("client-key-data")):
        faults.append(
            f"client-key-data or client-key must be specified for {name} "
            "to use the clientCert authentication method."
        )
    for field, label in (("client-certificate", "client-cert"), ("client-key", "client-key")):
        if (path := user.get(field)) and (why := _unreadable(path)):
            faults.append(f"unable to read {label} {path} for {name} due to {why}")
    return faults


def _plugin_faults(name: str, plugin: Mapping[str, Any], *, provider: bool) -> list[str]:
    faults: list[str] = []
    if provider:
        faults.append(f"authProvider cannot be provided in combination with an exec plugin for {name}")
    faults += [
        f"{field} must be specified for {name} to use exec authentication plugin"
        for field in ("command", "apiVersion")
        if not plugin.get(field)
    ]
    faults += [
        f"env variable name must be specified for {name} to use exec authentication plugin"
        for variable in plugin.get("env", ())
        if not variable.get("name")
    ]
    mode = plugin.get("interactiveMode", "")
    if not mode:
        faults.append(f"interactiveMode must be specified for {name} to use exec authentication plugin")
    elif mode not in ("Never", "IfAvailable", "Always"):
        faults.append(f'invalid interactiveMode for {name}: "{mode}"')
    return faults


def cluster_faults(name: str, cluster: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a cluster's entry; empty if nothing is."""
    faults: list[str] = []
    if (proxy := cluster.get("proxy-url")) and (why := _proxy_fault(proxy)):
        faults.append(f'invalid \'proxy-url\' "{proxy}" for cluster "{name}": {why}')
    if cluster.get("certificate-authority") and cluster.get("certificate-authority-data"):
        faults.append(
            f"certificate-authority-data and certificate-authority are both specified for {name}. "
            "certificate-authority-data will override."
        )
    if (path := cluster.get("certificate-authority")) and (why := _unreadable(path)):
        faults.append(f"unable to read certificate-authority {path} for {name} due to {why}")
    return faults


def check_auth_provider(name: str) -> None:
    """Refuse a user's `auth-provider`: the mechanism is gone from client-go, but for OpenID Connect.

    Raises:
        ConfigError: always; it says what to use instead.
    """
    if name in _REMOVED_PROVIDERS:
        raise ConfigError(_REMOVED_PROVIDERS[name])
    if name == "oidc":
        raise ConfigError(
            'auth-provider "oidc" is not supported; use an exec credential plugin such as kubelogin instead'
        )
    raise ConfigError(f'no Auth Provider found for name "{name}"')


def server_url(host: str) -> str:
    """Return the base URL that `host` stands for: a URL, or `host[:port]` which means plain HTTP.

    Query and fragment are dropped, a path stays as a prefix (client-go's `rest.DefaultServerURL`).

    Raises:
        ConfigError: it is neither.
    """
    scheme, separator, rest = host.partition("://")
    if not separator:
        scheme, rest = "http", host
    if fault := _bad_authority(rest):
        # Go has by now tried it as a URL, and says what is wrong with it as a host.
        raise ConfigError(f'parse "http://{host}": {fault}')
    authority, slash, path = rest.partition("/")
    path = path.partition("?")[0].partition("#")[0].rstrip("/")
    if not authority or (path and not separator):
        raise ConfigError(f'host must be a URL or a host:port pair: "{host}"')
    return f"{scheme}://{authority}{slash if path else ''}{path}"


def _bad_authority(rest: str) -> str:
    """Return what Go's url.Parse has against the host and port that `rest` starts with."""
    authority = rest.partition("/")[0].rpartition("@")[2]
    bracket = authority.rfind("]")
    if authority.startswith("[") and bracket < 0:
        return "missing ']' in host"
    name, port = authority, ""
    if (colon := authority.rfind(":")) > bracket:
        name, port = authority[:colon], authority[colon:]
    if port not in ("", ":") and not (port[1:].isascii() and port[1:].isdigit()):
        return f'invalid port "{port}" after host'
    if "%" in name and not name.startswith("["):
        return f'invalid URL escape "{name[name.index("%") :][:3]}"'
    for char in name:
        if char.isascii() and not (char.isalnum() or char in "-._~!$&'()*+,;=:[]<>\"%"):
            return f'invalid character "{char}" in host name'
    return ""


def _proxy_fault(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return f"could not parse: {url}"
    if scheme not in ("http", "https", "socks5"):
        return f'unsupported scheme "{scheme}", must be http, https, or socks5'
    return ""


def _unreadable(path: str) -> str:
    try:
        with open(path, "rb"):
            return ""
    except OSError as error:
        return os_error("open", path, error)
