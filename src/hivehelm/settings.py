"""HELM_* and HIVEMIND_* variables and paths; only the faces and the platform read them.

The rules are Helm's `pkg/cli` and `pkg/helmpath`: a HELM_*_HOME variable, else the XDG base directory, else a
directory under the home directory. Flags are laid over what the environment says.
"""

from __future__ import annotations

import os
import sys

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.kube.kubeconfig import Overrides

_MAX_HISTORY = 10
_BURST_LIMIT = 100
_HIVEMIND_NAMESPACE = "hivemind-system"
_SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_COLORS = ("never", "auto", "always")
_ON_MACS = {".cache": "Library/Caches", ".config": "Library/Preferences", ".local/share": "Library"}


class Settings(Record):
    """The environment a command runs in.

    `namespace` is what a variable or flag says, "" where none does; `kubeconfig` only what a flag says.
    `color` is `never`, `auto` or `always`. `environ` is where it all came from.
    """

    environ: Mapping[str, str]
    namespace: str = ""
    kubeconfig: str = ""
    kube_context: str = ""
    kube_token: str = ""
    kube_as_user: str = ""
    kube_as_groups: list[str] = []
    kube_apiserver: str = ""
    kube_ca_file: str = ""
    kube_insecure_skip_tls_verify: bool = False
    kube_tls_server_name: str = ""
    debug: bool = False
    plugins: str = ""
    registry_config: str = ""
    repository_config: str = ""
    repository_cache: str = ""
    content_cache: str = ""
    max_history: int = _MAX_HISTORY
    burst_limit: int = _BURST_LIMIT
    qps: float = 0.0
    color: str = "auto"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Return what the environment says; a variable that cannot be read counts as not set."""
        env = os.environ if environ is None else environ
        get = env.get
        groups = get("HELM_KUBEASGROUPS", "").strip(", ")
        return cls(
            environ=env,
            namespace=get("HELM_NAMESPACE", ""),
            kube_context=get("HELM_KUBECONTEXT", ""),
            kube_token=get("HELM_KUBETOKEN", ""),
            kube_as_user=get("HELM_KUBEASUSER", ""),
            kube_as_groups=groups.split(",") if groups else [],
            kube_apiserver=get("HELM_KUBEAPISERVER", ""),
            kube_ca_file=get("HELM_KUBECAFILE", ""),
            kube_insecure_skip_tls_verify=_bool(get("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "")),
            kube_tls_server_name=get("HELM_KUBETLS_SERVER_NAME", ""),
            debug=_bool(get("HELM_DEBUG", "")),
            plugins=_either(env, "HELM_PLUGINS", data_path, "plugins"),
            registry_config=_either(env, "HELM_REGISTRY_CONFIG", config_path, "registry/config.json"),
            repository_config=_either(env, "HELM_REPOSITORY_CONFIG", config_path, "repositories.yaml"),
            repository_cache=_either(env, "HELM_REPOSITORY_CACHE", cache_path, "repository"),
            content_cache=_either(env, "HELM_CONTENT_CACHE", cache_path, "content"),
            max_history=_integer(get("HELM_MAX_HISTORY", ""), _MAX_HISTORY),
            burst_limit=_integer(get("HELM_BURST_LIMIT", ""), _BURST_LIMIT),
            qps=_number(get("HELM_QPS", "")),
            color=_color(env),
        )

    def overrides(self) -> Overrides:
        """Return what is laid over the kubeconfig."""
        from hivehelm.kube.kubeconfig import Overrides

        return Overrides(
            context=self.kube_context,
            namespace=self.namespace,
            token=self.kube_token,
            apiserver=self.kube_apiserver,
            ca_file=self.kube_ca_file,
            as_user=self.kube_as_user,
            as_groups=self.kube_as_groups,
            tls_server_name=self.kube_tls_server_name,
            insecure_skip_tls_verify=self.kube_insecure_skip_tls_verify,
        )

    def resolve_namespace(self) -> str:
        """Return the namespace of the request: the flag's, the context's, or `default`.

        A kubeconfig that cannot be used does not count, as in Helm.
        """
        if self.namespace:
            return self.namespace
        if not self.kubeconfig and not self._has_kubeconfig():
            return "default"
        from hivehelm.kube.errors import ConfigError
        from hivehelm.kube.kubeconfig import Config

        try:
            return Config.read(self.kubeconfig, environ=self.environ).namespace(self.overrides())
        except ConfigError:
            return "default"

    def _has_kubeconfig(self) -> bool:
        """Tell whether anything may say how a cluster is reached."""
        env = self.environ
        if env.get("KUBECONFIG") or env.get("KUBERNETES_SERVICE_HOST"):
            return True
        return os.path.exists(os.path.join(env.get("HOME") or os.path.expanduser("~"), ".kube", "config"))

    def variables(self, program: str) -> dict[str, str]:
        """Return what `helm env` shows, by name in alphabetical order; `program` is how it was started."""
        env = self.environ
        found = {
            "HELM_BIN": program,
            "HELM_CACHE_HOME": cache_path(env),
            "HELM_CONFIG_HOME": config_path(env),
            "HELM_DATA_HOME": data_path(env),
            "HELM_DEBUG": _word(self.debug),
            "HELM_PLUGINS": self.plugins,
            "HELM_REGISTRY_CONFIG": self.registry_config,
            "HELM_REPOSITORY_CACHE": self.repository_cache,
            "HELM_CONTENT_CACHE": self.content_cache,
            "HELM_REPOSITORY_CONFIG": self.repository_config,
            "HELM_NAMESPACE": self.resolve_namespace(),
            "HELM_MAX_HISTORY": str(self.max_history),
            "HELM_BURST_LIMIT": str(self.burst_limit),
            "HELM_QPS": _hundredths(self.qps),
            "HELM_KUBECONTEXT": self.kube_context,
            "HELM_KUBETOKEN": self.kube_token,
            "HELM_KUBEASUSER": self.kube_as_user,
            "HELM_KUBEASGROUPS": ",".join(self.kube_as_groups),
            "HELM_KUBEAPISERVER": self.kube_apiserver,
            "HELM_KUBECAFILE": self.kube_ca_file,
            "HELM_KUBEINSECURE_SKIP_TLS_VERIFY": _word(self.kube_insecure_skip_tls_verify),
            "HELM_KUBETLS_SERVER_NAME": self.kube_tls_server_name,
        }
        if self.kubeconfig:
            found["KUBECONFIG"] = self.kubeconfig
        return dict(sorted(found.items()))


def hivemind_home(environ: Mapping[str, str]) -> str:
    """Return the platform's base directory: `$HIVEMIND_HOME`, else `$XDG_DATA_HOME/hivehelm/hivemind`."""
    if home := environ.get("HIVEMIND_HOME"):
        return os.path.abspath(home)
    base = environ.get("XDG_DATA_HOME", "")
    if not base.startswith("/"):
        base = _join(environ.get("HOME") or os.path.expanduser("~"), ".local/share")
    return _join(base, "hivehelm/hivemind")


def hivemind_namespace(environ: Mapping[str, str], service_account: str = _SERVICE_ACCOUNT) -> str:
    """Return where the platform keeps its own objects: `$HIVEMIND_NAMESPACE`, the pod's, or its default."""
    if named := environ.get("HIVEMIND_NAMESPACE"):
        return named
    try:
        with open(os.path.join(service_account, "namespace"), encoding="utf-8") as file:
            return file.read(64).strip() or _HIVEMIND_NAMESPACE
    except (OSError, UnicodeDecodeError):
        return _HIVEMIND_NAMESPACE


def template_cache_path(environ: Mapping[str, str]) -> str:
    """Return where compiled templates are kept, as `own_cache_path` says."""
    return own_cache_path(environ, "templates")


def chart_cache_path(environ: Mapping[str, str]) -> str:
    """Return where files of archives and parsed values are kept, as `own_cache_path` says."""
    return own_cache_path(environ, "charts")


def index_cache_path(environ: Mapping[str, str]) -> str:
    """Return where parsed indexes are kept, as `own_cache_path` says."""
    return own_cache_path(environ, "indexes")


def seen_path(environ: Mapping[str, str]) -> str:
    """Return where what lists show is kept, as `own_cache_path` says."""
    return own_cache_path(environ, "releases")


def own_cache_path(environ: Mapping[str, str], name: str) -> str:
    """Return where we keep what can be made again: in `$XDG_CACHE_HOME/hivehelm`, never Helm's.

    `HIVEHELM_CACHE` names another directory; what is no absolute path, such as `off`, is none. What is not
    absolute is not to be used.
    """
    if base := environ.get("HIVEHELM_CACHE"):
        return _join(base, name) if base.startswith("/") else ""
    base = environ.get("XDG_CACHE_HOME") or _join(environ.get("HOME", ""), ".cache")
    return _join(base, "hivehelm", name)


def cache_path(environ: Mapping[str, str], *names: str) -> str:
    """Return a path where Helm keeps what can be fetched again."""
    return _path(environ, "HELM_CACHE_HOME", "XDG_CACHE_HOME", ".cache", names)


def config_path(environ: Mapping[str, str], *names: str) -> str:
    """Return a path where Helm keeps its configuration."""
    return _path(environ, "HELM_CONFIG_HOME", "XDG_CONFIG_HOME", ".config", names)


def data_path(environ: Mapping[str, str], *names: str) -> str:
    """Return a path where Helm keeps its data."""
    return _path(environ, "HELM_DATA_HOME", "XDG_DATA_HOME", ".local/share", names)


def _path(environ: Mapping[str, str], own: str, xdg: str, default: str, names: tuple[str, ...]) -> str:
    if base := environ.get(own):
        return _join(base, *names)
    if sys.platform == "darwin":
        default = _ON_MACS[default]
    base = environ.get(xdg) or _join(environ.get("HOME", ""), default)
    return _join(base, "helm", *names)


def _join(*names: str) -> str:
    """Join as Go's `filepath.Join`: empty elements count for nothing, the result is cleaned."""
    path = os.path.normpath("/".join(name for name in names if name))
    return path[1:] if path.startswith("//") else path


def _either(environ: Mapping[str, str], name: str, path: Callable[..., str], element: str) -> str:
    value = environ.get(name)
    return path(environ, element) if value is None else value


def _bool(text: str) -> bool:
    return text in ("1", "t", "T", "TRUE", "true", "True")


def _integer(text: str, default: int) -> int:
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()):
        return default
    value = int(text)
    return value if -(1 << 63) <= value < 1 << 63 else default


def _number(text: str) -> float:
    if not text:
        return 0.0
    from struct import pack, unpack

    from hivehelm.golang.strconv import NumberError, parse_float

    try:  # a float32, as the flag's
        number: float = unpack("<f", pack("<f", parse_float(text)))[0]
    except (NumberError, OverflowError):
        return 0.0
    return number


def _hundredths(number: float) -> str:
    """Return a number as Go prints it with %.2f."""
    text = f"{number:.2f}"
    return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}.get(text, text)


def _color(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "never"
    color = environ.get("HELM_COLOR", "").lower()
    return color if color in _COLORS else "auto"


def _word(value: bool) -> str:
    return "true" if value else "false"
