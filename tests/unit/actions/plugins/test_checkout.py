"""Checkouts of each version control; programs that only note what they are asked stand in for theirs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hivehelm.actions.plugins.checkout import checkout
from hivehelm.actions.plugins.install import install
from hivehelm.actions.plugins.installer import InstallerError, Settings
from hivehelm.actions.plugins.repository import RepositoryInstaller
from hivehelm.actions.plugins.update import update

PROGRAM = """#!{python}
import os, sys
name, words = os.path.basename(sys.argv[0]), sys.argv[1:]
with open({log!r}, "a") as log:
    here = os.environ.get("PWD") == os.getcwd()
    print(os.path.basename(os.getcwd()) if here else "-", name, *words, file=log)
line = " ".join(words)
for file in sorted(os.listdir({answers!r})):
    start, status, text = open(os.path.join({answers!r}, file)).read().split("\\n", 2)
    if line.startswith(start):
        sys.stdout.write(text)
        sys.exit(int(status))
if words[0] in ("clone", "checkout", "branch"):
    os.makedirs(os.path.join(words[-1], "." + name))
    open(os.path.join(words[-1], "plugin.yaml"), "w").write("name: p\\nversion: 0.1.0\\n")
"""
KINDS = ("hg", "svn", "bzr")


class Programs:
    """What stands in for programs: what they were asked, and what they say to it."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._log = top / "log"
        self._answers = top / "answers"
        self._answers.mkdir()
        self.directory = top / "bin"
        self.directory.mkdir()
        text = PROGRAM.format(python=sys.executable, log=str(self._log), answers=str(self._answers))
        for name in KINDS:
            (self.directory / name).write_text(text)
            (self.directory / name).chmod(0o755)

    def say(self, start: str, text: str = "", status: int = 0) -> None:
        """Say something to what starts so; what was said last counts."""
        number = 1000 - len(list(self._answers.iterdir()))
        (self._answers / str(number)).write_text(f"{start}\n{status}\n{text}")

    def asked(self) -> list[str]:
        """Return what was asked since the last time: the directory's name, and the command."""
        found = (
            self._log.read_text().replace(str(self._top), "TOP").splitlines() if self._log.exists() else []
        )
        self._log.unlink(missing_ok=True)
        return found


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    made = Programs(tmp_path)
    monkeypatch.setenv("PATH", f"{made.directory}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    data = str(tmp_path / "data")
    return Settings(plugins=data, data=data, cache=str(tmp_path / "cache"), out=lambda _: None)


GET = {
    "hg": "- hg clone -- https://x.org/p.hg TOP/cache/https-x.org-p.hg",
    "svn": "- svn checkout -- https://x.org/p.svn TOP/cache/https-x.org-p.svn",
    "bzr": "- bzr branch -- https://x.org/p.bzr TOP/cache/https-x.org-p.bzr",
}
ORIGIN = {
    "hg": ("paths", "other = x\ndefault = {}\n"),
    "svn": ("info", "Path: .\nURL: {}\nRelative URL: ^/\n"),
    "bzr": ("info", "Standalone tree\n  parent branch: {}\n"),
}
LOOK = {
    "hg": ["https-x.org-p.hg hg paths"],
    "svn": ["- svn info -- TOP/cache/https-x.org-p.svn"],
    "bzr": [],
}
UPDATE = {"hg": ["pull", "update"], "svn": ["update"], "bzr": ["pull", "update"]}
KNOWS = {"hg": "log -r", "svn": "log -r", "bzr": "revno -r"}
SWITCH = {"hg": ["pull", "update -- {}"], "svn": ["update -r {}"], "bzr": ["update -r {}"]}


def lines(kind: str, commands: list[str]) -> list[str]:
    return [f"https-x.org-p.{kind} {kind} {command}" for command in commands]


@pytest.mark.parametrize("kind", KINDS)
def test_installing(programs: Programs, settings: Settings, kind: str) -> None:
    source = f"https://x.org/p.{kind}"
    plugin = install(source, settings, verify=False)
    assert programs.asked() == [GET[kind]]
    assert sorted(os.listdir(plugin.directory)) == [f".{kind}", "plugin.yaml"]
    start, text = ORIGIN[kind]
    programs.say(start, text.format(source))
    installer = RepositoryInstaller.of_url(source, "", settings)
    assert programs.asked() == LOOK[kind]
    installer.path += "2"
    installer.install()
    assert programs.asked() == lines(kind, UPDATE[kind])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", ["1.0.0", "-x", "^1"])
def test_versions(programs: Programs, settings: Settings, kind: str, version: str) -> None:
    source = f"https://x.org/p.{kind}"
    wanted = f"{KNOWS[kind]} {version}"
    if version == "1.0.0":
        programs.say(wanted, "-----\nr1\n-----\n")
    elif kind == "svn":
        programs.say(wanted, "-----\n")
    else:
        programs.say(wanted, "unknown\n", 255)
        programs.say("tags", "tip    4:abc\n1.1.0  3:abc\n 7.0 x\n\nv1.2.0 2:abc\nv2.0.0  1:abc\n")
    installer = RepositoryInstaller.of_url(source, version, settings)
    found = {"1.0.0": "1.0.0", "^1": "v1.2.0"}.get(version, "")
    if kind == "svn" and version == "^1":
        found = ""
    if found:
        installer.install()
    else:
        with pytest.raises(InstallerError) as caught:
            installer.install()
        assert str(caught.value) == f'requested version "{version}" does not exist for plugin "{source}"'
    asked = [wanted]
    if version == "^1" and kind != "svn":
        asked.append("tags")
    if found:
        asked += [command.format(found) for command in SWITCH[kind]]
    assert programs.asked() == [GET[kind], *lines(kind, asked)]


@pytest.mark.parametrize("kind", KINDS)
def test_updating(programs: Programs, settings: Settings, kind: str) -> None:
    install(f"https://x.org/p.{kind}", settings, verify=False)
    programs.asked()
    start, text = ORIGIN[kind]
    programs.say(start, text.format("https://y.org/p"))
    Path("data/p").mkdir(exist_ok=True)
    Path(f"data/p.{kind}").rename("data/here")
    os.rmdir("data/p")
    Path("data/here").rename("data/p")
    update(["p"], settings)
    look = f"- svn info -- {os.path.realpath('data/p')}".replace(os.path.realpath("."), "TOP")
    first = look if kind == "svn" else f"p {kind} {start}"
    assert programs.asked() == [first, *(f"p {kind} {one}" for one in ["diff", *UPDATE[kind]])]
    programs.say("diff", "+x\n")
    with pytest.raises(InstallerError, match=r"got error \(plugin repo was modified\)$"):
        update(["p"], settings)
    programs.say("diff", "")
    for command in reversed(UPDATE[kind]):
        programs.say(command, "no network\n", 3)
        what = "update checked out version" if kind == "hg" else "update repository"
        with pytest.raises(InstallerError, match=rf"got error \(Unable to {what}: exit status 3\)$"):
            update(["p"], settings)


@pytest.mark.parametrize("kind", KINDS)
def test_what_goes_wrong(programs: Programs, settings: Settings, tmp_path: Path, kind: str) -> None:
    source = f"https://u:secret@x.org/p.{kind}"
    programs.say(GET[kind].split()[2], f"cannot reach {source}\n", 7)
    with pytest.raises(InstallerError) as caught:
        install(source, settings, verify=False)
    shown = f"https://***@x.org/p.{kind}"
    assert str(caught.value) == f"Unable to get repository: cannot reach {shown}\n: exit status 7"
    local = tmp_path / "local"
    (local / f".{kind}").mkdir(parents=True)
    start, text = ORIGIN[kind]
    programs.say(start, text.format("https://elsewhere/p"))
    assert checkout(kind, "", str(local)).remote == "https://elsewhere/p"
    if kind == "bzr":
        assert checkout(kind, "https://x.org/p", str(local)).remote == "https://x.org/p"
    else:
        with pytest.raises(InstallerError, match=r"^The Remote does not match the VCS endpoint$"):
            checkout(kind, "https://x.org/p", str(local))
    programs.say(start, "")
    if kind == "svn":
        with pytest.raises(InstallerError, match=r"information: Remote not specified in svn info$"):
            checkout(kind, "", str(local))
        programs.say(start, "URL: x")
        with pytest.raises(InstallerError, match=r"information: Unable to parse remote URL for svn info$"):
            checkout(kind, "", str(local))
    else:
        assert checkout(kind, "", str(local)).remote == ""
    programs.say(start, "", 2)
    with pytest.raises(InstallerError, match=r"^Unable to retrieve local repo information: exit status 2$"):
        checkout(kind, "", str(local))


def test_what_only_one_of_them_does(programs: Programs, settings: Settings, tmp_path: Path) -> None:
    checkout("svn", "/srv/p", str(tmp_path / "x")).get()
    assert programs.asked() == ["- svn checkout -- file:///srv/p TOP/x"]
    (tmp_path / "file").touch()
    with pytest.raises(InstallerError, match=r"^Unable to create directory: mkdir .*: not a directory$"):
        checkout("bzr", "https://x.org/p", str(tmp_path / "file/a/b")).get()
    # What an unknown address left in the cache knows where it is from.
    local = tmp_path / "cache/x-y.org-p"
    (local / ".hg").mkdir(parents=True)
    programs.say("paths", "default = https://x.org/other\n")
    installer = RepositoryInstaller.of_url("x://y.org/p", "", settings)
    assert (installer.source, os.path.basename(installer.path)) == ("https://x.org/other", "p")
