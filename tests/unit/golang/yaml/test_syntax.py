"""go-yaml's own grammar: a `\\/` in a comment keeps libyaml away; the values are Helm's."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.golang import yaml

OWN = "# \\/\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("# %YAML\n", None),
        ("%YAML 1.1\n---\n---\n", None),
        ("%YAML 1.1\n---\n...\n", None),
        ("%TAG ! tag:x\x85\n---\n a", "a"),
        (OWN + "-\n- a\n-", [None, "a", None]),
        (OWN + "a:\n-\n- b\nc: 1", {"a": [None, "b"], "c": 1}),
        (OWN + "[? a : ,b]", [{"a": None}, "b"]),
        (OWN + "a: b\n\n\n  c", {"a": "b\n\nc"}),
        (OWN + "a: 'it''s'", {"a": "it's"}),
        (OWN + 'a: "b\n\n\n c"', {"a": "b\n\nc"}),
        (OWN + "a: 'b\n\n  c'", {"a": "b\nc"}),
        (OWN + "a: >\n  x\n  y\n\n  z\n   w\n  v\n", {"a": "x y\nz\n w\nv\n"}),
        (OWN + "a: |2-\n   x\n", {"a": " x"}),
        (OWN + "a: |-2\n   x\n", {"a": " x"}),
        (OWN + "a: |+\n x\n\n\nb: >-\n y\n\n", {"a": "x\n\n\n", "b": "y"}),
        (OWN + "a: |", {"a": ""}),
    ],
)
def test_documents(text: str, value: Any) -> None:
    assert yaml.load(text) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (OWN + "[? a :, ? : b, ? c]", "line 1: did not find expected ',' or ']'"),
        (OWN + "a: |x", "line 2: did not find expected comment or line break"),
        (OWN + "a: |22\n", "line 2: did not find expected comment or line break"),
        (OWN + "a: |0\n", "line 2: found an indentation indicator equal to 0"),
        ('%TAG ! tag:x,2000:y"\n---\n', "did not find expected whitespace or line break"),
    ],
)
def test_errors(text: str, message: str) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        yaml.load(text)
    assert str(caught.value) == f"error converting YAML to JSON: yaml: {message}"
