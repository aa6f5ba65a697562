from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from hivehelm.errors import HivehelmError
from hivehelm.values.inputs import InputError, merge

CASES = Path(__file__).parents[2] / "cases" / "set" / "cases.json"
FLAGS = {
    "-f": "values_files",
    "--set": "set_values",
    "--set-string": "set_string",
    "--set-file": "set_file",
    "--set-json": "set_json",
    "--set-literal": "set_literal",
}
FOUND: dict[str, Any] = json.loads(CASES.read_text(encoding="utf-8"), parse_int=float)


@pytest.mark.parametrize("case", FOUND["cases"], ids=lambda case: " ".join(case["arguments"]))
def test_command_lines_give_helms_values(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set").mkdir()
    for name, text in FOUND["files"].items():
        (tmp_path / name).write_text(text)
    given: dict[str, list[str]] = {}
    for flag, value in zip(case["arguments"][::2], case["arguments"][1::2], strict=True):
        given.setdefault(FLAGS[flag], []).append(value)
    if "error" in case:
        with pytest.raises(HivehelmError) as raised:
            merge(**given)  # type: ignore[arg-type]
        assert str(raised.value) == case["error"]
    else:
        assert merge(**given) == case["values"]  # type: ignore[arg-type]


def test_sources_are_read_by_the_caller() -> None:
    texts = {"https://x/v.yaml": b"a: 1\nb: {c: 2}\n", "-": b"b: {d: 3}\n", "file": b"text\xff"}
    values = merge(["https://x/v.yaml", "-"], set_file=["f=file"], read=texts.__getitem__)
    assert values == {"a": 1.0, "b": {"c": 2.0, "d": 3.0}, "f": "text\udcff"}


def test_standard_input_is_read_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: 1\n")))
    assert merge([" - "]) == {"a": 1.0}


def test_errors_know_their_source() -> None:
    with pytest.raises(InputError) as raised:
        merge(["v.yaml"], read=lambda _: b"a: [\n")
    assert raised.value.source == "v.yaml"
    assert str(raised.value).startswith("failed to parse v.yaml: cannot unmarshal yaml document: error conv")
