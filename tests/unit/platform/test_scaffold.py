"""New charts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from hivehelm.actions.plan import PlanOptions, plan
from hivehelm.chart.load import load
from hivehelm.chart.scaffold import ScaffoldNameError
from hivehelm.lint.run import run
from hivehelm.lint.subject import Subject
from hivehelm.platform.scaffold import ChartExistsError, create_chart
from hivehelm.render.context import ReleaseOptions
from hivehelm.values.schema import SchemaError

FILES = [
    "Chart.yaml",
    "templates/NOTES.txt",
    "templates/_helpers.tpl",
    "templates/deployment.yaml",
    "templates/service.yaml",
    "values.schema.json",
    "values.yaml",
]


def test_a_new_chart_has_these_files(tmp_path: Path) -> None:
    top = Path(create_chart("my-app", "My application", str(tmp_path)))
    assert top == tmp_path / "my-app"
    assert sorted(str(one.relative_to(top)) for one in top.rglob("*") if one.is_file()) == FILES
    assert "<" + "CHARTNAME>" not in "".join(one.read_text() for one in top.rglob("*") if one.is_file())


def test_it_has_nothing_to_be_linted(tmp_path: Path) -> None:
    top = create_chart("my-app", "", str(tmp_path))
    messages = [str(one) for one in run(Subject(path=top, values={})).messages]
    assert messages == ["[INFO] Chart.yaml: icon is recommended"]


def test_the_real_helm_finds_nothing_either(tmp_path: Path, helm: Path) -> None:
    top = create_chart("my-app", "", str(tmp_path))
    done = subprocess.run([helm, "lint", "--strict", top], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_it_renders_probes_and_resources(tmp_path: Path) -> None:
    chart = load(create_chart("my-app", "", str(tmp_path)))
    found = {one.head.kind: one.object for one in plan(chart, {}).manifests}
    container = found["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    assert container["livenessProbe"]["httpGet"]["port"] == "http"
    assert container["readinessProbe"]["httpGet"]["port"] == "http"
    assert container["resources"]["requests"] == {"cpu": "50m", "memory": "64Mi"}
    selector = found["Deployment"]["spec"]["selector"]["matchLabels"]
    assert found["Service"]["spec"]["selector"] == selector


@pytest.mark.parametrize("name", ["y", "123", "1e3", "null", "0x1f"])
def test_names_that_yaml_takes_for_something_else_stay_names(name: str, tmp_path: Path) -> None:
    chart = load(create_chart(name, "", str(tmp_path)))
    for one in plan(chart, {}, PlanOptions(release=ReleaseOptions(name=name))).manifests:
        assert one.object["metadata"]["name"] == name
        assert one.object["metadata"]["labels"]["app.kubernetes.io/instance"] == name
        assert one.object["metadata"]["labels"]["app.kubernetes.io/name"] == name


@pytest.mark.parametrize("kind", ["ClusterIP", "NodePort", "LoadBalancer"])
def test_its_notes_say_where_it_is(kind: str, tmp_path: Path) -> None:
    chart = load(create_chart("my-app", "", str(tmp_path)))
    notes = plan(chart, {"service": {"type": kind}}).notes
    assert "kubectl" in notes
    assert ("port-forward" in notes) is (kind == "ClusterIP")


@pytest.mark.parametrize(
    "values",
    [
        {"replicaCount": "two"},
        {"replicaCount": -1},
        {"service": {"port": 0}},
        {"service": {"type": "Ingress"}},
        {"image": {"repository": ""}},
        {"image": {"pullPolicy": "Sometimes"}},
        {"imagePullSecrets": [{}]},
        {"resources": {"limits": {"cpu": {}}}},
    ],
)
def test_its_schema_refuses_what_cannot_be(values: dict[str, object], tmp_path: Path) -> None:
    chart = load(create_chart("my-app", "", str(tmp_path)))
    with pytest.raises(SchemaError):
        plan(chart, values)


@pytest.mark.parametrize(
    "description",
    ["plain", "with: colon", "'quoted' \"twice\"", "# hash", "two\nlines", "- dash", "{{ x }}", "ä"],
)
def test_any_description_is_kept(description: str, tmp_path: Path) -> None:
    # Lines become one where Helm loads it.
    kept = load(create_chart("a", description, str(tmp_path))).metadata.description
    assert kept == description.replace("\n", " ")


def test_without_a_description_there_is_one(tmp_path: Path) -> None:
    assert load(create_chart("a", "", str(tmp_path))).metadata.description


def test_what_is_there_is_overwritten_only_with_a_warning(tmp_path: Path) -> None:
    top = Path(create_chart("a", "", str(tmp_path)))
    (top / "values.yaml").write_text("mine: true\n")
    with pytest.raises(ChartExistsError, match='chart "a" is there already'):
        create_chart("a", "", str(tmp_path))
    assert (top / "values.yaml").read_text() == "mine: true\n"
    warnings: list[str] = []
    create_chart("a", "", str(tmp_path), warn=warnings.append)
    assert len(warnings) == len(FILES)
    assert warnings[1] == f'WARNING: File "{top / "values.yaml"}" already exists. Overwriting.'
    assert "mine" not in (top / "values.yaml").read_text()


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", "-a", "a b", "ä", ".hidden", "a" * 251])
def test_names_that_no_chart_can_have(name: str, tmp_path: Path) -> None:
    with pytest.raises(ScaffoldNameError, match="chart name must"):
        create_chart(name, "", str(tmp_path), warn=print)
    assert list(tmp_path.iterdir()) == []
