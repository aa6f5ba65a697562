"""The repositories of a site: those that Helm lists, and what only the platform keeps of them.

Helm's repositories.yaml says which there are, so that `helm` and `hivehelm` of the same user know them too.
`repositories.json` in the base directory has what cannot be in there: registries, which Helm has no names for
and passwords, encrypted. A password that Helm itself was given stays where Helm looks for it.
"""

from __future__ import annotations

import os

from hivehelm.platform.errors import PlatformError, UnknownRepositoryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hivehelm.platform.model import HelmRepository
    from hivehelm.platform.site import Site
    from hivehelm.sources.repositories import Repository

FILE = "repositories.json"
OCI = "oci://"


class RegistryAddressError(PlatformError):
    """The `url` of a registry's charts is none; `problem` says why."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(url, problem)
        self.url = url
        self.problem = problem

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote
        from hivehelm.sources.address import without_password

        return f"{quote(without_password(self.url))} {self.problem}: give oci://HOST/PATH"


class RepositoryExistsError(PlatformError):
    """Another repository goes by the `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"repository name ({self.name}) already exists, please specify a different name"


class KeptFileError(PlatformError):
    """What the platform keeps of repositories, the file at `path`, cannot be read; `problem` says why."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(path, problem)
        self.path = path
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class Repositories:
    """The repositories of a `site`; safe to use from several threads and processes."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._path = os.path.join(site.base, FILE)

    def listed(self) -> list[HelmRepository]:
        """Return all repositories, Helm's first; passwords are encrypted.

        Raises:
            SourceError, KeptFileError: a list cannot be read.
        """
        from hivehelm.sources.repositories import load

        kept = self._kept()
        found = [self._as_field(one, kept) for one in load(self._site.stores.repository_config)]
        names = {one.name for one in found}
        return found + [one for one in kept if one.is_oci and one.name not in names]

    def _as_field(self, one: Repository, kept: Sequence[HelmRepository]) -> HelmRepository:
        from hivehelm.platform.model import HelmRepository

        mine = next((other for other in kept if _same(other, one)), None)
        encrypted = mine.password_encrypted if mine else None
        if one.password:
            encrypted = self._site.vault.encrypt(one.password)
        return HelmRepository(
            name=one.name, url=one.url, username=one.username or None, password_encrypted=encrypted
        )

    def get(self, name: str) -> HelmRepository:
        """Return one repository.

        Raises:
            UnknownRepositoryError: there is none of that name.
            SourceError, KeptFileError: a list cannot be read.
        """
        for one in self.listed():
            if one.name == name:
                return one
        raise UnknownRepositoryError(name)

    def knows(self, name: str) -> bool:
        """Tell whether a repository or a registry goes by a name.

        Raises:
            SourceError, KeptFileError: a list cannot be read.
        """
        from hivehelm.sources.repositories import load

        listed = load(self._site.stores.repository_config)
        return any(one.name == name for one in listed) or self.registry(name) is not None

    def registry(self, name: str) -> HelmRepository | None:
        """Return the registry that goes by a name, None if there is none."""
        return next((one for one in self._kept() if one.is_oci and one.name == name), None)

    def registry_of(self, name: str) -> Repository | None:
        """Return the registry that goes by a name as it is fetched from, with its password.

        Raises:
            DecryptionError, KeyFormatError, KeyFileError: that cannot be decrypted.
        """
        from hivehelm.sources.repositories import Repository

        found = self.registry(name)
        if found is None:
            return None
        secret = found.password_encrypted
        return Repository(
            name=name,
            url=found.url,
            username=found.username or "",
            password=self._site.vault.decrypt(secret) if secret else "",
        )

    def registries(self) -> list[HelmRepository]:
        """Return the registries that have names here."""
        return [one for one in self._kept() if one.is_oci]

    def password(self, one: Repository) -> str:
        """Return the password of a repository that Helm lists with a user's name only; "" if there is none.

        Raises:
            DecryptionError, KeyFormatError, KeyFileError: it cannot be decrypted.
        """
        mine = next((other for other in self._kept() if _same(other, one)), None)
        if mine is None or not mine.password_encrypted:
            return ""
        return self._site.vault.decrypt(mine.password_encrypted)

    def add(
        self,
        repository: HelmRepository,
        *,
        force_update: bool = False,
        timeout: float | None = None,
        cert_file: str = "",
        key_file: str = "",
        ca_file: str = "",
        insecure: bool = False,
        pass_credentials: bool = False,
    ) -> bool:
        """Make a repository known; False if it is, just so. Its index is fetched; a registry has none.

        That may take `timeout` seconds, None for as many as Helm gives it.

        Raises:
            RepositoryExistsError, RepositoryListError: another one goes by that name, or none can.
            RegistryAddressError: it is a registry, and its URL is none of one.
            NotARepositoryError: there is no index.
            HivehelmError: a list is broken, or cannot be written; the password cannot be decrypted.
        """
        if repository.is_oci or repository.url.startswith(OCI):
            return self._add_registry(repository.replace(is_oci=True), force_update=force_update)
        from hivehelm.actions.repositories import add
        from hivehelm.sources.repositories import Repository

        if (other := self.registry(repository.name)) is not None:
            if not force_update:
                raise RepositoryExistsError(repository.name)
            self._change(drop=other.name)
        encrypted = repository.password_encrypted
        whole = Repository(
            name=repository.name,
            url=repository.url,
            username=repository.username or "",
            password=self._site.vault.decrypt(encrypted) if encrypted else "",
            cert_file=cert_file,
            key_file=key_file,
            ca_file=ca_file,
            insecure=insecure,
            pass_credentials=pass_credentials,
        )

        def noted(one: Repository) -> Repository:
            self._change(put=repository if encrypted else None, drop=repository.name)
            return one.replace(password="") if encrypted and one.username else one

        return add(whole, self._site.stores, noted=noted, force_update=force_update, timeout=timeout)

    def _add_registry(self, repository: HelmRepository, *, force_update: bool) -> bool:
        from hivehelm.actions.repositories import RepositoryListError

        name = repository.name
        if not name or "/" in name:
            raise RepositoryListError(
                f"repository name ({name}) contains '/', please specify a different name without '/'"
                if name
                else "a repository needs a name"
            )
        url = _registry_address(repository.url)
        repository = repository.replace(url=url)
        known = self.registry(name)
        listed = known is None and self.knows(name)
        if known is not None and not force_update:
            if known.url == url and self._same_login(known, repository):
                return False
            raise RepositoryExistsError(name)
        if listed:
            if not force_update:
                raise RepositoryExistsError(name)
            self.remove(name)
        self._change(put=repository, drop=name)
        return True

    def _same_login(self, one: HelmRepository, other: HelmRepository) -> bool:
        vault = self._site.vault

        def login(of: HelmRepository) -> tuple[str, str]:
            secret = of.password_encrypted
            return of.username or "", vault.decrypt(secret) if secret else ""

        return login(one) == login(other)

    def remove(self, name: str) -> None:
        """Forget a repository, and what is cached of it.

        Raises:
            UnknownRepositoryError: there is none of that name.
            HivehelmError: a file cannot be written or deleted.
        """
        from hivehelm.actions.repositories import RepositoryListError, remove

        registry = self.registry(name)
        try:
            remove([name], self._site.stores, lambda _name: None)
        except RepositoryListError:
            if registry is None:
                raise UnknownRepositoryError(name) from None
        self._change(drop=name)

    def forget(self, names: Iterable[str]) -> None:
        """Drop what is kept of repositories that Helm has forgotten."""
        for name in names:
            if any(one.name == name for one in self._kept()):
                self._change(drop=name)

    def update(
        self,
        names: Sequence[str] = (),
        say: Callable[[str], object] = lambda _text: None,
        *,
        timeout: float | None = None,
        log: Callable[..., None] | None = None,
    ) -> None:
        """Fetch the indexes of all repositories, or of those named; `say(text)` hears how it goes.

        Registries have none; they are asked whenever a chart of theirs is. Each index may take `timeout`
        seconds, None for as many as Helm gives it.

        Raises:
            UnknownRepositoryError: there is none of a name.
            RepositoryListError: there are none at all.
            IndexUpdateError: some are not to be had; the others are there.
        """
        from hivehelm.actions.repositories import update
        from hivehelm.sources.repositories import load

        registries = {one.name for one in self.registries()}
        listed = {one.name for one in load(self._site.stores.repository_config)}
        for name in names:
            if name not in registries | listed:
                raise UnknownRepositoryError(name)
        shown = [name for name in names if name in registries] if names else sorted(registries)
        for name in shown:
            say(f"...{name} is a registry, which is asked anew for each chart\n")
        wanted = [name for name in names if name in listed]
        if wanted or (not names and (listed or not registries)):
            update(wanted, self._site.stores, say, timeout=timeout, log=log)

    def _kept(self) -> list[HelmRepository]:
        import json

        from hivehelm.platform.model import HelmRepository

        try:
            with open(self._path, "rb") as file:
                data = json.load(file)
            return [HelmRepository.from_dict(one) for one in data["repositories"]]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise KeptFileError(self._path, os.strerror(error.errno or 0).lower()) from error
        except (ValueError, TypeError, KeyError, AttributeError):
            raise KeptFileError(
                self._path, "is not a list of repositories; mend it, or move it away"
            ) from None

    def _change(self, *, put: HelmRepository | None = None, drop: str = "") -> None:
        """Take a repository out, put one in, and write the file, whole or not at all."""
        import json

        from hivehelm.chart.save import make_directory
        from hivehelm.sources.atomic import write
        from hivehelm.sources.filelock import locked

        if put is None and not os.path.exists(self._path):
            return
        make_directory(self._site.base)
        # Not the lock of a repositories.yaml beside it, which who adds a repository has taken already.
        with locked(f"{self._path}.own"):
            kept = [one for one in self._kept() if one.name != drop]
            if put is not None:
                kept.append(put)
            text = json.dumps({"repositories": [one.to_dict() for one in kept]}, indent=2)
            write(self._path, f"{text}\n".encode(), 0o600)


def _same(mine: HelmRepository, one: Repository) -> bool:
    """Tell whether what is kept is about this repository: the password of one server is not another's."""
    known = (mine.name, mine.url, mine.username or "")
    return not mine.is_oci and known == (one.name, one.url, one.username)


def _registry_address(url: str) -> str:
    """Return the address below which a registry's charts are.

    Raises:
        RegistryAddressError: it is none.
    """
    from hivehelm.golang.url import URLError, parse

    if not url.startswith(OCI):
        raise RegistryAddressError(url, "is no address of a registry")
    try:
        parsed = parse(url)
    except URLError:
        raise RegistryAddressError(url, "cannot be read") from None
    if not parsed.host:
        raise RegistryAddressError(url, "names no host")
    if "@" in url or "?" in url or "#" in url:
        raise RegistryAddressError(url, "has more in it than an address")
    return url.rstrip("/")
