"""Compares texts that are partly random: what differs between two runs of Helm may differ in ours."""

from __future__ import annotations

from itertools import zip_longest


def differences(first: str, second: str, ours: str, limit: int = 20) -> list[str]:
    """Return what is wrong with `ours`, given two runs of the real Helm; at most `limit` lines.

    A line that is equal in both runs has to be equal in ours; where they differ, ours has to share what
    stands before the random part.
    """
    found: list[str] = []
    for number, (a, b, c) in enumerate(
        zip_longest(first.split("\n"), second.split("\n"), ours.split("\n")), start=1
    ):
        if a is None or b is None or c is None:
            found.append(f"line {number}: wanted {a!r}, got {c!r}")
        elif a == b:
            if c != a:
                found.append(f"line {number}: wanted {a!r}, got {c!r}")
        elif not c.startswith(fixed := _fixed_prefix(a, b)):
            found.append(f"line {number}: wanted {fixed!r} and something random, got {c!r}")
        if len(found) >= limit:
            break
    return found


def _fixed_prefix(a: str, b: str) -> str:
    """Return what both lines start with, without the part of the random word that is equal by chance."""
    same = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    prefix = a[:same]
    while prefix and (prefix[-1].isalnum() or prefix[-1] in "+/="):
        prefix = prefix[:-1]
    return prefix
