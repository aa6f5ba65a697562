"""The repositories that are known here: added, removed, their indexes fetched (`pkg/cmd/repo_*.go`)."""

from __future__ import annotations

from hivehelm.actions.errors import ActionError
from hivehelm.errors import HivehelmError
from hivehelm.sources.errors import NotARepositoryError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hivehelm.sources.repositories import Repository
    from hivehelm.sources.stores import Stores

    Log = Callable[..., None]

_GONE = {
    "//kubernetes-charts.storage.googleapis.com": "https://charts.helm.sh/stable",
    "//kubernetes-charts-incubator.storage.googleapis.com": "https://charts.helm.sh/incubator",
}


class RepositoryListError(ActionError):
    """What is asked of the list of repositories cannot be done; nothing has been changed."""


class IndexUpdateError(ActionError):
    """The indexes of some repositories are not to be had; `urls` are theirs, without passwords."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__(f"failed to update the following repositories: [{' '.join(urls)}]")
        self.urls = list(urls)


def add(
    repository: Repository,
    stores: Stores,
    *,
    password: Callable[[], str] | None = None,
    noted: Callable[[Repository], Repository] | None = None,
    force_update: bool = False,
    allow_deprecated: bool = False,
    timeout: float | None = None,
    log: Log | None = None,
) -> bool:
    """Fetch the index of a repository and note it in repositories.yaml; False if it is there, just so.

    `password` is asked for one where there is a user's name only; `noted(repository)` gives what is written
    of it, where that is not all. With `force_update` it takes the place of another of its name;
    `allow_deprecated` takes addresses of repositories that are gone. `timeout` is in seconds, Helm's if not
    given.

    Raises:
        RepositoryListError: the name cannot be taken, or the address is of a repository that is gone.
        NotARepositoryError: there is no index.
        HivehelmError: repositories.yaml is broken, or cannot be written; the password is not to be had.
    """
    from hivehelm.chart.save import make_directory
    from hivehelm.golang.filepath import directory
    from hivehelm.golang.fmt import quote
    from hivehelm.sources.address import without_password
    from hivehelm.sources.filelock import locked
    from hivehelm.sources.repositories import RepositoryFile, complete, read
    from hivehelm.sources.update import check, update

    for old, new in () if allow_deprecated else _GONE.items():
        if old in repository.url:
            shown = quote(without_password(repository.url))
            raise RepositoryListError(f"repo {shown} is no longer available; try {quote(new)} instead")
    path = stores.repository_config
    make_directory(directory(path))
    with locked(path):
        try:
            file = read(path)
        except FileNotFoundError:
            file = RepositoryFile()
        if file.problem:
            raise SourceError(file.problem)
        if repository.username and not repository.password and password is not None:
            repository = repository.replace(password=password())
        name = repository.name
        if "/" in name:
            raise RepositoryListError(
                f"repository name ({name}) contains '/', please specify a different name without '/'"
            )
        known = None if force_update else file.get(name)
        if known is not None:
            if complete(known, stores.password) == repository:
                return False
            raise RepositoryListError(
                f"repository name ({name}) already exists, please specify a different name"
            )
        check(repository, stores)
        try:
            update(repository, stores, timeout=timeout, log=log)
        except HivehelmError as error:
            raise NotARepositoryError(repository.url, error) from error
        file.put(repository if noted is None else noted(repository))
        file.write(path)
    return True


def known(stores: Stores) -> list[Repository]:
    """Return the repositories that repositories.yaml lists, as far as it can be read."""
    from hivehelm.sources.repositories import read

    try:
        return read(stores.repository_config).repositories
    except (FileNotFoundError, HivehelmError):
        return []


def remove(names: Sequence[str], stores: Stores, done: Callable[[str], object]) -> None:
    """Take repositories out of repositories.yaml, and delete what is cached; `done(name)` hears of each.

    Raises:
        RepositoryListError: there is none of a name; those before it are gone.
        HivehelmError: a file cannot be written or deleted.
    """
    from hivehelm.golang.fmt import quote
    from hivehelm.sources.filelock import locked
    from hivehelm.sources.repositories import read
    from hivehelm.sources.update import forget

    path = stores.repository_config
    # Helm takes no lock here, and loses what another adds meanwhile.
    with locked(path, create=False):
        try:
            file = read(path)
        except (FileNotFoundError, SourceError):
            file = None
        if file is None or not file.repositories:
            raise RepositoryListError("no repositories configured")
        for name in names:
            if not file.remove(name):
                raise RepositoryListError(f"no repo named {quote(name)} found")
            file.write(path)
            forget(stores.repository_cache, name)
            done(name)


def update(
    names: Sequence[str],
    stores: Stores,
    say: Callable[[str], object],
    *,
    timeout: float | None = None,
    log: Log | None = None,
) -> None:
    """Fetch the indexes of all repositories, or of those named, side by side; `say(text)` hears how it goes.

    Each may take `timeout` seconds, None for as many as Helm gives it.

    Raises:
        RepositoryListError: there are none, or none of a name.
        IndexUpdateError: some are not to be had; the others are there.
        SourceError: repositories.yaml is broken, or an address in it none.
    """
    from hivehelm.golang.fmt import quote
    from hivehelm.sources.address import without_password
    from hivehelm.sources.errors import ReadError
    from hivehelm.sources.repositories import read
    from hivehelm.sources.update import check, update_all

    path = stores.repository_config
    none = "no repositories found. You must add one before updating"
    try:
        file = read(path)
    except FileNotFoundError:
        raise RepositoryListError(none) from None
    except ReadError as error:
        problem = f"couldn't load repositories file ({path}): {error}"
        raise SourceError(f"failed loading file: {path}: {problem}") from error
    if file.problem:
        raise SourceError(f"failed loading file: {path}: {file.problem}")
    if not file.repositories:
        raise RepositoryListError(none)
    for name in names:
        if file.get(name) is None:
            raise RepositoryListError(f"no repositories found matching '{name}'.  Nothing will be updated")
    wanted = [one for one in file.repositories if not names or one.name in names]
    for one in wanted:
        check(one, stores)
    say("Hang tight while we grab the latest from your chart repositories...\n")
    failed: list[str] = []

    def done(one: Repository, error: HivehelmError | None) -> None:
        if error is None:
            say(f"...Successfully got an update from the {quote(one.name)} chart repository\n")
            return
        url = without_password(one.url)
        failed.append(url)
        say(f"...Unable to get an update from the {quote(one.name)} chart repository ({url}):\n\t{error}\n")

    update_all(wanted, stores, done, timeout=timeout, log=log)
    if failed:
        raise IndexUpdateError(failed)
    say("Update Complete. ⎈Happy Helming!⎈\n")
