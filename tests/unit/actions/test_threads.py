"""One chart from many threads at once gives what it gives one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import hivehelm
from hivehelm.chart.load import load_files
from hivehelm.chart.model import File

TEMPLATE = """{{ define "n" }}{{ .Values.name | upper }}{{ end -}}
{{ $d := dict "all" list }}
{{- range until (int .Values.count) }}{{ $_ := set $d "all" (append $d.all (tpl $.Values.text $)) }}{{ end -}}
{{- $_ := set .Values "name" (printf "%s-changed" .Values.name) -}}
name: {{ include "n" . }}
all: {{ $d.all | toJson }}
"""


def test_threads_do_not_see_one_another() -> None:
    chart = load_files(
        [
            File("Chart.yaml", b"apiVersion: v2\nname: a\nversion: 1.0.0\n"),
            File("values.yaml", b"name: x\ncount: 3\ntext: '{{ .Values.name }}'\n"),
            File("templates/a.yaml", TEMPLATE.encode()),
        ]
    )
    given = [
        {"name": f"n{number}", "count": number % 7, "text": f"{{{{ add 1 {number} }}}}"}
        for number in range(24)
    ]

    def render(values: dict[str, object]) -> str:
        return hivehelm.template(chart, values).manifest()

    serial = [render(values) for values in given]
    assert len(set(serial)) == len(given)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(render, given * 4)) == serial * 4
