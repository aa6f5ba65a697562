"""Where a chart is to be had, and what is promised of it."""

from __future__ import annotations

from hivehelm.record import Record
from hivehelm.sources.errors import SourceError
from hivehelm.sources.stores import Access

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.golang.url import URL

OCI = "oci://"


class Target(Record):
    """Where a chart is to be had.

    `digest` is what a repository promises, as it writes it, or "". `access` says how the server is reached;
    its credentials are for the server of `origin`.
    """

    url: URL
    digest: str = ""
    access: Access = Access()
    origin: str = ""

    @property
    def name(self) -> str:
        """The name of the archive's file."""
        from hivehelm.golang.filepath import base

        name = base(self.url.path)
        if self.url.scheme == "oci":
            chart, _, tag = name.rpartition(":")
            name = f"{chart}-{tag}.tgz"
        return name

    @property
    def reference(self) -> str:
        """What the client of registries calls it."""
        return str(self.url).removeprefix(OCI)


class HexError(SourceError):
    """A digest is not written in hexadecimal digits."""


def sha256_of(promised: str) -> str:
    """Return the SHA-256 of a promise such as `sha256:…` in lower case, "" for none.

    Raises:
        SourceError: it is none.
    """
    text = promised.partition(":")[2] if ":" in promised else promised
    for byte in text.encode("utf-8", "surrogateescape"):
        if byte not in b"0123456789abcdefABCDEF":
            from hivehelm.golang.fmt import sprintf

            raise HexError(sprintf("encoding/hex: invalid byte: %#U", [byte]))
    if len(text) % 2:
        raise HexError("encoding/hex: odd length hex string")
    if promised and len(text) != 64:
        raise SourceError(f"invalid digest length: {len(text) // 2}")
    return text.lower()


def sha256_or_none(digest: str) -> str:
    """Return the SHA-256 of a promise, "" where it is none."""
    try:
        return sha256_of(digest)
    except SourceError:
        return ""
