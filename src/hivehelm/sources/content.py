"""Charts by the digest of their archives, where Helm keeps them (`pkg/downloader/cache.go`)."""

from __future__ import annotations

import os

CHART = ".chart"
PROVENANCE = ".prov"


class ContentCache:
    """The cache in the directory `root`, shared with Helm and any number of processes.

    Helm writes what it was sent under the digest that it was promised, and never looks again. So what is
    found is trusted only after its digest has been computed; what has another is as good as not there.
    """

    def __init__(self, root: str) -> None:
        self.root = root

    def path(self, digest: str, kind: str = CHART) -> str:
        """Return where what has this SHA-256 `digest`, in hexadecimal digits, is kept."""
        from hivehelm.golang.filepath import join

        return join(self.root, digest[:2], digest + kind)

    def chart(self, digest: str) -> bytes | None:
        """Return the archive with this digest, None if there is none, or a damaged one.

        Raises:
            SourceError: a directory is in its place, or it cannot be read.
        """
        data = self._read(self.path(digest))
        if not data:
            return None
        from hivehelm.golang.sha256 import hexdigest

        return data if hexdigest(data) == digest else None

    def provenance(self, digest: str) -> bytes | None:
        """Return the provenance of the chart with this digest; what it is worth is for its signature to say.

        Raises:
            SourceError: a directory is in its place, or it cannot be read.
        """
        return self._read(self.path(digest, PROVENANCE)) or None

    def put(self, digest: str, data: bytes, kind: str = CHART) -> str:
        """Keep `data` and return its path. For charts `digest` is that of `data`.

        Raises:
            PathError, RenameError: the system refuses.
        """
        from hivehelm.chart.save import make_directory
        from hivehelm.sources.atomic import write

        path = self.path(digest, kind)
        make_directory(os.path.dirname(path))
        write(path, data)
        return path

    def _read(self, path: str) -> bytes | None:
        from hivehelm.sources.errors import SourceError

        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except IsADirectoryError:
            raise SourceError("is a directory") from None
        except OSError as error:
            from hivehelm.chart.errors import PathError

            raise SourceError(str(PathError("open", path, error))) from error
