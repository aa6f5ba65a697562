"""Where Helm keeps what it knows of repositories and registries, and how their servers are reached."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.sources.repositories import Repository


class Stores(Record):
    """Files and directories of Helm's own.

    `repository_config` lists repositories, `registry_config` holds credentials of registries;
    `repository_cache` is the directory of indexes, `content_cache` that of charts, `plugins` that of plugins.
    Our own is `parsed_indexes`, the directory of indexes that open at once; None for none. `environ` is where
    proxies and credential helpers are looked for; `variables` gives Helm's own, which plugins are told.
    `password(repository)` gives the password of a repository that is listed with a user's name only;
    `registry(name)` the registry that goes by a name, which Helm has none of. `outward` is for servers: what
    others name is not fetched from this machine or its link.
    """

    repository_config: str = ""
    repository_cache: str = ""
    registry_config: str = ""
    content_cache: str = ""
    plugins: str = ""
    parsed_indexes: str | None = None
    environ: Mapping[str, str] = {}
    variables: Callable[[], Mapping[str, str]] | None = None
    password: Callable[[Repository], str] | None = None
    registry: Callable[[str], Repository | None] | None = None
    outward: bool = False


class Access(Record):
    """How servers are reached, and as whom (the flags of Helm's `ChartPathOptions`).

    Credentials are for the server of the repository or chart that they were given with; `pass_credentials`
    hands them to any other that is referred to.
    """

    username: str = ""
    password: str = ""
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""
    insecure: bool = False
    plain_http: bool = False
    pass_credentials: bool = False

    def __repr__(self) -> str:
        return f"Access(username={self.username!r}, …)"

    @property
    def own_tls(self) -> bool:
        """Whether TLS is not to be what the system's settings make it."""
        return bool((self.cert_file and self.key_file) or self.ca_file or self.insecure)
