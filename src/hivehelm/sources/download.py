"""Charts on their way here: a reference and a version become an address, that an archive, and that is
verified (Helm's `pkg/downloader/chart_downloader.go`).
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record
from hivehelm.sources.address import absolute, without_password
from hivehelm.sources.errors import (
    BadReferenceError,
    NoProvenanceError,
    RepositoryNotFoundError,
    SchemeError,
    SourceError,
    UnmatchedChartError,
)
from hivehelm.sources.stores import Access, Stores
from hivehelm.sources.target import OCI, HexError, Target, sha256_of, sha256_or_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.golang.url import URL
    from hivehelm.provenance.signatory import Verification
    from hivehelm.sources.catalogue import Catalogue
    from hivehelm.sources.content import ContentCache
    from hivehelm.sources.index import Index
    from hivehelm.sources.oci.registry import Registry
    from hivehelm.sources.repositories import Repository

    Log = Callable[..., None]

NEVER, IF_POSSIBLE, ALWAYS, LATER = "never", "if possible", "always", "later"
"""Whether a chart's provenance is looked at; LATER fetches it only."""

ACCEPTED = "application/gzip,application/octet-stream"
MAX_ARCHIVE = 128 << 20
MAX_PROVENANCE = 4 << 20


class Saved(Record):
    """Where a chart was put, and what was found out about its signature where that was asked for."""

    path: str
    verification: Verification | None = None


class Downloader:
    """Fetches charts.

    `access` are the user's flags; with `origin`, a repository's address, its credentials are for no other
    server. `verify` is one of NEVER, IF_POSSIBLE, ALWAYS, LATER, against the keys of the file `keyring`.
    `catalogue` is of the configured repositories, which are read for each chart if it is not given.
    Registries are reached as `registry_access` says, where that is not the same. `out` takes what Helm prints
    on the way, `registry_out` what it prints of registries, `log` what it logs.
    """

    def __init__(
        self,
        stores: Stores,
        access: Access | None = None,
        *,
        verify: str = NEVER,
        keyring: str = "",
        origin: str = "",
        catalogue: Catalogue | None = None,
        out: Callable[[str], object] | None = None,
        registry_out: Callable[[str], object] | None = None,
        registry_access: Access | None = None,
        log: Log | None = None,
    ) -> None:
        self.stores = stores
        self.access = access or Access()
        self.verify = verify
        self.keyring = keyring
        self.origin = origin
        self._catalogue = catalogue
        self._out = out
        self._registry_out = registry_out
        self._registry_access = registry_access or self.access
        self._registry: Registry | None = None
        self._log = log

    def download(
        self, reference: str, version: str, directory: str | Callable[[str], str], *, digest: str = ""
    ) -> Saved:
        """Fetch a chart, and its provenance if that is wanted, to files in a directory, or in the one that
        `directory` gives for the name of the file.

        What has the digest that a repository promises is taken from the cache. A `digest` is what one
        promises to a caller that has found the URL by itself; what is fetched goes to the cache then.

        Raises:
            HivehelmError: it cannot be found, fetched, verified or written.
        """
        from hivehelm.golang.filepath import join
        from hivehelm.sources.atomic import write

        cache = self._cache()
        target = self.resolve(reference, version)
        self._check_scheme(target)
        promised, kept = sha256_of(target.digest), bool(digest)
        if kept:
            promised = sha256_or_none(digest)
        data = cache.chart(promised) if promised else None
        if data is not None:
            self._debug("found chart in cache", id=promised)
        else:
            data = self._get(target)
            if kept:
                from hivehelm.golang.sha256 import hexdigest

                cache.put(hexdigest(data), data)
        path = join(directory if isinstance(directory, str) else directory(target.name), target.name)
        write(path, data)
        if self.verify == NEVER:
            return Saved(path=path)
        signature = cache.provenance(promised) if promised and not kept else None
        if signature is not None:
            self._debug("found provenance in cache", id=promised)
        else:
            signature = self._signature(target, reference)
            if signature is None:
                return Saved(path=path)
        write(path + ".prov", signature)
        if self.verify == LATER:
            return Saved(path=path)
        return Saved(path=path, verification=self._verified(target, data, signature))

    def fetch(self, reference: str, version: str) -> str:
        """Return the path of a chart in the cache, to which it is fetched if it is not there.

        Raises:
            HivehelmError: it cannot be found, fetched, verified or written.
        """
        cache = self._cache()
        target = self.resolve(reference, version)
        self._check_scheme(target)
        try:
            promised = sha256_of(target.digest)
        except HexError as error:
            raise SourceError(f"unable to decode digest: {error}") from error
        data = cache.chart(promised) if promised else None
        if data is not None:
            self._debug("found chart in cache", id=target.digest)
            digest, path = promised, cache.path(promised)
        else:
            from hivehelm.golang.sha256 import hexdigest

            self._debug("attempting to download chart", ref=without_password(reference), version=version)
            data = self._get(target)
            # Not under the digest that was promised: others trust what is there.
            digest = hexdigest(data)
            path = cache.put(digest, data)
            self._debug("put downloaded chart in cache", id=digest)
        if self.verify != NEVER:
            self._check(target, reference, cache, digest, data)
        return path

    def _check(self, target: Target, reference: str, cache: ContentCache, digest: str, data: bytes) -> None:
        from hivehelm.sources.content import PROVENANCE

        signature = cache.provenance(digest)
        if signature is not None:
            self._debug("found provenance in cache", id=target.digest)
        else:
            signature = self._signature(target, reference)
            if signature is None:
                return
            cache.put(digest, signature, PROVENANCE)
            self._debug("put downloaded provenance file in cache", id=digest)
        if self.verify != LATER:
            self._verified(target, data, signature)

    def resolve(self, reference: str, version: str) -> Target:
        """Return where the chart of a reference is: a URL, `oci://…`, or `repository/chart`.

        Raises:
            BadReferenceError, RepositoryNotFoundError: it means nothing.
            NoIndexError, UnmatchedChartError: the repository's index is not there, or has no such chart.
            HivehelmError: a registry refuses, or a file cannot be read.
        """
        from hivehelm.golang.url import URLError, parse
        from hivehelm.sources.catalogue import Catalogue

        try:
            url = parse(reference)
        except URLError:
            raise SourceError(f"invalid chart URL format: {without_password(reference)}") from None
        if str(url).startswith(OCI):
            digest, found = self.registry.validate(reference, version, url)
            return Target(url=found, digest=digest, access=self.access)
        catalogue = self._catalogue or Catalogue(self.stores)
        known = catalogue.repositories()
        if url.scheme and url.host and url.path:
            holder = catalogue.holder(reference, url, self._log)
            if holder is not None:
                return self._target(url, "", holder)
            return Target(url=url, access=self.access, origin=self.origin or reference)
        repository, slash, name = url.path.partition("/")
        if not slash:
            raise BadReferenceError(str(url))
        entry = next((one for one in known if one.name == repository), None)
        if entry is None:
            return self._of_registry(repository, name, version)
        if not entry.url:
            raise SourceError(f"no URL found for repository {repository}")
        index = catalogue.index(entry, self._log)
        return self._of(entry, index, reference, name, version)

    def _of_registry(self, registry: str, name: str, version: str) -> Target:
        """Return a target in a registry that goes by a name; Helm knows none that do."""
        found = None if self.stores.registry is None else self.stores.registry(registry)
        if found is None:
            raise RepositoryNotFoundError(registry)
        access = self._registry_access
        if found.username and not access.username:
            self._registry_access = access.replace(username=found.username, password=found.password)
            self._registry = None
        return self.resolve(f"{found.url}/{name}", version)

    def _of(self, entry: Repository, index: Index, reference: str, name: str, version: str) -> Target:
        from hivehelm.golang.fmt import quote
        from hivehelm.golang.url import parse

        try:
            found = index.get(name, version, self._log)
        except HivehelmError as error:
            raise UnmatchedChartError(name, version, entry.name, error) from error
        if not found.urls:
            raise SourceError(f"chart {quote(reference)} has no downloadable URLs")
        try:
            resolved = absolute(entry.url, found.urls[0])
        except SourceError:
            raise SourceError(f"invalid chart URL format: {without_password(reference)}") from None
        return self._target(parse(resolved), found.digest, entry)

    def _target(self, url: URL, digest: str, entry: Repository) -> Target:
        from hivehelm.sources.repositories import complete

        entry = complete(entry, self.stores.password)
        access, origin = self.access, self.origin or entry.url
        if entry.cert_file or entry.key_file or entry.ca_file:
            access = access.replace(cert_file=entry.cert_file, key_file=entry.key_file, ca_file=entry.ca_file)
        if entry.username and entry.password:
            access = access.replace(
                username=entry.username,
                password=entry.password,
                pass_credentials=entry.pass_credentials,
            )
            origin = entry.url
        return Target(url=url, digest=digest, access=access, origin=origin)

    def find(self, repository: str, name: str, version: str) -> str:
        """Return the URL of a chart in the repository at an address, whether it is configured or not
        (`repo.FindChartInRepoURL`). The credentials are for that repository then.

        Raises:
            NotARepositoryError: there is no index.
            ChartNotFoundError: there is no such chart in it.
        """
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.catalogue import fetched
        from hivehelm.sources.errors import ChartNotFoundError

        self.origin = repository
        index = fetched(repository, self.stores, self.access, self._log)
        try:
            found = index.get(name, version, self._log)
        except HivehelmError as error:
            raise ChartNotFoundError(name, version, repository) from error
        if not found.urls:
            wanted = f" version {quote(version)}" if version else ""
            raise SourceError(f"chart {quote(name)}{wanted} has no downloadable URLs")
        try:
            return absolute(repository, found.urls[0])
        except SourceError as error:
            raise SourceError(f"failed to make chart URL absolute: {error}") from error

    def _get(self, target: Target) -> bytes:
        if target.url.scheme == "oci":
            return self.registry.pull(target.reference).chart or b""
        return self._fetched(str(target.url), target, MAX_ARCHIVE)

    def _fetched(self, url: str, target: Target, limit: int) -> bytes:
        from hivehelm.sources.getter import GetOptions, get

        options = GetOptions(
            url=target.origin, access=target.access, stores=self.stores, accept=ACCEPTED, limit=limit
        )
        return get(url, options, self._log)

    def _signature(self, target: Target, reference: str) -> bytes | None:
        """Return the provenance of a chart; None if there is none, and need not be."""
        url = f"{target.url}.prov"
        try:
            if target.url.scheme == "oci":
                return self.registry.pull(target.reference, chart=False, prov=True).prov
            return self._fetched(url, target, MAX_PROVENANCE)
        except HivehelmError as error:
            if self.verify == ALWAYS:
                raise NoProvenanceError(url) from error
            if self._out is not None:
                shown = without_password(reference)
                self._out(f"WARNING: Verification not found for {shown}: {error}\n")
            return None

    def _verified(self, target: Target, data: bytes, signature: bytes) -> Verification:
        """Check a signature that is for a file of the target's name."""
        from hivehelm.golang.sha256 import hexdigest
        from hivehelm.provenance.errors import KeyringError, ProvenanceError, VerificationError
        from hivehelm.provenance.signatory import Signatory

        if not target.name[-4:].lower() == ".tgz":
            raise VerificationError("chart must be a tgz file")
        try:
            signatory = Signatory.from_keyring(self.keyring)
        except ProvenanceError as error:
            raise KeyringError(f"failed to load keyring: {error}") from error
        return signatory.verify(hexdigest(data), signature, target.name)

    def _check_scheme(self, target: Target) -> None:
        from hivehelm.sources.getter import knows

        if not knows(target.url.scheme, self.stores.plugins):
            raise SchemeError(target.url.scheme)

    @property
    def registry(self) -> Registry:
        """The client of registries, made when it is first needed."""
        if self._registry is None:
            from hivehelm.sources.registries import registry

            self._registry = registry(
                self.stores, self._registry_access, out=self._registry_out, log=self._log
            )
        return self._registry

    def _cache(self) -> ContentCache:
        from hivehelm.sources.content import ContentCache

        if not self.stores.content_cache:
            raise SourceError("content cache must be set")
        self._debug("set up default downloader cache")
        return ContentCache(self.stores.content_cache)

    def _debug(self, message: str, **attributes: object) -> None:
        if self._log is not None:
            self._log("DEBUG", message, **attributes)
