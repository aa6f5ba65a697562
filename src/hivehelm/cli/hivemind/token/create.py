"""`hivemind token create`."""

from __future__ import annotations

from hivehelm.cli.command import Command, no_arguments
from hivehelm.cli.flags import boolean, string, strings
from hivehelm.cli.output import encode, output_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cli.command import Call

_LONG = """Make a token and print it, this once: only its hash is kept.

    $ hivemind token create --name ci --role deployer --namespace shop --namespace pay --expires 30d
    $ curl -H "Authorization: Bearer hm_..." https://hivemind.example.com/api/helm/releases?namespace=shop

With --offline no cluster is asked: what is printed is also the entry of a file for `serve --token-file`.
"""


def run(call: Call) -> None:
    """Make a token."""
    import time

    from hivehelm.api.auth.errors import TokenError
    from hivehelm.api.auth.token import Token, age
    from hivehelm.api.auth.tokensecrets import TokenSecrets
    from hivehelm.platform.site import Site

    flags = call.flags
    for needed in ("name", "role"):
        if not flags.string(needed):
            raise TokenError(f"--{needed} is needed")
    token, text = Token.issue(
        flags.string("name"),
        flags.string("role"),
        flags.strings("namespace"),
        time.time(),
        age(flags.string("expires")),
    )
    offline = flags.boolean("offline")
    if not offline:
        site = Site.from_environ()
        TokenSecrets(site.client, site.namespace).add(token)
    format_ = flags.string("output")
    if format_ != "table":
        call.out.write(encode(format_, {**token.to_json(), "token": text}))
        return
    call.out.write(f"{text}\n")
    if offline:
        call.out.write(encode("yaml", {"tokens": [token.to_json()]}))
    call.err.write("Keep it: it is not shown again.\n")


command = Command(
    "create",
    long=_LONG,
    flags=(
        string("name", "what the token is called, in logs and lists"),
        string("role", "what its bearer may: viewer, deployer or admin"),
        strings("namespace", "a namespace that the role is for; all where none is given", short="n"),
        string("expires", "when it ends: 30d, 12h, 90m, or never", default="90d"),
        boolean("offline", "keep nothing in the cluster: print the entry of a token file"),
        output_flag(),
    ),
    arguments=no_arguments,
    run=run,
)
