"""Names to addresses, for charts that are allowed to ask (`--enable-dns`)."""

from __future__ import annotations


def addresses(host: str) -> list[str]:
    """Return the addresses of `host` as the system resolves it, none where it does not (Go's LookupHost)."""
    import socket

    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
