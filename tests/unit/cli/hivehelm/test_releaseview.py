"""`get all --template`, and the names that `test --filter` takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.cli.hivehelm.releaseview import render
from hivehelm.cli.hivehelm.test import _names
from hivehelm.gotemplate.errors import TemplateError
from hivehelm.release.model import Hook, Info, Release

from .conftest import Helm

RECORDS = Path(__file__).resolve().parents[3] / "cases" / "releases.yaml"
RELEASE = Release(
    name="web",
    version=2,
    config={"n": 1000000},
    info=Info(status="pending-upgrade", last_deployed="2024-02-03T04:05:06Z"),
    hooks=(Hook(name="h", events=("test",), weight=3),),
    chart_document={
        "metadata": {"name": "c", "appVersion": "7"},
        "templates": [{"name": "t", "data": "YQ=="}],
    },
)


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("{{.Release.Name}} {{.Release.Version}} {{.Release.Config.n}}", "web 2 1e+06"),
        ("{{.Release.Info.Status}} {{.Release.Info.Status.IsPending}}", "pending-upgrade true"),
        ('{{.Release.Info.LastDeployed.Format "2006"}} {{.Release.Info.Deleted.IsZero}}', "2024 true"),
        ("{{range .Release.Hooks}}{{.Name}}{{.Events}}{{.Weight}}{{end}}", "h[test]3"),
        ("{{.Release.Chart.Name}} {{.Release.Chart.AppVersion}} {{.Release.Chart.IsRoot}}", "c 7 true"),
        ('{{range .Release.Chart.Templates}}{{printf "%s" .Data}}{{end}}', "a"),
        (
            "{{.Release.Chart.Lock}} {{.Release.Chart.Dependencies}} {{.Release.Chart.Root.Name}}",
            "<nil> [] c",
        ),
        ("{{.Release.Labels}} {{.Nope}}", "map[] <no value>"),
    ],
)
def test_fields(template: str, wanted: str) -> None:
    assert render(template, RELEASE) == wanted


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{.Release.Nope}}", "can't evaluate field Nope in type interface {}"),
        ("{{.Release.Info.Nope}}", "can't evaluate field Nope in type *v1.Info"),
        ("{{.Release.Chart.Lock.Digest}}", "nil pointer evaluating *v2.Lock.Digest"),
        ("{{.Release.Chart.Parent.Name}}", "error calling Name: runtime error: invalid memory address"),
        ("{{.Release.SetStatus}}", "wrong number of args for SetStatus"),
        ("{{.Release", "unclosed action"),
    ],
)
def test_mistakes(template: str, problem: str) -> None:
    with pytest.raises(TemplateError) as caught:
        render(template, RELEASE)
    assert problem in str(caught.value)


def test_what_was_written_before_a_mistake_stays(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM_DRIVER", "memory")
    monkeypatch.setenv("HELM_MEMORY_DRIVER_DATA", str(RECORDS))
    code, out, err = helm("get", "all", "alpha", "--template", "{{.Release.Name}} {{.Release.Nope}}")
    assert (code, out) == (1, "alpha ")
    assert "can't evaluate field Nope" in err
    assert helm("get", "all", "alpha", "--template", "{{.Release.Name}}") == (0, "alpha", "")


def test_names_of_tests() -> None:
    given = ["name=a", "!name=b", "! name=c", "!  name=d", "other=e", "name="]
    assert _names(given) == (("a", ""), ("b", "c"))
