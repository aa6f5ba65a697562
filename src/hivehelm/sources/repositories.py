"""The chart repositories that Helm's repositories.yaml lists (`pkg/repo/v1/repo.go`)."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.sources.stores import Access

    Password = Callable[["Repository"], str]

ZERO_TIME = "0001-01-01T00:00:00Z"
_MAX_BYTES = 16 << 20
# What was in the file that was read last: each archive that is fetched asks for its repository.
_last: tuple[bytes, tuple[Repository, ...]] | None = None


class Repository(Record):
    """A repository by `name`, the `url` its index is under, and how its server is reached.

    `pass_credentials` hands username and password to other servers that the index names.
    """

    name: str
    url: str
    username: str = ""
    password: str = ""
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""
    insecure: bool = False
    pass_credentials: bool = False

    def __repr__(self) -> str:
        from hivehelm.sources.address import without_password

        return f"Repository(name={self.name!r}, url={without_password(self.url)!r}, …)"

    @property
    def access(self) -> Access:
        """How its server is reached, and as whom."""
        from hivehelm.sources.stores import Access

        return Access(
            username=self.username,
            password=self.password,
            cert_file=self.cert_file,
            key_file=self.key_file,
            ca_file=self.ca_file,
            insecure=self.insecure,
            pass_credentials=self.pass_credentials,
        )


class RepositoryFile:
    """What a repositories.yaml says; `problem` is what is wrong with it, "" where nothing is.

    Helm goes on with what it could read of a broken file in places, so the rest is there then as well.
    """

    def __init__(self) -> None:
        self.api_version = ""
        self.generated = ZERO_TIME
        self.repositories: list[Repository] = []
        self.problem = ""

    def get(self, name: str) -> Repository | None:
        """Return the first repository of that name."""
        return next((one for one in self.repositories if one.name == name), None)

    def put(self, repository: Repository) -> None:
        """Replace the first repository of the same name, or add one at the end."""
        for place, one in enumerate(self.repositories):
            if one.name == repository.name:
                self.repositories[place] = repository
                return
        self.repositories.append(repository)

    def remove(self, name: str) -> bool:
        """Take every repository of that name out, and tell whether there was one."""
        kept = [one for one in self.repositories if one.name != name]
        found = len(kept) < len(self.repositories)
        self.repositories = kept
        return found

    def text(self) -> str:
        """Return the file as Helm writes it."""
        from hivehelm.golang.timefmt import format as format_time
        from hivehelm.golang.timeparse import parse
        from hivehelm.golang.yaml import dump

        generated = self.generated
        if generated != ZERO_TIME:
            instant = parse("2006-01-02T15:04:05Z07:00", generated)
            generated = format_time("2006-01-02T15:04:05.999999999Z07:00", instant)
        return dump(
            {
                "apiVersion": self.api_version,
                "generated": generated,
                "repositories": [_document(one) for one in self.repositories],
            }
        )

    def write(self, path: str) -> None:
        """Write the file, whole or not at all, for its owner's eyes only; directories are made.

        Raises:
            PathError, RenameError: the system refuses.
        """
        import os

        from hivehelm.chart.save import make_directory
        from hivehelm.golang.filepath import directory
        from hivehelm.sources.atomic import write

        make_directory(directory(path))
        # A link stays one: people keep such files elsewhere.
        write(os.path.realpath(path) if os.path.islink(path) else path, self.text().encode(), 0o600)


def _document(one: Repository) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": one.url,
        "username": one.username,
        "password": one.password,
        "certFile": one.cert_file,
        "keyFile": one.key_file,
        "caFile": one.ca_file,
        "insecure_skip_tls_verify": one.insecure,
        "pass_credentials_all": one.pass_credentials,
    }


def read(path: str) -> RepositoryFile:
    """Return what a repositories.yaml says, as far as it can be read.

    Raises:
        FileNotFoundError: there is none.
        ReadError: the system refuses.
    """
    from hivehelm.sources.repositorydecode import decode

    return decode(_data(path))


def _data(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_BYTES)
    except FileNotFoundError:
        raise
    except OSError as error:
        import os

        from hivehelm.sources.errors import ReadError

        call = "read" if isinstance(error, IsADirectoryError) else "open"
        raise ReadError(path, os.strerror(error.errno or 0).lower(), call) from error


def load(path: str) -> list[Repository]:
    """Return the repositories that a repositories.yaml lists; none where there is no such file.

    Raises:
        SourceError: it cannot be read.
    """
    global _last
    from hivehelm.sources.errors import ReadError, SourceError

    try:
        data = _data(path)
    except FileNotFoundError:
        return []
    except ReadError as error:
        raise SourceError(f"couldn't load repositories file ({path}): {error}") from error
    if (last := _last) is not None and last[0] == data:
        return list(last[1])
    from hivehelm.sources.repositorydecode import decode

    file = decode(data)
    if file.problem:
        raise SourceError(file.problem)
    _last = data, tuple(file.repositories)
    return file.repositories


def complete(one: Repository, password: Password | None) -> Repository:
    """Return a repository with the password that is kept elsewhere, where it has a user's name only.

    Raises:
        HivehelmError: whatever `password` raises.
    """
    if password is None or not one.username or one.password:
        return one
    return one.replace(password=password(one))


def same_url(one: str, other: str) -> bool:
    """Tell whether two addresses are the same but for their spelling (`internal/urlutil`)."""
    if one == other:
        return True
    from hivehelm.golang.filepath import clean
    from hivehelm.golang.url import URLError, parse

    try:
        left = parse(one)
    except URLError:
        return clean(one) == clean(other)
    try:
        right = parse(other)
    except URLError:
        return False
    for url in (left, right):
        url.path = clean(url.path or "/")
    return str(left) == str(right)
