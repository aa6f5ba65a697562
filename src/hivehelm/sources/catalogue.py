"""What repositories have: those that are configured, by the indexes in the cache, and any other."""

from __future__ import annotations

import os

from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import NoIndexError, NotARepositoryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.golang.url import URL
    from hivehelm.sources.index import Index
    from hivehelm.sources.repositories import Repository
    from hivehelm.sources.stores import Access, Stores

    Log = Callable[..., None]


class Catalogue:
    """The configured repositories, with their indexes as they are in the cache when they are first asked for.

    Safe to use from several threads.
    """

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._repositories: list[Repository] | None = None
        self._indexes: dict[str, Index] = {}

    def repositories(self) -> list[Repository]:
        """Return the repositories.

        Raises:
            SourceError: the list of them cannot be read.
        """
        if self._repositories is None:
            from hivehelm.sources.repositories import load

            self._repositories = load(self._stores.repository_config)
        return self._repositories

    def cached(self, name: str, log: Log | None = None) -> Index:
        """Return the cached index of the repository called `name`.

        `log` hears what is left out of it when it is read.

        Raises:
            ReadError: it is not there, or cannot be read.
            BrokenIndexError: it is no index.
        """
        from hivehelm.sources.index import load
        from hivehelm.sources.update import index_path

        index = self._indexes.get(name)
        if index is None:
            path = index_path(self._stores.repository_cache, name)
            index = self._indexes[name] = load(path, log, cache=self._stores.parsed_indexes)
        return index

    def index(self, repository: Repository, log: Log | None = None) -> Index:
        """Return the cached index of a configured repository; `log` hears every time what is left out of it.

        Raises:
            SourceError: its address is none.
            NoIndexError: the index is not there, or broken.
        """
        from hivehelm.sources.update import check, index_path

        check(repository, self._stores)
        read = repository.name in self._indexes
        try:
            index = self.cached(repository.name, log)
        except HivehelmError as error:
            raise NoIndexError(error) from error
        if read and log is not None:
            index.tell(index_path(self._stores.repository_cache, repository.name), log)
        return index

    def holder(self, reference: str, url: URL, log: Log | None = None) -> Repository | None:
        """Return the first repository that has what is at `url` in its index; `reference` is its text.

        Raises:
            HivehelmError: as of `index`, for those that come first.
        """
        from hivehelm.sources.repositories import same_url

        # What of a URL is written in one way only: most indexes need no closer look then.
        file_name = url.path.rpartition("/")[2]
        if not file_name.isascii() or not file_name.replace("-", "").replace(".", "").isalnum():
            file_name = ""
        host = url.host if url.host.isascii() else ""
        for one in self.repositories():
            index = self.index(one, log)
            if not index.mentions(host):
                continue
            for version in index.holding(file_name):
                if any(file_name in other and same_url(reference, other) for other in version.urls):
                    return one
        return None


def fetched(address: str, stores: Stores, access: Access, log: Log | None = None) -> Index:
    """Return the index of the repository at an address, whether that is configured or not.

    Raises:
        SourceError: the address is none.
        NotARepositoryError: no index is there.
        BrokenIndexError: what is there is none.
    """
    from hivehelm.sources.index import load
    from hivehelm.sources.repositories import Repository
    from hivehelm.sources.update import check, forget, update

    entry = Repository(
        # Of nobody else's, as in Helm: it is in the cache for a moment.
        name=os.urandom(20).hex(),
        url=address,
        username=access.username,
        password=access.password,
        cert_file=access.cert_file,
        key_file=access.key_file,
        ca_file=access.ca_file,
        insecure=access.insecure,
        pass_credentials=access.pass_credentials,
    )
    check(entry, stores)
    try:
        path = update(entry, stores, log=log)
    except HivehelmError as error:
        raise NotARepositoryError(address, error) from error
    try:
        return load(path, cache=stores.parsed_indexes)
    finally:
        forget(stores.repository_cache, entry.name)
