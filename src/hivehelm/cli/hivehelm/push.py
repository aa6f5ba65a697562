"""`push`: bring a chart to a registry (Helm's `pkg/cmd/push.go`, `pkg/uploader`, `pkg/pusher`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import boolean, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Push an archive, and the provenance that lies beside it."""
    from hivehelm.actions.push import PushError, push
    from hivehelm.cli.hivehelm.chartflags import access
    from hivehelm.cli.hivehelm.session import log_of, stores
    from hivehelm.http.errors import TLSConfigError
    from hivehelm.sources.registries import registry

    client = registry(stores(call), access(call.flags), out=call.out.write, log=log_of(call))
    try:
        client.check()
    except TLSConfigError as error:
        raise PushError(f"missing registry client: can't create TLS config for client: {error}") from error
    push(client, call.arguments[0], call.arguments[1], log=log_of(call))


command = Command(
    "push [chart] [remote]",
    long="""Bring a chart's archive to a registry, under the chart's name and version.

Where a provenance file lies beside the archive, it goes along:

    helm push demo-1.2.0.tgz oci://ghcr.io/example/charts
""",
    flags=(
        string("cert-file", "the client certificate to show, in PEM"),
        string("key-file", "the client certificate's key, in PEM"),
        string("ca-file", "the authorities that may have signed the registry's certificate, in PEM"),
        boolean("insecure-skip-tls-verify", "accept any certificate of the registry"),
        boolean("plain-http", "speak HTTP, not HTTPS"),
        string("username", "the name to log in with, for this push only"),
        string("password", "the password to log in with, for this push only"),
    ),
    arguments=at_least(2),
    run=run,
)
