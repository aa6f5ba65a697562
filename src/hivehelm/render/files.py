"""A chart's other files, as templates reach them through `.Files` (Helm's pkg/engine/files.go)."""

from __future__ import annotations

from hivehelm.golang.kinds import MethodMap, StringMap, StringSlice, TypedMap
from hivehelm.golang.method import takes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hivehelm.chart.model import File


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


class Files(MethodMap, TypedMap):
    """The contents of files (bytes) by their path inside the chart.

    Methods come before keys: a file named `Get` is only reachable by `index`.
    """

    __slots__ = ()
    GO_TYPE = "engine.files"
    ELEMENT = "[]uint8"
    ZERO = b""
    METHODS = {
        "Get": "read",
        "GetBytes": "read_bytes",
        "Glob": "glob",
        "AsConfig": "as_config",
        "AsSecrets": "as_secrets",
        "Lines": "lines",
    }

    @classmethod
    def of(cls, files: Iterable[File]) -> Files:
        """Return the mapping of `files`."""
        return cls((file.name, file.data) for file in files)

    @takes("string")
    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file, none where there is no such file."""
        data: bytes = super().get(path)
        return data

    @takes("string")
    def read(self, path: str) -> str:
        """Return the text of a file, empty where there is no such file."""
        return _text(self.read_bytes(path))

    @takes("string")
    def glob(self, pattern: str) -> Files:
        """Return the files whose path matches `pattern`; all of them where the pattern is invalid."""
        from hivehelm.golang import glob

        try:
            matches = glob.compile(pattern)
        except glob.GlobError:
            matches = glob.compile("**")
        return Files((name, data) for name, data in self.items() if matches(name))

    @takes("")
    def as_config(self) -> str:
        """Return a YAML mapping of base name to text, for a ConfigMap's data."""
        return self._mapping(_text)

    @takes("")
    def as_secrets(self) -> str:
        """Return a YAML mapping of base name to base64, for a Secret's data."""
        from binascii import b2a_base64

        return self._mapping(lambda data: b2a_base64(data, newline=False).decode())

    @takes("string")
    def lines(self, path: str) -> StringSlice:
        """Return the lines of a file; one line break at its end is dropped."""
        text = self.read(path)
        return StringSlice(text.removesuffix("\n").split("\n")) if text else StringSlice()

    def _mapping(self, encode: Callable[[bytes], str]) -> str:
        from hivehelm.render.serialization import to_yaml

        return to_yaml(StringMap((path.rsplit("/", 1)[-1], encode(data)) for path, data in self.items()))
