# ruff: noqa: E501, S106
from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from hivehelm.sources.oci.credential import NOBODY, Credential
from hivehelm.sources.oci.credentials import Store, Stores, address, docker_config
from hivehelm.sources.oci.errors import RegistryConfigError

ONE = Credential(username="bob", password="secret")


def write(path: Path, **content: object) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return str(path)


def helper(path: Path, name: str) -> None:
    program = path / f"docker-credential-{name}"
    program.write_text(
        f'#!/bin/sh\necho "$1 $(cat)" >> {path}/{name}.log\necho \'{{"Username": "{name}", "Secret": "s"}}\'\n'
    )
    program.chmod(0o755)


def test_addresses() -> None:
    assert address("docker.io") == address("registry-1.docker.io") == "https://index.docker.io/v1/"
    assert address("ghcr.io") == "ghcr.io"


def test_secrets_are_not_shown() -> None:
    assert "secret" not in repr(ONE)
    assert ONE
    assert not NOBODY


def test_docker_is_asked_after_helm(tmp_path: Path) -> None:
    own = write(tmp_path / "own.json", auths={"a": {"username": "helm"}})
    write(tmp_path / ".docker" / "config.json", auths={"a": {"username": "x"}, "b": {"username": "docker"}})
    stores = Stores(own, {"HOME": str(tmp_path), "PATH": ""})
    stores.check()
    assert [stores.get(host).username for host in ("a", "b", "c")] == ["helm", "docker", ""]
    stores.put("b", ONE)
    stores.delete("a")
    again = Stores(own, {"PATH": ""})
    again.check()
    assert [again.get(host).username for host in ("a", "b", "c")] == ["", "bob", ""]


def test_a_broken_file_of_dockers_does_not_count(tmp_path: Path) -> None:
    write(tmp_path / "config.json")
    (tmp_path / "config.json").write_text("{")
    stores = Stores(str(tmp_path / "none.json"), {"DOCKER_CONFIG": str(tmp_path), "PATH": ""})
    stores.check()
    assert stores.get("h") is NOBODY
    with pytest.raises(RegistryConfigError):
        Stores(str(tmp_path / "config.json"), {"PATH": ""}).check()


def test_where_docker_keeps_its_configuration() -> None:
    assert docker_config({"DOCKER_CONFIG": "/d", "HOME": "/h"}) == "/d/config.json"
    assert docker_config({"HOME": "/h"}) == "/h/.docker/config.json"
    assert docker_config({}) == ""


def test_helpers_of_one_registry_come_first(tmp_path: Path) -> None:
    for name in ("one", "all"):
        helper(tmp_path, name)
    path = write(
        tmp_path / "config.json", credsStore="all", credHelpers={"a": "one"}, auths={"c": {"username": "c"}}
    )
    store = Store(path, {"PATH": f"{tmp_path}:/bin:/usr/bin"})
    assert [store.get(host).username for host in ("a", "b", "c")] == ["one", "all", "all"]
    store.put("a", ONE)
    store.delete("b")
    assert (tmp_path / "one.log").read_text().splitlines()[1].startswith('store {"ServerURL":"a"')
    assert (tmp_path / "all.log").read_text().splitlines()[-1] == "erase b"
    assert json.loads(Path(path).read_text())["auths"] == {"c": {"username": "c"}}


@pytest.mark.parametrize(
    ("platform", "programs", "used"),
    [
        ("linux", ["docker-credential-secretservice"], "secretservice"),
        ("linux", ["docker-credential-secretservice", "pass"], ""),
        ("linux", ["docker-credential-pass", "pass"], "pass"),
        ("linux", [], ""),
        ("darwin", ["docker-credential-osxkeychain"], "osxkeychain"),
    ],
)
def test_the_platforms_helper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, programs: list[str], used: str
) -> None:
    """It is used where nothing is configured, and noted when it first keeps something."""
    monkeypatch.setattr(sys, "platform", platform)
    for name in programs:
        helper(tmp_path, name.removeprefix("docker-credential-"))
        if name == "pass":
            (tmp_path / "docker-credential-pass").rename(tmp_path / "pass")
    if "docker-credential-pass" in programs:
        helper(tmp_path, "pass")
    path = tmp_path / "config.json"
    store = Store(str(path), {"PATH": f"{tmp_path}:/bin:/usr/bin"})
    assert store.get("h").username == used
    store.put("h", ONE)
    kept = json.loads(path.read_text())
    assert kept.get("credsStore", "") == used
    assert bool(kept["auths"]) is not bool(used)
    store.put("g", ONE)
    assert store.get("g").username == (used or "bob")
