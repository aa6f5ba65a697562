"""Addresses near a server: those of its own machine and link, which strangers must not reach through it."""

from __future__ import annotations


def is_near(address: str) -> bool:
    """Tell whether an IP address is of this machine (loopback, unspecified), of its link, or of no one host.

    IPv4 addresses within IPv6 ones count as what they are.
    """
    from ipaddress import ip_address

    found = ip_address(address.partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if inner is not None and is_near(str(inner)):
        return True
    return (
        found.is_loopback
        or found.is_link_local
        or found.is_unspecified
        or found.is_multicast
        or found.is_reserved
    )
