"""The charts on the server: those created on it, and the archives of its repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from hivehelm.platform.model import HelmChart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.api.services import Services
    from hivehelm.chart.model import Chart
    from hivehelm.platform.errors import PlatformError
    from hivehelm.sources.index.entry import ChartVersion

HERE: Final = "the charts of this server"
_READMES: Final = ("readme.md", "readme.txt", "readme")


class Shelf:
    """Charts by name; a chart that is being worked on comes before archives of it."""

    def __init__(self, services: Services) -> None:
        self._site = services.site
        self._repository = services.repository

    def charts(self) -> list[dict[str, Any]]:
        """Return every chart as it is answered, without values, by name: the newest version of each."""
        found = {str(one["name"]): one for one in self._archived()}
        found |= {str(one["name"]): one for one in self._made()}
        return [found[name] for name in sorted(found)]

    def _made(self) -> Iterator[dict[str, Any]]:
        from hivehelm.chart.load import load
        from hivehelm.errors import HivehelmError

        try:
            names = sorted(os.listdir(self._site.charts))
        except OSError:
            return
        for name in names:
            path = os.path.join(self._site.charts, name)
            if not name.startswith(".") and os.path.isfile(os.path.join(path, "Chart.yaml")):
                try:
                    chart = load(path)
                except (HivehelmError, OSError):
                    # One that is broken is told of when somebody asks for it.
                    continue
                yield described(chart, values=False)

    def _archived(self) -> Iterator[dict[str, Any]]:
        if self._repository is None:
            return
        for name in self._repository.names():
            if versions := self._repository.versions(name):
                yield of_version(versions[0])

    def load(self, name: str, version: str = "") -> Chart:
        """Return a chart.

        Raises:
            UnknownChartError, UnknownChartVersionError: there is none of that name, or version.
            ChartError: it is broken.
        """
        from io import BytesIO

        from hivehelm.chart.load import load, load_archive
        from hivehelm.platform.errors import UnknownChartError
        from hivehelm.platform.repository.errors import NoArchiveError

        try:
            return load(self._site.find(name, version=version))
        except UnknownChartError:
            if self._repository is None:
                raise self.unknown(name, version) from None
            try:
                entry = self._repository.get(name, version)
            except NoArchiveError:
                raise self.unknown(name, version) from None
            return load_archive(BytesIO(self._repository.archive(name, entry.version)))

    def unknown(self, name: str, version: str) -> PlatformError:
        """Return the error that says of a chart that it is not there, or not in that version."""
        from hivehelm.errors import HivehelmError
        from hivehelm.platform.errors import UnknownChartError, UnknownChartVersionError

        if version:
            try:
                newest = self.load(name).metadata.version
            except HivehelmError:
                return UnknownChartError(name, [HERE])
            archived = self._repository.versions(name) if self._repository is not None else []
            versions = dict.fromkeys((newest, *(one.version for one in archived)))
            return UnknownChartVersionError(name, version, list(versions))
        return UnknownChartError(name, [HERE])


def described(chart: Chart, *, values: bool = True) -> dict[str, Any]:
    """Return a chart's fields as they are answered."""
    document = HelmChart.of(chart).to_dict()
    if not values:
        del document["values"]
    return document


def detailed(chart: Chart) -> dict[str, Any]:
    """Return a chart's fields, and the texts that there are to read about it."""
    document = described(chart)
    document["values_text"] = "".join(_text(one.data) for one in chart.raw if one.name == "values.yaml")
    readmes = [one for one in chart.files if one.name.lower() in _READMES]
    document["readme"] = _text(readmes[0].data) if readmes else ""
    document["schema"] = _text(chart.schema) if chart.schema else ""
    document["crds"] = [one.file.name for one in chart.crds()]
    return document


def of_version(entry: ChartVersion) -> dict[str, Any]:
    """Return what an index says of a version of a chart as it is answered."""
    document = HelmChart.described(entry.metadata).to_dict()
    del document["values"]
    urls = entry.document.get("urls")
    document["created"] = entry.document.get("created", "")
    document["digest"] = entry.document.get("digest", "")
    document["deprecated"] = bool(entry.document.get("deprecated"))
    document["urls"] = list(urls) if isinstance(urls, list) else []
    return document


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
