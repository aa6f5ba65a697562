from __future__ import annotations

import json
from pathlib import Path

import pytest

from hivehelm.chart.load import load
from hivehelm.chart.save import save
from hivehelm.testing import Authority, FakeRegistry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.cli.hivehelm.conftest import Helm

CONFIG = ".config/helm/registry/config.json"


@pytest.fixture
def fake() -> Iterator[FakeRegistry]:
    with FakeRegistry(users={"bob": "secret"}) as registry:
        yield registry


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_CONFIG", "HELM_REGISTRY_CONFIG", "HELM_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_login_push_search_logout(helm: Helm, place: Path, fake: FakeRegistry) -> None:
    archive = save(load(place / "app"), str(place))
    remote = f"oci://{fake.address}/charts"
    code, out, err = helm("registry", "login", fake.address, "-u", "bob", "-p", "secret", "--plain-http")
    assert (code, out) == (0, "Login Succeeded\n")
    assert err == 'level=WARN msg="using --password via the CLI is insecure. Use --password-stdin"\n'
    assert (place / CONFIG).stat().st_mode & 0o777 == 0o600
    code, out, err = helm("push", archive, remote, "--plain-http")
    assert (code, err) == (0, "")
    assert out.startswith(f"Pushed: {fake.address}/charts/app:1.0.0\nDigest: sha256:")
    code, out, _ = helm("search", "repo", f"{remote}/app", "--plain-http", "-o", "json")
    assert json.loads(out) == [
        {"name": f"{remote}/app", "version": "1.0.0", "app_version": "", "description": ""}
    ]
    assert helm("registry", "logout", fake.address)[:2] == (
        0,
        f"Removing login credentials for {fake.address}\n",
    )
    code, out, err = helm("push", archive, remote, "--plain-http", "--username", "bob", "--password", "wrong")
    assert (code, out) == (1, "")
    assert "wrong" not in err
    assert "secret" not in err


def test_versions_are_searched(helm: Helm) -> None:
    with FakeRegistry() as fake:
        reference = f"oci://{fake.address}/c/demo"
        for version in ("1.0.0", "1.1.0-rc.1", "2.0.0_x"):
            fake.add_chart("c/demo", version, b"", config=b'{"appVersion": "7", "description": "d"}')
        fake.add_manifest("c/demo", "3.0.0", {"no": "chart"})

        def versions(*flags: str) -> list[str]:
            code, out, err = helm("search", "repo", reference, "--plain-http", "-o", "json", *flags)
            assert (code, err) == (0, "")
            return [one["version"] for one in json.loads(out)]

        assert versions() == ["2.0.0+x", "1.0.0"]
        assert versions("--devel") == ["2.0.0+x", "1.1.0-rc.1", "1.0.0"]
        assert versions("--version", "^1") == ["1.0.0"]
        assert versions("--version", ">9") == []
        code, out, _ = helm("search", "repo", reference, "--plain-http")
        assert (code, out.split()[-4:]) == (0, [reference, "1.0.0", "7", "d"])
        code, _, err = helm("search", "repo", reference, "--plain-http", "--version", "q")
        assert (code, err) == (
            1,
            'Error: an invalid version/constraint format: improper constraint: "q"\n',
        )
        code, _, err = helm("search", "repo", f"{reference}x", "--plain-http")
        assert code == 1
        assert "name unknown" in err


def test_certificates(helm: Helm, place: Path) -> None:
    authority = Authority()
    (place / "ca.pem").write_bytes(authority.pem)
    archive = save(load(place / "app"), str(place))
    with FakeRegistry(tls=authority) as fake:
        remote = f"oci://{fake.address}/charts"
        assert helm("registry", "login", fake.address, "-u", "a", "-p", "b", "--ca-file", "ca.pem")[0] == 0
        assert helm("registry", "login", fake.address, "-u", "a", "-p", "b", "--insecure")[0] == 0
        assert helm("registry", "login", fake.address, "-u", "a", "-p", "b")[0] == 1
        assert helm("push", archive, remote, "--ca-file", "ca.pem")[0] == 0
        code, _, err = helm("push", archive, remote, "--ca-file", "nosuch")
        problem = 'can\'t read CA file: "nosuch": open nosuch: no such file or directory'
        assert (code, err) == (
            1,
            f"Error: missing registry client: can't create TLS config for client: {problem}\n",
        )
        # Helm panics here.
        code, _, err = helm("registry", "login", fake.address, "-u", "a", "-p", "b", "--ca-file", "nosuch")
        assert (code, err.splitlines()[1:]) == (1, [f"Error: {problem}"])
