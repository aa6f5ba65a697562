"""Parsed indexes by the hash of what was parsed, in a directory of the user's own.

The directory may be shared by processes and deleted at any time. An entry appears whole or not at all, and
is only trusted where its checksums are right.
"""

from __future__ import annotations

import os
import sys

from hivehelm import private
from hivehelm.fastpaths import FAST
from hivehelm.sources.index.form import VERSION
from hivehelm.sources.index.store import DamagedError, Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from mmap import mmap
    from typing import BinaryIO

_BLOCK = 1 << 18
MAX_FILES = 256
MAX_BYTES = 1 << 30
"""What the directory may hold; what was written longest ago goes first."""


class IndexCache:
    """The entries of a directory, made with mode 0700 where it is missing.

    It is not used unless it belongs to the user and nobody else can write to it.
    """

    def __init__(self, directory: str) -> None:
        self.directory = directory if private.directory(directory) else None

    @staticmethod
    def key(file: BinaryIO) -> str:
        """Return what an entry is found by: the hash of all of a file."""
        from _blake2 import blake2b

        file.seek(0)
        salt = f"{private.RELEASE} {VERSION} {sys.hexversion} {'' if FAST else 'long '}".encode()
        digest = blake2b(digest_size=16, key=salt)
        while block := file.read(_BLOCK):
            digest.update(block)
        return digest.hexdigest()

    def get(self, key: str) -> Store | None:
        """Return an entry; None where there is none, or a damaged one."""
        if self.directory is None:
            return None
        descriptor = private.entry(f"{self.directory}/{key}", MAX_BYTES)
        if descriptor is None:
            return None
        try:
            with open(descriptor, "rb") as file:
                return Store(mapped(file))
        except (OSError, ValueError, DamagedError):
            return None

    def put(self, key: str, write: Callable[[BinaryIO], object]) -> Store | None:
        """Make an entry of what `write` writes to a file; None where nothing can be written.

        What it raises leaves no entry.
        """
        if self.directory is None:
            return None
        path = f"{self.directory}/{key}"
        part = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
        try:
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError:
            return None
        try:
            with open(descriptor, "w+b") as file:
                write(file)
                store = Store(mapped(file))
                os.replace(part, path)
        except BaseException:
            from contextlib import suppress

            with suppress(OSError):
                os.unlink(part)
            raise
        private.prune(self.directory, MAX_FILES, MAX_BYTES)
        return store


def mapped(file: BinaryIO) -> mmap:
    """Return a file's bytes, which are only read where they are looked at; it may be closed.

    Raises:
        ValueError: the file is empty.
    """
    from mmap import ACCESS_READ, mmap

    file.flush()
    return mmap(file.fileno(), 0, access=ACCESS_READ)
