"""Repositories of Bazaar (bzr.go of Masterminds/vcs)."""

from __future__ import annotations

from hivehelm.actions.plugins.checkout import NO_INFORMATION, Checkout
from hivehelm.actions.plugins.installer import InstallerError, make_directories
from hivehelm.chart.errors import PathError

_PROBLEM = "Unable to update repository"


class Bazaar(Checkout):
    """A branch."""

    program = "bzr"

    def origin(self) -> str:
        """Return the parent branch. One that is asked for is taken as it is: Bazaar spells it otherwise."""
        import re

        if self.remote:
            return self.remote
        found = re.search(r"parent branch: (.+)\n", self.must(NO_INFORMATION, "info"))
        return found[1] if found else ""

    def get(self) -> None:
        """Branch off."""
        from hivehelm.golang.filepath import directory

        try:
            make_directories(directory(self.local))
        except PathError as error:
            raise InstallerError(f"Unable to create directory: {error}") from error
        self.fetch("branch", "--", self.remote, self.local)

    def update(self) -> None:
        """Pull, and go to the newest revision."""
        self.must(_PROBLEM, "pull")
        self.must(_PROBLEM, "update")

    def switch(self, reference: str) -> None:
        """Go to a revision."""
        self.must("Unable to update checked out version", "update", "-r", reference)

    def knows(self, reference: str) -> bool:
        """Tell whether there is a revision or a tag."""
        return not self.run("revno", "-r", reference)[0]
