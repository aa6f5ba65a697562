"""Files that come in pieces, and take the place of another when they are whole."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Part:
    """A file that is to take the place of the one at `target`; deleted if it does not.

    It is beside that, or with the system's temporary files as long as there is no such directory.
    """

    def __init__(self, target: str) -> None:
        from hivehelm.golang.filepath import directory

        self.target = target
        self.path = self._beside()
        self.aside = not os.path.isdir(directory(target))
        if self.aside:
            directory_of_system = os.environ.get("TMPDIR") or "/tmp"  # noqa: S108 - a name nobody can guess
            self.path = f"{directory_of_system}/index{int.from_bytes(os.urandom(16), 'big')}.yaml"

    def _beside(self) -> str:
        return f"{self.target}{int.from_bytes(os.urandom(4), 'big')}"

    def __enter__(self) -> Part:
        return self

    def write(self, pieces: Iterable[bytes]) -> None:
        """Write the file.

        Raises:
            PathError: the system refuses.
        """
        from hivehelm.chart.errors import PathError

        try:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb", buffering=0) as file:
                for piece in pieces:
                    file.write(piece)
                os.fchmod(descriptor, 0o644)
        except OSError as error:
            raise PathError("open", self.path, error) from error

    def keep(self) -> None:
        """Put the file in its place.

        Raises:
            PathError: the system refuses.
            RenameError: something else than a file is there.
        """
        from hivehelm.sources.errors import RenameError

        if self.aside:
            self._move()
        try:
            os.replace(self.path, self.target)
        except OSError as error:
            # What Go finds before it asks the system.
            problem = "file exists" if os.path.isdir(self.target) else os.strerror(error.errno or 0).lower()
            raise RenameError(self.path, self.target, problem) from error

    def _move(self) -> None:
        """Go on beside the target."""
        from contextlib import suppress

        from hivehelm.golang.filepath import directory

        with suppress(OSError):
            os.makedirs(directory(self.target), exist_ok=True)
        source, self.path, self.aside = self.path, self._beside(), False
        try:
            with open(source, "rb") as file:
                self.write(iter(lambda: file.read(1 << 18), b""))
        finally:
            os.unlink(source)

    def __exit__(self, *_: object) -> None:
        try:
            os.unlink(self.path)
        except OSError:
            return  # It has been kept, most likely.
