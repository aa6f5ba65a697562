"""What `lint` prints, and when it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Helm

ICON = "[INFO] Chart.yaml: icon is recommended\n"


@pytest.fixture(autouse=True)
def chart(place: Path) -> Path:
    """The chart of other tests, without its broken CRD and incomplete names."""
    (place / "app" / "crds" / "crd.yaml").unlink()
    (place / "app" / "charts" / "below").mkdir(parents=True)
    (place / "app" / "charts" / "below" / "Chart.yaml").write_text(
        "apiVersion: v2\nname: below\nversion: x\n"
    )
    (place / "good").mkdir()
    (place / "good" / "Chart.yaml").write_text("apiVersion: v2\nname: good\nversion: 1.0.0\n")
    (place / "good" / "values.yaml").write_text("")
    (place / "good" / "templates").mkdir()
    return place / "app"


def test_a_good_chart(helm: Helm) -> None:
    assert helm("lint", "good") == (
        0,
        f"==> Linting good\n{ICON}\n1 chart(s) linted, 0 chart(s) failed\n",
        "",
    )
    assert helm("lint", "good", "--quiet") == (0, "", "")


def test_charts_that_fail(helm: Helm, chart: Path) -> None:
    code, out, err = helm("lint", "good", "app", "nosuch", "--quiet")
    assert code == 1
    problem = 'error unpacking subchart below in app: validation: chart.metadata.version "x" is invalid'
    assert out == (
        f"==> Linting app\n[ERROR] templates/: {problem}\n"
        f"[ERROR] : unable to load chart\n\t{problem}\n[ERROR] crds/: {problem}\n\n"
        "==> Linting nosuch\n"
        "Error unable to check Chart.yaml file in chart: stat nosuch/Chart.yaml: "
        "no such file or directory\n\n"
    )
    assert err == "Error: 3 chart(s) linted, 2 chart(s) failed\n"


def test_subcharts(helm: Helm) -> None:
    _, out, err = helm("lint", "app", "--with-subcharts")
    assert "==> Linting app/charts/below\n[ERROR] Chart.yaml: version 'x' is not a valid SemVer\n" in out
    assert err == "Error: 2 chart(s) linted, 2 chart(s) failed\n"


def test_warnings_fail_when_asked_to(helm: Helm, place: Path) -> None:
    (place / "good" / "templates" / "a.yaml").write_text("kind: A\nmetadata: {name: A}\n")
    code, out, err = helm("lint", "good", "--quiet")
    assert (code, err) == (0, "")
    assert out.startswith("==> Linting good\n[WARNING] templates/a.yaml: object name does not conform")
    assert out.endswith("\n\n1 chart(s) linted, 0 chart(s) failed\n")
    assert helm("lint", "good", "--strict")[0] == 1


def test_flags_that_are_wrong(helm: Helm) -> None:
    code, out, err = helm("lint", "good", "--kube-version", "x")
    assert (code, out) == (1, "")
    assert err.startswith("Error: invalid kube version 'x': ")
    assert helm("lint", "good", "--set", "a")[0] == 1


def test_values_and_versions_reach_templates(helm: Helm, place: Path) -> None:
    template = "{{ fail (print .Values.a .Release.Namespace .Capabilities.KubeVersion.Minor) }}"
    (place / "good" / "templates" / "a.yaml").write_text(template)
    _, _, err = helm("lint", "good", "--set", "a=1", "-n", "there", "--kube-version", "1.30")
    assert err == 'level=INFO msg="funcMap fail" message=1there30\n'
