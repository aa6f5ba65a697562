"""`template` and what it shares with install."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Helm

CONFIG_MAP = """---
# Source: app/templates/configmap.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: x
  namespace: default
data:
  a: "1"
"""


def test_manifests_come_first_and_hooks_after(helm: Helm) -> None:
    code, out, err = helm("template", "x", "app")
    assert (code, err) == (0, "")
    assert out.startswith(CONFIG_MAP)
    assert [line for line in out.splitlines() if line.startswith("# Source")] == [
        "# Source: app/templates/configmap.yaml",
        "# Source: app/templates/hook.yaml",
        "# Source: app/templates/tests/test.yaml",
    ]


@pytest.mark.parametrize(
    ("flags", "sources"),
    [
        (["--no-hooks"], ["configmap"]),
        (["--skip-tests"], ["configmap", "hook"]),
        (["--include-crds", "--no-hooks"], ["crd", "configmap"]),
        (["-s", "templates/hook.yaml"], ["hook"]),
    ],
)
def test_what_is_shown(helm: Helm, flags: list[str], sources: list[str]) -> None:
    _, out, _ = helm("template", "x", "app", *flags)
    found = [line.rpartition("/")[2] for line in out.splitlines() if line.startswith("# Source")]
    assert found == [f"{name}.yaml" for name in sources]


def test_values_and_names(helm: Helm, place: Path) -> None:
    (place / "v.yaml").write_text("a: 2\n")
    assert 'a: "2"' in helm("template", "app", "-f", "v.yaml")[1]
    assert "name: release-name" in helm("template", "app", "--no-hooks")[1]
    assert 'a: "3"' in helm("template", "app", "-f", "v.yaml", "--set", "a=3")[1]
    assert "namespace: n\n" in helm("template", "app", "-n", "n")[1]
    assert "name: made-up" in helm("template", "app", "--name-template", "made-up")[1]


def test_errors_of_the_command_line(helm: Helm) -> None:
    assert helm("template", "app", "--kube-version", "x")[2] == (
        "Error: invalid kube version 'x': could not parse \"x\" as version\n"
    )
    assert "reserved label name" in helm("template", "x", "app", "--labels", "name=y")[2]
    code, out, err = helm("template", "Bad_Name", "app")
    assert (code, out) == (1, "")
    assert err.startswith('level=ERROR msg="release name check failed" error="release name \\"Bad_Name\\": ')
    assert '\nError: release name check failed: release name "Bad_Name": invalid release name' in err


def test_what_does_not_render(helm: Helm, place: Path) -> None:
    (place / "app/templates/broken.yaml").write_text("a: [\n")
    code, out, err = helm("template", "x", "app")
    assert (code, out) == (1, "")
    assert err.endswith("\n\nUse --debug flag to render out invalid YAML\n")
    code, out, err = helm("template", "x", "app", "--debug")
    assert code == 1
    assert "# Source: app/templates/broken.yaml\na: [\n" in out
    assert "Use --debug" not in err
    code, out, err = helm("template", "x", "app", "--debug", "-s", "templates/nope.yaml")
    assert (code, out) == (1, "")
    assert "could not find template" not in err


def test_files(helm: Helm, place: Path) -> None:
    code, out, err = helm("template", "x", "app", "--output-dir", "out", "--release-name", "--include-crds")
    assert (code, err) == (0, "")
    assert out == (
        "wrote out/app/crds/crd.yaml\n"
        "wrote out/x/app/templates/configmap.yaml\n"
        "wrote out/x/app/templates/hook.yaml\n"
        "wrote out/x/app/templates/tests/test.yaml\n"
        "\n"
    )
    assert (place / "out/x/app/templates/configmap.yaml").read_text() == CONFIG_MAP + "\n"


def test_charts_that_cannot_be_installed(helm: Helm, place: Path) -> None:
    head = "apiVersion: v2\nname: app\nversion: 1.0.0\n"
    (place / "app/Chart.yaml").write_text(head + "type: library\n")
    assert helm("template", "app")[2] == "Error: library charts are not installable\n"
    (place / "app/Chart.yaml").write_text(head + "dependencies: [{name: a, version: 1.0.0}, {name: b}]\n")
    assert helm("template", "app")[2] == (
        "Error: an error occurred while checking for chart dependencies. You may need to run "
        "'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in "
        "charts/ directory: a, b\n"
    )
    (place / "app/Chart.yaml").write_text(head + "deprecated: true\n")
    assert helm("template", "app")[2] == 'level=WARN msg="this chart is deprecated"\n'


def test_subcharts_that_cannot_be_told_apart(helm: Helm, place: Path) -> None:
    """Whatever goes wrong with dependencies is logged and reported."""
    (place / "app/charts/sub").mkdir(parents=True)
    (place / "app/charts/sub/Chart.yaml").write_text("apiVersion: v2\nname: sub\nversion: 1.0.0\n")
    (place / "app/Chart.yaml").write_text(
        "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0}]\n"
    )
    code, _, err = helm("template", "app", "--set", "sub=text")
    assert code == 1
    assert "Error: " in err


def test_debug(helm: Helm) -> None:
    err = helm("template", "x", "app", "--debug", "--devel", "--no-hooks")[2]
    assert err.startswith(
        'level=DEBUG msg="Original chart version" version=""\n'
        'level=DEBUG msg="setting version to >0.0.0-0"\n'
        'level=DEBUG msg="Chart path" path='
    )


def test_against_a_cluster_that_is_not_there(helm: Helm) -> None:
    code, out, err = helm("template", "x", "app", "--validate", "--kube-apiserver", "http://127.0.0.1:1")
    assert (code, out) == (1, "")
    lines = err.splitlines()
    assert lines[0] == "Flag --validate has been deprecated, use '--dry-run=server' instead"
    assert lines[1].startswith(
        'level=ERROR msg="cluster reachability check failed: kubernetes cluster unreachable'
    )
    assert lines[2].startswith("Error: cluster reachability check failed: kubernetes cluster unreachable: ")
