"""`hivemind helm`: hivehelm's commands to the letter, and the platform's spellings."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import keyring
import pytest

from hivehelm.cli.hivehelm import main as hivehelm
from hivehelm.cli.hivemind import main
from hivehelm.cli.hivemind.entry import root
from hivehelm.cli.stream import Stream
from hivehelm.kube.errors import ApiError
from hivehelm.platform.scaffold import create_chart
from hivehelm.testing import ChartRepository, FakeCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Run = Callable[..., tuple[int, str, str]]


class NoRing:
    priority = 0


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory to work in, and an environment without any settings."""
    for name in ("KUBECONFIG", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "HIVEMIND_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELM_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(keyring, "get_keyring", NoRing)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `hivemind helm …`; gives exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(["helm", *arguments])
        return code, *capfd.readouterr()

    return call


@pytest.fixture
def good(run: Run) -> Callable[..., str]:
    """Runs what has to go well, and gives what it prints."""

    def call(*arguments: str) -> str:
        code, out, err = run(*arguments)
        assert code == 0, err
        return out

    return call


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ChartRepository]:
    """A repository with one chart, for who knows the password."""
    from hivehelm.actions.package import PackageOptions, package
    from hivehelm.sources.index.directory import write

    directory = tmp_path / "served"
    directory.mkdir()
    package(create_chart("web", "", str(tmp_path / "made")), PackageOptions(destination=str(directory)))
    write(str(directory))
    with ChartRepository(directory, username="bob", password="secret") as running:  # noqa: S106
        yield running


@pytest.mark.parametrize(
    "arguments",
    [
        ["version"],
        ["version", "--short"],
        ["nonsense"],
        ["install"],
        ["install", "a", "./gone"],
        ["install", "--nonsense"],
        ["upgrade", "a"],
        ["uninstall"],
        ["history"],
        ["rollback"],
        ["template", "a", "./chart", "--set", "replicaCount=2"],
        ["template", "a", "./chart", "--set", "replicaCount=two"],
        ["lint", "./chart"],
        ["show", "chart", "./chart"],
        ["repo", "list"],
        ["repo", "list", "-o", "json"],
        ["repo", "update"],
        ["repo", "update", "gone"],
        ["repo", "remove", "gone"],
        ["repo", "add", "a"],
        ["repo", "add", "a", "ftp://x"],
        ["repo", "nonsense"],
        ["search", "repo", "x"],
        ["dependency", "list", "./chart"],
        ["list", "--nonsense"],
        ["--kubeconfig", "/gone", "list"],
    ],
    ids=" ".join,
)
def test_helms_command_lines_are_hivehelms(
    arguments: list[str], run: Run, capfd: pytest.CaptureFixture[str], place: Path
) -> None:
    create_chart("chart", "", str(place))
    code = hivehelm(arguments)
    out, err = capfd.readouterr()
    assert run(*arguments) == (code, out, err)


def test_what_is_spelt_out_leaves_the_other_as_it_was(run: Run, capfd: pytest.CaptureFixture[str]) -> None:
    """One process may run many commands."""
    lines = (["repo", "add", "a"], ["install"], ["repo", "remove", "gone"])
    before = [(hivehelm(line), *capfd.readouterr()) for line in lines]
    run("repo", "add", "--name", "a")
    run("install", "--name", "a")
    assert [(hivehelm(line), *capfd.readouterr()) for line in lines] == before
    assert [run(*line) for line in lines] == before


def test_help_tells_of_both(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    for name in ("create-chart", "package-chart", "get-release", "list-releases", "template", "rollback"):
        assert f"\n  {name} " in out
    assert run("install", "--help")[1].count("--name string ") == 1
    assert "hivemind helm install --name my-release" in run("install", "--help")[1]
    assert "--install" in run("upgrade", "-h")[1]
    assert "--oci" in run("repo", "add", "--help")[1]


def test_hivemind_knows_of_it(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "\n  helm " in capfd.readouterr().out
    out, err = Stream(sys.stdout), Stream(sys.stderr)
    assert root().execute(["helm", "version", "--short"], out, err) == 0
    assert capfd.readouterr().out.startswith("v4.")


def test_the_process_ends_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ended: list[int] = []
    monkeypatch.setattr("os._exit", ended.append)
    monkeypatch.setattr("hivehelm.cli.room.make_room", lambda: None)
    monkeypatch.setattr(sys, "argv", ["hivemind", "helm", "nonsense"])
    main()
    assert ended == [1]


def test_a_release_is_installed_then_upgraded(good: Callable[..., str], cluster: FakeCluster) -> None:
    good("create-chart", "--name", "app", "--description", "My application")
    out = good(
        "install", "--name", "web", "--chart", "app", "--namespace", "fresh", "--set", "replicaCount=2"
    )
    assert 'Release "web" does not exist. Installing it now.' in out
    assert "REVISION: 1\n" in out
    assert cluster.client("x").get("v1", "Namespace", "fresh")
    out = good("install", "--name=web", "--chart=./app", "-n", "fresh", "--set", "replicaCount=3")
    assert 'Release "web" has been upgraded.' in out
    assert "REVISION: 2\n" in out
    assert cluster.client("x").get("apps/v1", "Deployment", "web-app", "fresh")["spec"]["replicas"] == 3
    assert "REVISION: 3\n" in good("upgrade", "--name", "web", "--chart", "app", "-n", "fresh")
    assert "superseded" in good("history", "--name", "web", "-n", "fresh")
    assert "success" in good("rollback", "--name", "web", "-n", "fresh", "--revision", "1")
    assert "success" in good("rollback", "--name", "web", "-n", "fresh")
    assert good("uninstall", "--name", "web", "-n", "fresh") == 'release "web" uninstalled\n'


def test_what_failed_to_be_installed_is_installed_anew(
    good: Callable[..., str], run: Run, cluster: FakeCluster
) -> None:
    good("create-chart", "app")
    refused = ApiError(422, "Invalid", "no service today")
    cluster.refuse("POST", "services", refused, times=1)
    cluster.refuse("PATCH", "services", refused, times=1)
    code, _, err = run("install", "--name", "a", "--chart", "app")
    assert (code, "no service today" in err) == (1, True)
    assert "failed" in good("history", "--name", "a")
    out = good("install", "--name", "a", "--chart", "app")
    assert 'Release "a" was never deployed. Installing it anew.\n' in out
    assert "STATUS: deployed" in out
    assert "has been upgraded" in good("install", "--name", "a", "--chart", "app")


def test_a_user_of_one_namespace_need_not_be_one_who_makes_them(
    good: Callable[..., str], run: Run, cluster: FakeCluster
) -> None:
    good("create-chart", "app")
    forbidden = ApiError(403, "Forbidden", "namespaces is forbidden")
    for method in ("POST", "PATCH"):
        cluster.refuse(method, "namespaces", forbidden)
    assert "STATUS: deployed" in good("install", "--name", "a", "--chart", "app")
    code, _, err = run("install", "--name", "a", "--chart", "app", "--namespace", "gone")
    assert (code, "namespaces is forbidden" in err) == (1, True)
    cluster.refuse("GET", "namespaces", forbidden)
    assert "STATUS: deployed" in good("install", "--name", "b", "--chart", "app")


def test_both_spellings_at_once(good: Callable[..., str], run: Run, cluster: FakeCluster) -> None:
    good("create-chart", "app")
    assert "NAME: one\n" in good("install", "one", "--chart", "app")
    assert "NAME: two\n" in good("install", "--name", "two", "./app", "--wait=hookOnly")
    assert "NAME: app-" in good("install", "--chart", "app", "--generate-name")
    assert "NAME: made-up\n" in good("install", "--chart", "app", "--name-template", "made-up")
    assert "success" in good("rollback", "one", "--revision", "1")
    assert good("uninstall", "--name", "one", "two").count("uninstalled") == 2
    assert run("upgrade", "--name", "gone", "--chart", "app")[0] == 1
    assert "NAME: new\n" in good("upgrade", "--name", "new", "--chart", "app", "--install")


@pytest.mark.parametrize("flag", ["--server-side", "--server-side=true", "--server-side=false"])
def test_install_spelt_out_takes_installs_flags(
    flag: str, good: Callable[..., str], cluster: FakeCluster
) -> None:
    good("create-chart", "app")
    options = (
        "--wait",
        "--timeout",
        "5s",
        "--replace",
        "--skip-crds",
        "--description",
        "hello",
        "-o",
        "json",
    )
    out = good("install", "--name", "a", "--chart", "app", flag, *options)
    release = json.loads(out)
    assert release["info"]["description"] == "hello"
    assert release["apply_method"] == ("csa" if flag.endswith("false") else "ssa")


def test_a_namespace_is_not_made_where_it_is_not_to_be(
    good: Callable[..., str], run: Run, cluster: FakeCluster
) -> None:
    good("create-chart", "app")
    code, _, err = run(
        "install",
        "--name",
        "a",
        "--chart",
        "app",
        "-n",
        "gone",
        "--create-namespace=false",
        "--dry-run=server",
    )
    assert (code, err) == (0, "")
    assert cluster.client("x").list("v1", "Namespace", field_selector="metadata.name=gone") == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["install", "--name", "a"], "--chart is missing: hivemind helm install --name NAME --chart CHART"),
        (["install", "--chart", "a"], "--name is missing: hivemind helm install"),
        (["install", "--name=", "--chart", "a"], "--name is missing"),
        (["install", "--name", "a", "--chart", "b", "c"], '"c" is one argument too many'),
        (["install", "--name", "a", "--chart", "b"], 'chart "b" not found in '),
        (["install", "--name", "a", "--chart", "./b"], 'path "./b" not found'),
        (["install", "--name", "a", "--chart", "b/c"], "repo b not found; 'hivemind helm repo list' shows"),
        (["upgrade", "--name", "a"], "--chart is missing: hivemind helm upgrade"),
        (["uninstall", "--name", ""], "--name is missing: hivemind helm uninstall --name NAME"),
        (["history", "--name", "a", "b"], '"b" is one argument too many'),
        (["rollback", "--revision", "1"], "--name is missing: hivemind helm rollback"),
        (["rollback", "--name", "a", "--revision", "x"], "could not convert revision to a number"),
        (["get-release"], "--name is missing: hivemind helm get-release --name NAME"),
        (["get-release", "--name", "a"], 'release "a" not found in namespace "default"; '),
        (["get-release", "a", "--revision", "3"], 'revision 3 of release "a" not found in namespace'),
        (["create-chart"], "--name is missing: hivemind helm create-chart"),
        (["create-chart", "--name", "../a"], "chart name must match the regular expression"),
        (["package-chart"], "--chart-dir is missing: hivemind helm package-chart"),
        (["package-chart", "--chart-dir", "gone"], "stat gone: no such file or directory"),
        (["update-dependencies"], "--chart-dir is missing"),
        (["repo", "add", "--name", "a"], "--url is missing: hivemind helm repo add"),
        (["repo", "add", "--name", "a", "--url", "https://x", "--oci"], "is no address of a registry"),
        (["repo", "remove", "--name", "a"], "repo a not found; "),
        (["repo", "remove", "--name", ""], "--name is missing: hivemind helm repo remove"),
        (["repo", "update", "--name", "a"], "repo a not found; "),
        (["list-releases", "x"], '"helm list-releases" accepts no arguments'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_is_said_in_a_line(
    arguments: list[str], error: str, run: Run, cluster: FakeCluster
) -> None:
    code, _, err = run(*arguments)
    assert code == 1
    assert err.startswith("Error: ")
    assert error in err.partition("\n")[0]


def test_charts_of_the_platforms_own(good: Callable[..., str], place: Path, cluster: FakeCluster) -> None:
    from hivehelm.platform.site import Site

    create_chart("app", "", Site.from_environ().charts)
    assert "NAME: a\n" in good("install", "--name", "a", "--chart", "app")
    assert list(place.iterdir()) == []


def test_a_release_is_shown(good: Callable[..., str], cluster: FakeCluster) -> None:
    good("create-chart", "app")
    good("install", "--name", "a", "--chart", "app", "--set", "replicaCount=2")
    out = good("get-release", "--name", "a")
    assert out.startswith("NAME: a\nNAMESPACE: default\nCHART: app\nVERSION: 0.1.0\nSTATUS: Deployed\n")
    assert "DESCRIPTION: Install complete\nVALUES:\n  replicaCount: 2\nNOTES:\napp 0.1.0 is installed" in out
    shown = json.loads(good("get-release", "--name", "a", "-o", "json"))
    assert (shown["values"], shown["status"], shown["revision"]) == ({"replicaCount": 2}, "Deployed", 1)
    good("install", "--name", "b", "--chart", "app", "-n", "other")
    assert "VALUES: none of the user's\n" in good("get-release", "b", "-n", "other")
    lines = good("list-releases").splitlines()
    assert lines[0].split() == ["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "VERSION"]
    assert [line.split()[:2] for line in lines[1:]] == [["a", "default"], ["b", "other"]]
    assert [one["name"] for one in json.loads(good("list-releases", "-n", "other", "-o", "json"))] == ["b"]
    assert "status: Deployed\n" in good("list-releases", "-o", "yaml")


def test_repositories_are_helms(good: Callable[..., str], served: ChartRepository, place: Path) -> None:
    url = served.url
    out = good("repo", "add", "--name", "private", "--url", url, "--username", "bob", "--password", "secret")
    assert out == '"private" has been added to your repositories\n'
    text = (place.parent / "home" / ".config" / "helm" / "repositories.yaml").read_text()
    assert "password: secret" in text
    assert "private/web" in good("search", "repo", "web")
    assert "Successfully got an update" in good("repo", "update", "--name", "private")
    assert "Successfully got an update" in good("repo", "update")
    assert good("repo", "list").splitlines()[1].split() == ["private", url]
    assert good("repo", "remove", "--name", "private") == (
        '"private" has been removed from your repositories\n'
    )


def test_what_the_library_added_is_everybodys(
    good: Callable[..., str], served: ChartRepository, capfd: pytest.CaptureFixture[str]
) -> None:
    from hivehelm import HelmManager, HelmRepository

    manager = HelmManager()
    token = manager.encrypt("secret")
    manager.add_repository(
        HelmRepository(name="private", url=served.url, username="bob", password_encrypted=token)
    )
    assert "private/web" in good("search", "repo", "web")
    assert "Update Complete" in good("repo", "update")
    assert hivehelm(["pull", "private/web"]) == 0
    assert Path("web-0.1.0.tgz").exists()
    good("repo", "remove", "private")
    assert manager.list_repositories() == []
    assert token not in (manager.base_dir / "repositories.json").read_text()


def test_registries_have_names_here(
    good: Callable[..., str], run: Run, served: ChartRepository, capfd: pytest.CaptureFixture[str]
) -> None:
    added = ("repo", "add", "--name", "team", "--url", "oci://registry.example.com/charts", "--oci")
    assert good(*added) == '"team" has been added to your repositories\n'
    assert good(*added) == '"team" already exists with the same configuration, skipping\n'
    assert good("repo", "add", "other", "oci://registry.example.com", "--username", "u", "--password", "p")
    rows = [line.split() for line in good("repo", "list").splitlines()]
    assert rows == [
        ["NAME", "URL"],
        ["team", "oci://registry.example.com/charts"],
        ["other", "oci://registry.example.com"],
    ]
    assert good("repo", "update").count("is a registry") == 2
    code, _, err = run("repo", "add", "--name", "team", "--url", served.url)
    assert (code, err) == (
        1,
        "Error: repository name (team) already exists, please specify a different name\n",
    )
    login = ("--username", "bob", "--password", "secret")
    good("repo", "add", "--name", "team", "--url", served.url, "--force-update", *login)
    assert [one["url"] for one in json.loads(good("repo", "list", "-o", "json"))] == [
        served.url,
        "oci://registry.example.com",
    ]
    assert good("repo", "remove", "--name", "other", "team").count("removed") == 2


def test_archives_and_dependencies(good: Callable[..., str], served: ChartRepository, place: Path) -> None:
    login = ("--username", "bob", "--password", "secret")
    good("repo", "add", "--name", "private", "--url", served.url, *login)
    good("create-chart", "--name", "app", "--directory", "charts")
    with (place / "charts" / "app" / "Chart.yaml").open("a") as file:
        file.write(f"dependencies: [{{name: web, version: 0.1.0, repository: {served.url}}}]\n")
    good("update-dependencies", "--chart-dir", "charts/app")
    assert (place / "charts" / "app" / "charts" / "web-0.1.0.tgz").exists()
    out = good("package-chart", "--chart-dir", "charts/app", "--version", "2.0.0")
    assert out == f"Successfully packaged chart and saved it to: {place / 'app-2.0.0.tgz'}\n"
    out = good("create-chart", "--name", "app", "--directory", "charts")
    assert out == f"Created chart app in {place / 'charts' / 'app'}\n"


def test_charts_of_a_named_registry(
    good: Callable[..., str], run: Run, served: ChartRepository, tmp_path: Path, cluster: FakeCluster
) -> None:
    from hivehelm.testing import FakeRegistry

    archive = (tmp_path / "served" / "web-0.1.0.tgz").read_bytes()
    with FakeRegistry(users={"bob": "secret"}) as registry:
        registry.add_chart("charts/web", "0.1.0", archive)
        url = f"oci://{registry.address}/charts"
        good(
            "repo",
            "add",
            "--name",
            "team",
            "--url",
            url,
            "--oci",
            "--username",
            "bob",
            "--password",
            "secret",
        )
        options = ("--plain-http", "--version", "0.1.0")
        assert "NAME: a\n" in good("install", "--name", "a", "--chart", "team/web", *options)
        assert "NAME: b\n" in good("install", "b", "team/web", *options)
        assert "name: web" in good("show", "chart", "team/web", *options)
        good("pull", "team/web", *options)
        assert Path("web-0.1.0.tgz").exists()
        code, _, err = run("pull", "team/gone", *options)
        assert code == 1
        assert "secret" not in err


def test_charts_of_its_own_go_by_their_names(good: Callable[..., str], place: Path) -> None:
    from hivehelm.platform.site import Site

    own = create_chart("app", "", Site.from_environ().charts)
    assert good("package-chart", "--chart-dir", "app") == (
        f"Successfully packaged chart and saved it to: {place / 'app-0.1.0.tgz'}\n"
    )
    with (Path(own) / "Chart.yaml").open("a") as file:
        file.write("dependencies: [{name: web, version: 0.1.0, repository: 'file://../web'}]\n")
    create_chart("web", "", Site.from_environ().charts)
    good("update-dependencies", "--chart-dir", "app")
    assert (Path(own) / "charts" / "web-0.1.0.tgz").exists()


def test_helms_commands_start_as_quickly(place: Path) -> None:
    """Rendering imports nothing of the platform's, of the cluster's or of the network's."""
    create_chart("app", "", str(place))
    code = (
        "import sys; from hivehelm.cli.hivemind import main; main(['helm', 'template', 'x', './app']); "
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "kind: Deployment" in done.stdout
    loaded = done.stderr.split()
    unwanted = (
        "hivehelm.platform",
        "hivehelm.kube.client",
        "hivehelm.http",
        "cryptography",
        "keyring",
        "fastapi",
    )
    assert [name for name in loaded if name.startswith(unwanted)] == []
