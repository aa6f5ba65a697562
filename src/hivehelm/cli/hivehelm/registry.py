"""`registry`: log in to registries and out of them (Helm's `pkg/cmd/registry_*.go`)."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least
from hivehelm.cli.flags import boolean, string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run_login(call: Call) -> None:
    """Try credentials on a registry and keep them."""
    from hivehelm.cli.hivehelm.credentialprompt import ask
    from hivehelm.cli.hivehelm.session import log_of, settings_of
    from hivehelm.sources.oci.registry import Registry

    flags, log = call.flags, log_of(call)
    username, password = ask(
        flags.string("username"),
        flags.string("password"),
        from_stdin=flags.boolean("password-stdin"),
        write=call.out.write,
        warn=log.warn,
    )
    settings = settings_of(call)
    plain = flags.boolean("plain-http")
    pair = ("", "") if plain else (flags.string("cert-file"), flags.string("key-file"))
    registry = Registry(
        settings.registry_config,
        plain_http=plain,
        insecure=flags.boolean("insecure") and not plain,
        ca_file="" if plain else flags.string("ca-file"),
        cert_file=pair[0] if all(pair) else "",
        key_file=pair[1] if all(pair) else "",
        out=call.out.write,
        log=log,
        environ=settings.environ,
    )
    registry.check()
    registry.login(call.arguments[0], username, password)


def run_logout(call: Call) -> None:
    """Forget a registry's credentials."""
    from hivehelm.cli.hivehelm.session import settings_of
    from hivehelm.sources.oci.registry import Registry

    settings = settings_of(call)
    registry = Registry(settings.registry_config, out=call.out.write, environ=settings.environ)
    registry.logout(call.arguments[0])


command = Command(
    "registry",
    long="Log in to registries of charts, and out of them.",
    commands=(
        Command(
            "login [host]",
            "log in to a registry",
            long="""Try a name and a password on a registry, and keep them for pulls and pushes.

They are kept in the file that --registry-config names, or by the credential helper that the file names. So
that they are not seen by others on this machine, give the password on standard input:

    echo "$TOKEN" | helm registry login ghcr.io -u "$NAME" --password-stdin
""",
            flags=(
                string("username", "the name to log in with", short="u"),
                string("password", "the password or token to log in with, for all to see", short="p"),
                boolean("password-stdin", "read the password or token from standard input"),
                boolean("insecure", "accept any certificate of the registry"),
                string("cert-file", "the client certificate to show, in PEM"),
                string("key-file", "the client certificate's key, in PEM"),
                string("ca-file", "the authorities that may have signed the registry's certificate, in PEM"),
                boolean("plain-http", "speak HTTP, not HTTPS"),
            ),
            arguments=at_least(1),
            run=run_login,
        ),
        Command(
            "logout [host]",
            "log out of a registry",
            long="Forget the name and the password that `login` has kept for a registry.",
            arguments=at_least(1),
            run=run_logout,
        ),
    ),
)
