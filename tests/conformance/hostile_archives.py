"""Archives of strangers."""

from __future__ import annotations

import gzip
import io
import tarfile
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

CHART = b"apiVersion: v2\nname: x\nversion: 0.1.0\n"
MEGABYTE = bytes(1 << 20)


def tar(*entries: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """Return a chart's archive with further entries, of that type."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        _add(archive, "x/Chart.yaml", CHART, tarfile.REGTYPE, "")
        for name, data in entries:
            _add(archive, name, data, kind, link)
    return gzip.compress(out.getvalue(), 1, mtime=0)


def _add(archive: tarfile.TarFile, name: str, data: bytes, kind: bytes, link: str) -> None:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, len(data), link
    archive.addfile(info, io.BytesIO(data))


def bomb(megabytes: int, *, head: bytes = b"") -> bytes:
    """Return gzip that grows a thousand times when it is read."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join((pack.compress(head), *(pack.compress(MEGABYTE) for _ in range(megabytes)), pack.flush()))


def _head(name: str, size: int, kind: bytes = tarfile.REGTYPE) -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return info.tobuf(tarfile.GNU_FORMAT)


def _chart_entry() -> bytes:
    return _head("x/Chart.yaml", len(CHART)) + CHART.ljust(512, b"\0")


def _members(count: int) -> bytes:
    head = _head("x/templates/a", 0)
    return gzip.compress(_chart_entry() + head * count + bytes(1024), 1, mtime=0)


def _nested(depth: int) -> bytes:
    data = tar()
    for _ in range(depth):
        data = tar(("x/charts/x-0.1.0.tgz", data))
    return data


def archives() -> Iterator[tuple[str, bytes]]:
    """Yield names and archives."""
    yield "parent", tar(("x/../../evil", b"e"))
    yield "up", tar(("../evil", b"e"))
    yield "absolute", tar(("/tmp/evil", b"e"))  # noqa: S108
    yield "inner-absolute", tar(("x//tmp/evil", b"e"))
    yield "backslashes", tar(("x\\..\\..\\evil", b"e"))
    yield "symlink", tar(("x/templates/l", b""), kind=tarfile.SYMTYPE, link="/etc/passwd")
    yield (
        "symlink-directory",
        tar(("x/templates", b""), ("x/templates/e", b"e"), kind=tarfile.SYMTYPE, link="/tmp"),  # noqa: S108
    )
    yield "hardlink", tar(("x/templates/l", b""), kind=tarfile.LNKTYPE, link="/etc/passwd")
    yield "device", tar(("x/templates/d", b""), kind=tarfile.CHRTYPE)
    yield "fifo", tar(("x/templates/d", b""), kind=tarfile.FIFOTYPE)
    yield (
        "twice",
        tar(("x/Chart.yaml", b"name: y\n"), ("x/values.yaml", b"a: 1\n"), ("x/values.yaml", b"a: 2\n")),
    )
    yield "deep", tar((f"x/{'d/' * 3000}f", b"e"))
    yield "long", tar((f"x/{'n' * 100_000}", b"e"))
    yield "ratio", bomb(300, head=_chart_entry() + _head("x/f", 300 << 20))
    yield "zeros", bomb(300)
    yield "skipped", bomb(300, head=_chart_entry() + _head("x/f", 300 << 20, tarfile.DIRTYPE))
    yield "many", _members(10_000)
    yield "huge", gzip.compress(_chart_entry() + _head("x/f", 8_000_000_000), 1, mtime=0)
    yield "largest", gzip.compress(_chart_entry() + _head("x/f", (1 << 63) - 1), 1, mtime=0)
    yield "negative", gzip.compress(_chart_entry() + _head("x/f", -5), 1, mtime=0)
    yield "short", gzip.compress(_chart_entry() + _head("x/f", 100_000) + b"e" * 10, 1, mtime=0)
    yield "name", gzip.compress(_chart_entry() + _head("././@LongLink", 900 << 20, b"L"), 1, mtime=0)
    yield "charts", _nested(100)
    yield "members-of-gzip", gzip.compress(b"", mtime=0) * 30_000 + tar()
