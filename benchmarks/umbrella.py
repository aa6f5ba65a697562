"""How long charts of many subcharts take next to the real Helm: `uv run python -m benchmarks.umbrella`.

Both tools take turns, as processes with warm caches, each run under a new release name and with a new global
value that reaches the documents:

- `10 aliases`, `60 aliases`: one mid-size chart, that many times under names of its own;
- `120 charts`: as many different subcharts, whose values all go through `tpl`.

A row: the median of the real Helm's seconds, that of ours, their ratio, and the same of the peaks of memory.
The last line says how many times longer ours takes for 60 aliases than for 10.
"""

from __future__ import annotations

import statistics
import sys
import tarfile
import tempfile
from pathlib import Path

from benchmarks.side_by_side import CHARTS, HELM, OURS, Options, Run, Tool, report

#: How much of the real Helm's time and memory each may take, and how many times 10 aliases 60 may.
TARGETS = {"10 aliases": 0.5, "60 aliases": 0.2, "120 charts": 0.3}
MEMORY, GROWTH = 1.0, 6.5
_MIDDLING = "grafana--helm-charts__loki-distributed.tgz"
_LABELS = 20
_CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{{{ tpl .Values.name . }}}}-{name}-{number}
  labels:
    {{{{- include "{name}.labels" . | nindent 4 }}}}
data:
  benchmark: {{{{ .Values.global.benchmark | quote }}}}
  replicas: {{{{ .Values.replicas | quote }}}}
"""
_PARTIALS = """\
{{{{- define "{name}.labels" -}}}}
{{{{- range $key, $value := .Values.labels }}}}
{{{{ $key }}}}: {{{{ tpl $value $ | quote }}}}
{{{{- end }}}}
{{{{- end }}}}
"""


def aliases(archive: Path, count: int, place: Path) -> str:
    """Write a chart that has another one as its subchart `count` times; return its path."""
    with tarfile.open(archive) as file:
        file.extractall(place / "charts", filter="data")
    (definition,) = (place / "charts").glob("*/Chart.yaml")
    from hivehelm.golang.yaml import load

    metadata = load(definition.read_bytes())
    needed = "".join(
        f"- name: {metadata['name']}\n  version: {metadata['version']}\n  alias: a{number:03}\n"
        for number in range(count)
    )
    (place / "Chart.yaml").write_text(
        f"apiVersion: v2\nname: aliases\nversion: 0.1.0\ndependencies:\n{needed}"
    )
    return str(place)


def different(count: int, place: Path) -> str:
    """Write a chart of `count` subcharts, none like another; return its path."""
    for number in range(count):
        name = f"chart-{number:03}"
        directory = place / "charts" / name
        (directory / "templates").mkdir(parents=True)
        (directory / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n")
        labels = "".join(
            f"  label-{each}: '{{{{ .Chart.Name }}}}-{{{{ .Values.replicas }}}}-{number}-{each}'\n"
            for each in range(_LABELS)
        )
        (directory / "values.yaml").write_text(
            f"replicas: 2\nname: '{{{{ .Release.Name }}}}-x'\nlabels:\n{labels}"
        )
        (directory / "templates/_partials.tpl").write_text(_PARTIALS.format(name=name))
        for each in range(3):
            (directory / f"templates/config-{each}.yaml").write_text(_CONFIG.format(name=name, number=each))
    (place / "Chart.yaml").write_text("apiVersion: v2\nname: different\nversion: 0.1.0\n")
    return str(place)


def main() -> int:
    """Print the table; exit with 1 where a target is missed."""
    from benchmarks.render import Names

    options = Options(__doc__)
    options.add_argument("--chart", type=Path, default=CHARTS / _MIDDLING)
    given = options.given()
    took: dict[str, dict[str, list[Run]]] = {}
    names = Names()
    with tempfile.TemporaryDirectory() as top:
        place = Path(top)
        charts = {
            "10 aliases": aliases(given.chart, 10, place / "ten"),
            "60 aliases": aliases(given.chart, 60, place / "sixty"),
            "120 charts": different(120, place / "different"),
        }
        ours = str(Path(sys.executable).with_name("hivehelm"))
        tools = [Tool(name, [path], place / name) for name, path in ((HELM, given.helm), (OURS, ours))]
        for number in range(given.runs + 1):
            for what, chart in charts.items():
                for tool in tools if number % 2 else reversed(tools):
                    name, value = names.arguments()
                    run = tool.run("template", name, chart, "--set", value)
                    # The first round fills caches.
                    if number:
                        took.setdefault(what, {}).setdefault(tool.name, []).append(run)
    good = report(took, TARGETS, MEMORY)
    ten, sixty = (statistics.median(run.seconds for run in took[f"{n} aliases"][OURS]) for n in (10, 60))
    print(f"60 aliases take {sixty / ten:.1f} times what 10 take; at most {GROWTH} are wanted")
    return int(not (good and sixty / ten <= GROWTH))


if __name__ == "__main__":
    raise SystemExit(main())
