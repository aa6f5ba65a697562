"""Charts that a chart asks for, fetched side by side (`downloadAll` of `pkg/downloader/manager.go`)."""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread

from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.sources.address import absolute, without_password
from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from hivehelm.actions.staging import VendorOptions
    from hivehelm.chart.model import Dependency
    from hivehelm.sources.catalogue import Catalogue
    from hivehelm.sources.download import Downloader
    from hivehelm.sources.index import ChartVersion, Index
    from hivehelm.sources.stores import Access

    Said = list[Callable[[], object]]

WORKERS = 6
"""As many as small servers let wait at their door: who finds no room there waits a second."""

_PATIENCE = 0.01
"""Seconds that an archive is waited for before there is another worker."""


class NotFoundError(SourceError):
    """A chart that is asked for is not where it should be; `cause` says why."""

    def __init__(self, cause: HivehelmError) -> None:
        # Helm would name the address here, which it does not know yet.
        super().__init__(f"could not find : {cause}")
        self.cause = cause


class NotFetchedError(SourceError):
    """The chart at `url` cannot be had; `cause` says why."""

    def __init__(self, url: str, cause: HivehelmError) -> None:
        super().__init__(f"could not download {without_password(url)}: {cause}")
        self.url = url
        self.cause = cause


class Place(Record):
    """Where a chart is: its address, for a registry with `version` as the tag, and how its server is reached.

    `digest` is what the index of the repository at `origin` promises.
    """

    url: str
    version: str = ""
    digest: str = ""
    origin: str = ""
    access: Access


class _Task:
    """A dependency on its way; `done` is free when all is known about it.

    `place` is where it is, and `owner` the task that fetches what is there, this one or another's. `said` is
    what is to be printed of that, and `error` what went wrong. The file is called `name`; where another has
    come before under that it is in a directory of its own, `aside`.
    """

    def __init__(self, number: int, dependency: Dependency) -> None:
        self.number = number
        self.dependency = dependency
        self.name = ""
        self.aside = ""
        self.place: Place | None = None
        self.owner = self
        self.said: Said = []
        self.error: BaseException | None = None
        self.done = allocate_lock()
        self.done.acquire()


class Fetching:
    """Archives on their way to `directory`, several at a time.

    `catalogue` is of the configured repositories. What comes of each dependency is told in their order, as if
    they came one by one. What is under way when the context is left is given up.
    """

    def __init__(
        self,
        dependencies: Sequence[Dependency],
        catalogue: Catalogue,
        directory: str,
        options: VendorOptions,
    ) -> None:
        self._catalogue = catalogue
        self._directory = directory
        self._options = options
        self._tasks = [_Task(number, one) for number, one in enumerate(dependencies)]
        self._owners: dict[tuple[str, str], _Task] = {}
        self._told: list[_Task] = []

    def __enter__(self) -> Self:
        self._lock = allocate_lock()
        self._waiting = iter(self._tasks)
        self._workers = 0
        self._hire()
        return self

    def _hire(self) -> None:
        """Let one more work, up to as many as there may be."""
        if self._workers < min(WORKERS, len(self._tasks)):
            self._workers += 1
            # Nobody waits for what has become useless.
            start_new_thread(self._work, ())

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._waiting = iter(())

    def take(self, dependency: Dependency) -> None:
        """Wait for a dependency, and print what Helm prints of it.

        Raises:
            NotFoundError, NotFetchedError: it is not to be had.
        """
        options = self._options
        task = next(task for task in self._tasks if task.dependency is dependency)
        self._wait(task)
        if task.place is None:
            for say in task.said:
                say()
            if isinstance(task.error, HivehelmError):
                raise NotFoundError(task.error) from task.error
            raise task.error or RuntimeError(f"{dependency.name} was given up")
        shown = f"{dependency.name} from repo {without_password(dependency.repository)}\n"
        again = task.owner in self._told
        # Helm does not notice that two references to a registry are the same.
        if again and not task.place.version:
            options.say(f"Already downloaded {shown}")
            return
        options.say(f"Downloading {shown}")
        self._told.append(task.owner)
        self._wait(task.owner)
        for say in task.owner.said:
            say()
        if (error := task.owner.error) is not None:
            if isinstance(error, HivehelmError):
                raise NotFetchedError(task.place.url, error) from error
            raise error
        if task.owner.aside and not again:
            self._gather(task.owner)

    def _wait(self, task: _Task) -> None:
        """Wait for a task. Where servers are near, more workers are only in each other's way."""
        while not task.done.acquire(timeout=_PATIENCE if self._workers < WORKERS else -1):
            self._hire()
        task.done.release()

    def _gather(self, task: _Task) -> None:
        """Take in what stands aside: of archives of one name the last one counts, not the last to come."""
        with self._lock:
            rivals = [one.number for one in self._tasks if one.name == task.name]
        if task.number == max(rivals):
            for name in os.listdir(task.aside):
                os.replace(f"{task.aside}/{name}", f"{self._directory}/{name}")

    def _work(self) -> None:
        while True:
            with self._lock:
                task = next(self._waiting, None)
            if task is None:
                return
            try:
                self._run(task)
            except BaseException as error:
                task.error = error
            task.done.release()

    def _run(self, task: _Task) -> None:
        place = self._find(task.dependency, task.said)
        with self._lock:
            task.owner = self._owners.setdefault((place.url, place.version), task)
            task.place = place
        if task.owner is task:
            self._fetch(place, task)

    def _find(self, dependency: Dependency, said: Said) -> Place:
        """Return where the chart of a dependency is (`findChartURL`)."""
        from hivehelm.sources.repositories import complete, same_url
        from hivehelm.sources.resolve import OCI
        from hivehelm.sources.stores import Access

        repository, name, version = dependency.repository, dependency.name, dependency.version
        if repository.startswith(OCI):
            return Place(url=f"{repository}/{name}", version=version, access=Access())
        for entry in self._catalogue.repositories():
            if same_url(repository, entry.url):
                found = _entry(self._catalogue.cached(entry.name), name, version)
                url = absolute(repository, found.urls[0])
                return Place(
                    url=url,
                    digest=found.digest,
                    origin=entry.url,
                    access=complete(entry, self._options.stores.password).access,
                )
        downloader = self._downloader(Place(url="", access=Access()), said)
        try:
            return Place(url=downloader.find(repository, name, version), origin=repository, access=Access())
        except HivehelmError as error:
            shown = without_password(repository)
            raise SourceError(f"chart {name} not found in {shown}: {error}") from error

    def _fetch(self, place: Place, task: _Task) -> None:
        def directory(name: str) -> str:
            with self._lock:
                taken = any(one.name == name for one in self._tasks)
                task.name = name
            if not taken:
                return self._directory
            task.aside = f"{self._directory}/{task.number}"
            os.mkdir(task.aside)
            return task.aside

        downloader = self._downloader(place, task.said)
        downloader.download(place.url, place.version, directory, digest=place.digest)

    def _downloader(self, place: Place, said: Said) -> Downloader:
        from hivehelm.sources.download import Downloader

        options = self._options

        def later(hear: Callable[..., object], *heard: object, **attributes: object) -> None:
            said.append(lambda: hear(*heard, **attributes))

        def log(level: str, message: str, **attributes: object) -> None:
            if options.log is not None:
                later(options.log, level, message, **attributes)

        return Downloader(
            options.stores,
            place.access,
            verify=options.verify,
            keyring=options.keyring,
            origin=place.origin,
            catalogue=self._catalogue,
            out=lambda text: later(options.say, text),
            registry_out=lambda text: later(options.say_of_registries, text),
            registry_access=options.access,
            log=log,
        )


def _entry(index: Index, name: str, version: str) -> ChartVersion:
    """Return a chart of exactly that version, or of any if none is asked for."""
    if name not in index.names():
        raise SourceError("entry not found")
    for one in index.versions(name):
        if one.urls and (not version or _same_version(version, one.version)):
            return one
    raise SourceError("no matching version")


def _same_version(one: str, other: str) -> bool:
    from hivehelm.golang.semver import VersionError, parse

    try:
        wanted = parse(one)
    except VersionError:
        return one == other
    try:
        return wanted == parse(other)
    except VersionError:
        return False
