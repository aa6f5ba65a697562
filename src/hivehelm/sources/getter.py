"""What is at a URL: over HTTP, from a registry, or by a plugin (Helm's `pkg/getter`)."""

from __future__ import annotations

import os

from hivehelm.record import Record
from hivehelm.sources.errors import SchemeError, SourceError
from hivehelm.sources.stores import Access, Stores

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.golang.url import URL
    from hivehelm.http.answer import Stream
    from hivehelm.http.client import Client
    from hivehelm.plugins.load import Plugin

    Log = Callable[..., None]

TIMEOUT = 120.0
"""Seconds that a fetch may take in all (`getter.DefaultHTTPTimeout`)."""

LIMIT = 256 << 20
"""Bytes that are taken where the caller says nothing."""


class StatusError(SourceError):
    """A server answers a fetch of `url` with something else than 200; `line` is its code and reason."""

    def __init__(self, url: str, line: str) -> None:
        from hivehelm.sources.address import without_password

        super().__init__(f"failed to fetch {without_password(url)} : {line}")
        self.url = url
        self.line = line

    @property
    def status(self) -> int:
        """The code."""
        return int(self.line[:3])


class GetOptions(Record):
    """How a URL is fetched.

    Attributes:
        url: the repository or chart that the credentials are for.
        access: credentials, sent to the server of `url` (both or none), and TLS; of a certificate and its key
            one without the other counts only beside `ca_file` or `insecure`, and is an error there.
        stores: where credentials of registries and plugins are, and whether near servers are refused.
        accept: the Accept header of HTTP; "" for none.
        timeout: in seconds, for everything; 0 for ever.
        limit: bytes that may come.
        compressed: ask HTTP servers for gzip, which is for texts.
    """

    url: str = ""
    access: Access = Access()
    stores: Stores = Stores()
    accept: str = ""
    timeout: float = TIMEOUT
    limit: int = LIMIT
    compressed: bool = False

    def __repr__(self) -> str:
        from hivehelm.sources.address import without_password

        return f"GetOptions(url={without_password(self.url)!r}, …)"


def get(url: str, options: GetOptions | None = None, log: Log | None = None) -> bytes:
    """Return what is at a URL; `log(level, message, **attributes)` hears of it.

    Raises:
        SchemeError: neither we nor a plugin know such URLs.
        StatusError: the server has it not, or not for us.
        HttpError, RegistryError, PluginError: there is no server, it refuses, or it breaks off.
        SourceError: it is no URL, or certificates cannot be used.
    """
    options = options or GetOptions()
    scheme = _parsed(url, "").scheme
    if scheme in ("http", "https"):
        with fetch(url, options, log) as stream:
            return stream.read(options.limit)
    if scheme == "oci":
        return _pulled(url, options, log)
    access, stores = options.access, options.stores
    plugin = _plugin(scheme, stores.plugins)
    if plugin is None:
        raise SchemeError(scheme)
    from hivehelm.plugins.getteroptions import GetterOptions
    from hivehelm.plugins.run import fetch as run

    wanted = GetterOptions(
        username=access.username,
        password=access.password,
        pass_credentials=access.pass_credentials,
        cert_file=access.cert_file,
        key_file=access.key_file,
        ca_file=access.ca_file,
    )
    return run(plugin, url, wanted, stores.variables() if stores.variables else {}, log=log)


def knows(scheme: str, plugins: str = "") -> bool:
    """Tell whether URLs of a scheme can be fetched, be it by a plugin in the directory `plugins`."""
    return scheme in ("http", "https", "oci") or _plugin(scheme, plugins) is not None


def fetch(
    url: str, options: GetOptions, log: Log | None = None, headers: Mapping[str, str] | None = None
) -> Stream:
    """Return the answer of an HTTP server as it comes in; the caller closes it. `headers` are sent along.

    304 is an answer where the headers ask for it.

    Raises:
        StatusError: the server has it not, or not for us.
        HttpError: there is no answer.
        SourceError: an address is none, or certificates cannot be used.
    """
    from hivehelm.sources.address import without_password

    origin = _parsed(options.url, "unable to parse getter URL: ")
    target = _parsed(url, "unable to parse URL getting from: ")
    sent = dict(headers or {})
    if options.accept:
        sent["Accept"] = options.accept
    access, login = options.access, None
    at_home = (origin.scheme, origin.host) == (target.scheme, target.host)
    if access.username and access.password and (access.pass_credentials or at_home):
        login = (access.username, access.password)
    client = _client(options)
    shown = without_password(url)
    if log is not None:
        log("DEBUG", "fetching", url=shown)
    stream = client.open(
        "GET",
        url,
        headers=sent,
        login=login,
        pass_credentials=access.pass_credentials,
        compressed=options.compressed,
    )
    if log is not None:
        length = -1 if stream.length is None else stream.length
        log("DEBUG", "fetch complete", url=shown, status=stream.line, **{"content-length": length})
    if stream.status == 200 or (stream.status == 304 and headers):
        return stream
    stream.close()
    raise StatusError(url, stream.line)


def _parsed(url: str, prefix: str) -> URL:
    from hivehelm.golang.fmt import quote
    from hivehelm.golang.url import URLError, parse
    from hivehelm.sources.address import without_password

    try:
        return parse(url)
    except URLError as error:
        # Go's error has the whole text, with the password in it.
        text = quote(without_password(error.text))
        raise SourceError(f"{prefix}parse {text}: {error.problem}") from None


_clients: dict[tuple[str, str, str, bool, float, bool], Client] = {}
if hasattr(os, "register_at_fork"):
    # Two processes must not speak on one connection.
    os.register_at_fork(after_in_child=_clients.clear)


def _client(options: GetOptions) -> Client:
    """Return the client for what is said of TLS: connections serve all that comes after.

    Raises:
        SourceError: certificates cannot be used.
    """
    from hivehelm.http.client import Client
    from hivehelm.http.errors import TLSConfigError

    access, outward = options.access, options.stores.outward
    files = (access.ca_file, access.cert_file, access.key_file) if access.own_tls else ("", "", "")
    key = (*files, access.insecure, options.timeout, outward)
    client = _clients.get(key)
    if client is not None:
        return client
    ca_file, cert_file, key_file = files
    client = Client(
        ca_file=ca_file,
        cert_file=cert_file,
        key_file=key_file,
        insecure=access.insecure,
        timeout=options.timeout or None,
        outward=outward,
    )
    if access.own_tls:
        try:
            client.prepare()
        except TLSConfigError as error:
            raise SourceError(f"can't create TLS config for client: {error}") from error
        return client  # The files may be others the next time.
    return _clients.setdefault(key, client)


def _pulled(url: str, options: GetOptions, log: Log | None) -> bytes:
    """Return a chart from a registry, or its provenance where the URL ends with `.prov`."""
    from hivehelm.sources.registries import registry

    reference = url.removeprefix("oci://")
    client = registry(options.stores, options.access, log=log)
    try:
        if reference.endswith(".prov"):
            return client.pull(reference.removesuffix(".prov"), chart=False, prov=True).prov or b""
        return client.pull(reference).chart or b""
    finally:
        client.close()


def _plugin(scheme: str, directory: str) -> Plugin | None:
    """Return the plugin that fetches URLs of a scheme: one of Helm's, else one of a Python package.

    Nothing is said of broken ones: every command has said that when it began.
    """
    if not scheme:
        return None
    from hivehelm.errors import HivehelmError
    from hivehelm.plugins.load import find
    from hivehelm.plugins.metadata import GetterConfig
    from hivehelm.plugins.python import find as find_python

    try:
        found = find([directory], kind="getter/v1") if os.path.isdir(directory) else []
    except HivehelmError:
        found = []  # As in Helm, which does without any then.
    for plugin in found:
        config = plugin.metadata.config
        if isinstance(config, GetterConfig) and scheme in (config.protocols or ()):
            return plugin
    return next(iter(find_python("getter/v1", scheme)), None)
