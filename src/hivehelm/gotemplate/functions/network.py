"""Sprig's look-up of addresses: templates never reach the network, who renders hands a resolver in."""

from __future__ import annotations

from hivehelm.gotemplate.functions.signature import FunctionError, go

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@go("string")
def get_host_by_name(name: str) -> str:
    """`getHostByName`: nothing, as Helm has it without `--enable-dns`."""
    return ""


def resolving(lookup: Callable[[str], Sequence[str]]) -> Callable[[str], str]:
    """Return `getHostByName` as it is with `--enable-dns`: one of the addresses that `lookup` finds."""

    @go("string")
    def get_host_by_name(name: str) -> str:
        from hivehelm.gotemplate.functions.random import below

        addresses = lookup(name)
        if not addresses:
            raise FunctionError("invalid argument to Intn")
        return addresses[below(len(addresses))]

    return get_host_by_name
