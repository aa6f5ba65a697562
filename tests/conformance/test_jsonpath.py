"""`show values --jsonpath` of the real Helm and ours."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from tests.cases.jsonpath import read
from tests.conformance.test_commands import both, run

VALUES, CASES = read()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Charts with the values of the cases, without any values, and a broken one."""
    top = tmp_path_factory.mktemp("jsonpath")
    for name, values in (("full", VALUES), ("empty", ""), ("none", None), ("broken", "a: [")):
        (top / name).mkdir()
        (top / name / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n")
        if values is not None:
            (top / name / "values.yaml").write_text(values)
    (top / "home").mkdir()
    return top


def _line(chart: str, template: str) -> str:
    return f"show values {chart} {shlex.quote(f'--jsonpath={template}')}"


@pytest.mark.parametrize("template", [case.template for case in CASES[::8]])
def test_command_line(helm: Path, place: Path, template: str) -> None:
    theirs, ours = both(helm, _line("full", template), place)
    assert ours == theirs


@pytest.mark.parametrize("chart", ["empty", "none", "broken", "nosuch"])
@pytest.mark.parametrize("template", ["{.a}", "{", "x", "{$}"])
def test_charts_without_values(helm: Path, place: Path, chart: str, template: str) -> None:
    theirs, ours = both(helm, _line(chart, template), place)
    assert ours == theirs


@pytest.mark.parametrize("line", ["show values full --jsonpath", "show all full --jsonpath x"])
def test_flag(helm: Path, place: Path, line: str) -> None:
    theirs, ours = both(helm, line, place)
    assert ours == theirs


def test_what_is_on_file_is_what_helm_says(helm: Path, place: Path) -> None:
    wrong = []
    for case in CASES:
        _, out, err = run([str(helm)], _line("full", case.template), place)
        told = f"Error: error parsing jsonpath {case.template}: {case.error}\n" if case.error else ""
        printed = case.printed.encode("utf-8", "surrogateescape").decode(errors="replace")
        if (out, err) != (printed, told):
            wrong.append((case, out, err))
    assert not wrong
