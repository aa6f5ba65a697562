"""A directory with a small chart, and the command run in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main

TEMPLATE = """apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  a: {{ .Values.a | quote }}
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the chart, and an environment without any settings."""
    chart = tmp_path / "app"
    (chart / "templates" / "tests").mkdir(parents=True)
    (chart / "crds").mkdir()
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: app\nversion: 1.0.0\n")
    (chart / "values.yaml").write_text("a: 1\n")
    (chart / "README.md").write_text("# App\n")
    (chart / "templates" / "configmap.yaml").write_text(TEMPLATE)
    (chart / "templates" / "NOTES.txt").write_text("Hello {{ .Release.Name }}\n")
    hook = "kind: Pod\napiVersion: v1\nmetadata:\n  name: {0}\n  annotations:\n    helm.sh/hook: {1}\n"
    (chart / "templates" / "hook.yaml").write_text(hook.format("h", "pre-install"))
    (chart / "templates" / "tests" / "test.yaml").write_text(hook.format("t", "test"))
    (chart / "crds" / "crd.yaml").write_text("kind: CustomResourceDefinition\n")
    monkeypatch.chdir(tmp_path)
    for name in ("KUBECONFIG", "NO_COLOR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


class Helm:
    """Runs command lines and keeps what they print."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capture = capfd

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, standard output and standard error."""
        code = main(arguments)
        out, err = self._capture.readouterr()
        return code, out, err


@pytest.fixture
def helm(capfd: pytest.CaptureFixture[str]) -> Helm:
    """The command."""
    return Helm(capfd)
