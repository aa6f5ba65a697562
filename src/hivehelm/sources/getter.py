"""What is at a URL: over HTTP, from a registry, or by a plugin (Helm's `pkg/getter`)."""

from __future__ import annotations

import os

from hivehelm.record import Record
from hivehelm.sources.errors import SchemeError, SourceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hivehelm.golang.url import URL
    from hivehelm.http.answer import Stream
    from hivehelm.http.client import Client
    from hivehelm.plugins.load import Plugin
    from hivehelm.sources.oci.registry import Registry

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
        username, password: sent to the server of `url`, and to any with `pass_credentials`; both or none.
        cert_file, key_file: our certificate, and its key. One without the other counts only beside `ca_file`
            or `insecure`, and is an error there.
        ca_file: whom to trust in place of the system's authorities.
        insecure: take any server's word.
        plain_http: registries are spoken to without TLS.
        accept: the Accept header of HTTP; "" for none.
        user_agent: the User-Agent header; "" for Helm's.
        tag: the version of a chart in a registry, where the URL names none.
        registry: a client of registries; one is made where it is needed.
        registry_config: the file with credentials of registries, for that.
        timeout: in seconds, for everything; 0 for ever.
        limit: bytes that may come.
        compressed: ask HTTP servers for gzip, which is for texts.
        plugins: the directory of plugins, "" for none.
        variables: gives Helm's variables for plugins (`Settings.variables`).
    """

    url: str = ""
    username: str = ""
    password: str = ""
    pass_credentials: bool = False
    cert_file: str = ""
    key_file: str = ""
    ca_file: str = ""
    insecure: bool = False
    plain_http: bool = False
    accept: str = ""
    user_agent: str = ""
    tag: str = ""
    registry: Registry | None = None
    registry_config: str = ""
    timeout: float = TIMEOUT
    limit: int = LIMIT
    compressed: bool = False
    plugins: str = ""
    variables: Callable[[], Mapping[str, str]] | None = None
    outward: bool = False

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
    plugin = _plugin(scheme, options.plugins)
    if plugin is None:
        raise SchemeError(scheme)
    from hivehelm.plugins.getteroptions import GetterOptions
    from hivehelm.plugins.run import fetch as run

    wanted = GetterOptions(
        username=options.username,
        password=options.password,
        pass_credentials=options.pass_credentials,
        cert_file=options.cert_file,
        key_file=options.key_file,
        ca_file=options.ca_file,
    )
    return run(plugin, url, wanted, options.variables() if options.variables else {}, log=log)


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
    if options.user_agent:
        sent["User-Agent"] = options.user_agent
    login = None
    at_home = (origin.scheme, origin.host) == (target.scheme, target.host)
    if options.username and options.password and (options.pass_credentials or at_home):
        login = (options.username, options.password)
    client = _client(options)
    shown = without_password(url)
    if log is not None:
        log("DEBUG", "fetching", url=shown)
    stream = client.open(
        "GET",
        url,
        headers=sent,
        login=login,
        pass_credentials=options.pass_credentials,
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

    own = bool((options.cert_file and options.key_file) or options.ca_file or options.insecure)
    files = (options.ca_file, options.cert_file, options.key_file) if own else ("", "", "")
    key = (*files, options.insecure, options.timeout, options.outward)
    client = _clients.get(key)
    if client is not None:
        return client
    ca_file, cert_file, key_file = files
    client = Client(
        ca_file=ca_file,
        cert_file=cert_file,
        key_file=key_file,
        insecure=options.insecure,
        timeout=options.timeout or None,
        outward=options.outward,
    )
    if own:
        try:
            client.prepare()
        except TLSConfigError as error:
            raise SourceError(f"can't create TLS config for client: {error}") from error
        return client  # The files may be others the next time.
    return _clients.setdefault(key, client)


def _pulled(url: str, options: GetOptions, log: Log | None) -> bytes:
    """Return a chart from a registry, or its provenance where the URL ends with `.prov`."""
    from hivehelm.golang.filepath import base

    reference = url.removeprefix("oci://")
    if options.tag and ":" not in base(reference):
        reference = f"{reference}:{options.tag}"
    registry = options.registry
    if registry is None:
        from hivehelm.sources.oci.registry import Registry

        registry = Registry(
            options.registry_config,
            username=options.username,
            password=options.password,
            plain_http=options.plain_http,
            insecure=options.insecure,
            ca_file=options.ca_file,
            cert_file=options.cert_file,
            key_file=options.key_file,
            log=log,
        )
    if reference.endswith(".prov"):
        return registry.pull(reference.removesuffix(".prov"), chart=False, prov=True).prov or b""
    return registry.pull(reference).chart or b""


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
