"""`hivemind serve`: the REST API."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import array, boolean, integer, number, string
from hivehelm.cli.hivemind.guarding import guard_flags, guard_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_LONG = """Serve the REST API, and the platform's own chart repository.

It listens on this machine only, unless --host says otherwise, and works with the cluster that KUBECONFIG
chooses. Callers say who they are by a token (`hivemind token create`), with OpenID Connect, or as users of
the cluster; --no-auth lets everyone in who is on this machine, for trying. SIGTERM and Ctrl-C stop it: what
is under way is waited for, and what takes longer is gone on with by another replica or the next start.

    hivemind serve --no-auth --cluster demo
    curl http://127.0.0.1:8080/api/helm/releases
"""


def run(call: Call) -> None:
    """Serve until told to stop."""
    from hivehelm.platform.site import Site
    from hivehelm.server import ServerOptions, serve
    from hivehelm.settings import Settings

    flags = call.flags
    kubeconfig = flags.string("kubeconfig")
    if name := flags.string("cluster"):
        kubeconfig = _cluster(call, name)
    settings = Settings.from_environ().replace(kubeconfig=kubeconfig)
    if flags.string("kube-context"):
        settings = settings.replace(kube_context=flags.string("kube-context"))
    site = Site.from_settings(settings, base=flags.string("home"))
    host = flags.string("host")
    guard = guard_of(flags, host, site)
    options = ServerOptions(
        host=host,
        port=flags.integer("port"),
        namespaces=tuple(flags.strings("namespace")),
        repository=flags.string("repository"),
        slots=max(1, flags.integer("operations")),
        drain=max(0.0, flags.number("drain")),
        chart_urls=not flags.boolean("no-chart-urls"),
        local_urls=flags.boolean("allow-local-urls") or flags.boolean("no-auth"),
    )

    def started(url: str) -> None:
        # To standard error: a log goes there as well, and standard output stays what a program prints.
        call.err.write(f"Hivemind serves {url}\n{_hint(url, auth=not flags.boolean('no-auth'))}")

    serve(site, guard, options, started)


def _cluster(call: Call, name: str) -> str:
    """Return the kubeconfig of a cluster on this machine, which is started if it is not up."""
    from hivehelm.cli.hivemind.progress import shown
    from hivehelm.cluster.cluster import Cluster

    cluster = Cluster(name)
    with shown(call.err) as report:
        cluster.up(report)
    return str(cluster.kubeconfig())


def _hint(url: str, *, auth: bool) -> str:
    """Return how to try it."""
    if auth:
        return (
            f'  curl -H "Authorization: Bearer $TOKEN" {url}/api/helm/releases\n'
            "  (hivemind token create makes tokens)\n"
        )
    return f"  curl {url}/api/helm/releases\n  everyone on this machine may do everything: --no-auth\n"


command = Command(
    "serve",
    long=_LONG,
    flags=(
        string("host", "address to listen on", default="127.0.0.1"),
        integer("port", "port to listen on; 0 takes a free one", default=8080),
        array("namespace", "serve this namespace's releases only; can be repeated"),
        string("home", "the platform's directory (default $HIVEMIND_HOME)"),
        string("kubeconfig", "path to the kubeconfig file"),
        string("cluster", "serve this cluster of `hivemind cluster`, started if it is not up"),
        string("kube-context", "name of the kubeconfig context to use"),
        string("repository", "where the chart repository keeps archives: a directory, oci://… or https://…"),
        integer("operations", "how many operations run at a time", default=4),
        number("drain", "seconds to wait for what is under way when it is to stop", default=20.0),
        boolean("no-chart-urls", "take charts from repositories and registries only, not by URL"),
        boolean("allow-local-urls", "let charts come from addresses of this machine and its link"),
        *guard_flags(),
    ),
    arguments=no_arguments,
    exclusive=(("cluster", "kubeconfig"),),
    run=run,
)
