"""Charts on their way into another chart's `charts/`: made beside it, then moved (`downloadAll` and
`safeMoveDeps` of Helm's `pkg/downloader/manager.go`).
"""

from __future__ import annotations

import os

from hivehelm.actions.errors import ActionError
from hivehelm.chart.errors import ChartError
from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.sources.download import NEVER
from hivehelm.sources.stores import Access, Stores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from hivehelm.chart.model import Dependency
    from hivehelm.sources.catalogue import Catalogue

    Log = Callable[..., None]

_TRIES = 50
"""More than the files that may still come."""


class VendorError(ActionError):
    """The charts that a chart asks for cannot be put into it."""


class VendorOptions(Record):
    """How dependencies are put into a chart.

    `stores` are where Helm keeps what it knows of repositories, and `access` says how registries are reached;
    how repositories are is in their own list. Indexes are fetched anew without `skip_refresh`. Charts are
    verified as `verify` says, one of `sources.download`'s ways, with the keys of the file `keyring`.

    With an `epoch`, in seconds since 1970, every file in the archives is as old as that. `out(text)` takes
    what Helm prints on the way, more of it with `debug`, `registry_out` what it prints of registries;
    `log(level, message, **attributes)` what it logs.
    """

    stores: Stores = Stores()
    access: Access = Access()
    skip_refresh: bool = False
    verify: str = NEVER
    keyring: str = ""
    epoch: int | None = None
    debug: bool = False
    out: Callable[[str], object] | None = None
    registry_out: Callable[[str], object] | None = None
    log: Log | None = None

    def say(self, text: str) -> None:
        """Print what Helm prints."""
        if self.out is not None:
            self.out(text)

    def say_of_registries(self, text: str) -> None:
        """Print what Helm prints of registries."""
        if self.registry_out is not None:
            self.registry_out(text)


class Staging:
    """A directory in the chart at `path` that gathers archives, gone when the context is left."""

    def __init__(self, path: str, options: VendorOptions) -> None:
        from hivehelm.golang import filepath

        self.path = path
        self.options = options
        self.source = filepath.join(path, f"tmpcharts-{os.getpid()}")
        self.target = filepath.join(path, "charts")
        self.vendored: set[str] = set()
        self.sound: set[str] = set()

    def __enter__(self) -> Self:
        from hivehelm.chart.save import make_directory

        try:
            is_directory = os.path.isdir(self.target) or not os.stat(self.target)
        except FileNotFoundError:
            is_directory = True
        except OSError as error:
            from hivehelm.chart.errors import PathError

            problem = PathError("stat", self.target, error)
            raise VendorError(f"unable to retrieve file info for '{self.target}': {problem}") from error
        if not is_directory:
            from hivehelm.golang.fmt import quote

            raise VendorError(f"{quote(self.target)} is not a directory")
        if os.path.islink(self.source):
            from hivehelm.golang.fmt import quote

            raise VendorError(f"{quote(self.source)} is not a directory")
        # Helm makes it now, whatever comes of it.
        make_directory(self.target)
        make_directory(self.source)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            for name in os.listdir(self.source):
                os.unlink(os.path.join(self.source, name))
            os.rmdir(self.source)
        except OSError:
            # Importing this takes longer than everything above.
            from shutil import rmtree

            # What was given up may put a file there meanwhile; once it is gone, it cannot.
            for _attempt in range(_TRIES):
                rmtree(self.source, ignore_errors=True)
                if not os.path.exists(self.source):
                    break

    def take(
        self, dependencies: Sequence[Dependency], catalogue: Catalogue | None = None
    ) -> list[Dependency]:
        """Gather archives of dependencies; return them with the versions that were found.

        `catalogue` is of the configured repositories, if it has been looked into before.

        Raises:
            VendorError, ConstraintError: a chart in `charts/` is not what is asked for.
            HivehelmError: a chart is not there, cannot be fetched, is broken, or of another version.
        """
        from hivehelm.actions.fetching import Fetching
        from hivehelm.sources.catalogue import Catalogue
        from hivehelm.sources.resolve import is_remote

        self.options.say(f"Saving {len(dependencies)} charts\n")
        remote = [one for one in dependencies if is_remote(one)]
        found: list[Dependency] = []
        catalogue = catalogue or Catalogue(self.options.stores)
        with Fetching(remote, catalogue, self.source, self.options) as fetching:
            for one in dependencies:
                if not one.repository:
                    found.append(self._check(one))
                    continue
                try:
                    if is_remote(one):
                        fetching.take(one)
                        found.append(one)
                    else:
                        found.append(self._archive(one))
                except HivehelmError as error:
                    self._failed(error)
                    raise
            self.sound = fetching.sound()
        return found

    def _archive(self, dependency: Dependency) -> Dependency:
        if self.options.debug:
            self.options.say(f"Archiving {dependency.name} from repo {dependency.repository}\n")
        return self._archived(dependency)

    def _failed(self, error: HivehelmError) -> None:
        self.options.say(f"Save error occurred:  {error}\n")

    def _archived(self, dependency: Dependency) -> Dependency:
        from hivehelm.chart.loadany import load_directory
        from hivehelm.chart.save import save
        from hivehelm.golang.semver import parse
        from hivehelm.sources.resolve import constraint_of, local_path

        chart = load_directory(local_path(dependency.repository, self.path), self.options.log)
        version = chart.metadata.version
        if not constraint_of(dependency).check(parse(version)):
            raise VendorError(f"can't get a valid version for dependency {dependency.name}")
        save(chart, self.source, self.options.epoch)
        found = dependency.copy()
        found.version = version
        return found

    def _check(self, dependency: Dependency) -> Dependency:
        """Look at a chart that is in `charts/` already, as a directory."""
        from hivehelm.chart.loadany import load_directory
        from hivehelm.golang import filepath
        from hivehelm.golang.semver import parse
        from hivehelm.sources.resolve import constraint_of

        name = dependency.name
        self.options.say(
            f"Dependency {name} did not declare a repository. Assuming it exists in the charts directory\n"
        )
        self.vendored.add(name)
        path = filepath.join(self.target, name)
        try:
            version = load_directory(path, self.options.log).metadata.version
        except ChartError as error:
            raise VendorError(f"unable to load chart '{path}': {error}") from error
        if not constraint_of(dependency).check(parse(version)):
            problem = VendorError(
                f"dependency {name} at version {version} does not satisfy the constraint {dependency.version}"
            )
            self._failed(problem)
            raise problem
        return dependency

    def commit(self) -> None:
        """Move the archives into `charts/`, and delete those that were there and are not asked for any more.

        What is no chart's archive stays, and so do archives of charts that no repository is named for.

        Raises:
            PathError: there is no `charts/`, and it cannot be made.
        """
        from hivehelm.chart.save import make_directory

        make_directory(self.target)
        before = sorted(os.listdir(self.target), key=os.fsencode)
        with os.scandir(self.source) as entries:
            new = sorted((one.name for one in entries if not one.is_dir()), key=os.fsencode)
        for name in new:
            self._move(name)
        self.options.say("Deleting outdated charts\n")
        for name in before:
            path = f"{self.target}/{name}"
            if name not in new and (os.path.islink(path) or not os.path.isdir(path)):
                self._delete(path)

    def _move(self, name: str) -> None:
        from hivehelm.chart.loadany import load_file

        source, target = f"{self.source}/{name}", f"{self.target}/{name}"
        try:
            if name not in self.sound:
                load_file(source)
        except ChartError as error:
            self.options.say(f"Could not verify {source} for moving: {error} (Skipping)")
            return
        try:
            os.replace(source, target)
        except OSError as error:
            # What Go finds before it asks the system.
            taken = os.path.isdir(target) and not os.path.islink(target)
            problem = "file exists" if taken else os.strerror(error.errno or 0).lower()
            link = f"link error: cannot rename {source} to {target}: rename {source} {target}: {problem}"
            self.options.say(f"Unable to move {source} to charts dir {link} (Skipping)")

    def _delete(self, path: str) -> None:
        from hivehelm.chart.loadany import load_file

        try:
            chart = load_file(path, self.options.log)
        except ChartError as error:
            self.options.say(f"Could not verify {path} for deletion: {error} (Skipping)\n")
            return
        if chart.name in self.vendored:
            return
        try:
            os.unlink(path)
        except OSError as error:
            problem = f"remove {path}: {os.strerror(error.errno or 0).lower()}"
            self.options.say(f"Could not delete {path}: {problem} (Skipping)")
