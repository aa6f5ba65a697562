"""What certificates take of ASN.1's distinguished encoding, and PEM around it, as Go writes both."""

from __future__ import annotations

SEQUENCE, SET = 0x30, 0x31
BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, PRINTABLE_STRING, UTC_TIME, GENERALIZED_TIME = 0x0C, 0x13, 0x17, 0x18

_PRINTABLE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?")


def element(tag: int, content: bytes) -> bytes:
    """Return one element: tag, length, content."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE."""
    return element(SEQUENCE, b"".join(parts))


def integer(value: int) -> bytes:
    """Return a non-negative INTEGER."""
    return element(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def identifier(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *rest = map(int, dotted.split("."))
    content = bytearray()
    for arc in (first * 40 + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        content += bytes(reversed(groups))
    return element(OBJECT, bytes(content))


def bits(content: bytes, unused: int = 0) -> bytes:
    """Return a BIT STRING of whole bytes but for `unused` bits at its end."""
    return element(BIT_STRING, bytes((unused,)) + content)


def text(data: bytes) -> bytes:
    """Return a string: printable where it can be, else UTF-8."""
    return element(PRINTABLE_STRING if _PRINTABLE.issuperset(data) else UTF8_STRING, data)


def moment(unix: int) -> bytes:
    """Return a time in seconds from 1970, with two digits for the years from 1950 to 2049."""
    from hivehelm.golang.time import Time

    time = Time(unix)
    if 1950 <= time.date()[0] < 2050:
        return element(UTC_TIME, time.format("060102150405Z").encode())
    return element(GENERALIZED_TIME, time.format("20060102150405Z").encode())


def children(data: bytes) -> list[bytes]:
    """Return the elements within one well-formed element."""
    position, end = _content(data, 0)
    parts = []
    while position < end:
        following = _content(data, position)[1]
        parts.append(data[position:following])
        position = following
    return parts


def _content(data: bytes, position: int) -> tuple[int, int]:
    size = data[position + 1]
    start = position + 2
    if size & 0x80:
        count = size & 0x7F
        size = int.from_bytes(data[start : start + count], "big")
        start += count
    return start, start + size


def to_pem(kind: str, data: bytes) -> str:
    """Return `data` in a PEM block."""
    from base64 import b64encode

    encoded = b64encode(data).decode()
    lines = [encoded[i : i + 64] for i in range(0, len(encoded), 64)]
    return "\n".join((f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----", ""))


def from_pem(data: str) -> tuple[str, bytes] | None:
    """Return the kind and content of the first PEM block, None where there is none (`pem.Decode`)."""
    from hivehelm.golang.base64 import CorruptInputError, decode64

    lines = data.split("\n")
    for i, line in enumerate(lines):
        opening = line.rstrip(" \t\r")
        if not (opening.startswith("-----BEGIN ") and opening.endswith("-----") and len(opening) > 16):
            continue
        kind = opening[11:-5]
        body: list[str] = []
        for inner in lines[i + 1 :]:
            stripped = inner.rstrip(" \t\r")
            if stripped == f"-----END {kind}-----":
                try:
                    content = "".join(body).replace(" ", "").replace("\t", "")
                    return kind, decode64(content.encode("utf-8", "surrogateescape"))
                except CorruptInputError:
                    break
            if stripped.startswith("-----"):
                break
            if ":" not in stripped:
                body.append(stripped)
    return None
