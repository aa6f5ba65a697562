"""What is left out of records that are too large, and how they are cut."""

from __future__ import annotations

import pytest

from hivehelm.release import codec, split
from hivehelm.release.errors import ReleaseDecodeError
from hivehelm.release.model import Hook, Info, Release
from hivehelm.release.times import ZERO

CHART = {
    "metadata": {"name": "web", "version": "1.0.0"},
    "lock": None,
    "templates": [{"name": "templates/a.yaml", "data": "YQ=="}],
    "values": {"a": 1.0},
    "schema": "e30=",
    "schemamodtime": "2026-01-01T00:00:00Z",
    "files": [{"name": "a", "data": "YQ=="}],
    "modtime": "2026-01-01T00:00:00Z",
}


def test_what_nobody_reads_again_is_left_out() -> None:
    whole = Release(
        name="web",
        chart_document=CHART,
        config={"b": 2.0},
        manifest="m",
        hooks=(Hook(name="h", manifest="h"),),
        info=Info(notes="n"),
    )
    lean = split.lean(whole)
    assert lean.chart_document == {
        **CHART,
        "templates": None,
        "schema": None,
        "schemamodtime": ZERO,
        "files": None,
    }
    assert lean.replace(chart_document=CHART) == whole
    assert codec.decode(codec.encode(lean)).chart.values == {"a": 1.0}
    assert split.lean(Release()) == Release()


def test_a_record_is_cut_and_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "PART", 4)
    mark, parts = split.divide(b"abcdefghij")
    assert parts == [b"abcd", b"efgh", b"ij"]
    assert mark.count == 3
    assert split.mark({split.NAME: mark.note()}) == mark
    assert mark.keys("k") == [f"k.{mark.digest[:16]}.2", f"k.{mark.digest[:16]}.3"]
    assert split.join(mark, parts) == b"abcdefghij"
    for wrong in (parts[:2], [*parts, b""], [b"abcd", b"ij", b"efgh"]):
        with pytest.raises(ReleaseDecodeError, match="do not belong together"):
            split.join(mark, wrong)


def test_parts_do_not_cut_base64_in_the_middle() -> None:
    assert split.PART % 4 == 0
    assert split.PART <= split.FITS


@pytest.mark.parametrize("notes", [None, {}, {"a": "b"}])
def test_most_records_are_whole(notes: dict[str, str] | None) -> None:
    assert split.mark(notes) is None


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "x/" + "a" * 64,
        "1/" + "a" * 64,
        "65/" + "a" * 64,
        "2/" + "a" * 63,
        "2/" + "A" * 64,
        "²/" + "a" * 64,
    ],
)
def test_marks_that_make_no_sense_are_refused(text: str) -> None:
    with pytest.raises(ReleaseDecodeError, match="not known"):
        split.mark({split.NAME: text})
