"""Packets one after another (RFC 9580, 4), with those skipped that Helm's library skips."""

from __future__ import annotations

from hivehelm.provenance.errors import (
    EndOfStreamError,
    ProvenanceError,
    StructuralError,
    TooLargeError,
    UnknownPacketError,
    UnsupportedDataError,
    UnsupportedError,
)
from hivehelm.provenance.octets import Pieces, Span, need, read_all, read_full, read_length
from hivehelm.provenance.publickey import PublicKey
from hivehelm.provenance.secretkey import SecretKey
from hivehelm.provenance.signature import Signature

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.provenance.octets import Source

# Kinds of packets (5).
SIGNATURE, SECRET_KEY, PUBLIC_KEY, SECRET_SUBKEY, MARKER, TRUST, USER_ID, PUBLIC_SUBKEY = (
    2,
    5,
    6,
    7,
    10,
    12,
    13,
    14,
)
_MESSAGES = frozenset((1, 3, 4, 8, 9, 11, 17, 18, 20, 21))

MAX_PACKETS = 200_000
# Each is compared with its public part, which takes time.
MAX_SECRETS = 2_000


class UserId(str):
    """A user ID (5.11); bytes that are not UTF-8 live as surrogate escapes."""

    __slots__ = ()


class Other:
    """A packet that keys and signatures have nothing to do with."""


Packet = PublicKey | SecretKey | Signature | UserId | Other


class PacketReader:
    """The packets of a source.

    `next()` gives them and passes over markers, unknown kinds and unsupported contents; `unread()` gives one
    back.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._unread: list[Packet] = []
        self._ended = False
        self._count = 0
        self._secrets = 0

    def next(self) -> Packet | None:
        """Return the next packet, None at the end.

        Raises:
            ProvenanceError: what follows is no packet, or one that is broken.
        """
        if self._unread:
            return self._unread.pop()
        while not self._ended:
            self._count += 1
            if self._count > MAX_PACKETS:
                raise TooLargeError(f"more than {MAX_PACKETS} packets of OpenPGP")
            try:
                packet = _read(self._source)
            except EndOfStreamError:
                self._ended = True
            except UnsupportedError as error:
                if isinstance(error, UnsupportedDataError):
                    raise
            except UnknownPacketError as error:
                if error.critical:
                    raise
            else:
                if isinstance(packet, SecretKey):
                    self._secrets += 1
                    if self._secrets > MAX_SECRETS:
                        raise TooLargeError(f"more than {MAX_SECRETS} secret keys of OpenPGP")
                if packet is not None:
                    return packet
        return None

    def unread(self, packet: Packet) -> None:
        """Give a packet back, to be the next again."""
        self._unread.append(packet)


def _read(source: Source) -> Packet | None:
    """Read a packet; None for a marker."""
    tag, body = _header(source)
    try:
        return _parse(tag, body)
    except (ProvenanceError, EndOfStreamError):
        _drain(body)
        raise


def _parse(tag: int, body: Source) -> Packet | None:
    if tag in (PUBLIC_KEY, PUBLIC_SUBKEY, SECRET_KEY, SECRET_SUBKEY):
        kind = SecretKey if tag in (SECRET_KEY, SECRET_SUBKEY) else PublicKey
        key = kind(subkey=tag in (PUBLIC_SUBKEY, SECRET_SUBKEY))
        key.parse(body)
        return key
    if tag == SIGNATURE:
        signature = Signature()
        signature.parse(body)
        return signature
    if tag == USER_ID:
        return UserId(read_all(body).decode("utf-8", "surrogateescape"))
    if tag == MARKER:
        if read_full(body, 3) != b"PGP":
            raise StructuralError("invalid marker packet")
        return None
    if tag in _MESSAGES:
        from hivehelm.provenance.foreign import READERS

        READERS[tag](body)
        return Other()
    raise UnknownPacketError(tag, critical=tag < 40 and tag != TRUST)


def _header(source: Source) -> tuple[int, Source]:
    """Read what kind of packet follows (4.2); return it and the packet's body."""
    first = read_full(source, 1)[0]
    if not first & 0x80:
        raise StructuralError("tag byte does not have MSB set")
    if first & 0x40:
        size, pieces = read_length(source)
        return first & 0x3F, Pieces(source, size) if pieces else Span(source, size)
    tag, width = (first & 0x3F) >> 2, first & 3
    if width == 3:
        return tag, source
    return tag, Span(source, int.from_bytes(need(source, 1 << width), "big"))


def _drain(body: Source) -> None:
    try:
        read_all(body)
    except ProvenanceError:
        return


def header(tag: int, size: int) -> bytes:
    """Return the bytes before the body of a packet that is written (4.2.1)."""
    first = bytes((0xC0 | tag,))
    if size < 192:
        return first + bytes((size,))
    if size < 8384:
        return first + (size - 192 + (192 << 8)).to_bytes(2, "big")
    return first + b"\xff" + size.to_bytes(4, "big")
