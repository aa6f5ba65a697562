"""What is said about each of the charts in tests/cases/lint.py, against what Helm says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases.lint import charts, read, write

from hivehelm.actions.lint import lint

SAID = read()


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("charts")
    write(place)
    return place


@pytest.mark.parametrize("chart", charts())
def test_findings(chart: str, top: Path) -> None:
    result = lint([str(top / chart)])
    told = "".join(f"{message}\n" for message in result.messages).replace(str(top), "TOP")
    assert told == SAID[chart].removesuffix("\n")
    assert result.linted == 1
    assert bool(result.errors) == ("[ERROR]" in told)


def test_every_rule_speaks_up() -> None:
    """The words that each rule begins with, as Helm has them."""
    told = "".join(SAID.values())
    for words in (
        "should be of type string",
        "unable to parse YAML\n\t",
        "failed to strictly parse chart metadata file\n\t",
        "Chart.yaml: name is required",
        "Chart.yaml: chart name",
        "Chart.yaml: apiVersion is required",
        "Chart.yaml: apiVersion 'v3' is not valid",
        "Chart.yaml: version is required",
        "is not a valid SemVer\n",
        "is not a valid SemVerV2\n",
        "is less than or equal to",
        "a maintainer entry is empty",
        "each maintainer requires a name",
        "invalid email",
        "invalid url",
        "invalid source URL",
        "invalid icon URL",
        "icon is recommended",
        "chart type is not valid",
        "dependencies are not valid",
        "values.yaml: file does not exist",
        "values.yaml: unable to parse YAML: ",
        "values.yaml: - at",
        "templates/: directory does not exist",
        "templates/: not a directory",
        "templates/: values don't meet",
        "templates/: parse error at",
        "templates/: error unpacking subchart",
        "file extension",
        "illegal indent",
        "templates/a.yaml: unable to parse YAML: ",
        "object name does not conform",
        "must contain matchLabels or matchExpressions",
        "within List objects are ignored",
        "unable to load chart",
        "chart metadata is missing these dependencies",
        "chart directory is missing these dependencies",
        "crds/: not a directory",
        "apiVersion is not in 'apiextensions.k8s.io'",
        "object kind is not 'CustomResourceDefinition'",
    ):
        assert words in told
