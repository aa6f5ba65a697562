"""What a registry asks for: the `WWW-Authenticate` header (RFC 7235), as oras-go reads it."""

from __future__ import annotations

from hivehelm.record import Record

_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")


class Challenge(Record):
    """A challenge: `scheme` is `basic`, `bearer` or "" for what is not known; the rest is of bearer only.

    Tokens are to be had at `realm`, for `service` and the scopes in `scope`, which blanks separate.
    """

    scheme: str = ""
    realm: str = ""
    service: str = ""
    scope: str = ""


def parse(header: str) -> Challenge:
    """Return the first challenge of a header; what comes after a mistake in it is not read."""
    scheme, rest = _token(header)
    scheme = scheme.lower()
    if scheme != "bearer":
        return Challenge(scheme=scheme if scheme == "basic" else "")
    found: dict[str, str] = {}
    while True:
        key, rest = _token(rest.lstrip(" \t"))
        rest = rest.lstrip(" \t")
        if not key or rest[:1] != "=":
            break
        rest = rest[1:].lstrip(" \t")
        if rest[:1] == '"':
            value, rest = _quoted(rest)
            if value is None:
                break
        else:
            value, rest = _token(rest)
            if not value:
                break
        found[key] = value
        rest = rest.lstrip(" \t")
        if rest[:1] != ",":
            break
        rest = rest[1:]
    return Challenge(
        scheme=scheme,
        realm=found.get("realm", ""),
        service=found.get("service", ""),
        scope=found.get("scope", ""),
    )


def _token(text: str) -> tuple[str, str]:
    end = next((at for at, letter in enumerate(text) if letter not in _TOKEN), len(text))
    return text[:end], text[end:]


def _quoted(text: str) -> tuple[str | None, str]:
    """Return the string literal that `text` begins with, as Go reads it, and what follows; None for none."""
    from hivehelm.golang.strconv import unescape

    at = 1
    while at < len(text) and text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    if at >= len(text) or "\n" in text[:at]:
        return None, ""
    return unescape(text[1:at], '"'), text[at + 1 :]
