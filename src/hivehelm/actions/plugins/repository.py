"""Plugins from repositories under version control (vcs_installer.go)."""

from __future__ import annotations

import os

from hivehelm.actions.plugins.checkout import checkout
from hivehelm.actions.plugins.installer import (
    Installer,
    InstallerError,
    NoVersionControlError,
    cache_key,
    has_metadata,
)
from hivehelm.actions.plugins.versioncontrol import announced, kind_of, kind_on_disk
from hivehelm.golang.filepath import base, join
from hivehelm.plugins.copying import copy_directory
from hivehelm.sources.address import without_password

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.plugins.checkout import Checkout
    from hivehelm.actions.plugins.installer import Settings


class RepositoryInstaller(Installer):
    """A checkout in the cache, whose files are copied; or the one that a plugin is, to be updated."""

    def __init__(self, source: str, at: Checkout, version: str, settings: Settings) -> None:
        super().__init__(at.remote, join(settings.plugins, base(source)) if source else "", settings)
        self._at = at
        self._version = version

    @classmethod
    def of_url(cls, source: str, version: str, settings: Settings) -> RepositoryInstaller:
        """Return what installs from a repository.

        Raises:
            NoVersionControlError: there is none that can be told.
            InstallerError: its program is not installed, or the cache has another one in its place.
        """
        local = join(settings.cache, cache_key(source))
        kind, remote = kind_of(source), source
        if not kind:
            kind, remote = announced(source)
        if not kind or not remote:
            # What is in the cache knows where it is from.
            kind, remote = kind_on_disk(local), ""
        if not kind:
            raise NoVersionControlError
        return cls(source, checkout(kind, remote, local), version, settings)

    @classmethod
    def of_checkout(cls, directory: str, settings: Settings) -> RepositoryInstaller:
        """Return what updates the checkout in a directory.

        Raises:
            NoVersionControlError: it is not under version control.
            InstallerError: the program of that is not installed.
        """
        kind = kind_on_disk(directory)
        if not kind:
            raise NoVersionControlError
        at = checkout(kind, "", directory)
        return cls(at.remote, at, "", settings)

    def install(self) -> None:
        """Check out, or bring the checkout up to date; go to the version; copy the files."""
        settings, at = self.settings, self._at
        source = without_password(self.source)
        if not os.path.exists(at.local):
            settings.note("DEBUG", "cloning", source=source, destination=at.local)
            at.get()
        else:
            settings.note("DEBUG", "updating", source=source, destination=at.local)
            at.update()
        reference = self._solve()
        if reference:
            settings.note("DEBUG", "setting version", version=self._version)
            at.switch(reference)
        if not has_metadata(at.local):
            raise InstallerError("plugin metadata (plugin.yaml) missing")
        settings.note("DEBUG", "copying files", source=at.local, destination=self.path)
        copy_directory(at.local, self.path)

    def update(self) -> None:
        """Bring the checkout up to date, if nothing in it was changed."""
        self.settings.note("DEBUG", "updating", source=without_password(self.source))
        if self._at.is_changed():
            raise InstallerError("plugin repo was modified")
        self._at.update()
        if not has_metadata(self._at.local):
            raise InstallerError("plugin metadata (plugin.yaml) missing")

    def _solve(self) -> str:
        """Return what is to be checked out for the version: a reference, or the newest tag that it allows."""
        version = self._version
        if not version or self._at.knows(version):
            return version
        if version.startswith("-"):
            raise self._unknown()
        from hivehelm.golang.constraint import Constraint
        from hivehelm.golang.semver import VersionError, parse

        constraint = Constraint(version)
        tags = self._at.tags()
        self.settings.note("DEBUG", "found refs", refs=f"[{' '.join(tags)}]")
        found = []
        for tag in tags:
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
        from hivehelm.golang.fmt import quote

        source = without_password(self.source)
        return InstallerError(
            f"requested version {quote(self._version)} does not exist for plugin {quote(source)}"
        )
