"""The index of a repository, fetched into the cache where Helm looks for it (`pkg/repo/v1/chartrepo.go`)."""

from __future__ import annotations

import os

from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hivehelm.golang.url import URL
    from hivehelm.sources.getter import GetOptions
    from hivehelm.sources.part import Part
    from hivehelm.sources.repositories import Repository
    from hivehelm.sources.stores import Stores

    Log = Callable[..., None]

MAX_INDEX = 512 << 20
"""Bytes that an index may have."""

_AT_ONCE = 16


def index_path(cache: str, name: str) -> str:
    """Return where the index of a repository is kept in the directory `cache`."""
    from hivehelm.golang.filepath import join

    return join(cache, f"{name}-index.yaml" if name else "index.yaml")


def charts_path(cache: str, name: str) -> str:
    """Return where the names of a repository's charts are kept, one a line, for shells to complete."""
    from hivehelm.golang.filepath import join

    return join(cache, f"{name}-charts.txt" if name else "charts.txt")


def check(repository: Repository, stores: Stores) -> URL:
    """Return the address of a repository, as a URL that can be fetched.

    Raises:
        SourceError: it is none.
    """
    from hivehelm.golang.url import URLError, parse
    from hivehelm.sources.address import without_password
    from hivehelm.sources.getter import knows

    try:
        url = parse(repository.url)
    except URLError:
        raise SourceError(f"invalid chart URL format: {without_password(repository.url)}") from None
    if not knows(url.scheme, stores.plugins):
        raise SourceError(f"could not find protocol handler for: {url.scheme}")
    return url


def update(
    repository: Repository, stores: Stores, *, timeout: float | None = None, log: Log | None = None
) -> str:
    """Fetch a repository's index into the cache and return its path; the one of before stays until then.

    An index that has not changed is not sent again, where the server says what it is (ETag). `timeout` is in
    seconds, Helm's if not given; `log` hears of entries that are left out.

    Raises:
        HivehelmError: there is none, or it is broken.
    """
    from hivehelm.sources.address import absolute, without_password
    from hivehelm.sources.etags import remember
    from hivehelm.sources.getter import TIMEOUT, GetOptions
    from hivehelm.sources.index import read
    from hivehelm.sources.part import Part
    from hivehelm.sources.repositories import complete

    options = GetOptions(
        url=repository.url,
        access=complete(repository, stores.password).access,
        stores=stores,
        timeout=TIMEOUT if timeout is None else timeout,
        limit=MAX_INDEX,
        compressed=True,
    )
    url = absolute(repository.url, "index.yaml")
    path = index_path(stores.repository_cache, repository.name)
    with Part(path) as part:
        tag = _fetch(url, options, part, path, stores, log)
        source = path if tag is None else part.path
        with open(source, "rb") as file:
            index = read(file, without_password(repository.url), log, cache=stores.parsed_indexes)
            _list(index.names(), charts_path(stores.repository_cache, repository.name))
            if tag is not None:
                part.keep()
                remember(tag, url, file, stores.parsed_indexes)
    return path


def _list(names: Iterable[str], path: str) -> None:
    """Write the names of charts; that they cannot be is no harm."""
    from hivehelm.golang.filepath import directory
    from hivehelm.sources.atomic import write

    text = "".join(f"{name}\n" for name in names)
    try:
        os.makedirs(directory(path), exist_ok=True)
        write(path, text.encode("utf-8", "surrogateescape"))
    except (HivehelmError, OSError):
        return


def update_all(
    repositories: Sequence[Repository],
    stores: Stores,
    done: Callable[[Repository, HivehelmError | None], None],
    *,
    timeout: float | None = None,
    log: Log | None = None,
) -> None:
    """Fetch the indexes of repositories side by side.

    `done(repository, error)` hears of each as soon as it is there, or is not to be had; one call at a time,
    and none while `log` is called. `timeout` is that of `update`, for each.
    """
    from hivehelm.sources.crew import processes, spread

    count = processes(len(repositories))
    left = set(range(len(repositories)))
    if count > 1:

        def work(number: int) -> tuple[str, list[tuple[str, str, dict[str, str]]]]:
            said: list[tuple[str, str, dict[str, str]]] = []

            def note(level: str, message: str, /, **attributes: object) -> None:
                said.append((level, message, {name: str(value) for name, value in attributes.items()}))

            try:
                update(repositories[number], stores, timeout=timeout, log=note if log else None)
            except HivehelmError as error:
                return str(error), said
            return "", said

        def heard(number: int, result: tuple[str, list[tuple[str, str, dict[str, str]]]]) -> None:
            problem, said = result
            for level, message, attributes in said:
                if log is not None:
                    log(level, message, **attributes)
            done(repositories[number], SourceError(problem) if problem else None)

        _warm_up()
        left = spread(len(repositories), work, heard, count)
    _update_here([repositories[number] for number in sorted(left)], stores, done, timeout, log)


def _warm_up() -> None:
    """Import here, once, what every process would import."""
    import hashlib  # noqa: F401
    from io import BytesIO

    from hivehelm.http import client  # noqa: F401
    from hivehelm.sources import getter  # noqa: F401
    from hivehelm.sources.index import read

    read(BytesIO(b"apiVersion: v1\nentries: {a: [{name: a, version: 1.0.0, urls: [a]}]}\n"), "")


def _update_here(
    repositories: Sequence[Repository],
    stores: Stores,
    done: Callable[[Repository, HivehelmError | None], None],
    timeout: float | None,
    log: Log | None,
) -> None:
    """Fetch indexes in threads of this process."""
    from _thread import allocate_lock

    from hivehelm.sources.crew import together

    lock = allocate_lock()
    waiting = list(reversed(repositories))

    def say(level: str, message: str, /, **attributes: object) -> None:
        if log is not None:
            with lock:
                log(level, message, **attributes)

    def work() -> None:
        while True:
            try:
                repository = waiting.pop()
            except IndexError:
                return
            problem: HivehelmError | None = None
            try:
                update(repository, stores, timeout=timeout, log=say)
            except HivehelmError as error:
                problem = error
            with lock:
                done(repository, problem)

    together(work, min(len(waiting), _AT_ONCE))


def forget(cache: str, name: str) -> None:
    """Delete what the directory `cache` has of a repository (`pkg/cmd/repo_remove.go`).

    Raises:
        SourceError: the index cannot be deleted.
    """
    from contextlib import suppress

    from hivehelm.chart.errors import PathError

    with suppress(OSError):
        os.unlink(charts_path(cache, name))
    path = index_path(cache, name)
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise PathError("remove", path, error) from error


def _fetch(
    url: str, options: GetOptions, part: Part, path: str, stores: Stores, log: Log | None
) -> str | None:
    """Fetch what is at a URL into a part and return its ETag, or ""; None where it is as it was at `path`."""
    from hivehelm.sources.etags import recall
    from hivehelm.sources.getter import fetch, get

    if not url.startswith(("http://", "https://")):
        part.write((get(url, options, log),))
        return ""
    known = recall(url, path, stores.parsed_indexes)
    with fetch(url, options, log, {"If-None-Match": known} if known else None) as stream:
        if stream.status == 304:
            return None
        part.write(stream.chunks(options.limit))
        return stream.headers.get("etag", "")
