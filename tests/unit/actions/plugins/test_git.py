from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hivehelm.actions.plugins.install import choose, install
from hivehelm.actions.plugins.installer import InstallerError, NoVersionControlError, Settings, cache_key
from hivehelm.actions.plugins.repository import RepositoryInstaller
from hivehelm.actions.plugins.update import update

PLUGIN = "name: p\nversion: 0.1.0\n"


def git(directory: Path, *words: str) -> None:
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "-C", str(directory), *words], env=environ, check=True, capture_output=True)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def settings(tmp_path: Path, said: list[str]) -> Settings:
    data = str(tmp_path / "data")
    return Settings(plugins=data, data=data, cache=str(tmp_path / "cache"), out=said.append)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "p"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    (top / "plugin.yaml").write_text(PLUGIN)
    git(top, "add", ".")
    git(top, "commit", "-qm", "one")
    git(top, "tag", "0.1.0")
    (top / "new").write_text("x")
    git(top, "add", ".")
    git(top, "commit", "-qm", "two")
    git(top, "tag", "v0.2.0")
    git(top, "tag", "nosemver")
    return top


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ("https://u:p@x.org:80/a/b", "https-u-x.org-80-a-b"),
        ("git@x.org:a/b", "git-x.org-a-b"),
        ("x", "x"),
        ("https://x.org", "https-x.org"),
    ],
)
def test_names_in_the_cache(source: str, key: str) -> None:
    assert cache_key(source) == key


def test_the_newest_of_the_main_branch(repository: Path, settings: Settings, said: list[str]) -> None:
    plugin = install(f"file://{repository}", settings, verify=False)
    assert plugin.name == "p"
    assert sorted(os.listdir(plugin.directory)) == [".git", "new", "plugin.yaml"]
    assert said[-1] == "Installed plugin: p\n"


@pytest.mark.parametrize(
    ("version", "files"),
    [
        ("0.1.0", ["plugin.yaml"]),
        ("~0.1", ["plugin.yaml"]),
        ("^0.2.0", ["new", "plugin.yaml"]),
        (">0.0.1", ["new", "plugin.yaml"]),
    ],
)
def test_versions(repository: Path, settings: Settings, version: str, files: list[str]) -> None:
    plugin = install(f"file://{repository}", settings, version=version, verify=False)
    assert sorted(os.listdir(plugin.directory)) == [".git", *files]


@pytest.mark.parametrize("version", [">9", "--upload-pack=x"])
def test_versions_that_are_not_there(repository: Path, settings: Settings, version: str) -> None:
    with pytest.raises(InstallerError, match=f'requested version "{version}" does not exist for plugin'):
        install(f"file://{repository}", settings, version=version, verify=False)


def test_from_the_cache_a_second_time(repository: Path, settings: Settings) -> None:
    import shutil

    shutil.rmtree(install(f"file://{repository}", settings, verify=False).directory)
    (repository / "third").write_text("x")
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "three")
    plugin = install(f"file://{repository}", settings, verify=False)
    assert "third" in os.listdir(plugin.directory)
    shutil.rmtree(plugin.directory)
    install(f"file://{repository}", settings, version="0.1.0", verify=False)
    shutil.rmtree(plugin.directory)
    # What is checked out is no branch now: it is fetched, not pulled.
    plugin = install(f"file://{repository}", settings, verify=False)
    assert "new" not in os.listdir(plugin.directory)


def test_repositories_without_a_plugin(repository: Path, settings: Settings) -> None:
    git(repository, "rm", "-q", "plugin.yaml")
    git(repository, "commit", "-qm", "gone")
    with pytest.raises(InstallerError, match=r"^plugin metadata \(plugin.yaml\) missing$"):
        install(f"file://{repository}", settings, verify=False)


def test_repositories_that_are_not_there(settings: Settings) -> None:
    with pytest.raises(InstallerError, match=r"^Unable to get repository: (?s:.*): exit status 128$"):
        choose("git://127.0.0.1:1/x", "", settings).install()


def test_signatures_are_not_to_be_had(repository: Path, settings: Settings) -> None:
    with pytest.raises(InstallerError, match="plugin source does not support verification"):
        install(f"file://{repository}", settings)
    with pytest.raises(InstallerError, match="verification not supported for this source"):
        choose(f"file://{repository}", "", settings).evidence()


def test_sources_that_are_nothing(settings: Settings) -> None:
    with pytest.raises(InstallerError) as caught:
        choose("nosuch", "", settings)
    assert str(caught.value) == (
        'cannot get information about plugin source "nosuch" (if it\'s a local directory, does it exist?), '
        "last error was: Cannot detect VCS"
    )


def test_other_version_control(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local = tmp_path / "cache/https-x.org-a.git/.hg"
    local.mkdir(parents=True)
    with pytest.raises(InstallerError, match="Wrong VCS detected"):
        RepositoryInstaller.of_url("https://x.org/a.git", "", settings)
    monkeypatch.setenv("PATH", str(tmp_path))
    for program in ("git", "hg", "svn", "bzr"):
        with pytest.raises(InstallerError, match=f"^{program} is not installed$"):
            RepositoryInstaller.of_url(f"https://x.org/a.{program}", "", settings)


def test_clones_of_something_else(repository: Path, settings: Settings, tmp_path: Path) -> None:
    local = tmp_path / "cache" / f"file-{str(repository).replace('/', '-')}"
    local.parent.mkdir()
    git(tmp_path, "clone", "-q", str(repository), str(local))
    with pytest.raises(InstallerError, match="The Remote does not match the VCS endpoint"):
        RepositoryInstaller.of_url(f"file://{repository}", "", settings)
    git(local, "remote", "remove", "origin")
    with pytest.raises(InstallerError, match="Unable to retrieve local repo information: exit status 1"):
        RepositoryInstaller.of_url(f"file://{repository}", "", settings)


@pytest.fixture
def installed(repository: Path, settings: Settings) -> Path:
    return Path(install(f"file://{repository}", settings, verify=False).directory)


def grow(repository: Path, change: Callable[[], object]) -> None:
    change()
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "more")


def test_updating(repository: Path, installed: Path, settings: Settings, said: list[str]) -> None:
    grow(repository, lambda: (repository / "third").write_text("x"))
    update(["p"], settings)
    assert said[-1] == "Updated plugin: p\n"
    assert (installed / "third").exists()


def test_updating_what_was_changed(installed: Path, settings: Settings) -> None:
    (installed / "new").write_text("other")
    with pytest.raises(InstallerError) as caught:
        update(["p", "q"], settings)
    assert str(caught.value) == (
        "failed to update plugin p, got error (plugin repo was modified)\nplugin: q not found"
    )


def test_updating_to_what_is_no_plugin(repository: Path, installed: Path, settings: Settings) -> None:
    grow(repository, lambda: (repository / "plugin.yaml").unlink())
    with pytest.raises(InstallerError, match=r"plugin metadata \(plugin.yaml\) missing"):
        update(["p"], settings)


def test_updating_a_clone_that_is_broken(installed: Path, settings: Settings) -> None:
    git(installed, "remote", "set-url", "origin", "/nosuch/p")
    with pytest.raises(InstallerError, match=r"got error \(Unable to update repository: exit status 128\)"):
        update(["p"], settings)


def test_updating_a_clone_without_a_head(
    installed: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer = RepositoryInstaller.of_checkout(str(installed), settings)
    (installed / ".git/HEAD").unlink()
    monkeypatch.setattr("hivehelm.actions.plugins.checkout.run", lambda *_: (0, ""))
    with pytest.raises(InstallerError, match=r"Unable to update repository: open .*/HEAD: no such file"):
        installer.update()


def test_updating_what_is_under_no_version_control(tmp_path: Path, settings: Settings) -> None:
    levels: list[str] = []
    settings = settings.replace(log=lambda level, _message, **_: levels.append(level))
    for name in ("here", "gone"):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "plugin.yaml").write_text(f"name: {name}\n")
    with pytest.raises(InstallerError, match="cannot get information about plugin source"):
        update(["here"], settings)
    assert "WARN" in levels
    with pytest.raises(NoVersionControlError):
        RepositoryInstaller.of_checkout(str(tmp_path / "data/here"), settings)


def test_updating_a_clone_of_another_name(installed: Path, settings: Settings) -> None:
    installed.rename(installed.with_name("renamed"))
    with pytest.raises(InstallerError, match="plugin does not exist"):
        update(["p"], settings)
