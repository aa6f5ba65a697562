"""Plugins from git repositories, by way of the git program (vcs_installer.go, github.com/Masterminds/vcs)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.installer import (
    Installer,
    InstallerError,
    NoVersionControlError,
    cache_key,
    has_metadata,
)
from hivehelm.golang.filepath import base, join
from hivehelm.plugins.copying import copy_directory
from hivehelm.sources.address import without_password

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

    from hivehelm.actions.plugins.installer import Settings

#: How repositories of each version control are told on disk, in the order that they are looked for.
_MARKS: Final = {".git": "git", ".svn": "svn", ".hg": "hg", ".bzr": "bzr"}
_SCHEMES: Final = {"git+ssh": "git", "git": "git", "bzr+ssh": "bzr", "svn+ssh": "svn"}
_SEGMENT: Final = r"[A-Za-z0-9_.\-]+"
#: Hosts that have one version control, and how their repositories look.
_HOSTS: Final = {
    "github.com": ("git", rf"(github\.com[/|:]{_SEGMENT}/{_SEGMENT})(/{_SEGMENT})*"),
    "bitbucket.org": ("git", rf"(bitbucket\.org/{_SEGMENT}/{_SEGMENT})(/{_SEGMENT})*"),
    "git.launchpad.net": (
        "git",
        rf"git\.launchpad\.net/({_SEGMENT}|~{_SEGMENT}/(\+git|{_SEGMENT})/{_SEGMENT})",
    ),
    "hub.jazz.net": ("git", rf"(hub\.jazz\.net/git/[a-z0-9]+/{_SEGMENT})(/{_SEGMENT})*"),
    "go.googlesource.com": ("git", rf"go\.googlesource\.com/{_SEGMENT}/?"),
    "git.openstack.org": ("git", rf"git\.openstack\.org/{_SEGMENT}/{_SEGMENT}"),
    "git.code.sf.net": ("git", rf"(git.code.sf.net/p/{_SEGMENT}/{_SEGMENT})*"),
    "hg.code.sf.net": ("hg", rf"(hg.code.sf.net/p/{_SEGMENT}/{_SEGMENT})*"),
    "svn.code.sf.net": ("svn", rf"(svn.code.sf.net/p/{_SEGMENT}/{_SEGMENT})*"),
    "launchpad.net": ("bzr", r"launchpad\.net/[~+A-Za-z0-9_.\-]+(/[+A-Za-z0-9_.\-]+)*"),
}


def kind_of(source: str) -> str:
    """Return the version control that a URL is of: git, hg, svn or bzr; "" where that cannot be told.

    Raises:
        URLError: it is no URL.
    """
    import re

    from hivehelm.golang.url import parse

    scp = re.fullmatch(r"([a-zA-Z0-9_]+)@([a-zA-Z0-9._-]+):(.*)", source)
    if scp is not None:
        scheme, user, host, path = "ssh", scp[1], scp[2], "/" + scp[3]
    else:
        url = parse(source)
        scheme, host, path = url.scheme, url.host, url.path
        user = url.user.name if url.user else ""
    if scheme == "file":
        return kind_on_disk(path)
    if not host:
        return ""
    if scheme in _SCHEMES:
        return _SCHEMES[scheme]
    if host in _HOSTS:
        kind, pattern = _HOSTS[host]
        return kind if re.fullmatch(pattern, host + path) else ""
    ending = re.search(r"\.(git|hg|svn|bzr)$", host + path)
    if ending is not None:
        return ending[1]
    return user if user in ("git", "hg") else ""


def kind_on_disk(directory: str) -> str:
    """Return the version control that a directory is under; "" is none."""
    for mark, kind in _MARKS.items():
        if os.path.exists(os.path.join(directory, mark)):
            return kind
    return ""


class GitInstaller(Installer):
    """A clone in the cache, whose files are copied; or the clone that a plugin is, to be updated."""

    def __init__(self, remote: str, local: str, version: str, settings: Settings) -> None:
        super().__init__(remote, join(settings.plugins, base(remote)) if remote else "", settings)
        self._local = local
        self._version = version

    @classmethod
    def of_url(cls, source: str, version: str, settings: Settings) -> GitInstaller:
        """Return what installs from a repository.

        Raises:
            NoVersionControlError: there is none that can be told.
            InstallerError: it is not git's, or git is not installed.
        """
        local = join(settings.cache, cache_key(source))
        kind = kind_of(source) or kind_on_disk(local)
        if not kind:
            raise NoVersionControlError
        return cls(_remote(kind, source, local), local, version, settings)

    @classmethod
    def of_clone(cls, directory: str, settings: Settings) -> GitInstaller:
        """Return what updates the clone in a directory.

        Raises:
            NoVersionControlError: it is not under version control.
            InstallerError: it is not git's, or git is not installed.
        """
        kind = kind_on_disk(directory)
        if not kind:
            raise NoVersionControlError
        return cls(_remote(kind, "", directory), directory, "", settings)

    def install(self) -> None:
        """Clone, or bring the clone up to date; check the version out; copy the files."""
        settings = self.settings
        if not os.path.exists(self._local):
            settings.note("DEBUG", "cloning", source=without_password(self.source), destination=self._local)
            _must(["clone", "--recursive", "--", self.source, self._local], "", "Unable to get repository")
        else:
            settings.note("DEBUG", "updating", source=without_password(self.source), destination=self._local)
            self._fetch()
        reference = self._solve()
        if reference:
            settings.note("DEBUG", "setting version", version=self._version)
            self._git("Unable to update checked out version", "checkout", reference)
            self._clean()
        if not has_metadata(self._local):
            raise InstallerError("plugin metadata (plugin.yaml) missing")
        settings.note("DEBUG", "copying files", source=self._local, destination=self.path)
        copy_directory(self._local, self.path)

    def update(self) -> None:
        """Bring the clone up to date, if nothing in it was changed."""
        self.settings.note("DEBUG", "updating", source=without_password(self.source))
        status, text = _run(["diff"], self._local)
        if status or text:
            raise InstallerError("plugin repo was modified")
        self._fetch()
        if not has_metadata(self._local):
            raise InstallerError("plugin metadata (plugin.yaml) missing")

    def _git(self, problem: str, *words: str) -> str:
        return _must(words, self._local, problem)

    def _fetch(self) -> None:
        problem = "Unable to update repository"
        self._git(problem, "fetch", "--tags", "--", "origin")
        try:
            with open(os.path.join(self._local, ".git", "HEAD"), "rb") as file:
                detached = not file.read().strip().startswith(b"ref: ")
        except OSError as error:
            words = os.strerror(error.errno or 0).lower()
            raise InstallerError(f"{problem}: open {self._local}/.git/HEAD: {words}") from error
        if detached:
            return
        self._git(problem, "pull")
        self._clean()

    def _clean(self) -> None:
        """Bring submodules to where they belong, and remove those that are no more."""
        problem = "Unexpected error while defensively"
        self._git(f"{problem} updating submodules", "submodule", "update", "--init", "--recursive")
        derelict = f"{problem} cleaning up after possible derelict"
        self._git(f"{derelict} submodule directories", "clean", "-x", "-d", "-f", "-f")
        words = ("submodule", "foreach", "--recursive", "git clean -x -d -f -f")
        self._git(f"{derelict} nested submodule directories", *words)

    def _solve(self) -> str:
        """Return what is to be checked out for the version: a reference, or the newest tag that it allows."""
        version = self._version
        if not version:
            return ""
        if version.startswith("-"):
            raise self._unknown()
        for words in (("rev-parse", "--verify", version), ("show-ref", version)):
            if not _run(words, self._local)[0]:
                return version
        from hivehelm.golang.constraint import Constraint
        from hivehelm.golang.semver import VersionError, parse

        constraint = Constraint(version)
        found = []
        for tag in self._tags():
            try:
                found.append((parse(tag), tag))
            except VersionError:
                continue
        for parsed, tag in sorted(found, key=lambda pair: pair[0], reverse=True):
            if constraint.check(parsed):
                self.settings.note("DEBUG", "setting to version", version=tag)
                return tag
        raise self._unknown()

    def _unknown(self) -> InstallerError:
        source = without_password(self.source)
        return InstallerError(
            f"requested version {_quoted(self._version)} does not exist for plugin {_quoted(source)}"
        )

    def _tags(self) -> list[str]:
        lines = self._git("Unable to retrieve tags", "show-ref").splitlines()
        tags = [line.rpartition("tags/")[2] for line in lines if "tags/" in line]
        self.settings.note("DEBUG", "found refs", refs=f"[{' '.join(tags)}]")
        return tags


def _quoted(text: str) -> str:
    from hivehelm.golang.fmt import quote

    return quote(text)


def _remote(kind: str, wanted: str, local: str) -> str:
    """Return where a clone comes from, which has to be what is wanted."""
    from shutil import which

    if kind != "git":
        raise InstallerError(f"{kind} repositories are not supported: only git is")
    if which("git") is None:
        raise InstallerError("git is not installed")
    on_disk = kind_on_disk(local)
    if on_disk not in ("", "git"):
        raise InstallerError("Wrong VCS detected")
    if not on_disk:
        return wanted
    status, text = _run(["config", "--get", "remote.origin.url"], local)
    if status:
        raise InstallerError(f"Unable to retrieve local repo information: exit status {status}")
    found = text.strip()
    if wanted and found != wanted:
        raise InstallerError("The Remote does not match the VCS endpoint")
    return wanted or found


def _run(words: Sequence[str], directory: str) -> tuple[int, str]:
    """Run git; return its status and all that it printed."""
    from subprocess import DEVNULL, PIPE, STDOUT, run

    environ = {**os.environ, "PWD": directory} if directory else dict(os.environ)
    done = run(  # noqa: S603 - its arguments are no shell's
        ["git", *words],  # noqa: S607 - the user's git
        cwd=directory or None,
        env=environ,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape")


def _must(words: Sequence[str], directory: str, problem: str) -> str:
    status, text = _run(words, directory)
    if status:
        # Only for a clone does Helm say what git said.
        said = f"{_discreet(text, words[3])}: " if words[0] == "clone" else ""
        raise InstallerError(f"{problem}: {said}exit status {status}")
    return text


def _discreet(text: str, source: str) -> str:
    """Return what git said without the password that a source may have in it."""
    user = source.partition("://")[2].rpartition("@")[0]
    return text.replace(f"{user}@", "***@") if ":" in user else text
