"""ASCII armor (RFC 9580, 6), read line by line as Helm's library does: checksums are not looked at."""

from __future__ import annotations

from hivehelm.provenance.errors import ProvenanceError, StructuralError, TruncatedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_BEGIN, _END, _DASHES = b"-----BEGIN ", b"-----END ", b"-----"
_MAX_LINE = 96
# Go's reader has room for this much of a line.
_ROOM = 100
_BREAKS = b" \t\r\n\v\f"


class Block:
    """An armored block: `kind` is what its first line calls it; a source of the bytes in it."""

    def __init__(self, kind: str, lines: _Lines) -> None:
        self.kind = kind
        self._lines = lines
        self._line = b""
        self._letters = b""
        self._data = b""
        self._ended = False
        self._error: ProvenanceError | None = None

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end.

        Raises:
            StructuralError: a line is none of armor.
            CorruptInputError: a line is not base64.
            TruncatedError: what is there are not all letters of the last bytes.
        """
        if not self._data:
            self._decode(size)
        piece, self._data = self._data[:size], self._data[size:]
        return piece

    def _decode(self, size: int) -> None:
        """Decode what Go's decoder decodes at a time: errors count from where that begins."""
        from hivehelm.golang.base64 import CorruptInputError, decode64

        if self._error:
            raise self._error
        wanted = max(4, min(size // 3 * 4, 1024))
        try:
            while len(self._letters) < 4 and not self._ended:
                self._letters += self._read_line(wanted - len(self._letters))
        except StructuralError as error:
            self._error = error
            raise
        if len(self._letters) < 4:
            if self._letters:
                raise TruncatedError
            return
        whole = len(self._letters) // 4 * 4
        letters, self._letters = self._letters[:whole], self._letters[whole:]
        try:
            self._data = decode64(letters)
        except CorruptInputError as error:
            self._data = decode64(letters[: error.position // 4 * 4])
            self._error = ArmorError(str(error))
            if not self._data:
                raise self._error from None

    def _read_line(self, size: int) -> bytes:
        """Return letters of the line at hand, none where it has none; at the end of the block note it."""
        if not self._line:
            line = self._lines.next()
            if line is None:
                self._ended = True
                return b""
            text, cut = line
            text = text.strip(_BREAKS)
            if cut:
                raise StructuralError("armor invalid")
            if text.startswith(_END) or (len(text) == 5 and text.startswith(b"=")):
                self._ended = True
                return b""
            if len(text) > _MAX_LINE:
                raise StructuralError("armor invalid")
            self._line = text
        piece, self._line = self._line[:size], self._line[size:]
        return piece.translate(None, b"\r")


class ArmorError(ProvenanceError):
    """What is between the lines of a block is not base64."""


class _Lines:
    """The lines of data; longer ones come in parts, of which all but the last say so."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def next(self) -> tuple[bytes, bool] | None:
        """Return the next line or part of one, and whether more of it follows; None at the end."""
        start = self._position
        if start >= len(self._data):
            return None
        found = self._data.find(b"\n", start, start + _ROOM)
        if found >= 0:
            self._position = found + 1
            line = self._data[start:found]
            return line.removesuffix(b"\r"), False
        if len(self._data) - start < _ROOM:
            self._position = len(self._data)
            return self._data[start:], False
        line = self._data[start : start + _ROOM]
        line = line.removesuffix(b"\r")
        self._position = start + len(line)
        return line, True


def blocks(data: bytes) -> Iterator[Block]:
    """Yield the armored blocks of data; what is between them is passed over.

    Each has to be read before the next is asked for.
    """
    lines = _Lines(data)
    while block := _next(lines):
        yield block


def decode(data: bytes) -> Block | None:
    """Return the first armored block of data, None where there is none."""
    return _next(_Lines(data))


def _next(lines: _Lines) -> Block | None:
    while kind := _find(lines):
        if _read_headers(lines):
            return Block(kind.decode("utf-8", "surrogateescape"), lines)
    return None


def _find(lines: _Lines) -> bytes | None:
    """Go past the next first line of a block; return what it calls the block."""
    after_cut = False
    while (line := lines.next()) is not None:
        text, cut = line
        skipped = cut or after_cut
        after_cut = cut
        text = text.strip(_BREAKS)
        if not skipped and text.startswith(_BEGIN) and len(text) > len(_BEGIN) + len(_DASHES):
            return text[len(_BEGIN) : -len(_DASHES)]
    return None


def _read_headers(lines: _Lines) -> bool:
    """Go past the headers of a block; tell whether they are some."""
    after_cut = False
    while (line := lines.next()) is not None:
        text, cut = line
        continued, after_cut = after_cut, cut
        if continued:
            continue
        text = text.strip(_BREAKS)
        if not text:
            return True
        if b":" not in text:
            return False
    return False


def encode(kind: str, data: bytes) -> str:
    """Return data as an armored block, without a checksum and without a line break at its end."""
    from base64 import b64encode

    letters = b64encode(data).decode()
    lines = [letters[start : start + 64] for start in range(0, len(letters), 64)]
    return "\n".join((f"-----BEGIN {kind}-----", "", *lines, f"-----END {kind}-----"))
