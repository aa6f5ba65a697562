"""`hivemind token`: made, listed, revoked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hivehelm.api.auth.token import Token
from hivehelm.api.auth.tokenfile import TokenFile
from hivehelm.cli.hivemind import main
from hivehelm.platform.site import Site
from hivehelm.testing.fake_cluster import FakeCluster

CI = ("token", "create", "--name", "ci", "--role", "deployer")


class Terminal:
    """Runs command lines, and has what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = main(arguments)
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    made = FakeCluster()
    client = made.client()
    site = Site.from_environ({"HOME": "/nowhere", "HIVEMIND_NAMESPACE": "here"})
    monkeypatch.setattr(site, "client", lambda: client)
    monkeypatch.setattr(Site, "from_environ", lambda *_, **__: site)
    return made


@pytest.fixture
def run(cluster: FakeCluster, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def test_a_token_is_shown_once(run: Terminal, cluster: FakeCluster) -> None:
    code, out, err = run(*CI, "--namespace", "shop,pay", "--expires", "30d")
    assert (code, err) == (0, "Keep it: it is not shown again.\n")
    assert out.startswith("hm_")
    assert out.strip() not in json.dumps(cluster.objects("Secret", "here"))
    for format_ in ("table", "json", "yaml"):
        code, listed, _ = run("token", "list", "-o", format_)
        assert code == 0
        assert "ci" in listed
        assert "shop" in listed
        assert out.strip() not in listed
        assert "sha256" not in listed


def test_it_can_be_had_as_json(run: Terminal) -> None:
    found: dict[str, Any] = json.loads(run(*CI, "--expires", "never", "-o", "json")[1])
    token = Token.from_json(found)
    assert token.matches(found["token"])
    assert token.expires == 0
    listed = run("token", "list")[1].splitlines()
    assert listed[0].split() == ["NAME", "ROLE", "NAMESPACES", "CREATED", "EXPIRES"]
    assert listed[1].split()[2::2] == ["*", "never"]


def test_without_a_cluster_it_is_the_entry_of_a_file(
    run: Terminal, cluster: FakeCluster, tmp_path: Any
) -> None:
    code, out, _ = run(*CI, "--offline")
    text, entry = out.split("\n", 1)
    (tmp_path / "tokens").write_text(entry)
    (token,) = TokenFile(str(tmp_path / "tokens")).list()
    assert code == 0
    assert token.matches(text)
    assert cluster.objects("Secret") == []


def test_revoked_ones_are_gone(run: Terminal) -> None:
    run(*CI)
    assert run("token", "revoke", "ci") == (0, 'token "ci" is revoked\n', "")
    assert run("token", "list")[1] == "there are no tokens: `hivemind token create` makes one\n"
    code, _, err = run("token", "revoke", "ci")
    assert (code, err) == (
        1,
        'Error: there is no token "ci": `hivemind token list` shows those that there are\n',
    )


def test_expired_ones_are_marked(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    run(*CI, "--expires", "1s")
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert "(expired)" in run("token", "list")[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("token", "create", "--role", "viewer"), "--name is needed"),
        (("token", "create", "--name", "x"), "--role is needed"),
        ((*CI, "--expires", "soon"), '"soon" is no age'),
        ((*CI, "--namespace", "A_B"), '"A_B" is no name of a namespace'),
        (("token", "create", "--name", "x", "--role", "boss"), 'there is no role "boss"'),
        (("token", "nonsense"), 'unknown command "nonsense"'),
        (("token", "revoke"), "requires at least 1 argument"),
    ],
)
def test_what_is_wrong_is_said(run: Terminal, arguments: tuple[str, ...], message: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert message in err


def test_help_is_there(run: Terminal) -> None:
    assert "create" in run("token")[1]
