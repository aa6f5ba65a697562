"""`hivemind helm` beside the real Helm: the same homes, the same repositories, the same words."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import keyring
import pytest

from hivehelm.actions.package import PackageOptions, package
from hivehelm.cli.hivemind import main
from hivehelm.platform.scaffold import create_chart
from hivehelm.sources.index.directory import write
from hivehelm.testing import ChartRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LOGIN = ("--username", "bob", "--password", "s3cret:pass/word")


class Home:
    """A home that both share; each command line runs in it."""

    def __init__(self, helm: Path, capture: pytest.CaptureFixture[str]) -> None:
        self._helm = helm
        self._capture = capture

    def theirs(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, output and errors of the real Helm."""
        done = subprocess.run(
            [self._helm, *arguments], capture_output=True, text=True, env=dict(os.environ), check=False
        )
        return done.returncode, done.stdout, done.stderr

    def ours(self, *arguments: str) -> tuple[int, str, str]:
        """Return exit code, output and errors of `hivemind helm`."""
        self._capture.readouterr()
        code = main(["helm", *arguments])
        return code, *self._capture.readouterr()


@pytest.fixture
def home(
    helm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Home:
    for name in list(os.environ):
        if name.startswith(("HELM_", "HIVEMIND_", "XDG_", "KUBE")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    class Absent:
        priority = 0

    monkeypatch.setattr(keyring, "get_keyring", Absent)
    work = tmp_path / "work"
    work.mkdir()
    create_chart("web", "A site", str(work))
    monkeypatch.chdir(work)
    return Home(helm, capfd)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ChartRepository]:
    directory = tmp_path / "served"
    directory.mkdir()
    package(create_chart("web", "", str(tmp_path / "made")), PackageOptions(destination=str(directory)))
    write(str(directory))
    with ChartRepository(directory, username=LOGIN[1], password=LOGIN[3]) as running:
        yield running


def test_helm_uses_what_hivemind_adds(home: Home, served: ChartRepository) -> None:
    assert home.ours("repo", "add", "--name", "private", "--url", served.url, *LOGIN)[0] == 0
    assert home.theirs("repo", "list") == home.ours("repo", "list")
    assert home.theirs("search", "repo", "web") == home.ours("search", "repo", "web")
    assert home.theirs("repo", "update")[0] == 0
    assert home.theirs("pull", "private/web")[0] == 0
    assert Path("web-0.1.0.tgz").exists()
    assert home.ours("repo", "remove", "--name", "private")[0] == 0
    assert home.theirs("repo", "list") == (0, "", "no repositories to show\n")


def test_hivemind_uses_what_helm_adds(home: Home, served: ChartRepository) -> None:
    from hivehelm import HelmManager

    assert home.theirs("repo", "add", "private", served.url, *LOGIN)[0] == 0
    manager = HelmManager()
    (repository,) = manager.list_repositories()
    assert (repository.name, repository.url, repository.username) == ("private", served.url, "bob")
    assert manager.site.vault.decrypt(repository.password_encrypted or "") == LOGIN[3]
    assert manager.get_chart("private/web").version == "0.1.0"
    code, out, _ = home.ours("repo", "update", "--name", "private")
    assert (code, 'got an update from the "private"' in out) == (0, True)
    assert home.theirs("repo", "remove", "private")[0] == 0
    assert manager.list_repositories() == []


def test_helm_lists_what_the_library_adds_and_has_no_password(home: Home, served: ChartRepository) -> None:
    from hivehelm import HelmManager, HelmRepository

    manager = HelmManager()
    manager.add_repository(
        HelmRepository(
            name="private", url=served.url, username="bob", password_encrypted=manager.encrypt(LOGIN[3])
        )
    )
    assert "private/web" in home.theirs("search", "repo", "web")[1]
    code, _, err = home.theirs("pull", "private/web")
    assert code == 1
    assert "401 Unauthorized" in err
    assert home.ours("pull", "private/web")[0] == 0


@pytest.mark.parametrize(
    "line",
    [
        "template web ./web",
        "template web ./web --set replicaCount=2 --namespace shop",
        "template web ./web --set replicaCount=two",
        "lint ./web",
        "lint --strict ./web ./gone",
        "package ./web --destination out",
        "show values ./web",
        "show all ./web",
        "dependency list ./web",
        "install web ./gone",
        "install web gone/web",
        "upgrade web",
        "uninstall",
        "history a b",
        "rollback",
        "repo remove gone",
        "repo update",
        "repo add a",
        "search repo web",
        "nonsense",
        "install --nonsense",
        "version --template {{.Version}}",
    ],
)
def test_helms_lines_come_to_the_same(line: str, home: Home) -> None:
    assert home.ours(*line.split()) == home.theirs(*line.split())


def test_charts_of_create_chart_render_as_helm_does(home: Home) -> None:
    for values in ([], ["--set", "podAnnotations.a=b,env[0].name=A,env[0].value=b,nodeSelector.x=y"]):
        arguments = ["template", "r", "./web", *values]
        assert home.ours(*arguments) == home.theirs(*arguments)
    for kind in ("LoadBalancer", "NodePort"):
        line = ["install", "r", "./web", "--dry-run=client", "--set", f"service.type={kind}", "-o", "json"]
        code, out, _ = home.theirs(*line)
        assert code == 0
        assert f"type: {kind}" in out
