"""Texts with their signature below (RFC 9580, 7), as Helm's library writes and reads them."""

from __future__ import annotations

from hivehelm.provenance import armor
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.armor import Block

_START = b"-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
_END = b"\n-----END PGP SIGNATURE-----"
_HASHES = frozenset(
    ("MD5", "SHA1", "RIPEMD160", "SHA224", "SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-512")
)


class Message(Record):
    """A clear-signed text: `text` as it is read, `signed` as it is hashed, and the block of the signature."""

    text: bytes
    signed: bytes
    signature: Block


def decode(data: bytes) -> Message | None:
    """Return the first clear-signed text of data, None where there is none that is whole."""
    if data.startswith(_START):
        position = len(_START)
    elif (found := data.find(b"\n" + _START)) >= 0:
        position = found + 1 + len(_START)
    else:
        return None
    line, position = _line(data, position)
    if line:
        return None
    body = _after_headers(data, position)
    if body is None:
        return None
    lines = []
    position = body
    while True:
        start = position
        line, position = _line(data, position)
        if not line and position == len(data):
            return None
        if line == _SIGNATURE:
            break
        lines.append(line.removeprefix(b"- ").rstrip(b" \t"))
    end = data.find(_END, start)
    if end < 0:
        return None
    block = armor.decode(data[start : end + len(_END)])
    if block is None:
        return None
    return Message(text=b"\n".join(lines), signed=b"\r\n".join(lines), signature=block)


def _line(data: bytes, start: int) -> tuple[bytes, int]:
    """Return the line that starts at a byte, without its break, and where the next one starts."""
    end = data.find(b"\n", start)
    if end < 0:
        return data[start:], len(data)
    return data[start : end - 1 if end > start and data[end - 1] == 0x0D else end], end + 1


def _after_headers(data: bytes, position: int) -> int | None:
    """Return where the text starts, None where something else than hashes is said before it."""
    while position < len(data):
        line, position = _line(data, position)
        if not line.strip():
            return position
        if any(byte < 0x20 or byte > 0x7E for byte in line):
            return None
        key, colon, value = line.decode().partition(":")
        if not colon or key.strip() != "Hash":
            return None
        if any(name.strip().upper() not in _HASHES for name in value.split(",")):
            return None
    return None


def canonical(text: bytes) -> bytes:
    """Return a text as it is hashed: no white space at ends of lines, which end as on the wire (5.2.1.2)."""
    return b"\r\n".join(line.rstrip(b" \t\r") for line in text.split(b"\n"))


def encode(text: bytes, packet: bytes, hash_name: str) -> str:
    """Return a text with the signature over it, the bytes of a packet, below; `hash_name` may be empty."""
    lines = (line.rstrip(b" \t\r") for line in text.split(b"\n"))
    escaped = [b"- " + line if line.startswith(b"-") else line for line in lines]
    headers = f"Hash: {hash_name}\n" if hash_name else ""
    body = b"\n".join(escaped).decode("utf-8", "surrogateescape")
    return f"{_START.decode()}\n{headers}\n{body}\n{armor.encode('PGP SIGNATURE', packet)}"
