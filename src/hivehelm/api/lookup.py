"""What is in repositories: their indexes searched, their charts read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from hivehelm.api.shelf import detailed, of_version
from hivehelm.errors import HivehelmError

if TYPE_CHECKING:
    from hivehelm.platform.site import Site
    from hivehelm.sources.index import Index


class Lookup:
    """Looks things up in the repositories of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def search(
        self, query: str, *, name: str = "", version: str = "", every: bool = False
    ) -> list[dict[str, Any]]:
        """Return charts that mention a text, the best first, of repository `name` or of all.

        A repository whose index was never fetched, or is broken, has none, but where it is the one asked for.

        Raises:
            UnknownRepositoryError, NoIndexError: there is no such repository, or nothing is known of it.
            SearchConstraintError: `version` is no range.
        """
        from hivehelm.sources.search import RELEASES, any_line, literal, search

        indexes: list[tuple[str, Index]] = []
        if name:
            indexes.append((name, self._index(name)))
        else:
            for one in self._site.repositories.listed():
                if not one.is_oci:
                    try:
                        indexes.append((one.name, self._index(one.name)))
                    except HivehelmError:
                        continue
        score = literal(query) if query else any_line
        found = search(indexes, score, version=version or RELEASES, every=every)
        return [
            {
                "name": one.name,
                "version": one.version,
                "app_version": one.app_version,
                "description": one.description,
            }
            for one in found
        ]

    def versions(self, repository: str, chart: str) -> list[dict[str, Any]]:
        """Return the versions of a chart, the newest first.

        Raises:
            UnknownRepositoryError, NoIndexError: there is no such repository, or nothing is known of it.
            NoChartNameError: it has no such chart.
        """
        from hivehelm.sources.index import NoChartNameError

        index = self._index(repository)
        found = index.versions(chart) if chart in index else []
        if not found:
            raise NoChartNameError(chart)
        return [of_version(one) for one in found]

    def chart(self, reference: str, version: str) -> dict[str, Any]:
        """Return a chart in full, fetched if need be.

        Raises:
            HivehelmError: it is not to be had, or broken.
        """
        from hivehelm.chart.load import load

        return detailed(load(self._site.find(reference, version=version)))

    def update(self, name: str | None) -> list[dict[str, Any]]:
        """Fetch indexes anew, and say what became of each repository.

        Raises:
            UnknownRepositoryError: there is none of that name.
        """
        from hivehelm.sources.address import without_password

        repositories = self._site.repositories
        told: list[dict[str, Any]] = []
        listed = repositories.listed() if name is None else [repositories.get(name)]
        for one in listed:
            problem, said = "", [""]
            if not one.is_oci:
                try:
                    repositories.update([one.name], said.append)
                except HivehelmError as error:
                    # Helm prints the reason, and then an error that does not name it.
                    problem = said[-1].partition(":\n\t")[2].strip() or str(error)
            told.append(
                {
                    "name": one.name,
                    "url": without_password(one.url),
                    "ok": not problem,
                    "message": problem,
                }
            )
        return told

    def _index(self, name: str) -> Index:
        from hivehelm.platform.errors import UnknownRepositoryError
        from hivehelm.sources.errors import NoIndexError
        from hivehelm.sources.index import load

        known = self._site.repositories.get(name)
        if known.is_oci:
            raise UnknownRepositoryError(name)
        stores = self._site.stores
        path = os.path.join(stores.repository_cache, f"{name}-index.yaml")
        try:
            return load(path, cache=stores.parsed_indexes)
        except HivehelmError as error:
            raise NoIndexError(error) from error
