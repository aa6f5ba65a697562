"""A repository and what is checked out of it, by way of its own program (Masterminds/vcs)."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod

from hivehelm.actions.plugins.installer import InstallerError
from hivehelm.actions.plugins.versioncontrol import kind_on_disk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

NO_INFORMATION = "Unable to retrieve local repo information"


class Checkout(ABC):
    """What is at `remote`, checked out in the directory `local`, or to be.

    Attributes:
        program: what it is called, and its version control.
    """

    program: ClassVar[str]

    def __init__(self, remote: str, local: str) -> None:
        """Look at what is there.

        Raises:
            InstallerError: the program is not installed, or something else is in the way.
        """
        from shutil import which

        self.remote = remote
        self.local = local
        if which(self.program) is None:
            raise InstallerError(f"{self.program} is not installed")
        kind = kind_on_disk(local)
        if kind not in ("", self.program):
            raise InstallerError("Wrong VCS detected")
        if kind:
            found = self.origin()
            if remote and found and found != remote:
                raise InstallerError("The Remote does not match the VCS endpoint")
            self.remote = remote or found

    @abstractmethod
    def origin(self) -> str:
        """Return where what is there came from; "" where that cannot be told."""

    @abstractmethod
    def get(self) -> None:
        """Check it out for the first time; this and all below raise an `InstallerError` where that fails."""

    @abstractmethod
    def update(self) -> None:
        """Bring it up to date."""

    @abstractmethod
    def switch(self, reference: str) -> None:
        """Check out something else."""

    @abstractmethod
    def knows(self, reference: str) -> bool:
        """Tell whether there is something of that name."""

    def tags(self) -> list[str]:
        """Return the names of tags, or what may be such: Mercurial's tip is one."""
        return [
            line.split()[0]
            for line in self.must("Unable to retrieve tags", "tags").splitlines()
            if line[:1].strip()
        ]

    def is_changed(self) -> bool:
        """Tell whether files are not as they were checked out."""
        status, text = self.run("diff")
        return bool(status or text)

    def run(self, *words: str) -> tuple[int, str]:
        """Run the program in the directory; return its status and all that it printed."""
        return run((self.program, *words), self.local)

    def must(self, problem: str, *words: str) -> str:
        """Run the program in the directory; return what it printed."""
        status, text = self.run(*words)
        if status:
            raise InstallerError(f"{problem}: exit status {status}")
        return text

    def fetch(self, *words: str) -> None:
        """Run the program to get the repository."""
        status, text = run((self.program, *words), "")
        if status:
            # Only here does Helm say what the program said.
            said = _discreet(text, self.remote)
            raise InstallerError(f"Unable to get repository: {said}: exit status {status}")


def run(words: Sequence[str], directory: str) -> tuple[int, str]:
    """Run a program; return its status and all that it printed."""
    from subprocess import DEVNULL, PIPE, STDOUT
    from subprocess import run as run_program

    environ = {**os.environ, "PWD": directory} if directory else dict(os.environ)
    done = run_program(  # noqa: S603 - its arguments are no shell's
        [*words],
        cwd=directory or None,
        env=environ,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode("utf-8", "surrogateescape")


def _discreet(text: str, source: str) -> str:
    """Return what a program said without the password that a source may have in it."""
    user = source.partition("://")[2].rpartition("@")[0]
    return text.replace(f"{user}@", "***@") if ":" in user else text


def checkout(kind: str, remote: str, local: str) -> Checkout:
    """Return a checkout of that version control.

    Raises:
        InstallerError: its program is not installed, or something else is in the way.
    """
    from importlib import import_module

    module, name = _KINDS[kind]
    made: Checkout = getattr(import_module(f"hivehelm.actions.plugins.{module}"), name)(remote, local)
    return made


_KINDS = {
    "git": ("git", "Git"),
    "hg": ("mercurial", "Mercurial"),
    "svn": ("subversion", "Subversion"),
    "bzr": ("bazaar", "Bazaar"),
}
