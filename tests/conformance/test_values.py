"""`--set` and its kin, values files and schemas: the same values and words from the real Helm and ours."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[1] / "cases"
SET: dict[str, Any] = json.loads((CASES / "set" / "cases.json").read_text(encoding="utf-8"))
TREES = sorted((CASES / "values").glob("*.json"))
OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"
SHOW = "values: {{ .Values | toJson }}\nchart: {{ .Chart | toJson }}\ntext: {{ toYaml .Values | quote }}\n"


def run(program: list[str], arguments: list[str], directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*program, "template", "x", *arguments], cwd=directory, capture_output=True, text=True, check=False
    )


def both(
    helm: Path, arguments: list[str], directory: Path
) -> tuple[subprocess.CompletedProcess[str], subprocess.CompletedProcess[str]]:
    return run([str(helm)], arguments, directory), run([sys.executable, "-c", OURS], arguments, directory)


def write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("case", SET["cases"], ids=lambda case: " ".join(case["arguments"]))
def test_command_lines(case: dict[str, Any], helm: Path, tmp_path: Path) -> None:
    chart = {"set/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n", "set/templates/a.yaml": SHOW}
    write(tmp_path, chart | SET["files"])
    theirs, ours = both(helm, ["set", *case["arguments"]], tmp_path)
    assert (ours.stdout, ours.stderr, ours.returncode) == (theirs.stdout, theirs.stderr, theirs.returncode)


@pytest.mark.parametrize("path", TREES[::2], ids=lambda path: path.stem)
def test_trees(path: Path, helm: Path, tmp_path: Path) -> None:
    case: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    charts = {str(Path(name).parent) for name in case["files"] if name.endswith("Chart.yaml")}
    templates = {f"{directory}/templates/show.yaml": SHOW for directory in charts}
    write(tmp_path / "c", case["files"] | templates)
    write(tmp_path, {"user.yaml": case["user"]})
    theirs, ours = both(helm, ["c", "-f", "user.yaml"], tmp_path)
    assert ours.stdout == theirs.stdout
    # Helm walks maps in no order, and warns as it goes, of one thing once or twice.
    assert set(ours.stderr.splitlines()) == set(theirs.stderr.splitlines())
    assert ours.returncode == theirs.returncode
