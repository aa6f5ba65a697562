"""A chart's templates rendered: outputs and messages are those of Helm 4.3.1 for the same templates."""

from __future__ import annotations

from typing import Any

import pytest

from hivehelm.chart.load import load_files
from hivehelm.chart.model import File
from hivehelm.errors import HivehelmError
from hivehelm.gotemplate.functions.signature import go
from hivehelm.limits import Limits, OutputLimitError
from hivehelm.render import capabilities
from hivehelm.render.capabilities import KubeVersionError, parse_kube_version
from hivehelm.render.context import ReleaseOptions, render_values
from hivehelm.render.engine import render
from hivehelm.render.errors import RenderError

CHART = b"apiVersion: v2\nname: e\nversion: 1.0.0\n"
FILES = [File("files/a.txt", b"one\ntwo\n"), File("files/b.bin", b"\x00\xff")]


def rendered(template: str, *more: File, **options: Any) -> dict[str, str]:
    chart = load_files([File("Chart.yaml", CHART), File("templates/a", template.encode()), *FILES, *more])
    given = render_values(chart, {}, ReleaseOptions(name="r"), capabilities.default())
    return render(chart, given, **options)


@pytest.mark.parametrize(
    ("action", "output"),
    [
        ('.Files.Lines "files/a.txt" | toJson', '["one","two"]'),
        ('.Files.Lines "files/none" | toJson', "[]"),
        ('(.Files.Glob "files/*.txt").AsConfig', "a.txt: |\n  one\n  two"),
        ('(.Files.Glob "files/*").AsSecrets', "a.txt: b25lCnR3bwo=\nb.bin: AP8="),
        ('len (.Files.Glob "[")', "2"),
        ('.Files.GetBytes "files/a.txt"', "[111 110 101 10 116 119 111 10]"),
        ('.Files.Get "files/none" | quote', '""'),
        (
            ".Capabilities.HelmVersion | toJson",
            '{"version":"v4.3.1","go_version":"go1.26.8","kube_client_version":"v1.37"}',
        ),
        (".Capabilities.Copy.KubeVersion", "v1.37.0"),
        (".Capabilities.KubeVersion.GitVersion", "v1.37.0"),
        ('.Capabilities.APIVersions.Has "apps/v1"', "true"),
        ('lookup "v1" "Pod" "" "" | toJson', "{}"),
        ('getHostByName "localhost" | quote', '""'),
        ('tpl "{{ .Values.nothing }}plain" .', "plain"),
        ('tpl "plain" .', "plain"),
    ],
)
def test_actions(action: str, output: str) -> None:
    assert rendered(f"{{{{ {action} }}}}") == {"e/templates/a": output}


AT = 'executing "e/templates/a" at'
NIL = "nil pointer evaluating interface {}"
TPL = f"template: e/templates/a:1:3: {AT}"
ENDS = "template: gotpl:1: unclosed action"
FAILS = "error during tpl function execution for"
INSIDE = f'template: gotpl:1:5: executing "gotpl" at <.x.y.z>: {NIL}.y'


@pytest.mark.parametrize(
    ("template", "lines"),
    [
        (
            '{{ include "q" . }}',
            [
                "e/templates/a:1:3",
                f'  {AT} <include "q" .>:',
                "    error calling include:",
                'template: no template "q" associated with template "gotpl"',
            ],
        ),
        (
            '{{ template "q" . }}',
            ["e/templates/a:1:12", f'  {AT} <{{{{template "q" .}}}}>:', '    template "q" not defined'],
        ),
        ('{{ fail "no" }}', ["execution error at (e/templates/a:1:3): no"]),
        ('{{ tpl "{{ fail `no` }}" . }}', ["execution error at (e/templates/a:1:3): no"]),
        ('{{ required "want" .Values.q }}', ["execution error at (e/templates/a:1:3): want"]),
        (
            '{{ tpl "{{ .x.y.z" . }}',
            [f'{TPL} <tpl "{{{{ .x.y.z" .>: error calling tpl: cannot parse template "{{{{ .x.y.z": {ENDS}'],
        ),
        (
            '{{ tpl "{{ .x.y.z }}" . }}',
            [f'{TPL} <tpl "{{{{ .x.y.z }}}}" .>: error calling tpl: {FAILS} "{{{{ .x.y.z }}}}": {INSIDE}'],
        ),
        ("{{ if }}", ["parse error at (e/templates/a:1): missing value for if"]),
        ("{{ nothing }}", ['parse error at (e/templates/a:1): function "nothing" not defined']),
        (
            '{{ define "a" }}{{ .q.r.s }}{{ end }}{{ include "a" . }}',
            [
                "e/templates/a:1:40",
                f'  {AT} <include "a" .>:',
                "    error calling include:",
                "e/templates/a:1:21",
                '  executing "a" at <.q.r.s>:',
                f"    {NIL}.r",
            ],
        ),
        (
            # Helm takes a name to end at the first quotation mark, and then does not find the rest.
            r'{{ define "a\"b" }}{{ .q.r.s }}{{ end }}{{ include "a\"b" . }}',
            [
                "e/templates/a:1:43",
                rf'  {AT} <include "a\"b" .>:',
                "    error calling include:",
                r'e/templates/a:1:24: executing "a\"b" at <.q.r.s>',
                f"  {NIL}.r",
            ],
        ),
    ],
)
def test_errors(template: str, lines: list[str]) -> None:
    with pytest.raises(RenderError) as raised:
        rendered(template)
    assert (str(raised.value), raised.value.path) == ("\n".join(lines), "e/templates/a")


def test_includes_nest_a_thousand_deep() -> None:
    with pytest.raises(RenderError) as raised:
        rendered('{{ define "r" }}{{ include "r" . }}{{ end }}{{ include "r" . }}')
    assert str(raised.value).count("error calling include") == 1002
    assert str(raised.value).endswith(
        "rendering template has a nested reference name: r: unable to execute template"
    )


def test_linting_warns_where_rendering_fails() -> None:
    said: list[tuple[str, str, dict[str, Any]]] = []

    def log(level: str, message: str, /, **more: Any) -> None:
        said.append((level, message, more))

    text = rendered(
        '{{ fail "no" }}{{ required "a" .Values.q }}{{ required "b" "" }}{{ required "c" "kept" }}',
        lint=True,
        log=log,
    )
    assert text == {"e/templates/a": "kept"}
    assert said == [
        ("INFO", "funcMap fail", {"message": "no"}),
        ("WARN", "missing required value", {"message": "a"}),
        ("WARN", "missing required values", {"message": "b"}),
    ]
    assert rendered('{{ fail "no" }}{{ required "a" "" }}', lint=True) == {"e/templates/a": ""}


def test_a_missing_key_fails_when_strict() -> None:
    with pytest.raises(RenderError, match='map has no entry for key "q"'):
        rendered("{{ .Values.q }}", strict=True)


def test_what_reaches_outside_is_handed_in() -> None:
    asked: list[tuple[str, ...]] = []

    def lookup(*given: str) -> dict[str, Any]:
        asked.append(given)
        if given[3] == "bad":
            raise HivehelmError("no answer")
        return {"kind": given[1]}

    @go("")
    def custom() -> str:
        return "mine"

    text = rendered(
        '{{ (lookup "v1" "Pod" "ns" "n").kind }} {{ getHostByName "h" }} {{ custom }}',
        lookup=lookup,
        resolve=lambda host: [f"{host}.1"],
        functions={"custom": custom},
    )
    assert text == {"e/templates/a": "Pod h.1 mine"}
    assert asked == [("v1", "Pod", "ns", "n")]
    with pytest.raises(RenderError, match=r"error calling lookup: no answer$"):
        rendered('{{ lookup "v1" "Pod" "ns" "bad" }}', lookup=lookup)


def test_subcharts_see_their_own_values_and_libraries_give_partials_only() -> None:
    text = rendered(
        '{{ include "lib" . }} {{ .Subcharts.sub.Values.x }} {{ .Chart.IsRoot }}',
        File("charts/sub/Chart.yaml", b"apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
        File("charts/sub/values.yaml", b"x: 1\n"),
        File("charts/sub/templates/b", b"{{ .Values.x }} {{ .Chart.IsRoot }} {{ .Template.BasePath }}"),
        File("charts/lib/Chart.yaml", b"apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n"),
        File("charts/lib/templates/_p", b'{{ define "lib" }}from lib{{ end }}'),
        File("charts/lib/templates/c", b"never {{ nothing }}"),
    )
    assert text == {
        "e/templates/a": "from lib 1 true",
        "e/charts/sub/templates/b": "1 false e/charts/sub/templates",
    }


@pytest.mark.parametrize(
    ("text", "version"),
    [("1.33", "v1.33"), ("v1.33.4-gke.1245000", "v1.33.4-gke.1245000"), ("v1.31.2+k3s1", "v1.31.2+k3s1")],
)
def test_kubernetes_versions(text: str, version: str) -> None:
    found = parse_kube_version(text)
    assert found.version.startswith(version)
    assert (found.major, found.minor) == ("1", text.removeprefix("v").split(".")[1])


@pytest.mark.parametrize("text", ["", "x", "1", "01.2"])
def test_what_is_no_kubernetes_version(text: str) -> None:
    with pytest.raises(KubeVersionError):
        parse_kube_version(text)


def test_values_are_one_map_under_two_types() -> None:
    """A subchart's `.Values` are its parent's table, under the name of Helm's type for values."""
    below = (
        "{{ typeOf .Values }} {{ typeOf (set .Values `low` 2) }} {{ .Values.low }} {{ .Values.AsMap.low }}"
        " {{ typeOf .Values.AsMap }} {{ (.Values.Table `t`).k }}"
    )
    above = (
        "{{ typeOf .Values.sub }} {{ .Values.sub.low }} {{ .Subcharts.sub.Values.low }}"
        " {{ typeOf .Subcharts.sub }} {{ typeOf .Subcharts.sub.Values }} {{ typeOf (set . `x` 1) }} {{ .x }}"
        "{{ $_ := unset .Values.sub `low` }} {{ hasKey .Subcharts.sub.Values `low` }}"
        "{{ $_ := merge .Values.sub (dict `m` 1) }} {{ .Subcharts.sub.Values.m }}"
    )
    found = rendered(
        above,
        File("charts/sub/Chart.yaml", CHART.replace(b"name: e", b"name: sub")),
        File("charts/sub/values.yaml", b"t: {k: v}\n"),
        File("charts/sub/templates/b", below.encode()),
    )
    plain = "map[string]interface {}"
    assert found == {
        "e/charts/sub/templates/b": f"common.Values {plain} 2 2 {plain} v",
        "e/templates/a": f"{plain} 2 2 {plain} common.Values {plain} 1 false 1",
    }


def test_a_value_that_contains_itself_is_nested_too_deeply() -> None:
    with pytest.raises(RenderError) as caught:
        rendered('{{ $d := dict }}{{ $_ := set $d "x" $d }}{{ deepCopy $d }}')
    assert "error calling deepCopy: nested too deeply" in str(caught.value)


def test_output_is_limited() -> None:
    assert rendered("{{ repeat 10 `x` }}", limits=Limits(output=10))
    with pytest.raises(OutputLimitError):
        rendered("{{ repeat 11 `x` }}", limits=Limits(output=10))
