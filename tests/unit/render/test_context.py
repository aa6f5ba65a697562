"""What templates start from, and the methods of its maps: outcomes are Helm 4.3.1's."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.gotemplate.errors import ExecError
from hivehelm.gotemplate.template import TemplateSet
from hivehelm.render import capabilities
from hivehelm.render.context import ReleaseOptions, Values, render_values
from hivehelm.render.engine import render
from hivehelm.render.errors import RenderError


def execute(template: str, data: dict[str, Any]) -> str:
    templates = TemplateSet({})
    templates.add("t", template)
    return templates.execute("t", data)


def scope() -> Values:
    return Values(Values=Values(x=1.0, t={"y": {"z": "v"}}), Release={"Name": "r"})


@pytest.mark.parametrize(
    ("action", "output"),
    [
        (".Values.YAML", 't:\n  "y":\n    z: v\nx: 1\n'),
        (".Values.AsMap.x", "1"),
        ('.Values.Table "t.y"', "map[z:v]"),
        ('.Values.PathValue "t.y.z"', "v"),
        (".AsMap.Release.Name", "r"),
        ('.Table "Release"', "map[Name:r]"),
        ('.PathValue "Values.t.y.z"', "v"),
        (".Values.nothing", "<no value>"),
    ],
)
def test_values_have_methods(action: str, output: str) -> None:
    assert execute(f"{{{{ {action} }}}}", scope()) == output


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (".Values.YAML.x", "can't evaluate field x in type string"),
        (".Values.AsMap.x.y", "can't evaluate field y in type interface {}"),
        (".Values.Table", "wrong number of args for Table: want 1 got 0"),
        (".Encode", "wrong number of args for Encode: want 1 got 0"),
        ('.Values.Encode "x"', 'can\'t handle "x" for arg of type io.Writer'),
        (
            ".Values.Encode nil",
            "error calling Encode: runtime error: invalid memory address or nil pointer dereference",
        ),
        ('.Values.Table "x"', 'error calling Table: "x" is not a table'),
        ('.PathValue "Values.q"', 'error calling PathValue: "q" is not a value'),
        (".Values.Nothing 1", "Nothing is not a method but has arguments"),
    ],
)
def test_methods_refuse_what_go_refuses(action: str, message: str) -> None:
    with pytest.raises(ExecError) as raised:
        execute(f"{{{{ {action} }}}}", scope())
    assert raised.value.message == message


def rendered(template: str) -> str:
    chart = load_files(
        [
            File("Chart.yaml", b"apiVersion: v2\nname: c\nversion: 1.0.0\n"),
            File("values.yaml", b"x: 1\n"),
            File("templates/a", template.encode()),
        ]
    )
    given = render_values(chart, {"y": 2.0}, ReleaseOptions(name="r"), capabilities.default())
    return render(chart, given)["c/templates/a"]


def test_a_template_starts_with_values() -> None:
    assert rendered('{{ .PathValue "Values.x" }} {{ .Values.YAML }}') == '1 x: 1\n"y": 2\n'
    assert rendered('{{ .PathValue "Release.Name" }} {{ .PathValue "Chart.Name" }}') == "r c"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (".Capabilities.APIVersions.Has", "wrong number of args for Has: want 1 got 0"),
        (".Files.Get.x", "wrong number of args for Get: want 1 got 0"),
        (".Capabilities.KubeVersion.x", "can't evaluate field x in type common.KubeVersion"),
    ],
)
def test_what_is_called_wrongly_is_told(action: str, message: str) -> None:
    with pytest.raises(RenderError) as raised:
        rendered(f"{{{{ {action} }}}}")
    assert message in str(raised.value)
