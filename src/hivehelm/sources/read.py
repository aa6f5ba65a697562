"""Values files and `--set-file` files: from a path, or from standard input (Helm's `pkg/cli/values`)."""

from __future__ import annotations

from hivehelm.sources.errors import ReadError, UnavailableSourceError


def read(reference: str) -> bytes:
    """Return the contents of a file; `-` is standard input.

    Raises:
        URLError: Go would not take it for a path or a URL.
        ReadError: it cannot be read.
        UnavailableSourceError: it is a URL, which cannot be fetched yet.
    """
    if reference.strip() == "-":
        import sys

        return sys.stdin.buffer.read()
    from hivehelm.golang.url import parse

    if ":" in reference or "%" in reference or not reference.isprintable():
        scheme = parse(reference).scheme
        if scheme in ("http", "https", "oci"):
            raise UnavailableSourceError("values at URLs", f"{scheme}://…")
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
