"""Rendering with a memory gives what rendering without one gives, whatever was rendered before."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hivehelm.actions.plan import PlanOptions, plan
from hivehelm.chart.model import Chart, File, Metadata
from hivehelm.errors import HivehelmError
from hivehelm.render.context import ReleaseOptions
from hivehelm.render.memory import RenderMemory

# What templates do: read, look through, pass on, change, share what they change, and fail.
SNIPPETS = (
    "{{ .Values.a }}",
    "{{ .Values.m.a }}-{{ .Values.m.b | default 1 }}",
    "{{ toYaml .Values.m }}",
    "{{ toJson .Values }}",
    "{{ if .Values.m }}yes{{ else }}no{{ end }}",
    "{{ len .Values.m }}",
    '{{ hasKey .Values.m "b" }}',
    "{{ range $k, $v := .Values.m }}{{ $k }}={{ $v }},{{ end }}",
    "{{ range .Values.l }}{{ . }},{{ end }}",
    '{{ $_ := set .Values "a" "set" }}',
    '{{ $_ := set .Values.m "b" .Values.a }}',
    '{{ $_ := unset .Values.m "a" }}',
    '{{ $x := dict "n" .Values.m }}{{ $_ := set $x.n "c" 1 }}{{ $x }}',
    '{{ merge (dict "a" 1) .Values.m | toJson }}',
    '{{ merge (dict "m" .Values.m) (dict "m" (dict "z" 1)) | toJson }}',
    '{{ mergeOverwrite (deepCopy .Values.m) (dict "a" 2) | toJson }}',
    '{{ $_ := set . "Extra" .Values.a }}',
    "{{ .Extra }}",
    '{{ $_ := set .Release "Name" "other" }}',
    "{{ .Release.Name }}",
    '{{ $_ := set .Chart "Version" "9" }}',
    "{{ .Chart.Version }}",
    '{{ include "part" . }}',
    '{{ include "part" (dict "Values" .Values.m) }}',
    '{{ tpl "{{ .Values.m.a }}" . }}',
    "{{ tpl (toString .Values.a) $ }}",
    '{{ required "no a" .Values.a }}',
    "{{ .Values.m.a.b }}",
    "{{ .Values.below.a }}",
    '{{ $_ := set .Values.below "a" "from above" }}',
    "{{ kindOf .Values.m }} {{ typeOf .Values }} {{ kindOf .Values.a }}",
    "{{ .Values.AsMap | toJson }}",
    '{{ omit .Values.m "a" | toJson }} {{ pick .Values.m "a" | toJson }} {{ keys .Values.m | sortAlpha }}',
    "{{ eq (toJson .Values.m) (toJson .Values.below) }} {{ deepEqual .Values.m .Values.below }}",
    "{{ (index .Values.l 0).x }}",
    '{{ with .Values.l }}{{ $_ := set (first .) "x" "set" }}{{ end }}',
    "{{ range .Values.l }}{{ toJson . }}{{ end }}",
    '{{ dig "a" "b" "none" .Values.m }}',
    "{{ .Values.global.g }}",
    "{{ .Subcharts.below.Values.a }}",
    '{{ printf "%v %d" .Values.m (len .Values) }}',
    "{{ coalesce .Values.none .Values.m.none .Values.a }}",
    '{{ .Template.Name }} {{ .Files.Get "file" }} {{ .Capabilities.KubeVersion }}',
    "{{ or .Values.m .Values.a }} {{ and .Values.m .Values.a }}",
    '{{ include "part" . }}{{ $_ := set .Values "a" "set" }}{{ include "part" . }}',
    '{{ $_ := set . "mode" "dev" }}{{ .mode }}',
    '{{ $_ := set . "mode" .Values.a }}{{ include "mode" . }}',
    '{{ .mode }}{{ include "mode" $ }}{{ hasKey . "mode" }}{{ len . }}',
    '{{ $_ := set . "kept" .Values.m }}{{ $_ := set . "list" .Values.l }}',
    "{{ toJson .kept }}{{ toJson .list }}",
    '{{ if kindIs "map" .kept }}{{ $_ := set .kept "z" .Values.a }}{{ end }}',
    '{{ $_ := set . "dict" (dict "x" .Values.a) }}',
    '{{ if .dict }}{{ $_ := set .dict "y" .Values.global.g }}{{ toJson .dict }}{{ end }}',
    '{{ include "whole" (dict "m" .Values.m "context" $) }}',
    '{{ $given := dict "m" .Values.m }}{{ include "leaves" $given }}{{ toJson $given }}',
    '{{ range .Values.l }}{{ include "item" . }}{{ end }}',
    '{{ range .Values.l }}{{ include "item" . }}{{ include "item" . }}{{ end }}',
    '{{ include "template" . }}{{ .Template.Name }}',
    '{{ include "writes" . }}{{ toJson .Values.m }}',
    '{{ tpl "{{ define \\"own\\" }}1{{ end }}{{ include \\"own\\" . }}" . }}',
    '{{ tpl "{{ define \\"own\\" }}{{ .Values.a }}{{ end }}{{ include \\"own\\" . }}" . }}',
    '{{ tpl "{{ $_ := set . \\"mode\\" 1 }}{{ include \\"part\\" . }}" $ }}',
    "{{ .Subcharts.below.mode }}{{ .Subcharts.below.Values.m }}",
    '{{ $_ := set .Subcharts.below "mode" "above" }}',
    '{{ $_ := set .Subcharts "more" .Values.a }}{{ toJson .Subcharts.more }}',
    '{{ $_ := merge .Values (dict "a" "new" "m" (dict "q" 1)) }}',
    '{{ $_ := merge . (dict "mode" "merged") }}',
    '{{ get . "mode" }}{{ get .Values "a" }}{{ toJson (omit .Values "l") }}',
    "{{ with deepCopy . }}{{ .mode }}{{ .Values.a }}{{ end }}",
)
PART = """
{{- define "part" }}<{{ .Values.a }}>{{ end }}
{{- define "mode" }}{{ .mode }}{{ .Values.m }}{{ end }}
{{- define "whole" }}{{ toJson .m }}{{ include "part" .context }}{{ .context.mode }}{{ end }}
{{- define "leaves" }}{{ $_ := set . "left" "here" }}{{ if kindIs "map" .m }}{{ toJson .m.a }}{{ end -}}
{{ end }}
{{- define "item" }}{{ if kindIs "map" . }}{{ .x }}{{ $_ := set . "seen" "yes" }}{{ end }}{{ toJson . -}}
{{ end }}
{{- define "template" }}{{ .Template.Name }}{{ include "part" . }}{{ end }}
{{- define "writes" }}{{ $_ := set .Values "b" .Values.a }}{{ include "part" . }}{{ end -}}
"""

_SCALARS = st.sampled_from(["", "x", "y", 0.0, 1.0, True, False, None, "{{ .Values.m.b }}"])
_MAPS = st.dictionaries(st.sampled_from("abc"), _SCALARS | st.dictionaries(st.sampled_from("ab"), _SCALARS))
_LISTS = st.lists(_SCALARS | st.dictionaries(st.sampled_from("xy"), _SCALARS), max_size=2)
_VALUES = st.fixed_dictionaries(
    {},
    optional={
        "a": _SCALARS,
        "m": _MAPS | _SCALARS,
        "l": _LISTS,
        "below": _MAPS,
        "global": st.dictionaries(st.just("g"), _SCALARS),
    },
)
_TEMPLATES = st.lists(st.sampled_from(SNIPPETS), min_size=1, max_size=5)


def chart(name: str, templates: list[str], values: dict[str, Any], below: tuple[Chart, ...] = ()) -> Chart:
    files = [
        File(f"templates/{number}.txt", f"k: |\n  {text}\n".encode()) for number, text in enumerate(templates)
    ]
    return Chart(
        Metadata(name, "1.0.0", "v2"),
        values=values,
        templates=(File("templates/_part.tpl", PART.encode()), *files),
        files=(File("file", b"text"),),
        dependencies=below,
    )


def rendered(chart: Chart, values: dict[str, Any], memory: RenderMemory | None) -> str:
    options = PlanOptions(release=ReleaseOptions(name="r"), memory=memory)
    try:
        return plan(chart, values, options).manifest()
    except HivehelmError as error:
        return str(error)


@given(
    above=_TEMPLATES,
    below=_TEMPLATES,
    defaults=_VALUES,
    rounds=st.lists(_VALUES, min_size=2, max_size=4),
)
def test_a_memory_changes_nothing(
    above: list[str], below: list[str], defaults: dict[str, Any], rounds: list[dict[str, Any]]
) -> None:
    made = chart("above", above, defaults, (chart("below", below, {"a": "b", "m": {"a": 1.0}}),))
    memory = RenderMemory()
    for values in (*rounds, rounds[0], rounds[0]):
        assert rendered(made, values, memory) == rendered(made, values, None)
