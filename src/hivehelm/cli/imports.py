"""This package's modules, imported by the shortest way.

A command imports a hundred of them, and the interpreter takes longer to find one than to run it: it asks
every finder, lists directories, and goes by rules for any kind of file. Here a module is looked for where it
must be, and taken if it has been compiled since it was changed. All else is left to the interpreter.
"""

from __future__ import annotations

import os
import sys
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

_HEADER = 16
# More than nearly all compiled modules have.
_ENOUGH = 1 << 16


def install() -> None:
    """Let this process import the package's modules so, where compiled files are the usual ones."""
    if sys.pycache_prefix is None and not sys.flags.optimize and sys.implementation.cache_tag:
        sys.meta_path.insert(0, Finder(__name__.partition(".")[0]))


class Finder:
    """Finds modules of `package` that have been compiled."""

    def __init__(self, package: str) -> None:
        self._within = f"{package}."
        self._suffix = f".{sys.implementation.cache_tag}.pyc"
        self._magic = MAGIC_NUMBER + bytes(4)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how a module is imported whose compiled file is that of its source, else None."""
        if path is None or not name.startswith(self._within):
            return None
        directory = path[0]
        stem = name.rpartition(".")[2]
        return self._found(name, directory, stem) or self._found(name, f"{directory}/{stem}", "__init__")

    def _found(self, name: str, directory: str, stem: str) -> ModuleSpec | None:
        source = f"{directory}/{stem}.py"
        compiled = f"{directory}/__pycache__/{stem}{self._suffix}"
        try:
            status = os.stat(source)
            data = _read(compiled)
        except OSError:
            return None
        changed = int(status.st_mtime) & 0xFFFFFFFF
        size = status.st_size & 0xFFFFFFFF
        if data[:_HEADER] != self._magic + changed.to_bytes(4, "little") + size.to_bytes(4, "little"):
            return None
        package = stem == "__init__"
        spec = ModuleSpec(name, _Loader(name, source, data), origin=source, is_package=package)
        if package:
            spec.submodule_search_locations = [directory]
        spec.has_location = True
        spec.cached = compiled
        return spec


def _read(path: str) -> bytes:
    """Return the bytes of a file; with half the calls to the system that `open` makes."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = part = os.read(descriptor, _ENOUGH)
        while len(part) == _ENOUGH:
            part = os.read(descriptor, _ENOUGH)
            data += part
    finally:
        os.close(descriptor)
    return data


class _Loader(SourceFileLoader):
    """The interpreter's own, with what has been read already."""

    def __init__(self, name: str, source: str, data: bytes) -> None:
        super().__init__(name, source)
        self._data = data

    def get_code(self, name: str) -> CodeType | None:
        """Return the code of the module, for its import."""
        import marshal

        data, self._data = self._data, b""
        if not data:
            return super().get_code(name)
        code: CodeType = marshal.loads(memoryview(data)[_HEADER:])  # noqa: S302 - as the interpreter does
        return code
