"""`hivemind token list`."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.output import encode, output_flag, table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.api.auth.token import Token
    from hivehelm.cli.command import Call


def run(call: Call) -> None:
    """Show the tokens."""
    import time

    from hivehelm.api.auth.tokensecrets import TokenSecrets
    from hivehelm.platform.site import Site

    site = Site.from_environ()
    found = TokenSecrets(site.client, site.namespace).list()
    format_ = call.flags.string("output")
    if format_ != "table":
        call.out.write(encode(format_, [_plain(token) for token in found]))
    elif found:
        now = time.time()
        rows: list[list[object]] = [["NAME", "ROLE", "NAMESPACES", "CREATED", "EXPIRES"]]
        rows += [_row(token, now) for token in found]
        call.out.write(table(rows))
    else:
        call.out.write("there are no tokens: `hivemind token create` makes one\n")


def _plain(token: Token) -> dict[str, object]:
    return {name: value for name, value in token.to_json().items() if name != "sha256"}


def _row(token: Token, now: float) -> list[object]:
    from hivehelm.api.auth.token import stamp

    expires = stamp(token.expires) or "never"
    if token.expired(now):
        expires += " (expired)"
    return [token.name, token.role, ",".join(token.namespaces) or "*", stamp(token.created), expires]


command = Command(
    "list",
    long="Show the tokens that are kept in the cluster, expired ones too. What a token is cannot be shown.\n",
    flags=(output_flag(),),
    arguments=no_arguments,
    run=run,
)
