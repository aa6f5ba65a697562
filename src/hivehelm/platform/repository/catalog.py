"""What a repository has at a moment, as an index and as JSON; parts that did not change are not made anew."""

from __future__ import annotations

import hashlib

from hivehelm.platform.repository.errors import NoArchiveError
from hivehelm.record import Record
from hivehelm.sources.index.entry import ChartVersion
from hivehelm.sources.index.order import newest_first

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

LATEST = "latest"
"""What ChartMuseum calls the newest version that is no prerelease."""


class Entry(Record):
    """A version of a chart: its `file`, and what the index says of it under Go's names, but for `urls`.

    `stamp` is the same as long as the file is; only who keeps the files knows what is in it.
    """

    file: str
    name: str
    version: str
    stamp: str
    document: dict[str, Any]

    @property
    def digest(self) -> str:
        """The archive's SHA-256 in hexadecimal digits, "" where it is not known."""
        digest: str = self.document.get("digest", "")
        return digest

    def shown(self, prefix: str) -> ChartVersion:
        """Return the version as an index has it whose archives are under `prefix`."""
        return ChartVersion({**self.document, "urls": [prefix + self.file]})


class Served(Record):
    """Bytes to answer with: `etag` is a strong validator, with its quotes; `modified` in seconds of Unix."""

    data: bytes
    etag: str
    modified: float


class Catalog:
    """The entries of a repository; never changed.

    Made `after` another one, what is about charts that are as they were is taken from it.
    """

    def __init__(
        self, entries: Mapping[str, Entry], generated: str, modified: float, after: Catalog | None = None
    ) -> None:
        """Arrange entries, by their files; `generated` is the time of the index (RFC 3339)."""
        self.entries = dict(entries)
        self.generated = generated
        self.modified = modified
        groups: dict[str, dict[str, Entry]] = {}
        for file in sorted(entries):
            entry = entries[file]
            # What is named after its chart and version comes before copies of it under other names.
            if file == f"{entry.name}-{entry.version}.tgz":
                groups.setdefault(entry.name, {})[entry.version] = entry
            else:
                groups.setdefault(entry.name, {}).setdefault(entry.version, entry)
        self._charts = {
            name: newest_first(list(group.values()), lambda one: one.version)
            for name, group in sorted(groups.items())
        }
        self._pieces: dict[tuple[str, str], bytes] = {}
        if after is not None:
            same = {
                name
                for name, group in self._charts.items()
                if len(group) == len(known := after._charts.get(name, []))
                and all(one is other for one, other in zip(group, known, strict=True))
            }
            self._pieces = {key: piece for key, piece in list(after._pieces.items()) if key[1] in same}
        self._served: dict[str, Served] = {}

    def names(self) -> list[str]:
        """Return the names of charts, in order."""
        return list(self._charts)

    def versions(self, name: str) -> list[Entry]:
        """Return a chart's versions, the newest first; none for a chart that is not there."""
        return self._charts.get(name, [])

    def count(self) -> int:
        """Return the number of versions of all charts."""
        return sum(map(len, self._charts.values()))

    def get(self, name: str, version: str = "") -> Entry:
        """Return the version that is meant: that one, the newest in that range, or with "" the newest.

        Raises:
            NoArchiveError: there is none, in the words of Helm's index.
        """
        from hivehelm.golang.constraint import Constraint
        from hivehelm.golang.semver import VersionError, parse

        found = self.versions(name)
        if not found:
            raise NoArchiveError("no chart name found")
        version = "" if version == LATEST else version
        for one in found:
            if one.version == version:
                return one
        try:
            constraint = Constraint(version or "*")
        except VersionError as error:
            raise NoArchiveError(str(error)) from None
        for one in found:
            if constraint.check(parse(one.version)):
                return one
        if not version:
            return found[0]  # There are but prereleases.
        raise NoArchiveError(f"no chart version found for {name}-{version}")

    def index(self, prefix: str = "") -> Served:
        """Return the index as YAML; addresses are file names after `prefix`."""
        from hivehelm.golang.yaml.order import natural_sort
        from hivehelm.sources.index.write import beginning, chart_yaml, ending

        key = f"yaml {prefix}"
        if (found := self._served.get(key)) is not None:
            return found
        pieces = [beginning(some=bool(self._charts))]
        for name in natural_sort(self._charts):
            piece = self._pieces.get((key, name))
            if piece is None:
                piece = chart_yaml(name, [one.shown(prefix) for one in self._charts[name]])
                self._pieces[key, name] = piece
            pieces.append(piece)
        pieces.append(ending(self.generated))
        return self._kept(key, b"".join(pieces))

    def json(self, prefix: str = "charts/") -> Served:
        """Return all charts as ChartMuseum's JSON: lists of versions by name."""
        key = f"json {prefix}"
        if (found := self._served.get(key)) is not None:
            return found
        data = self.json_of(self.names(), prefix)
        return self._kept(key, data)

    def json_of(self, names: list[str], prefix: str = "charts/") -> bytes:
        """Return some charts as ChartMuseum's JSON."""
        from hivehelm.golang.json import quote

        charts = (quote(name).encode() + b":" + self.chart_json(name, prefix) for name in names)
        return b"{" + b",".join(charts) + b"}"

    def chart_json(self, name: str, prefix: str = "charts/") -> bytes:
        """Return the versions of one chart as JSON."""
        from hivehelm.sources.index.write import version_json

        key = (f"json {prefix}", name)
        if (piece := self._pieces.get(key)) is None:
            parts = [version_json(one.shown(prefix)) for one in self.versions(name)]
            piece = self._pieces[key] = b"[" + b",".join(parts) + b"]"
        return piece

    def _kept(self, key: str, data: bytes) -> Served:
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        self._served[key] = served = Served(data=data, etag=etag, modified=self.modified)
        return served
