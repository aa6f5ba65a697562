"""Charts, repositories and releases behind one object."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import hivehelm
from hivehelm import HelmManager, HelmReleaseStatus, HelmRepository, HivehelmError
from hivehelm.actions.errors import NameInUseError
from hivehelm.actions.requirements import DependencyCheckError, NotInstallableError
from hivehelm.platform.errors import ChartPathError, UnknownChartError, UnknownChartVersionError
from hivehelm.platform.scaffold import ChartExistsError
from hivehelm.platform.site import Site
from hivehelm.release.errors import ReleaseNotFoundError
from hivehelm.testing import FakeCluster
from hivehelm.values.inputs import InputError


@pytest.fixture
def manager(site: Site) -> HelmManager:
    made = HelmManager(site=site)
    made.initialize()
    return made


def test_it_is_at_home_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HIVEMIND_HOME", str(tmp_path / "elsewhere"))
    assert HelmManager(tmp_path / "here").base_dir == tmp_path / "here"
    assert HelmManager().base_dir == tmp_path / "elsewhere"


def test_initializing_makes_what_is_missing(manager: HelmManager) -> None:
    assert (manager.base_dir / "charts").is_dir()
    manager.initialize()
    assert manager.list_charts() == []


def test_the_whole_life_of_a_release(manager: HelmManager) -> None:
    manager.create_chart("web", "A web site")
    made = manager.install_chart("site", "web", "prod", "replicaCount: 2")
    assert (made.chart, made.version, made.status) == ("web", "0.1.0", HelmReleaseStatus.DEPLOYED)
    assert made.values == {"replicaCount": 2}
    with pytest.raises(NameInUseError):
        manager.install_chart("site", "web", "prod")
    assert manager.upgrade_release("site", "web", "prod", {"replicaCount": 3}).revision == 2
    assert manager.upgrade_release("site", "web", "prod").values == {"replicaCount": 3}
    assert manager.rollback_release("site", "prod", 1).values == {"replicaCount": 2}
    assert [one.status.value for one in manager.release_history("site", "prod")] == [
        "Superseded",
        "Superseded",
        "Superseded",
        "Deployed",
    ]
    assert manager.get_release("site", "prod").revision == 4
    assert manager.get_release("site", "prod", 2).values == {"replicaCount": 3}
    manager.install_chart("other", "web", "test")
    assert [one.name for one in manager.list_releases()] == ["other", "site"]
    assert [one.name for one in manager.list_releases("prod")] == ["site"]
    assert manager.list_releases("none") == []
    gone = manager.uninstall_release("site", "prod")
    assert gone is not None
    assert gone.status is HelmReleaseStatus.UNINSTALLED
    assert manager.uninstall_release("site", "prod", ignore_not_found=True) is None
    with pytest.raises(ReleaseNotFoundError):
        manager.get_release("site", "prod")


def test_a_history_is_kept_as_long_as_the_settings_say(site: Site) -> None:
    site.max_history = 2
    manager = HelmManager(site=site)
    manager.create_chart("web")
    manager.install_chart("site", "web")
    for count in range(3):
        manager.upgrade_release("site", "web", values={"replicaCount": count})
    assert [one.revision for one in manager.release_history("site")] == [3, 4]


def test_namespaces_are_made_unless_told_not_to(manager: HelmManager, cluster: FakeCluster) -> None:
    manager.create_chart("web")
    manager.install_chart("site", "web", "fresh")
    assert cluster.client("x").get("v1", "Namespace", "fresh")


def test_values_come_from_files_too(
    manager: HelmManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager.create_chart("web")
    (tmp_path / "values.yaml").write_text("replicaCount: 4\n")
    assert manager.install_chart("a", "web", values=tmp_path / "values.yaml").values == {"replicaCount": 4}
    monkeypatch.chdir(tmp_path)
    assert manager.install_chart("b", "web", values="values.yaml").values == {"replicaCount": 4}


def test_what_is_elsewhere_is_not_read_for_others(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = HelmManager(site=site, paths=False)
    manager.create_chart("web")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "values.yaml").write_text("replicaCount: 4\n")
    with pytest.raises(InputError):
        manager.install_chart("a", "web", values="values.yaml")
    with pytest.raises(ChartPathError):
        manager.install_chart("a", str(manager.base_dir / "charts" / "web"))
    with pytest.raises(ChartPathError):
        manager.package_chart("../web")


def test_charts_of_its_own(manager: HelmManager, tmp_path: Path) -> None:
    web = manager.create_chart("web", "A web site")
    assert web == manager.base_dir / "charts" / "web"
    assert manager.create_chart("web", directory=tmp_path) == tmp_path / "web"
    with pytest.raises(ChartExistsError):
        manager.create_chart("web")
    assert manager.package_chart("web") == manager.base_dir / "charts" / "web-0.1.0.tgz"
    assert manager.package_chart(web, tmp_path / "archives") == tmp_path / "archives" / "web-0.1.0.tgz"
    manager.create_chart("api")
    (manager.base_dir / "charts" / "broken").mkdir()
    (manager.base_dir / "charts" / "broken" / "Chart.yaml").write_text("[")
    assert [one.name for one in manager.list_charts()] == ["api", "web"]
    found = manager.get_chart("web")
    assert (found.version, found.description, found.values["service"]) == (
        "0.1.0",
        "A web site",
        {"type": "ClusterIP", "port": 80},
    )
    with pytest.raises(UnknownChartVersionError):
        manager.get_chart("web", version="9.9.9")
    with pytest.raises(UnknownChartError):
        manager.get_chart("gone")


def test_charts_of_hivemind_itself(manager: HelmManager, tmp_path: Path) -> None:
    paths = manager.create_hivemind_charts()
    assert {path.parent for path in paths} == {manager.base_dir / "charts"}
    assert "hivemind-complete" in [path.name for path in paths]
    assert manager.get_chart("hivemind-complete").dependencies
    assert {path.parent for path in manager.create_hivemind_charts(tmp_path / "own")} == {tmp_path / "own"}


def test_what_cannot_be_installed(manager: HelmManager) -> None:
    chart = manager.create_chart("web")
    file = chart / "Chart.yaml"
    text = file.read_text()
    file.write_text(text.replace("type: application", "type: library"))
    with pytest.raises(NotInstallableError, match="library charts are not installable"):
        manager.install_chart("a", "web")
    assert manager.get_chart("web").chart_type == "library"
    file.write_text(text + "dependencies: [{name: db, version: 1.0.0, repository: 'https://x.example'}]\n")
    with pytest.raises(DependencyCheckError, match="missing in charts/ directory: db"):
        manager.install_chart("a", "web")


def test_options_are_those_of_the_actions(manager: HelmManager) -> None:
    manager.create_chart("web")
    tried = manager.install_chart("site", "web", dry_run="server")
    assert tried.revision == 1
    assert manager.list_releases() == []
    with pytest.raises(TypeError, match="'no_such' is not a field"):
        manager.install_chart("site", "web", no_such=True)


def test_repositories(manager: HelmManager) -> None:
    team = HelmRepository(name="team", url="oci://registry.example.com/charts", is_oci=True)
    assert manager.add_repository(team)
    assert manager.list_repositories() == [team]
    said: list[str] = []
    manager.update_repositories(on_text=said.append)
    assert said == ["...team is a registry, which is asked anew for each chart\n"]
    manager.remove_repository("team")
    assert manager.list_repositories() == []
    assert manager.site.vault.decrypt(manager.encrypt("secret")) == "secret"


def test_the_package_has_its_names() -> None:
    for name in ("HelmChart", "HelmManager", "HelmRelease", "HelmReleaseStatus", "HelmRepository"):
        assert getattr(hivehelm, name).__name__ == name


def test_many_threads_may_use_one_manager(manager: HelmManager) -> None:
    manager.create_chart("web")

    def life(number: int) -> list[int]:
        name = f"site-{number}"
        manager.install_chart(name, "web", f"team-{number % 2}")
        manager.upgrade_release(name, "web", f"team-{number % 2}", {"replicaCount": number})
        return [one.revision for one in manager.release_history(name, f"team-{number % 2}")]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(life, range(8))) == [[1, 2]] * 8
    assert len(manager.list_releases()) == 8


def test_one_of_many_installs_of_a_name_wins(manager: HelmManager) -> None:
    manager.create_chart("web")

    def install(_number: int) -> str:
        try:
            return manager.install_chart("site", "web").status
        except HivehelmError as error:
            return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(install, range(4)))
    assert outcomes.count("Deployed") == 1
    assert set(outcomes) <= {"Deployed", "NameInUseError", "LockedError", "LostRaceError"}
    assert [one.revision for one in manager.release_history("site")] == [1]
