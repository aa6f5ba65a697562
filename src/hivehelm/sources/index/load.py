"""Reading an index: what is wrong with it, and what is left of it (`repo.LoadIndexFile`, `loadIndex`)."""

from __future__ import annotations

import os
from _thread import allocate_lock

from hivehelm.sources.index.errors import BrokenIndexError
from hivehelm.sources.index.index import Index
from hivehelm.sources.index.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from hivehelm.sources.index.cache import IndexCache

    Log = Callable[..., None]

_IN_MEMORY = 4 << 20

# Indexes are parsed one at a time, whatever the threads that fetch them: each needs room.
_TURN = allocate_lock()


def load(path: str, log: Log | None = None, *, cache: str | None = None) -> Index:
    """Return the index in a file.

    Args:
        path: the file; YAML, or JSON.
        log: hears WARN lines about entries that are left out: `log(level, message, **attributes)`.
        cache: the directory that parsed indexes are kept in, None for none.

    Raises:
        ReadError: the file cannot be read.
        BrokenIndexError: it is no index.
    """
    from hivehelm.sources.errors import ReadError

    try:
        with open(path, "rb") as file:
            return read(file, path, log, cache=cache)
    except OSError as error:
        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise ReadError(path, os.strerror(error.errno or 0).lower(), call) from None
    except BrokenIndexError as error:
        raise BrokenIndexError(error.cause, path) from None


def read(file: BinaryIO, source: str, log: Log | None = None, *, cache: str | None = None) -> Index:
    """Return the index that a file holds, all of it, wherever it stands; it must be able to seek.

    `source` is what WARN lines name: a path, or the address of a repository. Otherwise as `load`.

    Raises:
        BrokenIndexError: it is no index.
    """
    if not file.seek(0, os.SEEK_END):
        raise BrokenIndexError("empty index.yaml file")
    if cache is None:
        with _TURN:
            store = _parsed(file)
    else:
        from hivehelm.sources.index.cache import IndexCache

        kept = IndexCache(cache)
        key = kept.key(file)
        found = kept.get(key)
        if found is None:
            with _TURN:
                found = _parsed(file, kept, key)
        store = found
    index = Index(store)
    if log is not None:
        index.tell(source, log)
    if not store.top.get("apiVersion"):
        raise BrokenIndexError("no API version specified")
    return index


def _parsed(file: BinaryIO, cache: IndexCache | None = None, key: str = "") -> Store:
    """Return what a file says, and leave it in the cache."""
    from hivehelm.sources.index.cache import mapped
    from hivehelm.sources.index.parse import parse

    if cache is not None and (store := cache.put(key, lambda out: parse(file, out))) is not None:
        return store
    import io
    import tempfile

    if file.seek(0, os.SEEK_END) <= _IN_MEMORY:
        memory = io.BytesIO()
        parse(file, memory)
        return Store(memory.getvalue())
    with tempfile.TemporaryFile() as out:
        parse(file, out)
        return Store(mapped(out))
