from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.kube.errors import ApiError
from hivehelm.operations.model import Operation, Request
from hivehelm.operations.secrets import SecretStore
from hivehelm.platform.debug import Report, debug
from hivehelm.platform.debug.facts import Failure
from hivehelm.platform.debug.noted import note
from hivehelm.platform.debug.repositories import repositories
from hivehelm.platform.model import HelmRepository
from hivehelm.platform.site import Site
from hivehelm.release.claim import Claim
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.errors import NoDeployedReleasesError
from hivehelm.release.model import Info, Release
from hivehelm.release.storage import Storage
from hivehelm.sources.stores import Stores
from hivehelm.testing import FakeCluster
from hivehelm.testing.fake_registry import FakeRegistry

METADATA = {"apiVersion": "v2", "name": "web", "version": "1.0.0"}


class FakeSite(Site):
    """A site of a fake cluster."""

    def __init__(self, base: Path, cluster: FakeCluster) -> None:
        stores = Stores(
            repository_config=str(base / "repositories.yaml"), repository_cache=str(base / "cache")
        )
        super().__init__(str(base / "home"), stores, environ={"HOME": str(base)}, namespace="default")
        self.cluster = cluster

    def connect(self, namespace: str = "default", *given: Any, **more: Any) -> Context:
        client = self.cluster.client(namespace)
        return Context(Storage(Secrets(client, namespace)), client, namespace=namespace)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def site(tmp_path: Path, cluster: FakeCluster) -> Iterator[FakeSite]:
    yield FakeSite(tmp_path, cluster)


def keep(site: FakeSite, version: int, status: str, name: str = "web", **more: Any) -> Release:
    info = Info(
        status=status,
        first_deployed="2026-01-01T00:00:00Z",
        last_deployed=f"2026-01-0{version}T00:00:00Z",
        description=more.pop("description", "said"),
    )
    release = Release(
        name=name,
        namespace="default",
        version=version,
        info=info,
        chart_document={"metadata": METADATA, "values": {"a": 1}},
        config={"password": "hunter2"},
        manifest="apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata: {a: b}\n",
        **more,
    )
    site.connect().storage.create(release)
    return release


def likely(report: Report) -> str:
    return report.likely.rule if report.likely else ""


def test_a_record_is_told_of(site: FakeSite) -> None:
    keep(site, 1, "superseded")
    keep(site, 2, "failed", description='Upgrade "web" failed: x "y" has no deployed releases')
    report = debug(site, "web")
    assert [one.status for one in report.facts.history] == ["superseded", "failed"]
    assert report.facts.failure is not None
    assert (report.facts.failure.verb, report.facts.failure.source) == ("upgrade", "record")
    assert likely(report) == "never-deployed"
    assert [(one.path, one.value) for one in report.facts.values] == [("password", "********"), ("a", 1)]
    assert [one.state for one in report.facts.objects] == ["missing"]
    assert "hunter2" not in str(report.to_dict())


def test_what_is_secret_is_hidden_in_what_was_told(site: FakeSite) -> None:
    manifest = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: open-sesame}\n"
    keep(site, 1, "failed", description="cannot take open-sesame from http://bob:letmein@x", hooks=())
    last = site.connect().storage.last("web")
    site.connect().storage.update(last.replace(manifest=manifest))
    report = debug(site, "web")
    assert report.facts.failure is not None
    assert report.facts.failure.text == "cannot take ******** from http://********@x"
    said = str(report.to_dict())
    assert "open-sesame" not in said
    assert "letmein" not in said


def test_who_is_at_work_is_told(site: FakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(site, 1, "pending-install")
    assert likely(debug(site, "web")) == "broken-off"
    claim = Claim(holder="ann", token="t", heartbeat="1", age=1.0)  # noqa: S106
    last = site.connect().storage.last("web").replace(claim=claim)
    monkeypatch.setattr(Storage, "history", lambda self, name: [last])
    assert likely(debug(site, "web")) == "in-progress"


def test_a_rollback_is_one(site: FakeSite) -> None:
    keep(site, 1, "superseded")
    keep(site, 2, "failed", description='Rollback "web" failed: no')
    failure = debug(site, "web").facts.failure
    assert failure is not None
    assert failure.verb == "rollback"


def test_what_failed_through_the_api_is_told(site: FakeSite) -> None:
    store = SecretStore(site.cluster.client("default"), "default")

    def operation(number: int, state: str, name: str = "web", **more: Any) -> None:
        request = Request(verb="install", name=name, namespace="default", chart="stable/nginx")
        store.create(
            Operation(
                id=f"op{number}", request=request, state=state, created=f"2026-01-0{number}T00:00:00Z", **more
            )
        )

    operation(1, "succeeded")
    operation(2, "failed", "other", problem={"message": "other"})
    assert debug(site, "web").facts.failure is None
    problem = {
        "message": "repo stable not found",
        "kinds": ["A"],
        "cause": {"kinds": ["B"], "message": "b"},
    }
    operation(3, "failed", problem=problem, ended="2026-01-04T00:00:00Z")
    report = debug(site, "web")
    failure = report.facts.failure
    assert failure is not None
    assert (failure.source, failure.kinds, failure.chart) == ("operation op3", ("A", "B"), "stable/nginx")
    assert likely(report) == "unknown-repository"


def test_the_newest_failure_counts(site: FakeSite) -> None:
    def noted(when: str) -> None:
        failure = Failure(
            text="repo x not found", verb="install", chart="x/web", when=when, source="command line"
        )
        note(site.base, "default", "web", failure)

    noted("2026-01-05T00:00:00Z")
    assert likely(debug(site, "web")) == "unknown-repository"
    keep(site, 6, "deployed")
    assert debug(site, "web").facts.failure is None
    noted("2026-01-07T00:00:00Z")
    assert likely(debug(site, "web")) == "unknown-repository"
    noted("long ago")
    assert debug(site, "web").facts.failure is None


def test_a_trial_counts_before_all(site: FakeSite) -> None:
    def fail() -> None:
        raise NoDeployedReleasesError("web")

    report = debug(site, "web", trial=fail, chart="x/web", version="1")
    assert likely(report) == "never-deployed"
    assert report.facts.failure is not None
    assert (report.facts.failure.source, report.facts.failure.version) == ("trial", "1")
    keep(site, 1, "failed")
    assert debug(site, "web", trial=lambda: None).facts.failure is None


def test_what_cannot_be_found_out_is_a_gap(site: FakeSite, cluster: FakeCluster) -> None:
    keep(site, 1, "deployed")
    cluster.refuse("LIST", "events", ApiError(403, "Forbidden", "events is forbidden"))
    (Path(site.stores.repository_config)).write_text("a: [")
    gaps = debug(site, "web").facts.gaps
    assert gaps["events"] == "events is forbidden"
    assert "repositories" in gaps
    cluster.refuse("LIST", "secrets", ApiError(403, "Forbidden", "secrets is forbidden"))
    report = debug(site, "web")
    assert likely(report) == "records-forbidden"
    cluster.reachable = False
    report = debug(site, "web")
    assert (report.found, likely(report)) == (False, "cluster-unreachable")


def test_others_are_looked_for(site: FakeSite) -> None:
    keep(site, 1, "deployed", "webshop")
    report = debug(site, "webshp")
    assert report.facts.similar == ("webshop (namespace default)",)
    report = debug(site, "webshop", "prod")
    assert report.facts.elsewhere == ("default",)


def test_subcharts_come_from_the_chart_that_is_kept(site: FakeSite, tmp_path: Path) -> None:
    keep(site, 1, "deployed")
    directory = Path(site.charts) / "web"
    (directory / "charts" / "db").mkdir(parents=True)
    (directory / "Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 1.0.0\n")
    (directory / "values.yaml").write_text("a: 1\n")
    (directory / "charts" / "db" / "Chart.yaml").write_text("apiVersion: v2\nname: db\nversion: 1.0.0\n")
    (directory / "charts" / "db" / "values.yaml").write_text("size: 1\n")
    report = debug(site, "web")
    assert "db.size" in [one.path for one in report.facts.values]
    assert report.facts.chart is not None
    assert report.facts.chart.available == (str(directory),)
    (directory / "values.yaml").write_text("a: 2\n")
    assert "db.size" not in [one.path for one in debug(site, "web").facts.values]
    (directory / "values.yaml").write_text("a: [")
    assert "db.size" not in [one.path for one in debug(site, "web").facts.values]


def test_registries_are_asked_for_their_tags(site: FakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeRegistry() as registry:
        url = f"oci://{registry.address}/charts"
        entry = HelmRepository(name="team", url=url, is_oci=True)
        site.repositories.add(entry)
        from hivehelm.sources.stores import Access

        site.access = Access(plain_http=True)
        registry.add_chart("charts/web", "1.2.0", b"x")
        found = repositories(site, "web")
        assert [(one.name, one.reachable, one.fresh) for one in found] == [("team", True, ("1.2.0",))]
        assert [(one.reachable, one.fresh) for one in repositories(site, "nope")] == [(True, ())]
    assert not repositories(site, "web")[0].reachable
    assert "connection refused" in repositories(site, "web")[0].problem


def test_names_that_are_alike_are_looked_for_at_home_first(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hivehelm.platform.debug.history import others

    release = keep(site, 1, "deployed")
    found = [release.replace(namespace=namespace) for namespace in ("a", "home", "z")]
    monkeypatch.setattr("hivehelm.actions.list.list_releases", lambda *_: found)
    assert others(site, "wep", "home") == (["web (namespace home)"], [])
    assert others(site, "wep", "nowhere") == (["web (namespace z)"], [])
    assert others(site, "web", "home") == ([], ["a", "home", "z"])
