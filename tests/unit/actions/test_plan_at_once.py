"""Many renders at the same time give what each of them gives alone."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hivehelm.actions.plan import PlanOptions, plan
from hivehelm.chart.load import load
from hivehelm.gotemplate.cache import TemplateCache
from hivehelm.render.context import ReleaseOptions

GUIDE = Path(__file__).parents[3] / "docs" / "guides" / "rendering-many.md"

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: mychart\nversion: 0.1.0\ndependencies:\n"
    "- {name: sub, version: 0.1.0, alias: one}\n- {name: sub, version: 0.1.0, alias: two}\n",
    "values.yaml": "text: 'tpl {{ .Release.Name }} {{ .Values.number }}'\nnumber: 0\n"
    "nested: {a: {b: [1, 2]}}\n",
    "templates/_helpers.tpl": '{{ define "name" }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}'
    '{{ define "labels" }}name: {{ include "name" . }}\n'
    "{{ with .Values.extra }}{{ toYaml . }}{{ end }}{{ end }}",
    "templates/map.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ include "name" . }}\n'
    '  labels:\n    {{- include "labels" . | nindent 4 }}\n'
    "data:\n  text: {{ tpl .Values.text . | quote }}\n"
    "  {{- range $k, $v := .Values.nested }}\n  {{ $k }}: {{ toJson $v | quote }}\n  {{- end }}\n"
    '  {{- $_ := set .Values "number" 100 }}\n  set: {{ .Values.number | quote }}\n'
    '  yaml: {{ (include "labels" . | fromYaml).name }}\n',
    "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
    "charts/sub/values.yaml": "on: true\n",
    "charts/sub/templates/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n"
    '  name: {{ include "name" . }}\nstringData:\n  a: {{ .Values.global.a | squote }}\n',
}


def _written(directory: Path) -> Path:
    for name, text in FILES.items():
        path = directory / "mychart" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory / "mychart"


def test_threads_do_not_meet_in_what_they_render(tmp_path: Path) -> None:
    path = _written(tmp_path)
    shared = load(path)
    caches = [TemplateCache() for _ in range(3)]

    def render(number: int, *, alone: bool = False) -> str:
        chart = load(path) if number % 2 else shared
        values = {"global": {"a": f"it is {number}"}, "extra": {"key": f"v{number}"}}
        options = PlanOptions(
            release=ReleaseOptions(name=f"run{number}"),
            cache=TemplateCache() if alone else caches[number % 3],
        )
        return plan(chart, values, options).manifest()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(render, range(48)))
    assert found == [render(number, alone=True) for number in range(48)]
    assert 'text: "tpl run7 0"' in found[7]
    assert "a: 'it is 7'" in found[7]
    assert shared.values["number"] == 0


def test_processes_render_as_the_guide_says(tmp_path: Path) -> None:
    _written(tmp_path)
    code = re.search(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert code is not None
    script = tmp_path / "render.py"
    script.write_text(code[1].replace("range(100)", "range(4)").replace("(mp_context", "(2, mp_context"))
    (tmp_path / "mychart" / "values.yaml").write_text(FILES["values.yaml"] + "global: {a: b}\n")
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, _ in lines] == ["web-0", "web-1", "web-2", "web-3"]
    assert len({size for _, size in lines}) == 1
