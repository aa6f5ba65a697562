"""Where the platform is at home, and what it finds."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from hivehelm.actions.package import PackageOptions, package
from hivehelm.kube.errors import UnreachableError
from hivehelm.platform.errors import (
    ChartPathError,
    UnknownChartError,
    UnknownChartVersionError,
    UnknownRepositoryError,
)
from hivehelm.platform.scaffold import create_chart
from hivehelm.platform.site import Site
from hivehelm.release.errors import UnknownDriverError
from hivehelm.release.model import Info, Release
from hivehelm.sources.errors import PathNotFoundError
from hivehelm.sources.index.directory import write
from hivehelm.testing import ChartRepository

KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
contexts: [{name: c, context: {cluster: c, user: u}}]
users: [{name: u, user: {}}]
current-context: c
"""


def test_the_environment_says_where_it_is(tmp_path: Path) -> None:
    site = Site.from_environ({"HOME": "/h", "HIVEMIND_NAMESPACE": "own"})
    assert site.base == "/h/.local/share/hivehelm/hivemind"
    assert site.charts == "/h/.local/share/hivehelm/hivemind/charts"
    assert site.namespace == "own"
    assert site.stores.repository_config == "/h/.config/helm/repositories.yaml"
    assert Site.from_environ({"HOME": "/h", "HIVEMIND_HOME": "/b"}).base == "/b"
    assert Site.from_environ({"HOME": "/h", "HIVEMIND_HOME": "/b"}, base="/c").base == "/c"


def test_another_process_finds_the_same_site() -> None:
    from hivehelm.settings import Settings

    settings = Settings.from_environ({"HOME": "/h", "HELM_KUBECONTEXT": "dev", "HELM_MAX_HISTORY": "3"})
    site = Site.from_settings(
        settings.replace(
            kubeconfig="/k",
            kube_token="t",  # noqa: S106
            kube_as_user="bob",
            kube_as_groups=["a", "b"],
            kube_insecure_skip_tls_verify=True,
        ),
        base="/b",
    )
    other = Site.from_environ(site.variables())
    assert (other.base, other.namespace, other.max_history) == ("/b", "hivemind-system", 3)
    assert other.environ["KUBECONFIG"] == "/k"
    assert other.overrides == site.overrides
    assert other.stores.replace(
        password=None, registry=None, variables=None, environ={}
    ) == site.stores.replace(password=None, registry=None, variables=None, environ={})


def test_servers_look_outward_and_so_do_their_processes() -> None:
    site = Site.from_environ({"HOME": "/h", "HELM_DRIVER": "memory"})
    server = site.outward()
    assert (site.stores.outward, server.stores.outward) == (False, True)
    assert Site.from_environ(server.variables()).stores.outward
    assert not Site.from_environ(site.variables()).stores.outward
    assert server.stores == site.stores.replace(outward=True)
    server.connect().storage.create(
        Release(name="web", version=1, namespace="default", info=Info(status="deployed"))
    )
    assert [one.name for one in site.connect().storage.list()] == ["web"]


def test_threads_share_one_client(environ: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(KUBECONFIG % 1)
    site = Site.from_environ({**environ, "KUBECONFIG": str(path)})
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(site.client())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in found}) == 1
    assert site.client("bob", ["dev"]) is site.client("bob", ["dev"])
    assert site.client("bob", ["dev"]) is not site.client("bob")
    impersonated = site.client("bob", ["dev"]).connection.impersonation
    assert impersonated is not None
    assert (impersonated.user, list(impersonated.groups)) == ("bob", ["dev"])


def test_a_kubeconfig_that_changes_is_read_again(environ: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(KUBECONFIG % 1)
    site = Site.from_environ({**environ, "KUBECONFIG": str(path)})
    assert site.client().connection.server == "http://127.0.0.1:1"
    path.write_text(KUBECONFIG % 20)
    assert site.client().connection.server == "http://127.0.0.1:20"
    # Another file, of the same size and the same instant.
    state, other = path.stat(), tmp_path / "other"
    other.write_text(KUBECONFIG % 30)
    os.utime(other, ns=(state.st_mtime_ns, state.st_mtime_ns))
    other.replace(path)
    assert site.client().connection.server == "http://127.0.0.1:30"


def test_few_identities_keep_their_connections(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hivehelm.platform import site as module

    monkeypatch.setattr(module, "_MAX_CLIENTS", 2)
    path = tmp_path / "config"
    path.write_text(KUBECONFIG % 1)
    site = Site.from_environ({**environ, "KUBECONFIG": str(path)})
    one, two = site.client("one"), site.client("two")
    assert site.client("one") is one
    site.client("three")
    assert site.client("one") is one
    assert site.client("two") is not two


def test_no_cluster_is_said(environ: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text("clusters: nonsense\n")
    site = Site.from_environ({**environ, "KUBECONFIG": str(path)})
    with pytest.raises(UnreachableError, match="kubernetes cluster unreachable"):
        site.connect("default")


def test_records_may_be_in_memory(environ: dict[str, str]) -> None:
    site = Site.from_environ({**environ, "HELM_DRIVER": "memory"})
    one, other = site.connect("a").storage.driver, site.connect("b").storage.driver
    assert one._records is other._records  # type: ignore[attr-defined]


def test_records_must_be_somewhere(site: Site) -> None:
    site.driver = "paper"
    with pytest.raises(UnknownDriverError):
        site.connect("a")


def test_charts_are_found_near_first(site: Site, tmp_path: Path) -> None:
    work = tmp_path / "work"
    own = create_chart("app", "", site.charts)
    assert site.resolve("app", directory=str(work)) == own
    assert site.resolve("app") == own
    work.mkdir()
    (work / "app").mkdir()
    assert site.find("app", directory=str(work)) == own
    near = create_chart("app", "", str(work), warn=print)
    assert site.find("app", directory=str(work)) == near
    assert site.find("./app", directory=str(work)) == near
    assert site.find(near, directory="/") == near
    assert site.find("app") == own


def test_the_processes_directory_counts_for_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_chart("app", "", str(tmp_path / "stable"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownRepositoryError):
        site.find("stable/app")
    assert site.find("stable/app", directory=str(tmp_path)) == str(tmp_path / "stable" / "app")


@pytest.mark.parametrize("path", ["./app", "/etc", "../x", "~/app", "file:///app", "."])
def test_paths_are_not_taken_from_elsewhere(path: str, site: Site) -> None:
    with pytest.raises(ChartPathError, match="is a path on this machine"):
        site.find(path)


def test_what_is_not_found_is_said_with_where(site: Site, tmp_path: Path) -> None:
    with pytest.raises(UnknownChartError) as caught:
        site.find("app", directory=str(tmp_path))
    assert str(caught.value) == (
        f'chart "app" not found in {tmp_path} or {site.charts}; '
        "a repository's is REPOSITORY/app (see 'hivemind helm search repo app')"
    )
    with pytest.raises(PathNotFoundError, match=r'path "\./app" not found'):
        site.find("./app", directory=str(tmp_path))
    with pytest.raises(UnknownRepositoryError, match="repo none not found"):
        site.find("none/app")


def test_versions_of_its_own_charts(site: Site) -> None:
    create_chart("app", "", site.charts)
    for version in ("1.0.0", "0.9.0"):
        (Path(site.charts) / f"app-{version}.tgz").touch()
    assert site.find("app", version="^0.1").endswith("/app")
    assert site.find("app", version="<1, >0.1").endswith("/app-0.9.0.tgz")
    with pytest.raises(UnknownChartVersionError) as caught:
        site.find("app", version="2.0.0")
    assert str(caught.value) == 'chart "app" matching 2.0.0 not found; there is 1.0.0, 0.9.0, 0.1.0'
    with pytest.raises(UnknownChartError):
        site.find("other", version="2.0.0")


def test_a_home_without_a_kubeconfig_may_get_one(environ: dict[str, str], tmp_path: Path) -> None:
    site = Site.from_environ(environ)
    assert site.client().connection.server == "http://localhost:8080"
    path = tmp_path / "home" / ".kube" / "config"
    path.parent.mkdir(parents=True)
    path.write_text(KUBECONFIG % 1)
    assert site.client().connection.server == "http://127.0.0.1:1"


def test_a_repository_may_be_named_by_its_url(site: Site, tmp_path: Path) -> None:
    archive = package(create_chart("web", "", str(tmp_path)), PackageOptions(destination=str(tmp_path)))
    write(str(tmp_path))
    with ChartRepository(tmp_path) as repository:
        found = site.find("web", repository=repository.url, version="0.1.0")
    assert Path(found).read_bytes() == Path(archive).read_bytes()
