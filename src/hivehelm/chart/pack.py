"""The bytes of a packaged chart: Helm's entries (`pkg/chart/v2/util/save.go`) in the tar that Go writes.

The tar is the same byte for byte; what gzip makes of it depends on the compressor.
"""

from __future__ import annotations

from hivehelm.chart.errors import ChartError
from hivehelm.chart.model import API_V2

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.chart.model import Chart

_BLOCK = 512
_NAME, _PREFIX = 100, 155
_MAX_TIME = 1 << 33
# What Helm marks its archives with: a gzip subfield and a comment.
_EXTRA = b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo="
_COMMENT = b"Helm\0"
_GZIP = b"\x1f\x8b\x08\x14\0\0\0\0\0\xff" + len(_EXTRA).to_bytes(2, "little") + _EXTRA + _COMMENT


class InvalidChartNameError(ChartError):
    """A chart's `name` would be a path."""

    def __init__(self, name: str) -> None:
        from hivehelm.golang.fmt import quote

        super().__init__(f"{quote(name)} is not a valid chart name")
        self.name = name


def check_name(name: str) -> None:
    """Refuse a name that would lead out of the chart's directory.

    Raises:
        InvalidChartNameError: it would.
    """
    from hivehelm.golang.filepath import base

    if base(name) != name:
        raise InvalidChartNameError(name)


def packed(chart: Chart, epoch: int | None = None) -> Iterator[bytes]:
    """Yield the archive of a chart, piece by piece.

    With an `epoch`, in seconds since 1970, every file is as old as that, and so is Chart.lock.

    Raises:
        InvalidChartNameError: the chart or one below it has a name that is a path.
        ChartError: values.schema.json is not JSON.
    """
    import zlib

    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    checksum = size = 0
    yield _GZIP
    for piece in tar(chart, epoch):
        checksum = zlib.crc32(piece, checksum)
        size += len(piece)
        if done := squeeze.compress(piece):
            yield done
    yield squeeze.flush() + checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")


def tar(chart: Chart, epoch: int | None = None) -> Iterator[bytes]:
    """Yield the tar of a chart; as `packed`."""
    for name, data, modtime in _entries(chart, "", epoch):
        yield _header(name.encode("utf-8", "surrogateescape"), len(data), modtime)
        yield data + bytes(-len(data) % _BLOCK)
    yield bytes(2 * _BLOCK)


def _entries(chart: Chart, prefix: str, epoch: int | None) -> Iterator[tuple[str, bytes, int]]:
    """Yield path, contents and age in seconds of what an archive holds, in Helm's order."""
    from hivehelm.chart.encode import chart_yaml
    from hivehelm.golang.filepath import join

    def age(modtime: int | None) -> int:
        return _seconds(modtime) if epoch is None else epoch

    check_name(chart.name)
    base = join(prefix, chart.name)
    yield join(base, "Chart.yaml"), chart_yaml(chart.metadata), age(chart.modtime)
    if chart.lock is not None and chart.metadata.api_version == API_V2:
        data, modtime = _lock(chart, epoch)
        yield join(base, "Chart.lock"), data, age(modtime)
    for file in chart.raw:
        if file.name == "values.yaml":
            yield join(base, "values.yaml"), file.data, age(file.modtime)
    if chart.schema is not None:
        _check_schema(chart.schema)
        yield join(base, "values.schema.json"), chart.schema, age(chart.schema_modtime)
    for file in (*chart.templates, *chart.files):
        yield join(base, file.name), file.data, age(file.modtime)
    for dependency in chart.dependencies:
        yield from _entries(dependency, join(base, "charts"), epoch)


def _lock(chart: Chart, epoch: int | None) -> tuple[bytes, int | None]:
    from hivehelm.chart.encode import lock_yaml
    from hivehelm.chart.model import Lock
    from hivehelm.golang.time import Time
    from hivehelm.golang.timefmt import format as format_time
    from hivehelm.golang.timeparse import parse

    assert chart.lock is not None  # noqa: S101 - the caller's condition
    generated = chart.lock.generated
    if epoch is not None:
        generated = format_time("2006-01-02T15:04:05Z07:00", Time(epoch))
    instant = parse("2006-01-02T15:04:05Z07:00", generated)
    modtime = None if instant.is_zero() else instant.nanoseconds()
    return lock_yaml(Lock(generated, chart.lock.digest, chart.lock.dependencies)), modtime


def _check_schema(schema: bytes) -> None:
    from hivehelm.golang.json import JSONError, loads

    try:
        loads(schema)
    except JSONError:
        raise ChartError("invalid JSON in values.schema.json") from None


def _seconds(nanoseconds: int | None) -> int:
    """Return a time in whole seconds, as Go rounds it; what has none is from now."""
    if nanoseconds is None:
        from time import time_ns

        nanoseconds = time_ns()
    return (nanoseconds + 500_000_000) // 1_000_000_000


def _header(name: bytes, size: int, modtime: int) -> bytes:
    """Return the header blocks of a file: USTAR's where that can hold it, else with PAX records before."""
    split = _split(name)
    records = {}
    if not _is_ascii(name) or len(name) > _NAME:
        records[b"path"] = name
    if not 0 <= modtime < _MAX_TIME:
        records[b"mtime"] = b"%d" % modtime
    if not records or (split is not None and b"mtime" not in records):
        prefix, name = split or (b"", name)
        return _block(name, b"0", 0o644, size, modtime, prefix)
    data = b"".join(_record(key, records[key]) for key in sorted(records))
    directory, _, file = name.rpartition(b"/")
    place = b"/".join(part for part in (directory, b"PaxHeaders.0", file) if part)
    place = _ascii(place)[:_NAME].rstrip(b"/")
    extended = _block(place, b"x", 0, len(data), 0) + data + bytes(-len(data) % _BLOCK)
    return extended + _block(_ascii(name), b"0", 0o644, size, modtime if b"mtime" not in records else 0)


def _is_ascii(name: bytes) -> bool:
    return name.isascii() and b"\0" not in name


def _ascii(name: bytes) -> bytes:
    return name if _is_ascii(name) else bytes(byte for byte in name if 0 < byte < 0x80)


def _split(name: bytes) -> tuple[bytes, bytes] | None:
    """Return the two fields that USTAR puts a long name in, None where it does not fit or need them."""
    if len(name) <= _NAME or not _is_ascii(name):
        return None
    slash = name.rfind(b"/", 0, _PREFIX + 1)
    if slash <= 0 or not 0 < len(name) - slash - 1 <= _NAME:
        return None
    return name[:slash], name[slash + 1 :]


def _record(key: bytes, value: bytes) -> bytes:
    """Return a PAX record; its length counts itself."""
    rest = len(key) + len(value) + 3
    size = rest + len(str(rest))
    size = rest + len(str(size))
    return b"%d %s=%s\n" % (size, key, value)


def _block(name: bytes, flag: bytes, mode: int, size: int, modtime: int, prefix: bytes = b"") -> bytes:
    field = name[:_NAME]
    if len(name) > _NAME and field.endswith(b"/"):
        field = field.rstrip(b"/")
    # Groups and users are root's, without names; so are the numbers of the device, but for extended headers.
    device = b"\0" * 16 if flag == b"x" else b"0000000\0" * 2
    block = bytearray(
        field.ljust(_NAME, b"\0")
        + b"%07o\0%07o\0%07o\0%011o\0%011o\0" % (mode, 0, 0, size, modtime)
        + b"        "
        + flag
        + bytes(100)
        + b"ustar\0"
        + b"00"
        + bytes(64)
        + device
        + prefix.ljust(_PREFIX, b"\0")
        + bytes(12)
    )
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)
