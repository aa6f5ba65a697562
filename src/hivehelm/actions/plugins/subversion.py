"""Repositories of Subversion (svn.go of Masterminds/vcs)."""

from __future__ import annotations

from hivehelm.actions.plugins.checkout import NO_INFORMATION, Checkout, run
from hivehelm.actions.plugins.installer import InstallerError

_PROBLEM = "Unable to update repository"


class Subversion(Checkout):
    """A working copy."""

    program = "svn"

    def origin(self) -> str:
        """Return the URL of the directory."""
        status, text = run((self.program, "info", "--", self.local), "")
        if status:
            raise InstallerError(f"{NO_INFORMATION}: exit status {status}")
        _, found, rest = text.partition("URL: ")
        if not found:
            raise InstallerError(f"{NO_INFORMATION}: Remote not specified in svn info")
        url, end, _ = rest.partition("\n" if "\n" in rest else "\r")
        if not end:
            raise InstallerError(f"{NO_INFORMATION}: Unable to parse remote URL for svn info")
        return url

    def get(self) -> None:
        """Check the directory out."""
        remote = f"file://{self.remote}" if self.remote.startswith("/") else self.remote
        self.fetch("checkout", "--", remote, self.local)

    def update(self) -> None:
        """Go to the newest revision."""
        self.must(_PROBLEM, "update")

    def switch(self, reference: str) -> None:
        """Go to a revision."""
        self.must("Unable to update checked out version", "update", "-r", reference)

    def knows(self, reference: str) -> bool:
        """Tell whether there is a revision: of one that is not, a line is shown, and nothing more."""
        status, text = self.run("log", "-r", reference)
        return not status and text.count("\n") > 1

    def tags(self) -> list[str]:
        """Return none: tags are directories here."""
        return []
