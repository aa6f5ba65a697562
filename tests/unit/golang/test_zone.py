from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.golang import zone
from hivehelm.golang.zone import Location, ZoneError, load


def local_with(monkeypatch: pytest.MonkeyPatch, name: str | None) -> Location:
    monkeypatch.setattr(zone, "_LOCAL", [])
    if name is None:
        monkeypatch.delenv("TZ", raising=False)
    else:
        monkeypatch.setenv("TZ", name)
    return zone.local()


@pytest.mark.parametrize(
    ("name", "shown", "abbreviation"),
    [
        ("", "UTC", "UTC"),
        ("UTC", "UTC", "UTC"),
        ("Asia/Kolkata", "Local", "IST"),
        (":Asia/Kolkata", "Local", "IST"),
        ("Nope/Zone", "UTC", "UTC"),
        ("/nope", "UTC", "UTC"),
    ],
)
def test_the_local_zone_is_that_of_tz(
    monkeypatch: pytest.MonkeyPatch, name: str, shown: str, abbreviation: str
) -> None:
    location = local_with(monkeypatch, name)
    assert (str(location), location.at(0)[0]) == (shown, abbreviation)
    assert zone.local() is location
    assert load("Local") is location


def test_tz_can_be_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from importlib.resources import files
    from zoneinfo import TZPATH

    for directory in TZPATH:
        source = Path(directory) / "Asia" / "Kolkata"
        if source.is_file():
            break
    else:
        source = Path(str(files("tzdata") / "zoneinfo" / "Asia" / "Kolkata"))
    copy = tmp_path / "zone"
    copy.write_bytes(source.read_bytes())
    location = local_with(monkeypatch, str(copy))
    assert (str(location), location.at(0)[1]) == (str(copy), 19800)


def test_without_tz_and_file_local_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone, "_read", lambda path: None)
    location = local_with(monkeypatch, None)
    assert (str(location), location.at(0)) == ("Local", ("UTC", 0, False))


def test_the_files_zone_without_tz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zone, "_read", lambda path: load("Asia/Kolkata").rules)
    assert local_with(monkeypatch, None).at(0)[0] == "IST"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Nope/Zone", "unknown time zone Nope/Zone"),
        ("../etc/passwd", "time: invalid location name"),
        ("/etc/passwd", "time: invalid location name"),
    ],
)
def test_unknown_zones(name: str, message: str) -> None:
    with pytest.raises(ZoneError) as caught:
        load(name)
    assert str(caught.value) == message
    assert caught.value.name == name


def test_years_beyond_python() -> None:
    new_york = load("America/New_York")
    assert new_york.at(400_000_000_000)[0] in ("EST", "EDT")
    assert new_york.at(-100_000_000_000) == ("LMT", -17762, False)


def test_fixed_offsets_know_their_own_name_alone() -> None:
    fixed = Location("XYZ", "XYZ", 3600)
    assert fixed.at(0) == ("XYZ", 3600, False)
    assert (fixed.offset_of("XYZ", 0), fixed.offset_of("ABC", 0)) == (3600, None)
