from __future__ import annotations

import tarfile
from pathlib import Path

from benchmarks.charts import aliases, different, found, marked, names, unpacked
from benchmarks.warm import calls, find, rendered

import hivehelm

_SETTINGS = ["global.benchmark=v1x"]


def write(place: Path, **templates: str) -> Path:
    """Write a chart of these templates; return its directory."""
    (place / "templates").mkdir(parents=True)
    (place / "Chart.yaml").write_text(f"apiVersion: v2\nname: {place.name}\nversion: 0.1.0\n")
    (place / "values.yaml").write_text("image:\n  tag: '1'\nport: 80\nname: a\n")
    for name, text in templates.items():
        head = f"kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: {name}\ndata:\n"
        (place / f"templates/{name}.yaml").write_text(f"{head}  {text}\n")
    return place


def packed(chart: Path, target: Path) -> Path:
    with tarfile.open(target, "w:gz") as file:
        file.add(chart, chart.name)
    return target


def test_found(tmp_path: Path) -> None:
    web = write(tmp_path / "charts/web", a="a: a")
    archive = packed(web, tmp_path / "charts/other.tgz")
    assert found([tmp_path / "charts"]) == [archive, web]
    assert found([web, archive]) == [web, archive]
    assert found([tmp_path]) == []


def test_marked(tmp_path: Path) -> None:
    web = write(tmp_path / "web", a="a: a")
    for number, chart in enumerate((web, packed(web, tmp_path / "web.tgz"))):
        copy = marked(chart, tmp_path / f"copy-{number}")
        text = rendered(hivehelm.load(str(copy)), "run1", _SETTINGS)
        assert 'benchmark: "v1x"' in text
        assert "name: run1-benchmark" in text
        assert "a: a" in text
    assert not (web / "templates/benchmark.yaml").exists()


def test_unpacked(tmp_path: Path) -> None:
    web = write(tmp_path / "web", a="a: a")
    assert unpacked(web, tmp_path) == web
    directory = unpacked(packed(web, tmp_path / "web.tgz"), tmp_path / "place")
    assert (directory / "Chart.yaml").read_text() == (web / "Chart.yaml").read_text()


def test_aliases(tmp_path: Path) -> None:
    web = write(tmp_path / "web", a="b: {{ .Values.global.benchmark }}-{{ .Chart.Name }}")
    text = rendered(hivehelm.load(str(aliases(web, 3, tmp_path / "place"))), "run1", _SETTINGS)
    assert [f"b: v1x-a00{number}" in text for number in range(4)] == [True, True, True, False]


def test_different(tmp_path: Path) -> None:
    text = rendered(hivehelm.load(str(different(3, tmp_path / "place"))), "run1", _SETTINGS)
    assert text.count('benchmark: "v1x"') == 10
    assert "name: run1-x-chart-002-1" in text
    assert 'label-7: "chart-001-2-1-7"' in text


def test_calls(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain", a="a: {{ if .Values.absent }}{{ genPrivateKey `rsa` }}{{ end }}")
    keys = write(tmp_path / "keys", a="a: {{ genPrivateKey `ed25519` | quote }}")
    clock = write(tmp_path / "clock", a="a: {{ now | date `15:04:05` | quote }}")
    assert calls(str(plain), []) == {"keys": False, "clock": False}
    assert calls(str(keys), []) == {"keys": True, "clock": False}
    assert calls(str(clock), []) == {"keys": False, "clock": True}


def test_find(tmp_path: Path) -> None:
    many = dict.fromkeys(("a", "b", "c"), "a: {{ .Values.image.tag }}")
    web = write(
        tmp_path / "web", **many, d="a: {{ .Values.port }}-{{ randAlpha 9 }}", e="a: {{ .Values.port }}"
    )
    assert find(str(web), "run1") == {"path": "port", "kind": "number", "changed": 1, "documents": 5}
    assert find(str(write(tmp_path / "none", **many)), "run1") == {}


def test_names(tmp_path: Path) -> None:
    charts = [tmp_path / name for name in ("a__web.tgz", "b__web.tgz", "b__redis.tgz", "plain")]
    for chart in charts[:3]:
        chart.touch()
    assert names(charts) == ["a__web", "b__web", "redis", "plain"]
