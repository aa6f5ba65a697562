"""What one tool packs, signs, indexes and pushes, the others add, search, pull, verify and install.

Helm 4, Helm 3 and ours, in every pair of a maker and a user, over a repository and a registry.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.openpgp import Key, certificate

from hivehelm.testing import ChartRepository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.cluster.cluster import Cluster
    from hivehelm.cluster.registry import Registry

OURS = "import sys; from hivehelm.cli.hivehelm import main; sys.argv[0] = 'helm'; sys.exit(main())"
TOOLS = ("helm4", "helm3", "ours")
NAME = "Ann Other <ann@example.com>"
FILES = {
    "web/Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0+b.1\nappVersion: '1.10'\n"
    "description: a web\nkeywords: [k]\n"
    "dependencies:\n- {name: sub, version: '>=0', repository: 'file://../sub', alias: x}\n",
    "web/values.yaml": "text: one\n",
    "web/templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    "data: {t: '{{ .Values.text }}'}\n",
    "web/templates/NOTES.txt": "It is {{ .Chart.Version }}.\n",
    "web/README.md": "# Web\n",
    "sub/Chart.yaml": "apiVersion: v2\nname: sub\nversion: 0.2.0\n",
    "sub/templates/b.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
}


class Tool:
    """One of the tools, at home in a directory."""

    def __init__(self, command: list[str], top: Path, **more: str) -> None:
        self.command, self.top, self.more = command, top, more
        (top / "home").mkdir(parents=True)

    def __call__(self, *arguments: str, code: int = 0) -> str:
        variables = {
            "HOME": str(self.top / "home"),
            "PATH": os.environ["PATH"],
            **self.more,
        }
        done = subprocess.run(
            [*self.command, *arguments],
            cwd=self.top,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (arguments, done.stderr)
        return done.stdout


class World:
    """What each tool has made of one chart, on a server and in a registry."""

    def __init__(self, top: Path, commands: dict[str, list[str]], registry: Registry) -> None:
        self.top, self.commands, self.registry = top, commands, registry
        key = Key("rsa")
        (top / "secret").write_bytes(certificate(key, NAME, secret=True))
        (top / "public").write_bytes(certificate(key, NAME))
        for name in TOOLS:
            self.make(name)

    def make(self, name: str) -> None:
        """Pack, sign, index and push with a tool."""
        tool = Tool(self.commands[name], self.top / name)
        for path, text in FILES.items():
            file = tool.top / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        served = self.top / "served" / name
        served.mkdir(parents=True)
        sign = ("--sign", "--key", "Ann", "--keyring", "../secret")
        tool("package", "web", "-u", "-d", str(served), *sign)
        tool("repo", "index", str(served))
        archive = str(served / "web-1.0.0+b.1.tgz")
        tool("push", archive, f"oci://{self.registry.address}/{name}", "--plain-http")


@pytest.fixture(scope="module")
def world(
    helm: Path, helm3: Path, registry: Registry, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, str]]:
    commands = {"helm4": [str(helm)], "helm3": [str(helm3)], "ours": [sys.executable, "-c", OURS]}
    made = World(tmp_path_factory.mktemp("world"), commands, registry)
    with ChartRepository(made.top / "served") as repository:
        yield made, repository.url


@pytest.mark.parametrize(
    ("maker", "user"), [(one, other) for one in TOOLS for other in TOOLS if "ours" in (one, other)]
)
def test_what_one_publishes_the_other_takes(
    world: tuple[World, str], tmp_path: Path, maker: str, user: str
) -> None:
    made, url = world
    tool = Tool(made.commands[user], tmp_path / "user")
    ring = ("--verify", "--keyring", str(made.top / "public"))
    tool("repo", "add", "r", f"{url}/{maker}")
    found = json.loads(tool("search", "repo", "web", "-o", "json"))
    expected = {"name": "r/web", "version": "1.0.0+b.1", "app_version": "1.10", "description": "a web"}
    assert found == [expected]
    said = tool("pull", "r/web", *ring)
    assert f"Signed by: {NAME}\n" in said
    archive = tool.top / "web-1.0.0+b.1.tgz"
    assert archive.read_bytes() == (made.top / "served" / maker / archive.name).read_bytes()
    assert f"Signed by: {NAME}\n" in tool("verify", archive.name, *ring[1:])
    (tool.top / "out").mkdir()
    reference = f"oci://{made.registry.address}/{maker}/web"
    said = tool("pull", reference, "--version", "1.0.0+b.1", "--plain-http", "-d", "out", *ring)
    assert f"Signed by: {NAME}\n" in said
    assert (tool.top / "out" / archive.name).read_bytes() == archive.read_bytes()
    rendered = tool("template", "x", "r/web", *ring)
    assert rendered == tool("template", "x", reference, "--version", "^1.0.0-0", "--plain-http")
    assert "name: b\n" in rendered.replace("{name: b}", "name: b\n")
    assert tool("show", "readme", "r/web") == "# Web\n\n"
    tool("pull", "r/web", "--untar")
    assert (tool.top / "web/charts").is_dir()
    assert tool("dependency", "list", "web") == tool("dependency", "list", archive.name)
    for name, repository in (("one", "@r"), ("two", reference.removesuffix("/web"))):
        (tool.top / name).mkdir()
        wanted = f"{{name: web, version: 1.0.0+b.1, repository: '{repository}'}}"
        (tool.top / name / "Chart.yaml").write_text(
            f"apiVersion: v2\nname: {name}\nversion: 0.1.0\ndependencies:\n- {wanted}\n"
        )
        tool("dependency", "update", name, "--plain-http")
    for other in {maker, user}:
        builder = Tool(made.commands[other], tmp_path / other)
        builder("repo", "add", "r", f"{url}/{maker}")
        for name in ("one", "two"):
            builder("dependency", "build", f"../user/{name}", "--plain-http")


@pytest.mark.parametrize(
    ("maker", "user"), [("ours", "helm4"), ("ours", "helm3"), ("helm4", "ours"), ("helm3", "ours")]
)
def test_what_one_publishes_the_other_installs(
    cluster: Cluster, world: tuple[World, str], tmp_path: Path, maker: str, user: str
) -> None:
    made, url = world
    namespace = f"clients-{maker}-{user}"
    tool = Tool(
        made.commands[user],
        tmp_path / "user",
        KUBECONFIG=str(cluster.kubeconfig()),
        HELM_NAMESPACE=namespace,
    )
    tool("repo", "add", "r", f"{url}/{maker}")
    ring = ("--verify", "--keyring", str(made.top / "public"))
    said = tool("install", "x", "r/web", "--set", "text=two", "--create-namespace", *ring)
    assert "It is 1.0.0+b.1." in said
    reference = f"oci://{made.registry.address}/{maker}/web"
    tool("upgrade", "x", reference, "--version", "1.0.0+b.1", "--plain-http", "--reuse-values", *ring)
    releases = json.loads(tool("list", "-o", "json"))
    assert [(one["name"], one["revision"], one["chart"]) for one in releases] == [("x", "2", "web-1.0.0+b.1")]
    assert "t: 'two'" in tool("get", "manifest", "x")
    tool("uninstall", "x")


@pytest.mark.parametrize("user", TOOLS)
def test_strangers_are_refused(world: tuple[World, str], tmp_path: Path, user: str) -> None:
    made, url = world
    tool = Tool(made.commands[user], tmp_path / "user")
    (tool.top / "ring").write_bytes(certificate(Key("rsa", 1), "A Stranger"))
    for maker in TOOLS:
        where = f"{url}/{maker}/web-1.0.0+b.1.tgz"
        tool("template", "x", where, "--verify", "--keyring", "ring", code=1)
