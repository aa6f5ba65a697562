from __future__ import annotations

import pytest

import hivehelm
from hivehelm.chart.load import load_files
from hivehelm.chart.model import Chart, File
from hivehelm.errors import HivehelmError

ENDLESS = "tpl is nested more than 2000 deep: unable to execute template"


def chart(template: str, values: str = "") -> Chart:
    return load_files(
        [
            File("Chart.yaml", b"apiVersion: v2\nname: a\nversion: 1.0.0\n"),
            File("values.yaml", values.encode()),
            File("templates/a.yaml", template.encode()),
        ]
    )


@pytest.mark.parametrize(
    "template",
    [
        "{{ tpl .Values.t . }}",
        '{{ define "x" }}{{ tpl .Values.u . }}{{ end }}{{ include "x" . }}',
        '{{ define "x" }}{{ tpl .Values.w . }}{{ end }}{{ template "x" . }}',
    ],
)
def test_endless_tpl_ends_in_one_line(template: str) -> None:
    values = "t: '{{ tpl .Values.t . }}'\nu: '{{ tpl .Values.t . }}'\nw: '{{ template \"x\" . }}'\n"
    with pytest.raises(HivehelmError) as caught:
        hivehelm.template(chart(template, values), {})
    text = str(caught.value)
    assert text.endswith(ENDLESS)
    assert text.count("error calling tpl") <= 1
    assert "\n" not in text


def test_tpl_may_nest_deep() -> None:
    template = (
        '{{ define "n" }}{{ if .n }}{{ tpl .t (dict "n" (sub .n 1) "t" .t) }}{{ else }}end{{ end }}{{ end }}'
    )
    template += 'a: {{ include "n" (dict "n" 400 "t" .Values.t) }}\n'
    values = "t: '{{ include \"n\" . }}'\n"
    assert "a: end" in hivehelm.template(chart(template, values), {}).manifest()
