"""How often callers may ask: token buckets."""

from __future__ import annotations

import time
from collections import OrderedDict

_MOST = 10_000


class Buckets:
    """A bucket for each caller: it holds `burst` and fills by `rate` a second; a rate of 0 limits nothing.

    Only the newest callers are remembered: who floods with names only gets fresh buckets for fresh names.
    """

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = max(burst, 1.0)
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, now: float | None = None) -> float:
        """Take one from a caller's bucket; return 0, or the seconds until there is one where it is empty."""
        if self._rate <= 0:
            return 0.0
        held, now = self._now(caller, now)
        if held < 1.0:
            return (1.0 - held) / self._rate
        self._put(caller, held - 1.0, now)
        return 0.0

    def lacks(self, caller: str, now: float | None = None) -> float:
        """Return what `take` would, and take nothing."""
        if self._rate <= 0:
            return 0.0
        held, _ = self._now(caller, now)
        return max(0.0, (1.0 - held) / self._rate)

    def _now(self, caller: str, now: float | None) -> tuple[float, float]:
        if now is None:
            now = time.monotonic()
        held, then = self._held.get(caller, (self._burst, now))
        return min(self._burst, held + (now - then) * self._rate), now

    def _put(self, caller: str, held: float, now: float) -> None:
        self._held[caller] = (held, now)
        self._held.move_to_end(caller)
        if len(self._held) > _MOST:
            self._held.popitem(last=False)


def network(address: str) -> str:
    """Return what one client can take for itself of addresses: one of IPv4, a /64 of IPv6."""
    if ":" not in address:
        return address
    from ipaddress import IPv6Address

    try:
        parsed = IPv6Address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{IPv6Address(int(parsed) >> 64 << 64)}/64"
