"""The verbs on releases, with records in memory; show, version, env and help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import install
from hivehelm.cli.hivehelm.memory import MemoryDataError, load

from .conftest import Helm

RECORDS = Path(__file__).resolve().parents[3] / "cases" / "releases.yaml"


@pytest.fixture
def records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM_DRIVER", "memory")
    monkeypatch.setenv("HELM_MEMORY_DRIVER_DATA", str(RECORDS))


@pytest.mark.usefixtures("records")
def test_list(helm: Helm) -> None:
    code, out, err = helm("list", "--no-headers", "--deployed")
    assert (code, err) == (0, "")
    assert out == "alpha\tdefault\t2\t2024-02-03 04:05:06 +0200 +0200\tdeployed\tweb-1.1.0\t8\n"
    assert helm("ls", "-q", "-A")[1] == "alpha\nlonglines\nother\npending\n"
    assert helm("ls", "-qojson")[1] == '["alpha","longlines","pending"]\n'
    assert json.loads(helm("ls", "-o", "json", "-f", "pend")[1]) == [
        {
            "name": "pending",
            "namespace": "default",
            "revision": "3",
            "updated": "-",
            "status": "pending-upgrade",
            "chart": "MISSING",
            "app_version": "MISSING",
        }
    ]
    assert "\x1b[32mdeployed\x1b[0m" in helm("list", "--color", "always")[1]
    assert "\t2024 " in helm("list", "--time-format", "2006")[1]


@pytest.mark.usefixtures("records")
def test_history(helm: Helm) -> None:
    out = helm("history", "alpha", "--show-rollback-revision")[1]
    assert out.splitlines()[0].split("\t")[5] == "ROLLBACK"
    assert out.splitlines()[2].split("\t")[5].strip() == "1"
    assert len(helm("hist", "alpha")[1].splitlines()) == 3
    assert len(helm("hist", "alpha", "--max", "1")[1].splitlines()) == 2
    assert helm("hist", "alpha", "--max", "0", "-o", "json")[1] == "[]\n"
    assert json.loads(helm("hist", "pending", "-ojson")[1])[0].get("updated") is None


@pytest.mark.usefixtures("records")
def test_status(helm: Helm) -> None:
    out = helm("status", "alpha")[1]
    assert "TEST SUITE:     test-a\nLast Started:   Sat Feb  3 04:05:07 2024\n" in out
    assert out.endswith("NOTES:\nHello there\n")
    assert "chart" not in json.loads(helm("status", "alpha", "-o", "json")[1])
    assert helm("status", "alpha", "-o", "yaml")[1].startswith("apply_method: ssa\n")
    assert "LAST DEPLOYED" not in helm("status", "pending")[1]
    assert helm("status", "nope") == (1, "", "Error: release: not found\n")


@pytest.mark.usefixtures("records")
def test_get(helm: Helm) -> None:
    everything = helm("get", "all", "alpha")[1]
    assert "CHART: web\nVERSION: 1.1.0\nAPP_VERSION: 8\n" in everything
    assert "COMPUTED VALUES:\na:\n  b: 1\n" in everything
    assert helm("get", "values", "alpha", "--revision", "1")[1] == "USER-SUPPLIED VALUES:\nnull\n"
    assert helm("get", "values", "alpha", "-a", "-ojson")[1].startswith('{"a":{"b":1,"c":')
    assert helm("get", "values", "alpha", "-a")[1].startswith("COMPUTED VALUES:\n")
    assert helm("get", "manifest", "pending")[1] == "\n"
    assert helm("get", "hooks", "alpha")[1].startswith(
        "---\n# Source: web/templates/tests/a.yaml\nkind: Pod\n"
    )
    assert helm("get", "notes", "alpha")[1] == "NOTES:\n  Hello there \n\n\n"
    assert helm("get", "notes", "pending")[1] == ""
    table = helm("get", "metadata", "alpha")[1]
    assert "ANNOTATIONS: a=2,z=1\n" in table
    assert table.endswith("APPLY_METHOD: server-side apply\n")
    assert '"dependencies":[{"name":"zeta","version":' in helm("get", "metadata", "alpha", "-o", "json")[1]
    assert "dependencies" not in helm("get", "metadata", "alpha", "-o", "json", "--revision", "1")[1]


@pytest.mark.usefixtures("records")
def test_uninstall(helm: Helm) -> None:
    assert helm("uninstall", "alpha", "--dry-run")[1].endswith('release "alpha" uninstalled\n')
    assert helm("un", "nope", "--ignore-not-found") == (0, 'release "nope" uninstalled\n', "")
    code, out, err = helm("del", "nope")
    assert (code, out, err) == (1, "", "Error: uninstall: Release not loaded: nope: release: not found\n")
    assert helm("uninstall", "x", "--cascade", "sideways")[2] == (
        'Error: invalid cascade value (sideways). Must be "background", "foreground", or "orphan"\n'
    )


@pytest.mark.parametrize("text", ["- a: [\n", "- name: 1\n", "- x\n", "5\n", "- {name: a, version: x}\n"])
def test_records_that_are_none(place: Path, text: str) -> None:
    (place / "records.yaml").write_text(text)
    with pytest.raises(MemoryDataError, match=r"^Unable to unmarshal memory driver data: "):
        load("records.yaml")


def test_no_records(place: Path) -> None:
    (place / "records.yaml").write_text("")
    assert load("records.yaml").list(lambda _: True) == []


def test_install_without_a_cluster(helm: Helm) -> None:
    code, out, err = helm("install", "x", "app", "--dry-run=client", "--hide-notes")
    assert (code, err) == (0, "")
    assert "STATUS: pending-install\nREVISION: 1\nDESCRIPTION: Dry run complete\n" in out
    assert "MANIFEST:\n---\n# Source: app/templates/configmap.yaml\n" in out
    assert "NOTES" not in out
    assert helm("install", "x", "app", "--dry-run=client")[1].endswith("NOTES:\nHello x\n")
    debug = helm("install", "x", "app", "--dry-run=client", "--debug", "--set", "a=2")[1]
    assert "USER-SUPPLIED VALUES:\na: 2\n\nCOMPUTED VALUES:\na: 2\n\n" in debug
    document = json.loads(helm("install", "x", "app", "--dry-run=client", "-o", "json")[1])
    assert document["chart"]["metadata"]["name"] == "app"


def test_install_fails_in_helms_words(helm: Helm) -> None:
    assert helm("install", "x", "nope")[2].startswith("Error: INSTALLATION FAILED: non-absolute URLs")
    assert helm("install", "x")[2] == (
        "Error: INSTALLATION FAILED: must either provide a name or specify --generate-name\n"
    )
    code, _, err = helm("install", "x", "app", "--kube-context", "nope")
    assert code == 1
    assert err.endswith('kubernetes cluster unreachable: context "nope" does not exist\n')


def test_an_install_can_be_cancelled(monkeypatch: pytest.MonkeyPatch, helm: Helm) -> None:
    """The first interrupt asks the install to stop, a second one ends it."""
    import signal

    from hivehelm.actions import install as action

    def interrupted(context: object, chart: object, values: object, options: action.InstallOptions) -> None:
        assert options.cancel is not None
        assert not options.cancel.is_set()
        signal.raise_signal(signal.SIGTERM)
        assert options.cancel.is_set()
        signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(action, "install", interrupted)
    assert helm("install", "x", "app", "--dry-run=client") == (130, "Release x has been cancelled.\n", "")
    assert signal.getsignal(signal.SIGINT) is before
    assert install.command.run is not None


def test_show(helm: Helm, place: Path) -> None:
    assert helm("show", "values", "app")[1] == "a: 1\n\n"
    assert helm("show", "chart", "app")[1] == "apiVersion: v2\nname: app\nversion: 1.0.0\n\n"
    assert helm("show", "readme", "app")[1] == "# App\n\n"
    assert helm("show", "crds", "app")[1] == "---\nkind: CustomResourceDefinition\n\n"
    assert helm("inspect", "all", "app")[1] == (
        "apiVersion: v2\nname: app\nversion: 1.0.0\n\n---\na: 1\n\n---\n# App\n\n"
        "---\nkind: CustomResourceDefinition\n\n"
    )
    (place / "text").write_text("text")
    assert "does not appear to be a gzipped archive" in helm("show", "chart", "text")[2]
    (place / "packed").write_bytes(b"\x1f\x8b\x08 broken")
    assert helm("show", "chart", "packed")[0] == 1


def test_version(helm: Helm) -> None:
    assert helm("version")[1].startswith('version.BuildInfo{Version:"v4.3.1", GitCommit:"", ')
    assert helm("version", "--short")[1] == "v4.3.1\n"
    assert helm("version", "--template", "{{.Version}}!")[1] == "v4.3.1!"


def test_env(helm: Helm) -> None:
    assert 'HELM_NAMESPACE="default"\n' in helm("env")[1]
    assert helm("env", "HELM_NAMESPACE", "-n", "x")[1] == "x\n"
    assert helm("env", "NOPE")[1] == "\n"


def test_help(helm: Helm) -> None:
    assert helm("help", "show", "all") == helm("show", "all", "--help")
    code, out, err = helm("help", "nope", "x")
    assert (code, out) == (0, "")
    assert err.startswith("Unknown help topic [`nope` `x`]\nUsage:\n  helm [command]\n")
