from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.chart.errors import ChartError
from hivehelm.lint.dependencies import shadowing_problem
from hivehelm.lint.report import ERROR, INFO, UNKNOWN, WARNING, Message, Report
from hivehelm.lint.run import run
from hivehelm.lint.subject import Subject, is_absent, read, stat_problem
from hivehelm.lint.templates import indent_problem


def test_a_chart_is_loaded_once_and_speaks_each_time(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("name: a\nversion: 1.0.0\n")
    (tmp_path / "Chart.yaml").symlink_to("real.yaml")
    said: list[str] = []
    subject = Subject(str(tmp_path), log=lambda _level, message, **_: said.append(message))
    assert subject.chart() is subject.chart()
    assert len(said) == 2
    assert said[0] == said[1] != ""


def test_a_chart_that_cannot_be_loaded_fails_each_time(tmp_path: Path) -> None:
    subject = Subject(str(tmp_path))
    for _ in range(2):
        with pytest.raises(ChartError, match=r"Chart\.yaml file is missing"):
            subject.chart()


def test_files_that_cannot_be_looked_at(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    assert stat_problem(str(loop)) == f"stat {loop}: too many levels of symbolic links"
    assert not is_absent(str(loop))
    assert is_absent(str(tmp_path / "nothing"))
    with pytest.raises(ChartError) as raised:
        read(str(tmp_path))
    assert str(raised.value) == f"read {tmp_path}: is a directory"
    with pytest.raises(ChartError) as raised:
        read(str(tmp_path / "nothing"))
    assert str(raised.value) == f"open {tmp_path}/nothing: no such file or directory"


def test_directories_that_are_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\n")
    for name in ("templates", "crds"):
        (tmp_path / name).symlink_to(name)
    told = [str(message) for message in run(Subject(str(tmp_path))).messages]
    words = "too many levels of symbolic links"
    assert f"[ERROR] templates/: stat {tmp_path}/templates: {words}" in told
    assert f"[ERROR] crds/: stat {tmp_path}/crds: {words}" in told


def test_a_definition_that_is_a_directory(tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").mkdir()
    assert [str(message) for message in run(Subject(str(tmp_path))).messages[:2]] == [
        "[ERROR] Chart.yaml: should be a file, not a directory",
        f"[ERROR] Chart.yaml: unable to parse YAML\n\tread {tmp_path}/Chart.yaml: is a directory",
    ]


def test_schemas_are_left_alone_without_a_checker(tmp_path: Path) -> None:
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://a.b\n")
    (tmp_path / "values.yaml").write_text("a: 1\n")
    (tmp_path / "values.schema.json").write_text("{")
    (tmp_path / "templates").mkdir()
    assert run(Subject(str(tmp_path))).messages == []


def test_reports() -> None:
    report = Report()
    assert report.highest == UNKNOWN
    assert report.note(ERROR, "a", "")
    assert not report.note(INFO, "a", "one")
    assert not report.note(WARNING, "b", "two")
    assert report.highest == WARNING
    assert report.messages == [
        Message(severity=INFO, path="a", text="one"),
        Message(severity=WARNING, path="b", text="two"),
    ]
    assert [str(message) for message in report.messages] == ["[INFO] a: one", "[WARNING] b: two"]


def test_dependencies_of_the_same_name() -> None:
    """Loading refuses them before this rule sees them; charts that are put together may have them."""
    from hivehelm.chart.model import Dependency, Metadata

    asked = [Dependency("a"), Dependency("b", alias="a"), Dependency("a", alias="c"), Dependency("a")]
    problem = "multiple dependencies with name or alias: a,a"
    assert shadowing_problem(Metadata(dependencies=asked)) == problem
    assert shadowing_problem(Metadata()) == ""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (" " * 65535 + "a", "bufio.Scanner: token too long"),
        ("é" * 32768, "bufio.Scanner: token too long"),
        ("é" * 32767, ""),
        ("a\n" + " " * 70000, ""),
        ("\n \n", ""),
        (
            "\n\n \u3000\n b\r\n",
            'document starts with an illegal indent: " b", which may cause parsing problems',
        ),
    ],
)
def test_the_first_line(line: str, told: str) -> None:
    assert indent_problem(line) == told
