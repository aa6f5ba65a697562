"""The flags that every command takes, and the settings they lay over the environment's."""

from __future__ import annotations

from hivehelm.cli.flags import (
    Flag,
    FlagError,
    FlagSet,
    HelpRequested,
    array,
    boolean,
    integer,
    number,
    string,
)
from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.cli.flagvalues import Setter
    from hivehelm.settings import Settings

# Flags of the Go client's logger; Helm takes them and hides them.
_LOGGER_SWITCHES = (
    "add-dir-header",
    "alsologtostderr",
    "legacy-stderr-threshold-behavior",
    "logtostderr",
    "one-output",
    "skip-headers",
    "skip-log-headers",
)
# With what sets each, in `loggerflags`, and its type.
_LOGGER_VALUES = {
    "alsologtostderrthreshold": ("set_severity", "severity"),
    "log-backtrace-at": ("set_place", "traceLocation"),
    "log-dir": ("", "string"),
    "log-file": ("", "string"),
    "log-file-max-size": ("set_size", "uint"),
    "stderrthreshold": ("set_severity", "severity"),
    "v": ("set_level", "Level"),
    "vmodule": ("set_modules", "moduleSpec"),
}


class ColorModeError(HivehelmError):
    """`--color` says something else than never, auto or always. Helm logs this one, without `Error:`."""

    def __init__(self, mode: str) -> None:
        super().__init__(mode)
        self.mode = mode

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"invalid color mode {quote(self.mode)}: must be one of: never, auto, always"


def global_flags(defaults: Settings) -> FlagSet:
    """Return the flags of the root command, with the environment's settings for defaults."""
    flags = FlagSet(
        (
            string("namespace", "work in this namespace", short="n", default=defaults.namespace),
            string("kubeconfig", "read the cluster's address and credentials from this file"),
            string("kube-context", "use this context of the kubeconfig", default=defaults.kube_context),
            string("kube-token", "authenticate with this bearer token", default=defaults.kube_token),
            string("kube-as-user", "act as this user", default=defaults.kube_as_user),
            array(
                "kube-as-group",
                "act as a member of this group; may be repeated",
                default=defaults.kube_as_groups,
            ),
            string(
                "kube-apiserver",
                "address and port of the Kubernetes API server",
                default=defaults.kube_apiserver,
            ),
            string("kube-ca-file", "trust this authority for the API server", default=defaults.kube_ca_file),
            string(
                "kube-tls-server-name",
                "expect this name in the API server's certificate, rather than the name it is reached by",
                default=defaults.kube_tls_server_name,
            ),
            boolean(
                "kube-insecure-skip-tls-verify",
                "accept any certificate of the API server; the connection is not safe",
                default=defaults.kube_insecure_skip_tls_verify,
            ),
            boolean("debug", "say more about what is done", default=defaults.debug),
            string(
                "registry-config", "file with credentials of registries", default=defaults.registry_config
            ),
            string(
                "repository-config",
                "file with the names and URLs of repositories",
                default=defaults.repository_config,
            ),
            string(
                "repository-cache",
                "directory of cached repository indexes",
                default=defaults.repository_cache,
            ),
            string("content-cache", "directory of cached charts", default=defaults.content_cache),
            integer("burst-limit", "how many requests may burst at the client", default=defaults.burst_limit),
            number("qps", "queries a second to the Kubernetes API, bursts apart", default=defaults.qps),
            string("color", "color the output: never, auto or always", default=defaults.color),
            string("colour", "color the output: never, auto or always", default=defaults.color),
        )
    )
    for name in _LOGGER_SWITCHES:
        flags.add([Flag(name, type="", setter=_logger_setter("set_switch"), bare="true", hidden=True)])
    for name, (setter, word) in _LOGGER_VALUES.items():
        short = name if len(name) == 1 else ""
        flags.add([Flag(name, short=short, type=word, setter=_logger_setter(setter), hidden=True)])
    return flags


def _logger_setter(name: str) -> Setter:
    """Return a setter of `loggerflags`, which is imported when one is used."""

    def setter(current: object, given: bool, text: str) -> object:
        if not name:
            return text
        from hivehelm.cli.hivehelm import loggerflags

        return getattr(loggerflags, name)(current, given, text)

    return setter


def read_ahead(flags: FlagSet, arguments: Sequence[str]) -> None:
    """Read the global flags out of a whole command line, before its command is known.

    As in Helm, what is read here stays read: `--kube-as-group` counts twice, and letters of a flag that is
    not global (`-fnone`) may be taken for global ones.

    Raises:
        ColorModeError: the color mode is not one.
    """
    try:  # noqa: SIM105 - contextlib costs a millisecond of every start
        flags.parse(arguments, skip_unknown=True)
    except (FlagError, HelpRequested):
        pass  # the command's own parse will meet it again
    mode = flags.string(flags.latest("color", "colour"))
    if mode not in ("never", "auto", "always"):
        raise ColorModeError(mode)


def apply_flags(defaults: Settings, flags: FlagSet) -> Settings:
    """Return the settings with the flags of a command line laid over them."""
    return defaults.replace(
        namespace=flags.string("namespace"),
        kubeconfig=flags.string("kubeconfig"),
        kube_context=flags.string("kube-context"),
        kube_token=flags.string("kube-token"),
        kube_as_user=flags.string("kube-as-user"),
        kube_as_groups=flags.strings("kube-as-group"),
        kube_apiserver=flags.string("kube-apiserver"),
        kube_ca_file=flags.string("kube-ca-file"),
        kube_tls_server_name=flags.string("kube-tls-server-name"),
        kube_insecure_skip_tls_verify=flags.boolean("kube-insecure-skip-tls-verify"),
        debug=flags.boolean("debug"),
        registry_config=flags.string("registry-config"),
        repository_config=flags.string("repository-config"),
        repository_cache=flags.string("repository-cache"),
        content_cache=flags.string("content-cache"),
        burst_limit=flags.integer("burst-limit"),
        qps=flags.number("qps"),
        color=flags.string(flags.latest("color", "colour")),
    )
