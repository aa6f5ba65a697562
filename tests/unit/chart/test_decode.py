from __future__ import annotations

import pytest

from hivehelm.chart import decode
from hivehelm.chart.errors import ChartError

PREFIX = "error unmarshaling JSON: while decoding JSON: "


@pytest.mark.parametrize(
    "time",
    [
        "2020-01-02T03:04:05Z",
        "2020-01-02T03:04:05.123456789+02:00",
        "2020-01-31T03:04:05-07:30",
    ],
)
def test_times_are_kept_as_they_are_written(time: str) -> None:
    assert decode.lock(f"generated: {time!r}\n".encode()).generated == time


@pytest.mark.parametrize(
    "time",
    [
        "2020-01-02",
        "2020-01-02T03:04Z",
        "2020-00-02T03:04:05Z",
        "2020-01-32T03:04:05Z",
        "2020-01-02T24:04:05Z",
        "2020-01-02T03:60:05Z",
        "2020-01-02T03:04:05.Z",
        "2020-01-02T03:04:05",
        "2020-01-02T03:04:05+2:00",
        "2020-01-02T03:04:05+ab:00",
        "2020-01-02 03:04:05Z",
        "20x0-01-02T03:04:05Z",
    ],
)
def test_times_that_are_none_are_refused(time: str) -> None:
    with pytest.raises(ChartError, match=f'^{PREFIX}parsing time "'):
        decode.lock(f"generated: {time!r}\n".encode())


def test_nothing_is_left_as_it_was() -> None:
    assert decode.metadata(b"").name == ""
    assert decode.lock(b"null").digest == ""
    assert decode.lock(b"generated: null\ndependencies: null\n").dependencies is None


def test_numbers_and_flags_become_texts_where_texts_are_wanted() -> None:
    found = decode.metadata(b"name: 1\nversion: 1.50\nappVersion: true\nkeywords: [1, no, 2.5, 123456789]\n")
    assert (found.name, found.version, found.app_version) == ("1", "1.5", "true")
    assert found.keywords == ["1", "false", "2.5", "123456789"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("1e6", "1e+06"),
        ("1000000", "1000000"),
        ("1.0", "1"),
        ("18446744073709551615", "18446744073709551615"),
        ("99999999999999999999", "1e+20"),
        ("0.1234567891", "0.12345679"),
        (".inf", "+Inf"),
        ("-.INF", "-Inf"),
        (".nan", "NaN"),
        ("0x1F", "31"),
        ("&a 1e6", "1e+06"),
        ("~", ""),
    ],
)
def test_numbers_are_spelled_as_the_chart_spells_their_kind(written: str, text: str) -> None:
    found = decode.metadata(
        f"version: {written}\nannotations: {{k: {written}}}\n"
        f"maintainers: [{{name: {written}}}]\ndependencies: [{{tags: [{written}]}}]\n".encode()
    )
    assert found.version == text
    assert found.annotations == {"k": text}
    assert found.maintainers is not None
    assert found.dependencies is not None
    assert (found.maintainers[0].name, found.dependencies[0].tags) == (text, [text])


def test_numbers_that_stay_numbers_are_floats() -> None:
    found = decode.metadata(b"dependencies: [{import-values: [1, {child: 2, parent: [3]}, true]}]\n")
    assert found.dependencies is not None
    values = found.dependencies[0].import_values
    assert repr(values) == "[1.0, {'child': 2.0, 'parent': [3.0]}, True]"


def test_infinity_has_no_place_but_in_a_string() -> None:
    with pytest.raises(ChartError, match=r"json: unsupported value: \+Inf"):
        decode.metadata(b"name: .inf\nunknown: .inf\n")


def test_keys_match_in_any_case() -> None:
    assert decode.metadata(b"NAME: a\nApiVersion: v2\nunknown: 1\n").api_version == "v2"
    assert decode.api_version(b"APIVERSION: v1\n") == "v1"


def test_the_first_wrong_kind_is_told() -> None:
    with pytest.raises(ChartError) as raised:
        decode.metadata(b"version: []\nname: {}\n")
    assert (
        str(raised.value)
        == f"{PREFIX}json: cannot unmarshal object into Go struct field Metadata.name of type string"
    )


def test_a_later_file_adds_to_the_metadata() -> None:
    first = decode.metadata(b"name: a\n")
    assert decode.metadata(b"dependencies: [{name: b}]\n", first) is first
    assert first.dependencies is not None
    assert first.dependencies[0].name == "b"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\nz: 1\nZ: 2\n", 'while decoding JSON: json: unknown field "Z"'),
        ("maintainers:\n- {name: a, phone: 1}\nzeta: 1\n", 'json: unknown field "phone"'),
        ("zeta: 1\nname: [a]\n", "cannot unmarshal array into Go struct field Metadata.name of type string"),
        ("name: a\nname: b\n", 'yaml: unmarshal errors:\n  line 2: key "name" already set in map'),
    ],
)
def test_strictness(text: str, told: str) -> None:
    with pytest.raises(ChartError) as raised:
        decode.metadata(text.encode(), strict=True)
    assert str(raised.value).endswith(told)


def test_strictness_does_not_mind_any_annotation() -> None:
    assert decode.metadata(b"version: 1.10\nannotations: {x: 1}\n", strict=True).version == "1.1"


def test_annotations_are_tables() -> None:
    with pytest.raises(ChartError, match=r"array into Go struct field Metadata\.annotations"):
        decode.metadata(b"annotations: [a]\n")
