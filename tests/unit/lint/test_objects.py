from __future__ import annotations

import pytest

from hivehelm.lint.objects import Object, ObjectError, item_annotations, objects


def names(text: str) -> list[str | None]:
    return [
        None if found is None else found.name for found in objects(text.encode("utf-8", "surrogateescape"))
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("\n", [None]),
        ("metadata: {name: a}\n---\n---\nmetadata: {name: b}", ["a", "b"]),
        ('{"metadata": {"name": "a"}}\n\t{"metadata": {"name": "b"}}  ', ["a", "b"]),
        ('{"metadata": {"name": "a"}}\n---\nmetadata: {name: b}', ["a", "b"]),
        ('{"metadata": {"name": 1}}', ["1"]),
        ('{"metadata": {"name": "\\ud800"}}', ["\ufffd"]),
        ("null", [None]),
        ('{}\nnull\n{"metadata": {"name": "a"}}', ["", None, "a"]),
    ],
)
def test_streams(text: str, found: list[str | None]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a"', "unexpected EOF"),
        ('{"a" 1}', "json: offset 6: invalid character '1' after object key"),
        ('{"é" 1}', "json: offset 7: invalid character '1' after object key"),
        ("{}\n\udcff: x", r"json: offset 4: invalid character 'ÿ' looking for beginning of value"),
        ("{} \ufffd: x\n", "json: offset 4: invalid character 'ï' looking for beginning of value"),
        ("{} {} x", "invalid character 'x' looking for beginning of value"),
        ("{}\nabc", "json: offset 4: invalid character 'a' looking for beginning of value"),
        ("--- x\n", "invalid Yaml document separator: x"),
    ],
)
def test_what_is_no_object(text: str, told: str) -> None:
    with pytest.raises(ObjectError) as raised:
        names(text)
    assert str(raised.value) == told


def test_a_list_is_no_object() -> None:
    with pytest.raises(ObjectError) as raised:
        names("- a\n")
    assert str(raised.value) == (
        "error unmarshaling JSON: while decoding JSON: "
        "json: cannot unmarshal array into Go value of type rules.k8sYamlStruct"
    )


def test_what_comes_before_an_error_is_there() -> None:
    stream = objects(b"kind: A\n---\n[")
    assert next(stream) == Object(kind="A")
    with pytest.raises(ObjectError):
        next(stream)


def test_item_annotations() -> None:
    text = b"items:\n- metadata: {annotations: {a: 1, b: null}}\n- metadata:\n-\n- x: y\n---\nitems: 1\n"
    assert item_annotations(text) == [{"a": "1", "b": None}, {}, {}, {}]
    assert item_annotations(b"") == []
