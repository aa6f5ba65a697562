"""URLs as Go's net/url reads and writes them."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.golang.fmt import quote
from hivehelm.golang.utf8 import decode, encode

_HEX = frozenset("0123456789abcdefABCDEF")
_UNRESERVED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~"

# What stays as it is in each part of a URL.
PATH = frozenset(encode(_UNRESERVED + "$&+,/:;=@"))
USER = frozenset(encode(_UNRESERVED + "$&+,;="))
HOST = frozenset(encode(_UNRESERVED + "!$&'()*+,;=:[]<>\""))
FRAGMENT = frozenset(encode(_UNRESERVED + "$&+,/:;=?@!()*"))
_ENCODED = frozenset(encode("!$&'()*+,;=:@[]%"))
_HOST_CHARACTERS = frozenset(decode(bytes(HOST)))

_MOST, _SHORT = 64, 512
# What was parsed last: a fetch asks about its address ten times. None with a user's name is kept.
_known: dict[str, URL] = {}


class URLError(HivehelmError):
    """A text is no URL; `str()` is Go's text."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"parse {quote(text)}: {problem}")
        self.text = text
        self.problem = problem


class _ProblemError(Exception):
    """What is wrong, before it is known where."""


class Userinfo:
    """A user's name and, unless None, password; `str()` is what stands before the `@`."""

    __slots__ = ("name", "password")

    def __init__(self, name: str, password: str | None = None) -> None:
        self.name = name
        self.password = password

    def __str__(self) -> str:
        name = escape(self.name, USER)
        return name if self.password is None else f"{name}:{escape(self.password, USER)}"


class URL:
    """A URL in parts, decoded; `str()` puts them together as `URL.String` does."""

    __slots__ = (
        "force_query",
        "fragment",
        "host",
        "omit_host",
        "opaque",
        "path",
        "query",
        "raw_fragment",
        "raw_path",
        "scheme",
        "user",
    )

    def __init__(
        self,
        *,
        scheme: str = "",
        opaque: str = "",
        user: Userinfo | None = None,
        host: str = "",
        path: str = "",
        query: str = "",
        fragment: str = "",
    ) -> None:
        self.scheme = scheme
        self.opaque = opaque
        self.user = user
        self.host = host
        self.path = path
        self.query = query
        self.fragment = fragment
        self.raw_path = self.raw_fragment = ""
        self.force_query = self.omit_host = False

    def copy(self) -> URL:
        """Return another URL in the same parts."""
        url = URL(
            scheme=self.scheme,
            opaque=self.opaque,
            user=self.user,
            host=self.host,
            path=self.path,
            query=self.query,
            fragment=self.fragment,
        )
        url.raw_path, url.raw_fragment = self.raw_path, self.raw_fragment
        url.force_query, url.omit_host = self.force_query, self.omit_host
        return url

    def hostname(self) -> str:
        """Return the host without port and brackets."""
        host = self.host
        colon = host.rfind(":")
        if colon >= 0 and (not host[colon + 1 :] or _is_digits(host[colon + 1 :])):
            host = host[:colon]
        return host[1:-1] if host.startswith("[") and host.endswith("]") else host

    def escaped_path(self) -> str:
        """Return the path as it stands in a URL: as it was given, where that is a way to write it."""
        return _escaped(self.path, self.raw_path, PATH)

    def resolve(self, reference: URL) -> URL:
        """Return the URL that a reference on the page at this one means (`ResolveReference`, RFC 3986)."""
        url = URL(scheme=reference.scheme or self.scheme, query=reference.query, fragment=reference.fragment)
        url.raw_fragment, url.force_query = reference.raw_fragment, reference.force_query
        url.omit_host = reference.omit_host
        if reference.scheme or reference.host or reference.user is not None:
            url.opaque, url.user, url.host = reference.opaque, reference.user, reference.host
            url.set_path(_without_dots(reference.escaped_path()))
            return url
        if not (reference.path or reference.force_query or reference.query):
            url.query = self.query
            if not reference.fragment:
                url.fragment, url.raw_fragment = self.fragment, self.raw_fragment
        if not reference.path and self.opaque:
            url.opaque = self.opaque
            return url
        url.user, url.host = self.user, self.host
        path, wanted = self.escaped_path(), reference.escaped_path()
        if wanted:
            path = wanted if wanted.startswith("/") else path[: path.rfind("/") + 1] + wanted
        url.set_path(_without_dots(path))
        return url

    def set_path(self, escaped: str) -> None:
        """Take a path as it stands in a URL."""
        self.path = _unescape(escaped)
        self.raw_path = "" if escape(self.path, PATH) == escaped else escaped

    def __str__(self) -> str:
        parts = [f"{self.scheme}:"] if self.scheme else []
        if self.opaque:
            parts.append(self.opaque)
        else:
            parts.append(self._authority())
            path = self.escaped_path()
            if path and path[0] != "/" and self.host:
                parts.append("/")
            if not any(parts) and ":" in path.partition("/")[0]:
                parts.append("./")
            parts.append(path)
        if self.force_query or self.query:
            parts.append(f"?{self.query}")
        if self.fragment:
            parts.append("#" + _escaped(self.fragment, self.raw_fragment, FRAGMENT))
        return "".join(parts)

    def _authority(self) -> str:
        if not (self.scheme or self.host or self.user is not None):
            return ""
        if self.omit_host and not self.host and self.user is None:
            return ""
        slashes = "//" if self.host or self.path or self.user is not None else ""
        user = "" if self.user is None else f"{self.user}@"
        return slashes + user + escape(self.host, HOST)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _escaped(text: str, raw: str, kept: frozenset[int]) -> str:
    # The spelling that was read is kept where it is a proper one.
    if raw and all(byte in kept or byte in _ENCODED for byte in encode(raw)):
        try:
            if _unescape(raw) == text:
                return raw
        except _ProblemError:
            pass
    return "*" if text == "*" and kept is PATH else escape(text, kept)


def escape(text: str, kept: frozenset[int]) -> str:
    """Return `text` with all bytes but the `kept` ones written as `%XX`."""
    raw = encode(text)
    if kept.issuperset(raw):
        return text
    return "".join(chr(byte) if byte in kept else f"%{byte:02X}" for byte in raw)


def _unescape(text: str, *, host: bool = False, zone: bool = False) -> str:
    if "%" not in text and (_HOST_CHARACTERS.issuperset(text) or not (host or zone)):
        return text
    result = bytearray()
    position = 0
    while position < len(text):
        character = text[position]
        if character == "%":
            digits = text[position + 1 : position + 3]
            if len(digits) < 2 or not _HEX.issuperset(digits):
                part = decode(encode(text[position : position + 3])[:3])
                raise _ProblemError(f"invalid URL escape {quote(part)}")
            byte = int(digits, 16)
            refused = (host and byte < 0x80 and digits != "25") or (
                zone and digits != "25" and byte != 0x20 and byte not in HOST
            )
            if refused:
                raise _ProblemError(f"invalid URL escape {quote(text[position : position + 3])}")
            result.append(byte)
            position += 3
            continue
        if (host or zone) and character < "\x80" and ord(character) not in HOST:
            raise _ProblemError(f"invalid character {quote(character)} in host name")
        result += encode(character)
        position += 1
    return decode(bytes(result))


def parse(text: str) -> URL:
    """Return the URL that `text` spells (`url.Parse`).

    Raises:
        URLError: it spells none.
    """
    known = _known.get(text)
    if known is not None:
        return known.copy()
    before, _, fragment = text.partition("#")
    try:
        url = _parse(before)
    except _ProblemError as problem:
        raise URLError(before, str(problem)) from None
    if fragment:
        try:
            url.fragment = _unescape(fragment)
        except _ProblemError as problem:
            raise URLError(text, str(problem)) from None
        url.raw_fragment = "" if escape(url.fragment, FRAGMENT) == fragment else fragment
    if url.user is None and len(text) <= _SHORT:
        if len(_known) >= _MOST:
            _known.clear()
        _known[text] = url.copy()
    return url


def parse_request(text: str) -> URL:
    """Return the URL that `text` spells where no fragment can be (`url.ParseRequestURI`).

    Raises:
        URLError: it spells none, or is a path that does not begin with a slash.
    """
    try:
        if not text:
            raise _ProblemError("empty url")
        return _parse(text, request=True)
    except _ProblemError as problem:
        raise URLError(text, str(problem)) from None


def _parse(text: str, *, request: bool = False) -> URL:
    plain = text.isascii() and text.isprintable()
    if not plain and any(character < " " or character == "\x7f" for character in text):
        raise _ProblemError("net/url: invalid control character in URL")
    if text == "*":
        return URL(path="*")
    scheme, rest = _scheme(text)
    url = URL(scheme=scheme.lower())
    if rest.endswith("?") and rest.count("?") == 1:
        url.force_query = True
        rest = rest[:-1]
    else:
        rest, _, url.query = rest.partition("?")
    if not rest.startswith("/"):
        if url.scheme:
            url.opaque = rest
            return url
        if request:
            raise _ProblemError("invalid URI for request")
        if ":" in rest.partition("/")[0]:
            raise _ProblemError("first path segment in URL cannot contain colon")
    if (url.scheme or not (request or rest.startswith("///"))) and rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        url.user, url.host = _authority(url.scheme, authority)
    elif url.scheme and rest.startswith("/"):
        url.omit_host = True
    url.set_path(rest)
    return url


def _without_dots(path: str) -> str:
    """Return an absolute path where `.` and `..` have been followed (Go's `resolvePath`)."""
    if not path:
        return ""
    made = "/"
    first = True
    for part in (parts := path.split("/")):
        if part == ".":
            first = False
        elif part == "..":
            made = made[: cut + 1] if (cut := made.rfind("/", 1) - 1) >= 0 else "/"
            first = made == "/"
        else:
            made += part if first else f"/{part}"
            first = False
    if parts[-1] in (".", ".."):
        made += "/"
    return made[1:] if made.startswith("//") else made


def _scheme(text: str) -> tuple[str, str]:
    for i, character in enumerate(text):
        if "a" <= character <= "z" or "A" <= character <= "Z":
            continue
        if "0" <= character <= "9" or character in "+-.":
            if i == 0:
                break
        elif character == ":":
            if i == 0:
                raise _ProblemError("missing protocol scheme")
            return text[:i], text[i + 1 :]
        else:
            break
    return "", text


_USERINFO = frozenset(_UNRESERVED + ":!$&'()*+,;=%@")


def _authority(scheme: str, text: str) -> tuple[Userinfo | None, str]:
    info, at, address = text.rpartition("@")
    host = _host(scheme, address)
    if not at:
        return None, host
    if not _USERINFO.issuperset(info):
        raise _ProblemError("net/url: invalid userinfo")
    name, colon, password = info.partition(":")
    return Userinfo(_unescape(name), _unescape(password) if colon else None), host


def _host(scheme: str, host: str) -> str:
    bracket = host.rfind("[")
    if bracket > 0:
        raise _ProblemError("invalid IP-literal")
    if bracket == 0:
        return _literal(host)
    colon = host.find(":")
    if colon >= 0:
        if scheme not in ("http", "https"):
            colon = host.rfind(":")
        _check_port(host[colon:])
    return _unescape(host, host=True)


def _literal(host: str) -> str:
    from hivehelm.golang.netip import AddressError, version

    closing = host.rfind("]")
    if closing < 0:
        raise _ProblemError("missing ']' in host")
    port = host[closing + 1 :]
    _check_port(port)
    name, percent, zone = host[1:closing].partition("%25")
    address = _unescape(name, host=True) + _unescape(percent + zone, zone=True)
    try:
        family = version(address)
    except AddressError as error:
        raise _ProblemError(f"invalid host: {error}") from None
    if family == 4:
        raise _ProblemError("invalid IP-literal")
    return f"[{address}]{port}"


def _check_port(port: str) -> None:
    if port and (port[0] != ":" or (port[1:] and not _is_digits(port[1:]))):
        raise _ProblemError(f"invalid port {quote(port)} after host")
