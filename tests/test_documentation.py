"""The examples of the documentation run as they are written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

ROOT = Path(__file__).parents[1]
EXAMPLE = re.compile(r"(?P<mark><!-- needs a cluster -->\n)?```python\n(?P<code>.*?)```", re.DOTALL)

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: mychart\nversion: 0.1.0\n",
    "values.yaml": "replicas: 1\nimage: {repository: nginx, tag: latest}\n",
    "templates/deployment.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec:
      containers:
        - name: main
          image: {{ .Values.image.repository }}:{{ .Values.image.tag }}
""",
    "templates/NOTES.txt": "Installed {{ .Release.Name }}.\n",
}


def examples(*, cluster: bool) -> list[tuple[str, str]]:
    """Return where each example stands and its code."""
    found = []
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = path.read_text()
        for match in EXAMPLE.finditer(text):
            if bool(match["mark"]) == cluster:
                line = text[: match.start("code")].count("\n") + 1
                found.append((f"{path.relative_to(ROOT)}:{line}", match["code"]))
    return found


def write_chart(directory: Path) -> None:
    """Put what the examples work on into `directory`."""
    for name, text in CHART.items():
        path = directory / "mychart" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (directory / "production.yaml").write_text("replicas: 2\n")


@pytest.mark.parametrize(("place", "code"), examples(cluster=False), ids=lambda value: value.split("\n")[0])
def test_example_runs(place: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each example runs by itself, in a directory with a chart."""
    write_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, place, "exec"), {"__name__": "example"})  # noqa: S102


@pytest.mark.parametrize(("place", "code"), examples(cluster=True), ids=lambda value: value.split("\n")[0])
def test_example_runs_on_a_cluster(
    place: str, code: str, cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Examples that need a cluster run on the embedded one."""
    write_chart(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig()))
    exec(compile(code, place, "exec"), {"__name__": "example"})  # noqa: S102


def test_there_are_examples() -> None:
    """The pattern above still finds what it is for."""
    assert len(examples(cluster=False)) >= 6
    assert len(examples(cluster=True)) >= 1
