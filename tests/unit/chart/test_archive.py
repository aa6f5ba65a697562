from __future__ import annotations

import gzip
import io
import tarfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from hivehelm import kept
from hivehelm.chart import archive as archives
from hivehelm.chart import gunzip
from hivehelm.chart.archive import read_files
from hivehelm.chart.errors import ArchiveError, GzipHeaderError
from hivehelm.seen import Seen

CHART_YAML = b"apiVersion: v2\nname: a\nversion: 1.0.0\n"
LONG = "a/templates/" + "d" * 90 + "/" + "e" * 120 + "/ü.yaml"

MakeArchive = Callable[..., bytes]


def names(data: bytes) -> list[str]:
    return [file.name for file in read_files(io.BytesIO(data))]


def entry(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, **pax: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size = size
    info.type = kind
    info.pax_headers = dict(pax)
    return info


def tar_of(*entries: tuple[tarfile.TarInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for info, data in entries:
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_reads_files_of_every_tar_format(archive: MakeArchive, form: int) -> None:
    name = LONG if form != tarfile.USTAR_FORMAT else "a/" + "d" * 90 + "/" + "e" * 90
    data = archive({"a/Chart.yaml": CHART_YAML, name: b"\xef\xbb\xbfx: 1\n"}, form)
    files = read_files(io.BytesIO(data))
    assert [file.name for file in files] == ["Chart.yaml", name[2:]]
    assert files[1].data == b"x: 1\n"
    assert files[0].modtime == 1_700_000_000 * 10**9


def test_directories_and_global_headers_are_passed_over() -> None:
    buffer = io.BytesIO()
    with tarfile.open(
        fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "made by git"}
    ) as tar:
        tar.addfile(entry("a/", kind=tarfile.DIRTYPE))
        tar.addfile(entry("a/old/", kind=tarfile.AREGTYPE))
        tar.addfile(entry("a/x", 1), io.BytesIO(b"1"))
    assert names(gzip.compress(buffer.getvalue())) == ["x"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_empty_files(kind: bytes) -> None:
    info = entry("a/x", kind=kind)
    info.linkname = "/etc/passwd"
    files = read_files(io.BytesIO(gzip.compress(tar_of((info, b"")))))
    assert [(file.name, file.data) for file in files] == [("x", b"")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a//etc/passwd", "chart illegally contains absolute paths"),
        ("a/../../x", "chart illegally references parent directory"),
        ("a/x/..", 'chart illegally contains content outside the base directory: "a/x/.."'),
        ("loose", 'chart illegally contains content outside the base directory: "loose"'),
        ("a/..hidden", "chart illegally references parent directory"),
        ("a/c:/x", "chart contains illegally named files"),
        ("a\\..\\..\\x", "chart illegally references parent directory"),
        ("Chart.yaml/x", "chart yaml not in base directory"),
    ],
)
def test_paths_that_leave_the_chart_are_refused(archive: MakeArchive, name: str, message: str) -> None:
    with pytest.raises(ArchiveError, match=r"^" + message.replace("\\", "\\\\").replace(".", "\\.") + "$"):
        names(archive({name: b"x"}))


def test_windows_paths_and_dots_are_cleaned(archive: MakeArchive) -> None:
    assert names(archive({"a\\templates\\b.yaml": b"", "a/./c//d": b""})) == ["templates/b.yaml", "c/d"]


def test_more_than_the_cap_is_refused(archive: MakeArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_CHART_SIZE", 1000)
    assert names(archive({"a/x": b"1" * 500, "a/y": b"1" * 499})) == ["x", "y"]
    for sizes in ((1001,), (500, 501), (500, 500)):
        data = archive({f"a/{number}": b"1" * size for number, size in enumerate(sizes)})
        with pytest.raises(ArchiveError, match="larger than the maximum size 1000"):
            names(data)


def test_a_bomb_is_not_inflated(archive: MakeArchive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gunzip, "_CHUNK", 65536)
    monkeypatch.setattr(archives, "MAX_CHART_SIZE", 1000)
    stream = io.BytesIO(archive({"a/x": b"\0" * 50_000_000}))
    inflated: list[int] = []
    crc32 = zlib.crc32

    def spy(data: bytes, start: int = 0) -> int:
        inflated.append(len(data))
        return crc32(data, start)

    monkeypatch.setattr(zlib, "crc32", spy)
    with pytest.raises(ArchiveError, match="larger than the maximum"):
        read_files(stream)
    assert sum(inflated) <= 2 * 65536


def test_directories_with_contents_are_skipped_unkept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gunzip, "_CHUNK", 4096)
    big = bytearray(tar_of((entry("a/x", 100_000), b"1" * 100_000), (entry("a/y", 1), b"2")))
    # Size field of a directory: header-only types have no data, so what follows is read as headers.
    big[156:157] = tarfile.GNUTYPE_SPARSE
    with pytest.raises(ArchiveError):
        names(gzip.compress(bytes(big)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x1f\x8b\x08",
        b"\x1f\x8b\x08\0\0\0\0\0\0\0",
        b"\x1f\x8b\x08\0\0\0\0\0\0\0garbage that is not deflate",
        b"\x1f\x8b\x08\x08\0\0\0\0\0\0name without an end",
        b"\x1f\x8b\x08\x04\0\0\0\0\0\0\xff\xff",
        gzip.compress(b"", mtime=0),
        gzip.compress(b"short", mtime=0),
        gzip.compress(b"\0" * 512 + b"x" * 512, mtime=0),
        gzip.compress(b"x" * 512, mtime=0),
        gzip.compress(b"\0" * 1024, mtime=0),
    ],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(ArchiveError):
        names(data)


def test_what_is_not_gzip_says_so() -> None:
    with pytest.raises(GzipHeaderError, match=r"^gzip: invalid header$"):
        names(b"PK\x03\x04 and more")


def test_gzip_headers_with_everything(archive: MakeArchive) -> None:
    packed = archive({"a/x": b"1"})
    head = b"\x1f\x8b\x08" + bytes([2 | 4 | 8 | 16]) + packed[4:10] + b"\x02\0hi" + b"name\0comment\0"
    sum_of_head = (zlib.crc32(head) & 0xFFFF).to_bytes(2, "little")
    assert names(head + sum_of_head + packed[10:]) == ["x"]
    with pytest.raises(GzipHeaderError):
        names(head + b"\0\0" + packed[10:])


def test_gzip_headers_have_short_names(archive: MakeArchive) -> None:
    packed = archive({"a/x": b"1"})
    head = packed[:3] + b"\x08" + packed[4:10]
    assert names(head + b"n" * 511 + b"\0" + packed[10:]) == ["x"]
    with pytest.raises(GzipHeaderError):
        names(head + b"n" * 512 + b"\0" + packed[10:])
    with pytest.raises(ArchiveError, match="unexpected EOF"):
        names(head + b"n" * 500)


def test_broken_deflate_is_told_with_its_place(archive: MakeArchive) -> None:
    packed = archive({"a/x": b"1"})
    with pytest.raises(ArchiveError, match=r"^flate: corrupt input before offset 1$"):
        names(packed[:10] + b"\xff" * 20)
    tar = gzip.decompress(archive({"a/x": b"1" * 8000}))[:4096]
    stored = b"\0" + (4096).to_bytes(2, "little") + (0xEFFF).to_bytes(2, "little") + tar
    with pytest.raises(ArchiveError, match="flate: corrupt input before offset 4102"):
        names(packed[:10] + stored + b"\xff" * 20)


def test_members_follow_one_another(archive: MakeArchive) -> None:
    tar = gzip.decompress(archive({"a/x": b"1" * 3000, "a/y": b"2"}))
    assert names(gzip.compress(tar[:700]) + gzip.compress(b"") + gzip.compress(tar[700:])) == ["x", "y"]


def test_sums_count_only_where_more_is_wanted(archive: MakeArchive) -> None:
    packed = archive({"a/x": b"1"})
    broken = packed[:-8] + b"\0" * 8
    assert names(broken) == ["x"]
    cut = gzip.compress(gzip.decompress(packed)[:1024])
    assert names(cut) == ["x"]
    with pytest.raises(ArchiveError, match="invalid checksum"):
        names(cut[:-8] + b"\0" * 8)
    with pytest.raises(ArchiveError, match="unexpected EOF"):
        names(cut[:-8])
    with pytest.raises(GzipHeaderError):
        names(cut + b"trailing garbage")
    with pytest.raises(ArchiveError, match="unexpected EOF"):
        names(cut + b"\x1f")


def test_a_file_that_is_cut_off_is_refused() -> None:
    tar = tar_of((entry("a/x", 3000), b"1" * 3000))
    for length in (600, 1024 + 512):
        with pytest.raises(ArchiveError, match="unexpected EOF"):
            names(gzip.compress(tar[:length]))


def test_one_block_of_zeros_ends_an_archive() -> None:
    tar = tar_of((entry("a/x", 1), b"1"))[:1024]
    assert names(gzip.compress(tar + b"\0" * 512)) == ["x"]
    with pytest.raises(ArchiveError, match="invalid tar header"):
        names(gzip.compress(tar + b"\0" * 512 + b"x" * 512))


def test_pax_records_win_over_the_header() -> None:
    tar = tar_of((entry("a/x", 3, path="a/other", mtime="12.5"), b"123"))
    (file,) = read_files(io.BytesIO(gzip.compress(tar)))
    assert (file.name, file.data, file.modtime) == ("other", b"123", 12_500_000_000)


def test_times_before_1970_are_times() -> None:
    tar = tar_of((entry("a/x", 0, mtime="-1.25"), b""))
    (file,) = read_files(io.BytesIO(gzip.compress(tar)))
    assert file.modtime == -1_250_000_000


@pytest.mark.parametrize(
    "record", [b"11 mtime=x\n", b"13 size=many\n", b"11 size=-1\n", b"20 GNU.sparse.map=1\n"]
)
def test_records_that_make_no_sense_are_refused(record: bytes) -> None:
    tar = tar_of((entry("x", len(record), kind=tarfile.XHDTYPE), record), (entry("a/x", 1), b"1"))
    with pytest.raises(ArchiveError, match="invalid tar header"):
        names(gzip.compress(tar))


def test_a_record_may_tell_the_size() -> None:
    record = b"10 size=1\n"
    tar = tar_of((entry("x", len(record), kind=tarfile.XHDTYPE), record), (entry("a/x", 3), b"123"))
    (file,) = read_files(io.BytesIO(gzip.compress(tar)))
    assert file.data == b"1"


@pytest.mark.parametrize(
    "record",
    [b"nonsense", b"x a=b\n", b"99 a=b\n", b"6 ab=\nc", b"5 ab\n", b"5 =b\n", b"12 path=a\0b\n", b"0 a=b\n"],
)
def test_records_out_of_form_are_refused(record: bytes) -> None:
    tar = tar_of((entry("x", len(record), kind=tarfile.XHDTYPE), record), (entry("a/x", 0), b""))
    with pytest.raises(ArchiveError, match="invalid tar header"):
        names(gzip.compress(tar))


def test_special_entries_are_bounded() -> None:
    name = b"a/" + b"x" * (1024 * 1024)
    tar = tar_of(
        (entry("././@LongLink", len(name), kind=tarfile.GNUTYPE_LONGNAME), name), (entry("a/x"), b"")
    )
    with pytest.raises(ArchiveError, match="field too long"):
        names(gzip.compress(tar))
    with pytest.raises(ArchiveError, match="unexpected EOF"):
        names(gzip.compress(tar_of((entry("L", 900, kind=tarfile.GNUTYPE_LONGNAME), b"a" * 900))[:1000]))


def test_long_links_do_not_name_files() -> None:
    link = b"a/" + b"x" * 300
    tar = tar_of((entry("K", len(link), kind=tarfile.GNUTYPE_LONGLINK), link), (entry("a/x", 1), b"1"))
    assert names(gzip.compress(tar)) == ["x"]


def numbered(field: slice, value: bytes) -> bytes:
    """Return a tar of one file with a header field overwritten and its checksum mended."""
    tar = bytearray(tar_of((entry("a/x", 1), b"1")))
    tar[field] = value
    tar[148:156] = b" " * 8
    tar[148:156] = b"%06o\0 " % sum(tar[:512])
    return gzip.compress(bytes(tar))


def test_numbers_may_be_binary() -> None:
    size = (1).to_bytes(12, "big")
    assert names(numbered(slice(124, 136), b"\x80" + size[1:])) == ["x"]
    (file,) = read_files(io.BytesIO(numbered(slice(136, 148), b"\xff" * 11 + b"\xfe")))
    assert file.modtime == -2_000_000_000


@pytest.mark.parametrize("size", [b"999999999999", b"\xff" * 12])
def test_numbers_that_are_none_are_refused(size: bytes) -> None:
    with pytest.raises(ArchiveError, match="invalid tar header"):
        names(numbered(slice(124, 136), size))


def test_signed_checksums_are_accepted() -> None:
    tar = bytearray(tar_of((entry("a/x", 1), b"1")))
    tar[265:267] = b"\xff\xfe"
    tar[148:156] = b" " * 8
    total = sum(byte - 256 if byte > 127 else byte for byte in tar[:512])
    tar[148:156] = b"%06o\0 " % total
    assert names(gzip.compress(bytes(tar))) == ["x"]


def header(name: bytes, size: int = 0, mode: int = 0o644, fields: dict[int, bytes] | None = None) -> bytes:
    """Return a block of ustar by hand; `fields` go where they say."""
    block = bytearray(512)
    given = {0: name, 100: b"%07o\0" % mode, 124: b"%011o\0" % size, 156: b"0", 257: b"ustar\x0000"}
    for start, value in {**given, **(fields or {})}.items():
        block[start : start + len(value)] = value
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def block(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 512)


def test_directories_by_their_mode_are_skipped_with_what_they_hold() -> None:
    tar = header(b"a/d", 600, 0o40755) + block(b"q" * 600) + header(b"a/x", 1) + block(b"1")
    assert names(gzip.compress(tar)) == ["x"]
    with pytest.raises(ArchiveError, match="unexpected EOF"):
        names(gzip.compress(tar[:800]))


def test_an_archive_may_end_within_padding() -> None:
    first = header(b"a/x", 1) + block(b"1")
    assert names(gzip.compress(first[:600])) == ["x"]
    assert names(gzip.compress(first + header(b"a/d", 600, 0o40755) + b"q" * 700)) == ["x"]


def test_names_of_star_and_of_old_go_have_a_front() -> None:
    star = {345: b"a", 476: b"0" * 11 + b"\0" + b"0" * 11 + b"\0", 508: b"tar\0"}
    assert names(gzip.compress(header(b"x", 1, fields=star) + block(b"1"))) == ["x"]
    with pytest.raises(ArchiveError, match="invalid tar header"):
        names(gzip.compress(header(b"x", 1, fields={**star, 476: b"0000000000x\0"}) + block(b"1")))
    old = {257: b"ustar  \0", 345: b"a"}
    assert names(gzip.compress(header(b"x", 1, fields=old) + block(b"1"))) == ["x"]
    times = {257: b"ustar  \0", 345: b"00000000001\0" * 2}
    assert names(gzip.compress(header(b"a/x", 1, fields=times) + block(b"1"))) == ["x"]


def test_before_ustar_there_were_no_fronts() -> None:
    assert names(gzip.compress(header(b"a/x", 1, fields={257: b"\0" * 8, 345: b"zz"}) + block(b"1"))) == ["x"]


def with_records(records: dict[str, str]) -> bytes:
    """Return a tar of one file, with PAX records before it."""
    info = entry("a/x", 1)
    info.pax_headers = records
    return tar_of((info, b"1"))


@pytest.mark.parametrize(
    ("key", "value"),
    [("size", "9" * 19), ("size", "9" * 20), ("mtime", "1.x"), ("uid", "x"), ("atime", "x"), ("mtime", ".5")],
)
def test_records_that_are_no_numbers_are_refused(key: str, value: str) -> None:
    with pytest.raises(ArchiveError, match="invalid tar header"):
        names(gzip.compress(with_records({key: value})))


def test_records_that_nobody_asks_for_are_read() -> None:
    records = {"atime": "5", "ctime": "6.7", "gid": "4", "size": "0" * 200 + "1", "path": ""}
    (file,) = read_files(io.BytesIO(gzip.compress(with_records(records))))
    assert (file.name, file.data) == ("x", b"1")


def test_very_many_members_are_read_in_time(archive: MakeArchive) -> None:
    # What follows a member is not copied for each.
    data = gzip.compress(b"", mtime=0) * 30_000 + archive({"x/Chart.yaml": b"name: x"}) + b"\0" * 2_000_000
    start = time.process_time()
    assert names(data) == ["Chart.yaml"]
    assert time.process_time() - start < 5


def test_special_entries_that_are_cut_off_have_no_end() -> None:
    info = entry("././@LongLink", 900 << 20, b"L")
    with pytest.raises(ArchiveError, match=r"^unexpected EOF$"):
        read_files(io.BytesIO(gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + b"x" * 512)))


def test_sums_of_signed_bytes_are_right_too() -> None:
    head = bytearray(entry("x/f\udcff").tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape"))
    head[148:156] = b" " * 8
    signed = sum(byte - 256 if byte > 127 else byte for byte in head)
    for total, right in ((sum(head), True), (signed, True), (signed + 1, False)):
        head[148:156] = b"%06o\0 " % total
        data = io.BytesIO(gzip.compress(bytes(head) + bytes(1024)))
        if right:
            assert read_files(data)
        else:
            with pytest.raises(ArchiveError, match="invalid tar header"):
                read_files(data)


def test_files_are_found_that_another_process_has_read(
    archive: MakeArchive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_directory", str(tmp_path))
    monkeypatch.setattr(kept, "SMALLEST", 1)
    data = archive({"a/Chart.yaml": CHART_YAML, "a/\u00fc.bin": b"\x00\xff"})

    def read() -> list[tuple[str, bytes, int | None]]:
        monkeypatch.setattr(archives, "_SEEN", Seen(1 << 20))
        return [(file.name, file.data, file.modtime) for file in archives.files_of(data)]

    first = read()
    monkeypatch.setattr(archives, "read_files", None)
    assert read() == first
    (path,) = tmp_path.iterdir()
    path.unlink()
    with pytest.raises(TypeError):
        read()
