"""Passwords of repositories are in nothing that is printed, whatever goes wrong."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from hivehelm.cli.hivehelm import main
from hivehelm.testing import ChartRepository, Reply

SECRET = "s3cr3t"  # noqa: S105
INDEX = (
    "apiVersion: v1\nentries:\n  a:\n"
    "  - {apiVersion: v2, name: a, version: 1.0.0, urls: [none.tgz]}\n  - {name: bad}\n"
)
LINES = """
repo add a {login} ; repo add a {login}/y ; repo list ; repo list -o json ; repo update ; search repo a ; repo rm a
repo add a {login} ; template x a/a ; pull a/a ; show values a/a ; repo add a {login} --force-update
repo add b {login}/x ; repo add b {login}/loop ; repo add b {login}/bad ; repo add b {login}/away
repo add b {plain}/loop ; repo add b {plain}/bad ; repo add b {plain}/away
repo add c {plain} --username u --password SECRET ; repo add c {plain}/no --username u --password SECRET
repo add c http://u:SECRET@h:x/ ; repo add c http://u:SECRET@[ ; repo add c ftp://u:SECRET@h
repo add c https://u:SECRET@kubernetes-charts.storage.googleapis.com ; repo add c http://u:SECRET@127.0.0.1:1
template x {login}/none.tgz ; template x a --repo {login} ; template x nosuch --repo {login} ; pull a --repo {login}x
template x app -f {login}/v.yaml ; template x app -f http://u:SECRET@[/v ; template x app --set-file a={login}/v
pull {login}/none.tgz ; show values {login}/none.tgz --verify ; pull a --repo http://u:SECRET@127.0.0.1:1
"""  # noqa: E501 - command lines


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChartRepository]:
    (tmp_path / "served").mkdir()
    (tmp_path / "served/index.yaml").write_text(INDEX)
    with ChartRepository(tmp_path / "served") as running:
        own = running.url.replace("//", f"//u:{SECRET}@")
        for name, location in (
            ("loop", f"{own}/loop/index.yaml"),
            ("bad", f"http://u:{SECRET}@[::1/"),
            ("away", f"http://u:{SECRET}@127.0.0.1:1/"),
        ):
            running.replies[f"/{name}/index.yaml"] = Reply(status=302, headers={"Location": location})
        yield running


@pytest.mark.parametrize("line", LINES.strip().splitlines())
@pytest.mark.parametrize("more", ["", " --debug"])
def test_what_is_printed(
    server: ChartRepository, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, more: str
) -> None:
    login = server.url.replace("//", f"//u:{SECRET}@")
    filled = line.replace("{login}", login).replace("{plain}", server.url).replace("SECRET", SECRET)
    for command in filled.split(" ; "):
        main(shlex.split(command + more))
        captured = capsys.readouterr()
        assert SECRET not in captured.out + captured.err, command
        assert captured.out + captured.err
    for path in tmp_path.rglob("*"):
        if path.is_file() and SECRET.encode() in path.read_bytes():
            assert path.name == "repositories.yaml"
            assert path.stat().st_mode & 0o777 == 0o600
