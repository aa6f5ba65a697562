"""`hivemind token`: what can be done with tokens."""

from __future__ import annotations

from hivehelm.cli.command import Command
from hivehelm.cli.hivemind.group import show

_HERE = "hivehelm.cli.hivemind.token"

_LONG = """Tokens for the REST API, which `hivemind serve` lets in.

A token has a role: a viewer reads releases, a deployer changes them too, an admin also changes repositories
and charts. With namespaces, the role is for those alone. Only a token's hash is kept, as a Secret in the
platform's namespace (HIVEMIND_NAMESPACE), where all servers see it within seconds.
"""


command = Command(
    "token",
    long=_LONG,
    commands=(
        Command("create", "make a token", module=f"{_HERE}.create"),
        Command("list", "show the tokens that there are", aliases=("ls",), module=f"{_HERE}.list"),
        Command(
            "revoke",
            "make a token good for nothing",
            suggest_for=("delete", "remove", "rm"),
            module=f"{_HERE}.revoke",
        ),
    ),
    run=show,
)
