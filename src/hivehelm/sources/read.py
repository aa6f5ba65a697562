"""Values files and `--set-file` files: from a path, a URL, or standard input (Helm's `pkg/cli/values`)."""

from __future__ import annotations

from hivehelm.sources.errors import ReadError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.sources.stores import Stores

    Log = Callable[..., None]

MAX_FETCHED = 32 << 20
"""Bytes that a file at a URL may have."""


def read(reference: str, stores: Callable[[], Stores] | None = None, log: Log | None = None) -> bytes:
    """Return the contents of a file; `-` is standard input.

    What has the scheme of a URL that can be fetched is fetched: over HTTP, from a registry, or by a plugin;
    `stores()` says where those are.

    Raises:
        ReadError: it cannot be read.
        HivehelmError: it is neither path nor URL, or cannot be fetched.
    """
    if reference.strip() == "-":
        import sys

        return sys.stdin.buffer.read()
    if ":" in reference or "%" in reference or not reference.isprintable():
        found = _fetched(reference, stores, log)
        if found is not None:
            return found
    call = "open"
    try:
        with open(reference, "rb") as file:
            call = "read"
            return file.read()
    except IsADirectoryError:
        raise ReadError(reference, "is a directory", "read") from None
    except OSError as error:
        import os

        raise ReadError(reference, os.strerror(error.errno or 0).lower(), call) from error


def _fetched(reference: str, stores: Callable[[], Stores] | None, log: Log | None) -> bytes | None:
    """Return what is at a URL, None if the reference is none that can be fetched."""
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse
    from hivehelm.sources.address import without_password

    try:
        scheme = parse(reference).scheme
    except URLError as error:
        raise SourceError(f"parse {quote(without_password(error.text))}: {error.problem}") from None
    if not scheme:
        return None
    from hivehelm.sources.getter import GetOptions, get, knows
    from hivehelm.sources.stores import Stores

    kept = Stores() if stores is None else stores()
    if not knows(scheme, kept.plugins):
        return None
    options = GetOptions(
        url=reference,
        stores=kept,
        limit=MAX_FETCHED,
        compressed=True,
    )
    return get(reference, options, log)
