"""`--output-dir`: rendered files below a directory (Helm's `writeToFile`)."""

from __future__ import annotations

import os

from hivehelm.errors import HivehelmError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from hivehelm.cli.stream import Stream


class OutputError(HivehelmError):
    """A rendered file cannot be written."""


class OutputDirectory:
    """A directory that rendered files go to; each is named on `out` when it is written."""

    def __init__(self, path: str, out: Stream) -> None:
        self._path = path
        self._out = out
        self._written: set[str] = set()

    def add_all(self, files: Iterable[tuple[str, str]]) -> None:
        """Write files, as pairs of name and text; the first of a name makes the file anew, others append.

        Raises:
            OutputError: the system refuses.
        """
        for name, text in files:
            self._write(name, text, name in self._written)

    def append_all(self, files: Iterable[tuple[str, str]]) -> None:
        """Write files, appending to what is there.

        Raises:
            OutputError: the system refuses.
        """
        for name, text in files:
            self._write(name, text, os.path.exists(f"{self._path}/{name}"))

    def _write(self, name: str, text: str, append: bool) -> None:
        target = f"{self._path}/{name}"
        inside = os.path.normpath(name)
        if inside.startswith(("/", "../")) or inside == "..":
            raise OutputError(f"open {target}: not below the output directory")
        directory = os.path.dirname(target)
        call = "stat"
        try:
            try:
                os.stat(directory)
            except FileNotFoundError:
                call = "mkdir"
                os.makedirs(directory, mode=0o755, exist_ok=True)
            call = "open"
            flags = os.O_WRONLY | (os.O_APPEND if append else os.O_CREAT | os.O_TRUNC)
            with open(os.open(target, flags, 0o666), "wb") as file:
                file.write(f"---\n# Source: {name}\n{text}\n".encode("utf-8", "surrogateescape"))
        except OSError as error:
            where = error.filename if isinstance(error.filename, str) else target
            raise OutputError(f"{call} {where}: {os.strerror(error.errno or 0).lower()}") from error
        self._written.add(name)
        self._out.write(f"wrote {target}\n")
