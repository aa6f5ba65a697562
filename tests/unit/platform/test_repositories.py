"""Repositories: shared with Helm, but for registries and for passwords."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Thread

import pytest

from hivehelm.actions.repositories import IndexUpdateError, RepositoryListError
from hivehelm.platform.errors import UnknownRepositoryError
from hivehelm.platform.model import HelmRepository
from hivehelm.platform.repositories import (
    KeptFileError,
    RegistryAddressError,
    Repositories,
    RepositoryExistsError,
)
from hivehelm.platform.scaffold import create_chart
from hivehelm.platform.site import Site
from hivehelm.platform.vault import DecryptionError
from hivehelm.sources.oci.errors import RegistryError
from hivehelm.sources.repositories import load
from hivehelm.sources.stores import Access
from hivehelm.testing import ChartRepository, FakeRegistry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "s3cret:pass/word"  # noqa: S105


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """The directory of a repository with one chart."""
    from hivehelm.actions.package import PackageOptions, package
    from hivehelm.sources.index.directory import write

    directory = tmp_path / "served"
    directory.mkdir()
    package(create_chart("web", "", str(tmp_path / "made")), PackageOptions(destination=str(directory)))
    write(str(directory))
    return directory


@pytest.fixture
def repository(served: Path) -> Iterator[ChartRepository]:
    with ChartRepository(served, username="bob", password=SECRET) as running:
        yield running


@pytest.fixture
def repositories(site: Site) -> Repositories:
    return site.repositories


def private(site: Site, url: str, password: str = SECRET) -> HelmRepository:
    return HelmRepository(
        name="private", url=url, username="bob", password_encrypted=site.vault.encrypt(password)
    )


def test_passwords_are_encrypted_wherever_they_are_written(site: Site, repository: ChartRepository) -> None:
    assert site.repositories.add(private(site, repository.url))
    files = [
        one for one in Path(site.base).parents[3].rglob("*") if one.is_file() and "served" not in one.parts
    ]
    assert any(one.name == "repositories.yaml" for one in files)
    assert [one for one in files if SECRET.encode() in one.read_bytes()] == []
    kept = Path(site.base) / "repositories.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text())["repositories"][0]["name"] == "private"


def test_what_is_encrypted_is_used(site: Site, repository: ChartRepository) -> None:
    site.repositories.add(private(site, repository.url))
    again = Site.from_environ(site.environ)
    again.repositories.update()
    assert Path(again.find("private/web")).is_file()
    answered = [one for one in repository.requests if "authorization" not in one.headers]
    assert answered == []


def test_dependencies_come_with_the_password_too(
    site: Site, repository: ChartRepository, tmp_path: Path
) -> None:
    from hivehelm.platform.manager import HelmManager

    site.repositories.add(private(site, repository.url))
    chart = Path(create_chart("above", "", str(tmp_path)))
    with (chart / "Chart.yaml").open("a") as file:
        file.write(f"dependencies: [{{name: web, version: 0.1.0, repository: {repository.url}}}]\n")
    HelmManager(site=site).update_dependencies(chart)
    assert (chart / "charts" / "web-0.1.0.tgz").exists()


def test_adding_it_again_changes_nothing(site: Site, repository: ChartRepository) -> None:
    added = private(site, repository.url)
    assert site.repositories.add(added)
    assert not site.repositories.add(private(site, repository.url))
    with pytest.raises(RepositoryListError, match=r"repository name \(private\) already exists"):
        site.repositories.add(private(site, repository.url, "other"))
    with pytest.raises(RepositoryListError, match="already exists"):
        site.repositories.add(added.replace(username="alice"))
    assert site.repositories.add(added, force_update=True)
    assert [one.name for one in site.repositories.listed()] == ["private"]


def test_those_of_helm_are_listed_with_their_passwords_encrypted(site: Site, tmp_path: Path) -> None:
    config = Path(site.stores.repository_config)
    config.parent.mkdir(parents=True)
    config.write_text(
        "apiVersion: v1\nrepositories:\n"
        "- {name: open, url: https://a.example}\n"
        f"- {{name: closed, url: https://b.example, username: bob, password: '{SECRET}'}}\n"
    )
    one, two = site.repositories.listed()
    assert one == HelmRepository(name="open", url="https://a.example")
    assert two.username == "bob"
    assert site.vault.decrypt(two.password_encrypted or "") == SECRET
    assert site.repositories.get("closed").name == "closed"
    with pytest.raises(UnknownRepositoryError, match="repo gone not found; 'hivemind helm repo list'"):
        site.repositories.get("gone")


def test_a_password_is_for_one_server_and_one_user(site: Site, repository: ChartRepository) -> None:
    site.repositories.add(private(site, repository.url))
    known = load(site.stores.repository_config)[0]
    assert known.password == ""
    assert site.repositories.password(known) == SECRET
    assert site.repositories.password(known.replace(url="https://elsewhere.example")) == ""
    assert site.repositories.password(known.replace(username="alice")) == ""
    assert site.repositories.password(known.replace(name="other")) == ""


def test_a_wrong_key_is_said(site: Site, repository: ChartRepository) -> None:
    site.repositories.add(private(site, repository.url))
    (Path(site.base) / "key").unlink()
    again = Site.from_environ(site.environ)
    with pytest.raises(DecryptionError, match="add the repository again"):
        again.find("private/web")
    said: list[str] = []
    with pytest.raises(IndexUpdateError):
        again.repositories.update((), said.append)
    assert "a password cannot be decrypted" in "".join(said)
    assert again.repositories.listed()[0].name == "private"


def test_users_without_passwords(site: Site, served: Path) -> None:
    with ChartRepository(served) as repository:
        site.repositories.add(HelmRepository(name="r", url=repository.url, username="bob"))
        site.repositories.update()
        assert site.repositories.listed()[0].password_encrypted is None


def test_registries_are_the_platforms_own(site: Site) -> None:
    added = HelmRepository(
        name="team",
        url="oci://registry.example.com/charts/",
        username="bob",
        password_encrypted=site.vault.encrypt(SECRET),
        is_oci=True,
    )
    assert site.repositories.add(added)
    assert not site.repositories.add(added.replace(password_encrypted=site.vault.encrypt(SECRET)))
    assert not Path(site.stores.repository_config).exists()
    assert site.repositories.listed() == [added.replace(url="oci://registry.example.com/charts")]
    found = site.repositories.registry_of("team")
    assert found is not None
    assert (found.url, found.username, found.password) == (
        "oci://registry.example.com/charts",
        "bob",
        SECRET,
    )
    with pytest.raises(RepositoryExistsError):
        site.repositories.add(added.replace(url="oci://other.example.com"))
    with pytest.raises(RepositoryExistsError):
        site.repositories.add(added.replace(username=None, password_encrypted=None))
    assert site.repositories.add(added.replace(url="oci://other.example.com"), force_update=True)
    assert [one.url for one in site.repositories.registries()] == ["oci://other.example.com"]
    site.repositories.remove("team")
    assert site.repositories.listed() == []
    assert site.repositories.registry_of("team") is None
    with pytest.raises(UnknownRepositoryError, match="repo team not found"):
        site.find("team/web")


def test_charts_of_a_named_registry_are_fetched_as_its_user(site: Site, served: Path) -> None:
    archive = (served / "web-0.1.0.tgz").read_bytes()
    with FakeRegistry(users={"bob": SECRET}) as registry:
        registry.add_chart("charts/web", "0.1.0", archive)
        added = private(site, f"oci://{registry.address}/charts").replace(is_oci=True)
        site.repositories.add(added)
        again = Site.from_environ(site.environ)
        assert (
            Path(again.find("private/web", version="^0.1", access=Access(plain_http=True))).read_bytes()
            == archive
        )
        other = Access(plain_http=True, username="alice", password="guess")  # noqa: S106
        with pytest.raises(RegistryError):
            again.find("private/gone", access=other)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://registry.example.com", "is no address of a registry"),
        ("oci://", "names no host"),
        ("oci:///charts", "names no host"),
        ("oci://u:p@registry.example.com/charts", "has more in it than an address"),
        ("oci://registry.example.com/charts?x=1", "has more in it than an address"),
        ("oci://[::1", "cannot be read"),
    ],
)
def test_addresses_of_registries(url: str, problem: str, repositories: Repositories) -> None:
    with pytest.raises(RegistryAddressError, match=problem) as caught:
        repositories.add(HelmRepository(name="r", url=url, is_oci=True))
    assert ":p@" not in str(caught.value)
    assert "give oci://HOST/PATH" in str(caught.value)


@pytest.mark.parametrize("name", ["", "a/b"])
def test_names_of_registries(name: str, repositories: Repositories) -> None:
    with pytest.raises(RepositoryListError):
        repositories.add(HelmRepository(name=name, url="oci://registry.example.com"))


def test_one_name_is_one_repository(site: Site, served: Path) -> None:
    with ChartRepository(served) as running:
        plain = HelmRepository(name="r", url=running.url)
        registry = HelmRepository(name="r", url="oci://registry.example.com")
        site.repositories.add(plain)
        with pytest.raises(RepositoryExistsError):
            site.repositories.add(registry)
        assert site.repositories.add(registry, force_update=True)
        assert [one.is_oci for one in site.repositories.listed()] == [True]
        with pytest.raises(RepositoryExistsError):
            site.repositories.add(plain)
        assert site.repositories.add(plain, force_update=True)
        assert [one.is_oci for one in site.repositories.listed()] == [False]


def test_updates_tell_of_both_kinds(site: Site, served: Path) -> None:
    said: list[str] = []
    with pytest.raises(RepositoryListError, match="no repositories found"):
        site.repositories.update((), said.append)
    site.repositories.add(HelmRepository(name="team", url="oci://registry.example.com"))
    site.repositories.update((), said.append)
    assert said == ["...team is a registry, which is asked anew for each chart\n"]
    with ChartRepository(served) as running:
        site.repositories.add(HelmRepository(name="web", url=running.url))
        said.clear()
        site.repositories.update((), said.append)
        assert 'got an update from the "web" chart repository' in "".join(said)
        said.clear()
        site.repositories.update(["web"], said.append)
        assert "team" not in "".join(said)
    with pytest.raises(UnknownRepositoryError):
        site.repositories.update(["web", "gone"], said.append)


def test_what_helm_forgets_is_forgotten(site: Site, repository: ChartRepository) -> None:
    site.repositories.add(private(site, repository.url))
    site.repositories.forget(["other"])
    assert "private" in (Path(site.base) / "repositories.json").read_text()
    site.repositories.forget(["private"])
    assert "private" not in (Path(site.base) / "repositories.json").read_text()


def test_removing_what_is_not_there(repositories: Repositories) -> None:
    with pytest.raises(UnknownRepositoryError):
        repositories.remove("gone")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"repositories": [1]}', '{"repositories": [{}]}', "\udcff"]
)
def test_a_broken_list_is_named(text: str, site: Site) -> None:
    path = Path(site.base) / "repositories.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(KeptFileError, match=r"repositories\.json: is not a list of repositories"):
        site.repositories.listed()


def test_a_list_that_cannot_be_read_is_named(site: Site) -> None:
    (Path(site.base) / "repositories.json").mkdir(parents=True)
    with pytest.raises(KeptFileError, match="is a directory"):
        site.repositories.listed()


def test_both_lists_may_be_in_one_directory(environ: dict[str, str], tmp_path: Path, served: Path) -> None:
    config = tmp_path / "data" / "repositories.yaml"
    data = {"HIVEMIND_HOME": str(tmp_path / "data"), "HELM_REPOSITORY_CONFIG": str(config)}
    site = Site.from_environ({**environ, **data})
    with ChartRepository(served, username="bob", password=SECRET) as running:
        assert site.repositories.add(private(site, running.url))
    assert SECRET not in config.read_text()


def test_many_at_once_lose_nothing(site: Site) -> None:
    def add(number: int) -> None:
        site.repositories.add(HelmRepository(name=f"r{number}", url="oci://registry.example.com"))

    threads = [Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.name for one in site.repositories.listed()) == [f"r{number}" for number in range(8)]
