"""Reading an index: what is wrong with it, and what is left of it (`repo.LoadIndexFile`, `loadIndex`)."""

from __future__ import annotations

from hivehelm.sources.index.errors import BrokenIndexError
from hivehelm.sources.index.index import Index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from hivehelm.sources.index.decode import Document

    Log = Callable[..., None]


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
        import os

        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise ReadError(path, os.strerror(error.errno or 0).lower(), call) from None
    except BrokenIndexError as error:
        raise BrokenIndexError(error.cause, path) from None


def read(file: BinaryIO, source: str, log: Log | None = None, *, cache: str | None = None) -> Index:
    """Return the index that a file holds; it is read from where it stands, and must be able to seek.

    `source` is what WARN lines name: a path, or the address of a repository. Otherwise as `load`.

    Raises:
        BrokenIndexError: it is no index.
    """
    return _parse(file.read(), lambda level, message, **said: _tell(log, level, message, source, said))


def _tell(log: Log | None, level: str, message: str, source: str, said: dict[str, object]) -> None:
    if log is None:
        return
    error = said.pop("error", None)
    log(level, message, **said, source=source, **({} if error is None else {"error": error}))


def _parse(data: bytes, log: Log) -> Index:
    from hivehelm.chart.decode import BadTimeError
    from hivehelm.errors import HivehelmError
    from hivehelm.golang.jsonread import loads
    from hivehelm.golang.yaml import YAMLError
    from hivehelm.golang.yaml.tree import load as load_yaml
    from hivehelm.sources.index.check import kept
    from hivehelm.sources.index.decode import IndexDecoder, spell_index

    if not data:
        raise BrokenIndexError("empty index.yaml file")
    try:
        document = loads(data)
        decoder, prefix = IndexDecoder(strict=False, ordered=True), ""
    except HivehelmError:
        try:
            document = load_yaml(data, whole=True, strict=True, prepare=spell_index)
        except YAMLError as error:
            raise BrokenIndexError(str(error)) from None
        decoder, prefix = (
            IndexDecoder(strict=True),
            "error unmarshaling JSON: while decoding JSON: ",
        )
    try:
        top, entries = decoder.index(document)
    except BadTimeError as error:
        raise BrokenIndexError(f"{prefix}{error}") from None
    if decoder.problem:
        raise BrokenIndexError(f"{prefix}{decoder.problem}")
    found: dict[str, list[Document]] = {name: kept(name, entries[name] or (), log) for name in entries}
    if not top.apiVersion:
        raise BrokenIndexError("no API version specified")
    return Index(found, {name: value for name, value in vars(top).items() if value})
