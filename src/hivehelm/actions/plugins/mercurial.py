"""Repositories of Mercurial (hg.go of Masterminds/vcs)."""

from __future__ import annotations

from hivehelm.actions.plugins.checkout import NO_INFORMATION, Checkout

_PROBLEM = "Unable to update checked out version"


class Mercurial(Checkout):
    """A clone."""

    program = "hg"

    def origin(self) -> str:
        """Return the default path."""
        import re

        found = re.search(r"default = (.+)\n", self.must(NO_INFORMATION, "paths"))
        return found[1] if found else ""

    def get(self) -> None:
        """Clone the repository."""
        self.fetch("clone", "--", self.remote, self.local)

    def update(self) -> None:
        """Pull, and go to the newest of the branch."""
        self.must(_PROBLEM, "pull")
        self.must(_PROBLEM, "update")

    def switch(self, reference: str) -> None:
        """Pull, and go to a revision."""
        self.must(_PROBLEM, "pull")
        self.must(_PROBLEM, "update", "--", reference)

    def knows(self, reference: str) -> bool:
        """Tell whether there is a revision, a branch or a tag."""
        return not self.run("log", "-r", reference)[0]
