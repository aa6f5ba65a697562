"""References as URLs, as far as charts and values need it (Go's net/url)."""

from __future__ import annotations

from hivehelm.errors import HivehelmError
from hivehelm.record import Record

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_MARKS = frozenset("0123456789+-.")
_HEX = frozenset("0123456789abcdefABCDEF")
_UNESCAPED = _LETTERS | frozenset("0123456789-_.~$&+,/:;=@!'()*[]%")


class URLError(HivehelmError):
    """`reference` cannot be read as a URL; `problem` says why."""

    def __init__(self, reference: str, problem: str) -> None:
        super().__init__(reference, problem)
        self.reference = reference
        self.problem = problem

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return f"parse {quote(self.reference)}: {self.problem}"


class Reference(Record):
    """The parts of a reference; `scheme` is in lower case, `path` is decoded, `text` is how Go writes it."""

    scheme: str
    host: str
    path: str
    text: str


def parse(reference: str) -> Reference:
    """Return the parts of a URL or a path.

    Raises:
        URLError: Go's `url.Parse` would refuse it.
    """
    main = reference.partition("#")[0]
    if any(letter < " " or letter == "\x7f" for letter in main):
        raise URLError(main, "net/url: invalid control character in URL")
    scheme, rest = _scheme(main)
    rest, question, query = rest.partition("?")
    tail = reference[len(main) - len(query) - len(question) :]
    if not rest.startswith("/"):
        if scheme:
            return Reference(scheme=scheme, host="", path="", text=reference)
        if ":" in rest.partition("/")[0]:
            raise URLError(main, "first path segment in URL cannot contain colon")
    host = ""
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        host, slash, path = rest[2:].partition("/")
        rest = slash + path
    path = _decoded(main, rest)
    text = reference if scheme or host else _encoded(rest) + tail
    return Reference(scheme=scheme, host=host, path=path, text=text)


def _scheme(reference: str) -> tuple[str, str]:
    for i, letter in enumerate(reference):
        if letter == ":":
            if i == 0:
                raise URLError(reference, "missing protocol scheme")
            return reference[:i].lower(), reference[i + 1 :]
        if letter not in _LETTERS and (i == 0 or letter not in _MARKS):
            break
    return "", reference


def _decoded(reference: str, path: str) -> str:
    if "%" not in path:
        return path
    from urllib.parse import unquote

    for i, letter in enumerate(path):
        if letter == "%" and not (len(path) > i + 2 and path[i + 1] in _HEX and path[i + 2] in _HEX):
            from hivehelm.golang.fmt import quote

            raise URLError(reference, f"invalid URL escape {quote(path[i : i + 3])}")
    return unquote(path, errors="surrogateescape")


def _encoded(path: str) -> str:
    if _UNESCAPED.issuperset(path):
        return path
    from urllib.parse import quote

    # Where one letter needs it, Go encodes the decoded path anew, brackets and quotes included.
    return quote(_decoded(path, path), safe="-_.~$&+,/:;=@", errors="surrogateescape")
