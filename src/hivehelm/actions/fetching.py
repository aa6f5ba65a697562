"""Charts that a chart asks for, fetched side by side (`downloadAll` of `pkg/downloader/manager.go`)."""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread

from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.sources.address import absolute, without_password
from hivehelm.sources.download import NEVER
from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Self

    from hivehelm.actions.staging import VendorOptions
    from hivehelm.chart.model import Dependency
    from hivehelm.sources.catalogue import Catalogue
    from hivehelm.sources.download import Downloader
    from hivehelm.sources.fork import Fork
    from hivehelm.sources.stores import Access

    # Which of the options' listeners hears it, and what.
    Said = list[tuple[str, tuple[object, ...], dict[str, object]]]

WORKERS = 6
"""As many as small servers let wait at their door: who finds no room there waits a second."""

_PATIENCE = 0.01
"""Seconds that an archive is waited for before there is another worker."""

_MANY = 6
"""From this many archives on another process helps: starting it takes as long as two of them."""


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
    come before under that it is in a directory of its own, `aside`. There is a chart in it if it is `sound`.
    """

    def __init__(self, number: int, dependency: Dependency) -> None:
        self.number = number
        self.dependency = dependency
        self.name = ""
        self.aside = ""
        self.sound = False
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
        self._far = f"{directory}/far"

    def __enter__(self) -> Self:
        self._lock = allocate_lock()
        # Charts are read one at a time, however many come: each needs room.
        self._turn = allocate_lock()
        shared = self._shared()
        self._waiting = iter([task for task in self._tasks if task not in shared])
        self._begun: set[int] = set()
        self._workers = 0
        self._fork: Fork | None = None
        if shared:
            from hivehelm.sources.fork import Fork

            self._fork = Fork([task.number for task in shared], self._fetch_afar)
            start_new_thread(self._listen, (self._fork, shared))
        self._hire()
        return self

    def _shared(self) -> list[_Task]:
        """Return the tasks that another process helps with, if there are enough for one."""
        from hivehelm.sources.crew import processes

        if processes(len(self._tasks) // _MANY + 1) < 2:
            return []
        for task in self._tasks:
            if self._is_known(task.dependency):
                try:
                    self._place(task)
                except HivehelmError:
                    continue  # It comes to light when its turn comes.
        shared = [task for task in self._tasks if task.place is not None and task.owner is task]
        if len(shared) < _MANY:
            return []
        os.mkdir(self._far)
        return shared

    def _hire(self) -> None:
        """Let one more work, up to as many as there may be."""
        if self._workers < min(WORKERS, len(self._tasks)):
            self._workers += 1
            # Nobody waits for what has become useless.
            start_new_thread(self._work, ())

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._waiting = iter(())
            self._begun.update(range(len(self._tasks)))
        if self._fork is not None:
            self._fork.close()
            try:
                os.rmdir(self._far)
            except OSError:
                return  # Something was under way.

    def take(self, dependency: Dependency) -> None:
        """Wait for a dependency, and print what Helm prints of it.

        Raises:
            NotFoundError, NotFetchedError: it is not to be had.
        """
        options = self._options
        task = next(task for task in self._tasks if task.dependency is dependency)
        self._wait(task)
        if task.place is None:
            self._tell(task.said)
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
        self._tell(task.owner.said)
        if (error := task.owner.error) is not None:
            if isinstance(error, HivehelmError):
                raise NotFetchedError(task.place.url, error) from error
            raise error
        if task.owner.aside and not again:
            self._gather(task.owner)

    def sound(self) -> set[str]:
        """Return the names of archives that have been read, and are charts."""
        found = {task.name for task in self._tasks if task.sound}
        return found - {task.name for task in self._tasks if task.aside or not task.sound}

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
        while (task := self._next()) is not None:
            self._perform(task)

    def _next(self) -> _Task | None:
        with self._lock:
            task = next(self._waiting, None)
        if task is None and self._fork is not None and (number := self._fork.claim()) is not None:
            task = self._tasks[number]
        return task

    def _perform(self, task: _Task) -> None:
        with self._lock:
            if task.number in self._begun:
                return
            self._begun.add(task.number)
        try:
            self._run(task)
        except BaseException as error:
            task.error = error
        task.done.release()

    def _run(self, task: _Task) -> None:
        place = task.place or self._place(task)
        if task.owner is task:
            self._fetch(place, task)

    def _place(self, task: _Task) -> Place:
        """Find out where a chart is, and who fetches what is there."""
        place = self._find(task.dependency, task.said)
        with self._lock:
            task.owner = self._owners.setdefault((place.url, place.version), task)
            task.place = place
        return place

    def _listen(self, fork: Fork, shared: list[_Task]) -> None:
        """Take in what comes from the other process, and do what it could not."""
        for number, result in fork.results():
            task = self._tasks[number]
            if result is not None:
                name, task.sound, task.said = result
                with self._lock:
                    self._begun.add(number)
                try:
                    self._take_in(task, name)
                except OSError as error:
                    task.error = error
                task.done.release()
                continue
            self._perform(task)
        for task in shared:
            self._perform(task)

    def _take_in(self, task: _Task, name: str) -> None:
        directory = self._room(task, name)
        os.replace(f"{self._far}/{name}", f"{directory}/{name}")
        if self._options.verify != NEVER and os.path.exists(f"{self._far}/{name}.prov"):
            os.replace(f"{self._far}/{name}.prov", f"{directory}/{name}.prov")

    def _fetch_afar(self, number: int) -> tuple[str, bool, Said] | None:
        """Fetch an archive in the other process; return its name, and whether it is sound.

        None is for this one to fail.
        """
        task = self._tasks[number]
        place = task.place
        names: list[str] = []

        def directory(name: str) -> str:
            names.append(name)
            if os.path.lexists(f"{self._far}/{name}"):
                raise SourceError("another one of that name is on its way")
            return self._far

        if place is None:
            return None
        downloader = self._downloader(place, task.said)
        try:
            saved = downloader.download(place.url, place.version, directory, digest=place.digest)
        except HivehelmError:
            return None
        return names[0], _is_sound(saved.path), task.said

    def _is_known(self, dependency: Dependency) -> bool:
        """Tell whether no server has to be asked where the chart of a dependency is."""
        from hivehelm.sources.repositories import same_url
        from hivehelm.sources.resolve import OCI

        repository = dependency.repository
        known = self._catalogue.repositories()
        return repository.startswith(OCI) or any(same_url(repository, entry.url) for entry in known)

    def _find(self, dependency: Dependency, said: Said) -> Place:
        """Return where the chart of a dependency is (`findChartURL`)."""
        from hivehelm.actions.lockedversion import locked_version
        from hivehelm.sources.repositories import complete, same_url
        from hivehelm.sources.resolve import OCI
        from hivehelm.sources.stores import Access

        repository, name, version = dependency.repository, dependency.name, dependency.version
        if repository.startswith(OCI):
            return Place(url=f"{repository}/{name}", version=version, access=Access())
        for entry in self._catalogue.repositories():
            if same_url(repository, entry.url):
                found = locked_version(self._catalogue.cached(entry.name), name, version)
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
            return self._room(task, name)

        downloader = self._downloader(place, task.said)
        saved = downloader.download(place.url, place.version, directory, digest=place.digest)
        with self._turn:
            task.sound = _is_sound(saved.path)

    def _room(self, task: _Task, name: str) -> str:
        """Return the directory for an archive called `name`."""
        with self._lock:
            taken = any(one.name == name for one in self._tasks)
            task.name = name
        if not taken:
            return self._directory
        task.aside = f"{self._directory}/{task.number}"
        os.mkdir(task.aside)
        return task.aside

    def _tell(self, said: Said) -> None:
        options = self._options
        listeners: dict[str, Any] = {
            "log": options.log,
            "out": options.say,
            "registry": options.say_of_registries,
        }
        for listener, heard, attributes in said:
            listeners[listener](*heard, **attributes)

    def _downloader(self, place: Place, said: Said) -> Downloader:
        from hivehelm.sources.download import Downloader

        options = self._options

        def log(level: str, message: str, **attributes: object) -> None:
            said.append(("log", (level, message), attributes))

        return Downloader(
            options.stores,
            place.access,
            verify=options.verify,
            keyring=options.keyring,
            origin=place.origin,
            catalogue=self._catalogue,
            out=lambda text: said.append(("out", (text,), {})),
            registry_out=lambda text: said.append(("registry", (text,), {})),
            registry_access=options.access,
            log=log if options.log is not None else None,
        )


def _is_sound(path: str) -> bool:
    from hivehelm.chart.errors import ChartError
    from hivehelm.chart.loadany import load_file

    try:
        load_file(path)
    except ChartError:
        return False
    return True
