"""repo add, list, update, remove as commands."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main
from hivehelm.testing import ChartRepository


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChartRepository]:
    (tmp_path / "served").mkdir()
    (tmp_path / "served/index.yaml").write_text("apiVersion: v1\nentries: {}\n")
    with ChartRepository(tmp_path / "served") as running:
        yield running


def test_a_life(server: ChartRepository, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*argv: str, code: int = 0) -> str:
        assert main(["repo", *argv]) == code
        captured = capsys.readouterr()
        return captured.err if code else captured.out

    url = server.url
    assert main(["repo", "list"]) == 0
    assert capsys.readouterr().err == "no repositories to show\n"
    assert said("list", "-o", "json") == "[]\n"
    assert said("add", "r", url) == '"r" has been added to your repositories\n'
    assert said("add", "r", url) == '"r" already exists with the same configuration, skipping\n'
    assert said("add", "s", f"{url}/x", code=1).endswith("404 Not Found\n")
    size = len(url)
    assert said("list") == f"NAME\t{'URL'.ljust(size)}\nr   \t{url}\n"
    assert said("ls", "--no-headers") == f"r\t{url}\n"
    assert said("list", "-o", "yaml") == f"- name: r\n  url: {url}\n"
    assert '"r" chart repository\nUpdate Complete.' in said("update")
    assert "Nothing will be updated" in said("update", "x", code=1)
    assert said("rm", "r") == '"r" has been removed from your repositories\n'


def test_addresses_are_listed_without_passwords(
    server: ChartRepository, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["repo", "add", "r", server.url.replace("//", "//u:secret@")]) == 0
    for format in ("table", "json"):  # noqa: A001
        assert main(["repo", "list", "-o", format]) == 0
    captured = capsys.readouterr()
    assert "secret" not in captured.out + captured.err


def test_passwords_from_standard_input(
    server: ChartRepository,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    server.username, server.password = "u", "p"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"p\r\n")))
    assert main(["repo", "add", "r", server.url, "--username", "u", "--password-stdin"]) == 0
    with (tmp_path / "none").open("w+") as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert main(["repo", "add", "s", server.url, "--username", "u"]) == 1
    captured = capsys.readouterr()
    assert captured.out == '"r" has been added to your repositories\nPassword: \n'
    assert captured.err == "Error: inappropriate ioctl for device\n"
