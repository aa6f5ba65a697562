"""What a command works with: its settings, its log, its chart, its cluster."""

from __future__ import annotations

from hivehelm.cli.hivehelm.globals import apply_flags
from hivehelm.cli.log import Log, write_server_warning
from hivehelm.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.cli.command import Call
    from hivehelm.cli.hivehelm.waitdisplay import WaitDisplay
    from hivehelm.cli.stream import Stream
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.kube.throttle import Throttle
    from hivehelm.platform.repositories import Repositories
    from hivehelm.sources.stores import Stores


def settings_of(call: Call) -> Settings:
    """Return the environment's settings with the call's flags laid over them."""
    return apply_flags(Settings.from_environ(), call.flags)


def template_cache(call: Call) -> TemplateCache:
    """Return the compiled templates that processes of this user share; none without a home directory."""
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.settings import template_cache_path

    path = template_cache_path(settings_of(call).environ)
    return TemplateCache(path if path.startswith("/") else None)


def log_of(call: Call) -> Log:
    """Return a log on the call's standard error."""
    return Log(call.err, debug=call.flags.boolean("debug"))


def stores(call: Call) -> Stores:
    """Return where Helm keeps what it knows of repositories and registries, and the charts it has fetched."""
    import sys

    from hivehelm.cli.hivehelm.indexcache import index_cache
    from hivehelm.sources.stores import Stores

    settings = settings_of(call)
    return Stores(
        repository_config=settings.repository_config,
        repository_cache=settings.repository_cache,
        registry_config=settings.registry_config,
        content_cache=settings.content_cache,
        plugins=settings.plugins,
        parsed_indexes=index_cache(call),
        environ=settings.environ,
        variables=lambda: settings.variables(sys.argv[0]),
        password=lambda repository: _kept(settings).password(repository),
        registry=lambda name: _kept(settings).registry_of(name),
    )


def _kept(settings: Settings) -> Repositories:
    """Return what Hivemind keeps of repositories: passwords, encrypted, and registries by name."""
    from hivehelm.platform.site import Site

    return Site.from_settings(settings).repositories


def locate(call: Call, reference: str, *, registry_out: Stream) -> str:
    """Return the path of the chart that an argument means, as the chart flags of a call say.

    What Helm prints of registries goes to `registry_out`.

    Raises:
        HivehelmError: there is none, or it cannot be fetched or verified.
    """
    from hivehelm.sources.locate import existing
    from hivehelm.sources.locate import locate as find

    flags, log = call.flags, log_of(call)
    if not flags.string("repo") and not flags.boolean("verify") and (path := existing(reference)):
        return path
    from hivehelm.cli.hivehelm.chartflags import access, keyring, version

    return find(
        reference,
        stores(call),
        access(flags),
        version=version(flags),
        repository=flags.string("repo"),
        keyring=keyring(call) if flags.boolean("verify") else None,
        registry_out=registry_out.write,
        log=log,
    )


def check_registry(call: Call) -> None:
    """Refuse certificates of the chart flags that no server could be reached with, as Helm does at once.

    Raises:
        SourceError: a file cannot be read, or holds something else.
    """
    flags = call.flags
    if flags.string("ca-file") or flags.string("cert-file") or flags.boolean("insecure-skip-tls-verify"):
        from hivehelm.cli.hivehelm.chartflags import access
        from hivehelm.sources.registries import check

        check(stores(call), access(flags))


def connect(call: Call, *, all_namespaces: bool = False) -> Context:
    """Return the cluster and the records that the settings choose; `all_namespaces` is for listing.

    Raises:
        UnreachableError: the kubeconfig does not say how to reach a cluster.
        UnknownDriverError, SQLError: records cannot be kept that way.
    """
    settings = settings_of(call)
    log: Callable[..., None] = log_of(call)
    namespace = "" if all_namespaces else settings.resolve_namespace()
    driver = settings.environ.get("HELM_DRIVER", "")
    memory = None
    if driver == "memory":
        from hivehelm.cli.hivehelm.memory import load

        memory = load(settings.environ.get("HELM_MEMORY_DRIVER_DATA", ""))
    from hivehelm.actions.connect import connect as to_cluster

    display = _display(call)
    if display is not None:
        log = _Above(log, display.hide)
    context = to_cluster(
        settings.kubeconfig,
        namespace=namespace,
        driver=driver,
        overrides=settings.overrides(),
        environ=settings.environ,
        log=log,
        on_warning=lambda text: write_server_warning(call.err, text),
        hook_output=lambda _namespace, _pod, _container, data: log("INFO", _line(data)),
        throttle=_throttle(settings),
        memory=memory,
        on_event=display,
    )
    if display is not None:
        display.context = context
    return context


def _display(call: Call) -> WaitDisplay | None:
    """Return what shows waits to who looks on; elsewhere only what Helm prints is printed."""
    if not call.err.is_terminal():
        return None
    from hivehelm.cli.hivehelm.waitdisplay import WaitDisplay

    def console() -> Any:
        from rich.console import Console

        return Console(stderr=True)

    return WaitDisplay(console)


class _Above:
    """A log that clears the terminal of what is shown before each line."""

    def __init__(self, log: Callable[..., None], hide: Callable[[], None]) -> None:
        self._log = log
        self._hide = hide

    def __call__(self, level: str, message: str, /, **attributes: object) -> None:
        self._hide()
        self._log(level, message, **attributes)


def _throttle(settings: Settings) -> Throttle | None:
    """Return the limit that the user asks for; without `--qps` there is none, whatever the burst."""
    if settings.qps <= 0:
        return None
    from hivehelm.kube.throttle import Throttle

    return Throttle(settings.qps, settings.burst_limit)


def _line(data: bytes) -> str:
    """Return logs of a hook as Go's log package passes them on: without the last line end."""
    return data.decode("utf-8", "surrogateescape").removesuffix("\n")


def history_max(call: Call) -> int:
    """Return how many revisions a release keeps: `--history-max`, else `HELM_MAX_HISTORY`."""
    if call.flags.given("history-max"):
        return call.flags.integer("history-max")
    return settings_of(call).max_history


def offline(call: Call) -> Context:
    """Return what a client-side dry run works with: no cluster, and no records."""
    from hivehelm.actions.context import Context
    from hivehelm.release.drivers.memory import Memory
    from hivehelm.release.storage import Storage

    namespace = settings_of(call).resolve_namespace()
    return Context(Storage(Memory(namespace)), namespace=namespace, log=log_of(call))
