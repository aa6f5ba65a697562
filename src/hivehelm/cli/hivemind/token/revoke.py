"""`hivemind token revoke`."""

from __future__ import annotations

from hivehelm.cli.command import Command, at_least

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Revoke tokens."""
    from hivehelm.api.auth.tokensecrets import TokenSecrets
    from hivehelm.platform.site import Site

    site = Site.from_environ()
    tokens = TokenSecrets(site.client, site.namespace)
    for name in call.arguments:
        tokens.remove(name)
        call.out.write(f'token "{name}" is revoked\n')


command = Command(
    "revoke NAME...",
    long="Revoke tokens by name: within seconds no server lets their bearers in any more.\n",
    arguments=at_least(1),
    run=run,
)
