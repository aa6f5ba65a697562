"""The charts that are measured: published ones and a template more, and generated ones of many subcharts."""

from __future__ import annotations

import io
import shutil
import tarfile
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Where published charts are looked for by default.
CHARTS = Path(__file__).parents[2] / "shared" / "charts"
#: The value that each run gives anew, and where it is in a values file.
VALUE = "global.benchmark"
# Few charts show a global value that they do not know: this template makes sure that it reaches a document.
_MARK = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-benchmark
data:
  benchmark: {{ (.Values.global).benchmark | default "" | quote }}
"""
_MARK_NAME = "templates/benchmark.yaml"
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


def found(places: Iterable[Path]) -> list[Path]:
    """Return the charts that are meant: archives and charts themselves, and those that a directory holds."""
    charts: list[Path] = []
    for place in places:
        if place.is_file() or (place / "Chart.yaml").is_file():
            charts.append(place)
        else:
            below = [*place.glob("*.tgz"), *(path.parent for path in place.glob("*/Chart.yaml"))]
            charts += sorted(below)
    return charts


def names(charts: Sequence[Path]) -> list[str]:
    """Return what charts are called in tables: what follows `repository__`, where that is one chart alone."""
    whole = [_stem(chart) for chart in charts]
    short = [name.rpartition("__")[2] for name in whole]
    return [one if short.count(one) == 1 else all_of_it for one, all_of_it in zip(short, whole, strict=True)]


def _stem(chart: Path) -> str:
    return chart.stem if chart.is_file() else chart.name


def marked(chart: Path, place: Path) -> Path:
    """Write a chart to `place` with a template more, which shows `VALUE`; return its path.

    Raises:
        OSError, tarfile.TarError: the chart cannot be read.
    """
    place.mkdir(parents=True)
    if chart.is_dir():
        target = place / chart.name
        shutil.copytree(chart, target)
        (target / "templates").mkdir(exist_ok=True)
        (target / _MARK_NAME).write_text(_MARK)
        return target
    target = place / chart.name
    with tarfile.open(chart) as old, tarfile.open(target, "w:gz", compresslevel=6) as new:
        top = ""
        for entry in old:
            top = top or entry.name.partition("/")[0]
            new.addfile(entry, old.extractfile(entry) if entry.isfile() else None)
        mark = tarfile.TarInfo(f"{top}/{_MARK_NAME}")
        mark.size = len(_MARK)
        new.addfile(mark, io.BytesIO(_MARK.encode()))
    return target


def unpacked(chart: Path, place: Path) -> Path:
    """Return the directory of a chart, unpacked below `place` if it is an archive.

    Raises:
        OSError, tarfile.TarError: the chart cannot be read.
    """
    if chart.is_dir():
        return chart
    top = place / _stem(chart)
    with tarfile.open(chart) as file:
        file.extractall(top, filter="data")
    (definition,) = top.glob("*/Chart.yaml")
    return definition.parent


def aliases(chart: Path, count: int, place: Path) -> Path:
    """Write a chart that has another one as its subchart `count` times; return its path."""
    from hivehelm.golang.yaml import load

    directory = unpacked(chart, place / "unpacked")
    shutil.copytree(directory, place / "chart/charts" / directory.name)
    metadata = load((directory / "Chart.yaml").read_bytes())
    needed = "".join(
        f"- name: {metadata['name']}\n  version: {metadata['version']}\n  alias: a{number:03}\n"
        for number in range(count)
    )
    _write_parent(place / "chart", f"dependencies:\n{needed}")
    return place / "chart"


def different(count: int, place: Path) -> Path:
    """Write a chart of `count` subcharts, none like another, whose values all go through `tpl`."""
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
    _write_parent(place, "")
    return place


def _write_parent(place: Path, more: str) -> None:
    (place / "templates").mkdir(parents=True)
    (place / _MARK_NAME).write_text(_MARK)
    (place / "Chart.yaml").write_text(f"apiVersion: v2\nname: parent\nversion: 0.1.0\n{more}")
