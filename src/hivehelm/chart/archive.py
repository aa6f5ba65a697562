"""Packaged charts: a tar in gzip, read within Helm's limits (`pkg/chart/loader/archive`, Go's `archive/tar`).

A reader of its own, since `tarfile` costs more to import than most charts cost to read, and since what Go's
reader accepts is what counts. Nothing is written anywhere; memory is bounded by `MAX_CHART_SIZE`.
"""

from __future__ import annotations

from hivehelm import kept
from hivehelm.chart.errors import ArchiveError
from hivehelm.chart.gunzip import Gunzip
from hivehelm.chart.model import File
from hivehelm.seen import Seen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

MAX_CHART_SIZE = 100 * 1024 * 1024
BOM = b"\xef\xbb\xbf"

_BLOCK = 512
_ZEROS = bytes(_BLOCK)
# Go reads long names and PAX records whole, up to this many bytes.
_MAX_SPECIAL = 1024 * 1024
_HEADER_ONLY = frozenset(b"123456")
# Files of archives that were read before, by the bytes of the archives.
_SEEN = Seen(64 * 1024 * 1024)


class Entry:
    """A file of the tar: what its header and the records before it say; `flag` is the code of its type."""

    __slots__ = ("flag", "is_directory", "mode", "modtime", "name", "size")

    def __init__(self, name: str, flag: int, size: int, mode: int, modtime: int) -> None:
        self.name = name
        self.flag = flag
        self.size = size
        self.mode = mode
        self.modtime = modtime
        self.is_directory = flag == 0x35 or mode & ~0o7777 == 0o40000


class Tar:
    """Go's `tar.Reader`, without sparse files, which no chart and no plugin has.

    Raises:
        ArchiveError: the archive is broken, in Go's words; from each of its methods.
    """

    def __init__(self, source: Gunzip) -> None:
        self.source = source
        self.left = 0
        self.padding = 0

    def expect(self, size: int) -> None:
        """Note that so many bytes of contents come next, and what fills their last block."""
        if size < 0:
            raise _header_error()
        self.left = size
        self.padding = -size % _BLOCK

    def entry(self) -> Entry | None:
        """Go to the next entry; None at the end of the archive."""
        records: dict[str, str] = {}
        long_name = ""
        while True:
            if not self.source.skip(self.left):
                raise ArchiveError("unexpected EOF")
            if not self.source.skip(self.padding):
                return None
            self.expect(0)
            if (head := self.header()) is None:
                return None
            flag = head[156]
            name, size = _fields(head)
            self.expect(0 if flag in _HEADER_ONLY else size)
            if flag in b"xg":
                records = _pax_records(self.special(size))
                if flag == 0x67:
                    return Entry(name, flag, 0, 0, 0)
            elif flag in b"LK":
                data = self.special(size)
                if flag == 0x4C:
                    long_name = _text(data)
            else:
                return self.file(head, name, flag, size, records, long_name)

    def header(self) -> bytes | None:
        """Return the next block that begins an entry; None at the end."""
        head = self.source.read(_BLOCK)
        if not head:
            return None
        if head == _ZEROS:
            second = self.source.read(_BLOCK)
            if not second or second == _ZEROS:
                return None
            raise _header_error() if len(second) == _BLOCK else ArchiveError("unexpected EOF")
        if len(head) < _BLOCK:
            raise ArchiveError("unexpected EOF")
        wanted = _octal(head[148:156])
        unsigned = sum(head) - sum(head[148:156]) + 256
        if wanted != unsigned:
            # Old programs added the bytes up as signed ones.
            high = sum(byte >= 128 for byte in head[:148] + head[156:])
            if wanted != unsigned - 256 * high:
                raise _header_error()
        return head

    def special(self, size: int) -> bytes:
        """Return the contents of an entry that is about the next one."""
        data = self.source.read(min(size, _MAX_SPECIAL + 1))
        if len(data) > _MAX_SPECIAL:
            raise ArchiveError("archive/tar: header field too long")
        if len(data) < size:
            raise ArchiveError("unexpected EOF")
        self.left -= size
        return data

    def file(
        self, head: bytes, name: str, flag: int, size: int, records: dict[str, str], long_name: str
    ) -> Entry:
        """Return the entry that a header begins, with what the records before it say."""
        modtime = _number(head[136:148]) * 1_000_000_000
        for key, value in records.items():
            if not value:
                continue
            if key == "path":
                name = value
            elif key == "size":
                size = _decimal(value)
            elif key == "mtime":
                modtime = _pax_time(value)
            elif key in ("uid", "gid"):
                _decimal(value)
            elif key in ("atime", "ctime"):
                _pax_time(value)
        name = long_name or name
        if flag == 0:
            flag = 0x35 if name.endswith("/") else 0x30
        if flag == 0x53 or _is_sparse(records):
            raise _header_error()
        self.expect(0 if flag in _HEADER_ONLY else size)
        return Entry(name, flag, size, _number(head[100:108]), modtime)

    def data(self, entry: Entry) -> bytes:
        """Return the contents of the entry that was read last, all at once."""
        if entry.flag in _HEADER_ONLY:
            return b""
        data = self.source.read(entry.size)
        if len(data) < entry.size:
            raise ArchiveError("unexpected EOF")
        self.left -= entry.size
        return data


def _text(field: bytes) -> str:
    return field.split(b"\0", 1)[0].decode("utf-8", "surrogateescape")


def _fields(head: bytes) -> tuple[str, int]:
    """Return the name and the size in a header, all of whose numbers have to be good."""
    name = _text(head[:100])
    for start, end in _NUMBERS:
        _number(head[start:end])
    size = _number(head[124:136])
    prefix = b""
    if head[257:263] == b"ustar\0":
        prefix = head[345:500]
        if head[508:512] == b"tar\0":
            prefix = head[345:476]
            _number(head[476:488])
            _number(head[488:500])
    elif head[257:265] != b"ustar  \0":
        return name, size
    _number(head[329:337])
    _number(head[337:345])
    if head[262] == 0x20 and not _is_gnu_time(head[345:357], head[357:369]) and head[345:500].isascii():
        # Old versions of Go kept the front of a long path there.
        prefix = head[345:500]
    return (f"{text}/{name}" if (text := _text(prefix)) else name), size


# Mode, owner, group and time: of every format.
_NUMBERS = ((100, 108), (108, 116), (116, 124), (136, 148))


def _is_gnu_time(*fields: bytes) -> bool:
    try:
        return all(not field[0] or _number(field) is not None for field in fields)
    except ArchiveError:
        return False


def _header_error() -> ArchiveError:
    return ArchiveError("archive/tar: invalid tar header")


def _number(field: bytes) -> int:
    if not field[0] & 0x80:
        return _octal(field)
    bits = 8 * len(field) - 1
    value = int.from_bytes(field, "big") & ((1 << bits) - 1)
    value -= 1 << bits if field[0] & 0x40 else 0
    if not -(1 << 63) <= value < 1 << 63:
        raise _header_error()
    return value


def _octal(field: bytes) -> int:
    text = field.strip(b" \0").split(b"\0", 1)[0]
    if not text:
        return 0
    if text.strip(b"01234567") or (value := int(text, 8)) >= 1 << 64:
        raise _header_error()
    return value if value < 1 << 63 else value - (1 << 64)


def _decimal(text: str) -> int:
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit() and len(digits.lstrip("0")) < 20):
        raise _header_error()
    value = int(digits.lstrip("0") or "0") * (-1 if text[0] == "-" else 1)
    if not -(1 << 63) <= value < 1 << 63:
        raise _header_error()
    return value


def _is_sparse(records: dict[str, str]) -> bool:
    major, minor = records.get("GNU.sparse.major", ""), records.get("GNU.sparse.minor", "")
    if major or minor:
        return (major, minor) in (("0", "0"), ("0", "1"), ("1", "0"))
    return bool(records.get("GNU.sparse.map")) or "GNU.sparse.offset" in records


def _pax_records(data: bytes) -> dict[str, str]:
    records: dict[str, str] = {}
    while data:
        digits, space, rest = data.partition(b" ")
        if not space:
            raise _header_error()
        length = _decimal(digits.decode("utf-8", "surrogateescape"))
        end = length - len(digits) - 1
        record = rest[:end]
        key, equals, value = record[:-1].partition(b"=")
        if length < 5 or end <= 0 or len(record) < end or record[-1:] != b"\n" or not equals or not key:
            raise _header_error()
        if b"\0" in (value if key in (b"path", b"linkpath", b"uname", b"gname") else key):
            raise _header_error()
        records[key.decode("utf-8", "surrogateescape")] = value.decode("utf-8", "surrogateescape")
        data = rest[end:]
    return records


def _pax_time(text: str) -> int:
    seconds, _, fraction = text.partition(".")
    whole = _decimal(seconds) * 1_000_000_000
    if not fraction:
        return whole
    if not (fraction.isascii() and fraction.isdigit()):
        raise _header_error()
    nanoseconds = int((fraction + "0" * 9)[:9])
    return whole - nanoseconds if seconds.startswith("-") else whole + nanoseconds


def inner_path(name: str) -> str:
    """Return the path within the chart of the archive's entry `name`.

    Raises:
        ArchiveError: the entry is not inside the chart's directory.
    """
    from posixpath import normpath

    delimiter = "\\" if "\\" in name else "/"
    base, _, inner = name.partition(delimiter)
    inner = inner.replace(delimiter, "/")
    if inner.startswith("/"):
        raise ArchiveError("chart illegally contains absolute paths")
    inner = normpath(inner)
    if inner == ".":
        from hivehelm.golang.fmt import quote

        raise ArchiveError(f"chart illegally contains content outside the base directory: {quote(name)}")
    if inner.startswith(".."):
        raise ArchiveError("chart illegally references parent directory")
    if inner[1:3] == ":/" and inner[0].isascii() and inner[0].isalpha():
        raise ArchiveError("chart contains illegally named files")
    if base == "Chart.yaml":
        raise ArchiveError("chart yaml not in base directory")
    return inner


def read_files(stream: BinaryIO) -> list[File]:
    """Return the files of a packaged chart, paths relative to its directory, byte order marks taken off.

    Links and devices are files without contents, as Helm has them. `stream` is read as far as the tar
    reaches.

    Raises:
        GzipHeaderError: it is not gzip.
        ArchiveError: it is broken, larger than `MAX_CHART_SIZE`, empty, or names paths outside the chart.
    """
    tar = Tar(Gunzip(stream))
    files: list[File] = []
    remaining = MAX_CHART_SIZE
    while (entry := tar.entry()) is not None:
        if entry.is_directory or entry.flag == 0x67:
            continue
        name = inner_path(entry.name)
        if entry.size > remaining:
            raise ArchiveError(f"decompressed chart is larger than the maximum size {MAX_CHART_SIZE}")
        data = tar.data(entry)
        remaining -= len(data)
        if len(data) < entry.size or remaining <= 0:
            raise ArchiveError(f"decompressed chart is larger than the maximum size {MAX_CHART_SIZE}")
        files.append(File(name, data.removeprefix(BOM), entry.modtime))
    if not files:
        raise ArchiveError("no files in chart archive")
    return files


def files_of(data: bytes) -> list[File]:
    """Return the files of the packaged chart that `data` is; from memory, if it was read before.

    Raises:
        ArchiveError: as `read_files`.
    """
    known = _SEEN.get(data)
    if known is None:
        known = _read_before(data) or _read_now(data)
        _SEEN.put(data, known, len(data) + sum(len(file.data) for file in known))
    return list(known)


def _read_before(data: bytes) -> tuple[File, ...]:
    """Return the files that another process has found in an archive, none where none has."""
    from marshal import loads

    dumped = kept.get("archive", data)
    if dumped is None:
        return ()
    return tuple([File(*fields) for fields in loads(dumped)])  # noqa: S302 - only what was dumped below


def _read_now(data: bytes) -> tuple[File, ...]:
    from io import BytesIO
    from marshal import dumps

    files = read_files(BytesIO(data))
    kept.put("archive", data, dumps([(file.name, file.data, file.modtime) for file in files]))
    return tuple(files)
