"""Records that Helm 4 and Helm 3 wrote are read by us, and the other way round."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import zlib
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hivehelm.actions.connect import connect
from hivehelm.actions.context import Context
from hivehelm.actions.get import get, get_metadata, get_values
from hivehelm.actions.history import history
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.list import list_releases
from hivehelm.actions.status import status
from hivehelm.actions.uninstall import UninstallOptions, uninstall
from hivehelm.chart.load import load
from hivehelm.errors import HivehelmError
from hivehelm.release import codec
from hivehelm.release.errors import ReleaseNotFoundError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.cluster.cluster import Cluster

FILES = {
    "Chart.yaml": """apiVersion: v2
name: web
version: 1.2.3
appVersion: "7"
description: a <b> & "c"
keywords: [a, b]
maintainers: [{name: me, email: me@example.com}]
annotations: {b: "2", a: "1"}
dependencies: [{name: sub, version: 0.1.0, alias: other, tags: [t]}]
""",
    "Chart.lock": (
        "generated: '2026-01-01T00:00:00Z'\ndigest: sha256:x\ndependencies: [{name: sub, version: 0.1.0}]\n"
    ),
    "values.yaml": "z: 1\na: {k: 1.5, x: [1, null, '<é>'], big: 12345678901234567890, small: 0.00001}\n",
    "values.schema.json": '{"type": "object"}\n',
    "README.md": "# hi\n",
    "charts/sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
    "charts/sub/templates/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: sub}\n",
    "templates/cm.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n",
    "templates/hook.yaml": (
        "apiVersion: v1\nkind: ConfigMap\n"
        'metadata: {name: hook, annotations: {helm.sh/hook: "post-install,test", helm.sh/hook-weight: "3"}}\n'
    ),
    "templates/NOTES.txt": "{{ .Values.a.k }} for {{ .Release.Name }}\n",
}


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        file = tmp_path / "web" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "web" / "binary").write_bytes(bytes(range(256)))
    return tmp_path / "web"


@pytest.fixture(params=["secret", "configmap", "sql"])
def driver(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "sql":
        url = request.getfixturevalue("postgres").emptied()
        monkeypatch.setenv("HELM_DRIVER_SQL_CONNECTION_STRING", url)
    return str(request.param)


@pytest.fixture
def context(cluster: Cluster, driver: str) -> Context:
    made = connect(str(cluster.kubeconfig()), namespace=f"records-{uuid4().hex[:8]}", driver=driver)
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": made.namespace}}
    made.client.create(namespace)
    return made


class Helm:
    """A real Helm that works where a context does."""

    def __init__(self, program: Path, cluster: Cluster, context: Context, driver: str) -> None:
        self._program = program
        self._environment = {
            **os.environ,
            "KUBECONFIG": str(cluster.kubeconfig()),
            "HELM_NAMESPACE": context.namespace,
            "HELM_DRIVER": driver,
        }

    def __call__(self, *arguments: str) -> str:
        return subprocess.run(
            [self._program, *arguments], env=self._environment, capture_output=True, text=True, check=True
        ).stdout

    def json(self, *arguments: str) -> Any:
        # Every number is a float64, as in Go.
        return json.loads(self(*arguments, "--output", "json"), parse_int=float)


@pytest.fixture(params=["helm", "helm3"])
def real(request: pytest.FixtureRequest, cluster: Cluster, context: Context, driver: str) -> Helm:
    return Helm(request.getfixturevalue(request.param), cluster, context, driver)


def stored(context: Context, driver: str, name: str) -> bytes:
    """Return the JSON of a record as it is stored."""
    if driver == "sql":
        import psycopg

        with psycopg.connect(os.environ["HELM_DRIVER_SQL_CONNECTION_STRING"]) as connection:
            row = connection.execute(
                "SELECT body FROM releases_v1 WHERE key = %s AND namespace = %s",
                (f"sh.helm.release.v1.{name}.v1", context.namespace),
            ).fetchone()
        assert row is not None
        return zlib.decompress(base64.b64decode(row[0]), 31)
    kind = {"secret": "Secret", "configmap": "ConfigMap"}[driver]
    found = context.client.get("v1", kind, f"sh.helm.release.v1.{name}.v1", context.namespace)
    record = found["data"]["release"]
    packed = base64.b64decode(base64.b64decode(record) if kind == "Secret" else record)
    return zlib.decompress(packed, 31)


def test_what_we_wrote_helm_reads_and_removes(context: Context, chart: Path, real: Helm) -> None:
    release = install(context, load(str(chart)), {"z": 2.0}, InstallOptions(name="web", labels={"team": "a"}))
    [listed] = real.json("list")
    assert (listed["name"], listed["status"], listed["chart"], listed["app_version"]) == (
        "web",
        "deployed",
        "web-1.2.3",
        "7",
    )
    shown = real.json("status", "web")
    assert shown["info"]["notes"] == release.info.notes == "1.5 for web\n"
    assert shown["manifest"] == release.manifest
    assert shown["hooks"][0]["last_run"]["phase"] == "Succeeded"
    assert real.json("get", "values", "web") == {"z": 2}
    assert real("get", "manifest", "web").strip() == release.manifest.strip()
    assert "name: hook" in real("get", "hooks", "web")
    assert real("get", "notes", "web").strip().endswith("1.5 for web")
    assert "USER-SUPPLIED VALUES:" in real("get", "all", "web")
    assert real.json("get", "metadata", "web")["revision"] == 1
    assert [one["description"] for one in real.json("history", "web")] == ["Install complete"]
    assert real("uninstall", "web") == 'release "web" uninstalled\n'
    with pytest.raises(ReleaseNotFoundError):
        get(context, "web")


def test_what_helm_wrote_we_read_and_remove(context: Context, chart: Path, real: Helm, driver: str) -> None:
    real("install", "web", str(chart), "--set", "z=2,q=null", "--labels", "team=a")
    [listed] = list_releases(context)
    assert (listed.name, listed.info.status, listed.labels["team"]) == ("web", "deployed", "a")
    shown = status(context, "web")
    assert shown.info.notes == "1.5 for web\n"
    assert sorted(shown.info.resources) == ["v1/ConfigMap"]
    assert get(context, "web").hooks[0].last_run.phase == "Succeeded"
    assert get_values(context, "web") == real.json("get", "values", "web")
    assert get_values(context, "web", all=True) == real.json("get", "values", "web", "--all")
    assert get_metadata(context, "web").to_document() == {
        **get_metadata(context, "web").to_document(),
        **real.json("get", "metadata", "web"),
    }
    assert [one.version for one in history(context, "web")] == [1]
    text = stored(context, driver, "web")
    assert codec.from_json(text).chart.templates
    uninstall(context, "web", UninstallOptions(keep_history=True))
    assert real.json("status", "web")["info"]["status"] == "uninstalled"
    uninstall(context, "web")
    assert real.json("list", "--all") == [] if "3.17" in real("version") else real.json("list") == []


def test_our_records_are_helms_byte_for_byte(
    context: Context, chart: Path, cluster: Cluster, helm: Path, driver: str
) -> None:
    """Times apart, which are masked."""
    import re

    def masked(text: bytes) -> str:
        return re.sub(r'"20\d\d-\d\d-\d\dT[^"]*"', '"TIME"', text.decode())

    real = Helm(helm, cluster, context, driver)
    real("install", "web", str(chart), "--set", "z=2", "--set", "s=x")
    wanted = stored(context, driver, "web")
    assert codec.to_json(codec.from_json(wanted)).encode() == wanted
    real("uninstall", "web")
    install(context, load(str(chart)), {"z": 2.0, "s": "x"}, InstallOptions(name="web"))
    assert masked(stored(context, driver, "web")) == masked(wanted)


def test_helm_3s_record_is_kept_as_it_was_when_we_update_it(
    context: Context, chart: Path, cluster: Cluster, helm3: Path, driver: str
) -> None:
    real = Helm(helm3, cluster, context, driver)
    real("install", "web", str(chart))
    before = json.loads(stored(context, driver, "web"))
    uninstall(context, "web", UninstallOptions(keep_history=True, no_hooks=True))
    after = json.loads(stored(context, driver, "web"))
    for document in (before, after):
        for member in ("status", "description", "deleted"):
            document["info"].pop(member)
        for hook in document["hooks"]:
            hook.pop("last_run")
    # Helm 4 writes it always, Helm 3 never.
    assert after["chart"].pop("schemamodtime") == "0001-01-01T00:00:00Z"
    assert after == before


def test_chains_of_upgrades_across_tools_lose_nothing(
    context: Context, chart: Path, real: Helm, driver: str
) -> None:
    from hivehelm.actions.rollback import RollbackOptions, rollback
    from hivehelm.actions.upgrade import upgrade

    real("install", "web", str(chart), "--labels", "team=a")
    upgrade(context, "web", load(str(chart)), {"z": 2.0})
    real("rollback", "web", "1")
    rollback(context, "web", RollbackOptions(revision=2))
    real("upgrade", "web", str(chart), "--set", "z=3")
    assert [(one.version, one.info.status) for one in history(context, "web")] == [
        (1, "superseded"),
        (2, "superseded"),
        (3, "superseded"),
        (4, "superseded"),
        (5, "deployed"),
    ]
    assert [one["revision"] for one in real.json("history", "web")] == [1, 2, 3, 4, 5]
    assert get(context, "web").labels["team"] == "a"
    uninstall(context, "web")


def test_what_manages_a_record_is_called_as_helm_calls_it(
    context: Context, chart: Path, cluster: Cluster, helm: Path, driver: str
) -> None:
    if driver == "sql":
        return
    kind = {"secret": "Secret", "configmap": "ConfigMap"}[driver]

    def metadata(name: str) -> tuple[object, object]:
        found = context.client.get("v1", kind, f"sh.helm.release.v1.{name}.v1", context.namespace)
        managed = [
            {key: value for key, value in entry.items() if key != "time"}
            for entry in found["metadata"]["managedFields"]
        ]
        return managed, found["metadata"].get("annotations")

    Helm(helm, cluster, context, driver)("install", "theirs", str(chart), "--no-hooks", "--take-ownership")
    uninstalled = UninstallOptions(keep_history=True, no_hooks=True)
    theirs = metadata("theirs")
    uninstall(context, "theirs", uninstalled)
    install(context, load(str(chart)), {}, InstallOptions(name="ours", no_hooks=True, take_ownership=True))
    assert metadata("ours") == theirs
    assert metadata("theirs") == theirs


def test_a_record_that_is_too_big_is_refused_in_helms_words(
    context: Context, chart: Path, cluster: Cluster, helm: Path, driver: str
) -> None:
    import secrets

    (chart / "big").write_text(secrets.token_hex(1_200_000))
    real = Helm(helm, cluster, context, driver)
    if driver == "sql":
        assert "STATUS: deployed" in real("install", "web", str(chart))
        uninstall(context, "web")
        return
    with pytest.raises(subprocess.CalledProcessError) as caught:
        real("install", "web", str(chart))
    with pytest.raises(HivehelmError) as ours:
        install(context, load(str(chart)), {}, InstallOptions(name="web"))
    # Helm's words, and then what takes the room.
    helms, *shares = str(ours.value).splitlines()
    assert caught.value.stderr == f"Error: INSTALLATION FAILED: {helms}\n"
    assert "chart files" in shares[0]
