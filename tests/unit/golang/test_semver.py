from __future__ import annotations

from itertools import pairwise

import pytest
from tests.cases.samples import samples

from hivehelm.golang import semver
from hivehelm.golang.semver import Version, VersionError, VersionOverflowError, parse, parse_strict


def test_loose_versions_are_gos() -> None:
    for _, (text,), expected in samples("versions"):
        try:
            result = str(parse(text))
        except VersionError as error:
            result = f"ERROR {error}"
        assert result == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "version string empty"),
        ("1" * 257, "version string is too long (max 256 bytes)"),
        ("1.2", "invalid semantic version"),
        ("1.2.x", "invalid characters in version"),
        ("v1.2.3", "invalid characters in version"),
        ("1.02.3", "version segment starts with 0"),
        ("1.2.3-", "invalid prerelease string"),
        ("1.2.3-a_b", "invalid prerelease string"),
        ("1.2.3-01", "version segment starts with 0"),
        ("1.2.3+", "invalid metadata string"),
        (".2.3", 'strconv.ParseUint: parsing "": invalid syntax'),
        (
            "1.2.99999999999999999999",
            'strconv.ParseUint: parsing "99999999999999999999": value out of range',
        ),
    ],
)
def test_strict_versions_refuse_what_is_loose(text: str, message: str) -> None:
    with pytest.raises(VersionError) as caught:
        parse_strict(text)
    assert str(caught.value) == message
    assert caught.value.text == text


def test_strict_versions() -> None:
    version = parse_strict("1.2.3-rc.1+b")
    assert (version.major, version.minor, version.patch) == (1, 2, 3)
    assert (version.prerelease, version.metadata, version.original) == ("rc.1", "b", "1.2.3-rc.1+b")
    assert repr(version) == "Version('1.2.3-rc.1+b')"


def test_order() -> None:
    spelt = [
        "1.0.0-1",
        "1.0.0-2",
        "1.0.0-10",
        "1.0.0-a",
        "1.0.0-a.1",
        "1.0.0-a.b",
        "1.0.0",
        "1.0.1",
        "1.1",
        "2",
    ]
    versions = [parse(text) for text in spelt]
    shuffled = versions[5:] + versions[:5]
    assert sorted(shuffled) == versions
    for low, high in pairwise(versions):
        assert low < high
        assert low <= high
        assert high > low
        assert high >= low
        assert low != high
    assert parse("1.0.0-99999999999999999999") > parse("1.0.0-2")
    assert parse("1+a") == parse("1.0.0+b")
    assert hash(parse("1+a")) == hash(parse("1.0.0+b"))
    assert parse("1") != "1"


def test_next_versions() -> None:
    version = parse("v1.2.3-a+b")
    assert [str(version.next_major()), str(version.next_minor()), str(version.next_patch())] == [
        "2.0.0",
        "1.3.0",
        "1.2.3",
    ]
    assert version.next_major().original == "v2.0.0"
    assert str(version.with_prerelease("")) == "1.2.3+b"
    assert str(version.with_metadata("")) == "1.2.3-a"
    with pytest.raises(VersionOverflowError, match="patch version increment would overflow uint64"):
        Version(1, 2, semver.MAX_UINT64).next_patch()


def test_templates_read_versions() -> None:
    version = parse("1.2.3-a+b")
    assert {name: version.get(name) for name in ("MarshalText", "MarshalJSON", "Value", "Original")} == {
        "MarshalText": b"1.2.3-a+b",
        "MarshalJSON": b'"1.2.3-a+b"',
        "Value": "1.2.3-a+b",
        "Original": "1.2.3-a+b",
    }


def test_the_constraint_is_at_hand() -> None:
    assert semver.Constraint(">=1").check(parse("1.5"))
    with pytest.raises(AttributeError):
        semver.__getattr__("Nothing")


def test_methods_that_templates_call() -> None:
    version = parse("v1.2.3-rc.1+b")
    parts = ("Major", "Minor", "Patch", "Prerelease", "Metadata", "Original", "String")
    assert [version.get(name) for name in parts] == [1, 2, 3, "rc.1", "b", "v1.2.3-rc.1+b", "1.2.3-rc.1+b"]
    assert version.get("MarshalText") == b"1.2.3-rc.1+b"
    assert version.get("MarshalJSON") == b'"1.2.3-rc.1+b"'
    later = parse("1.2.3")
    names = ("Compare", "Equal", "LessThan", "LessThanEqual", "GreaterThan", "GreaterThanEqual")
    assert [version.method(name)(later) for name in names] == [-1, False, True, True, False, False]


def test_parts_can_be_set_and_dropped() -> None:
    version = parse("1.2.3-rc.1+b")
    assert str(version.with_prerelease("")) == "1.2.3+b"
    assert str(version.with_metadata("")) == "1.2.3-rc.1"
    assert str(version.with_metadata("c").with_prerelease("x")) == "1.2.3-x+c"
    with pytest.raises(VersionError, match="invalid prerelease string"):
        version.with_prerelease("a_b")
    with pytest.raises(VersionError, match="invalid metadata string"):
        version.with_metadata("a_b")
    with pytest.raises(VersionError, match=r"^version string is too long \(max 256 bytes\)$"):
        parse("1" * 257)
