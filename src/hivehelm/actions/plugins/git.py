"""Repositories of git (git.go of Masterminds/vcs)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.checkout import NO_INFORMATION, Checkout
from hivehelm.actions.plugins.installer import InstallerError


class Git(Checkout):
    """A clone."""

    program = "git"

    def origin(self) -> str:
        """Return the URL of the remote called origin."""
        return self.must(NO_INFORMATION, "config", "--get", "remote.origin.url").strip()

    def get(self) -> None:
        """Clone the repository and its submodules."""
        self.fetch("clone", "--recursive", "--", self.remote, self.local)

    def update(self) -> None:
        """Fetch what is new, and merge it into the branch, if one is checked out."""
        problem = "Unable to update repository"
        self.must(problem, "fetch", "--tags", "--", "origin")
        try:
            with open(os.path.join(self.local, ".git", "HEAD"), "rb") as file:
                detached = not file.read().strip().startswith(b"ref: ")
        except OSError as error:
            words = os.strerror(error.errno or 0).lower()
            raise InstallerError(f"{problem}: open {self.local}/.git/HEAD: {words}") from error
        if detached:
            return
        self.must(problem, "pull")
        self._clean()

    def _clean(self) -> None:
        """Bring submodules to where they belong, and remove those that are no more."""
        problem = "Unexpected error while defensively"
        self.must(f"{problem} updating submodules", "submodule", "update", "--init", "--recursive")
        derelict = f"{problem} cleaning up after possible derelict"
        self.must(f"{derelict} submodule directories", "clean", "-x", "-d", "-f", "-f")
        words = ("submodule", "foreach", "--recursive", "git clean -x -d -f -f")
        self.must(f"{derelict} nested submodule directories", *words)

    def switch(self, reference: str) -> None:
        """Check out a reference."""
        self.must("Unable to update checked out version", "checkout", reference)
        self._clean()

    def knows(self, reference: str) -> bool:
        """Tell whether there is a commit, a branch or a tag."""
        if reference.startswith("-"):
            return False
        return any(not self.run(*words, reference)[0] for words in (("rev-parse", "--verify"), ("show-ref",)))

    def tags(self) -> list[str]:
        """Return the tags."""
        lines = self.must("Unable to retrieve tags", "show-ref").splitlines()
        return [line.rpartition("tags/")[2] for line in lines if "tags/" in line]
