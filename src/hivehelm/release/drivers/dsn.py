"""Connection strings of PostgreSQL as Helm reads them: Go's lib/pq 1.12.3, told to libpq.

The two agree on most. Where they do not, lib/pq's ways win: TLS is required unless `sslmode` says otherwise,
the host is `localhost` and not a socket, unknown settings are run-time parameters of the server.
"""

from __future__ import annotations

from hivehelm.release.errors import SQLConnectionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# What libpq takes under the same name; `PG*` variables it reads by itself.
_LIBPQ = frozenset(
    (  # noqa: SIM905 - a list of so many is harder to read
        "host hostaddr port dbname user password passfile options application_name fallback_application_name "
        "sslmode sslnegotiation sslcert sslkey sslrootcert sslsni ssl_min_protocol_version "
        "ssl_max_protocol_version krbsrvname connect_timeout client_encoding target_session_attrs "
        "load_balance_hosts service"
    ).split(" ")
)
_MODES = ("disable", "allow", "prefer", "require", "verify-full", "verify-ca")
# lib/pq takes these for itself, and they mean nothing here.
_OWN = frozenset({"binary_parameters", "disable_prepared_binary_result", "sslinline", "krbspn"})
_PARAMETERS = {"tz": "TimeZone", "geqo": "geqo", "datestyle": "DateStyle"}
_REFUSED = tuple(
    (  # noqa: SIM905
        "PGREQUIRESSL PGSSLCOMPRESSION PGREALM PGGSSENCMODE PGGSSDELEGATION PGGSSLIB PGREQUIREAUTH "
        "PGCHANNELBINDING PGSSLCERTMODE PGSSLCRL PGSSLCRLDIR PGREQUIREPEER PGKRBSRVNAME"
    ).split(" ")
)


def settings(text: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what a connection string says, as keywords for libpq.

    `text` is a URL (`postgres://` or `postgresql://`) or has the form `key=value key='a value'`. `environ` is
    asked for what lib/pq refuses and for what has other defaults in libpq, which reads the other variables
    itself.

    Raises:
        SQLConnectionError: it cannot be read; the error never quotes a password.
    """
    for name in environ:
        if name in _REFUSED:
            kerberos = " as Kerberos is not enabled" if name == "PGKRBSRVNAME" else ""
            raise SQLConnectionError(f"pq: environment variable ${name} is not supported{kerberos}")
    found = _of_url(text) if text.startswith(("postgres://", "postgresql://")) else _of_pairs(text)
    if "database" in found:
        found["dbname"] = found.pop("database")
    _check(found)
    given = {name: value for name, value in found.items() if name in _LIBPQ}
    parameters = {
        _PARAMETERS.get(name, name): value
        for name, value in found.items()
        if name not in _LIBPQ and name not in _OWN
    }
    if parameters:
        given["options"] = " ".join(
            [given.get("options") or environ.get("PGOPTIONS", ""), *map(_option, parameters.items())]
        ).strip()
    host = given.get("host") or environ.get("PGHOST", "")
    if not host and not (given.get("hostaddr") or environ.get("PGHOSTADDR")):
        given["host"] = host = "localhost"
    if host.startswith(("/", "@")):
        given["sslmode"] = "disable"
    elif not given.get("sslmode") and not environ.get("PGSSLMODE"):
        system = (given.get("sslrootcert") or environ.get("PGSSLROOTCERT")) == "system"
        given["sslmode"] = "verify-full" if system else "require"
    given.setdefault("client_encoding", "UTF8")
    if "user" not in given and not environ.get("PGUSER") and environ.get("USER"):
        given["user"] = environ["USER"]
    if found.get("sslinline", "").lower() in ("1", "t", "true", "y", "yes", "on"):
        given.update(_inline(given))
    return given


def _check(found: Mapping[str, str]) -> None:
    from hivehelm.golang.fmt import quote

    mode = found.get("sslmode", "require")
    if mode not in _MODES:
        modes = f"{', '.join(_MODES[:-1])}, or {_MODES[-1]}"
        raise SQLConnectionError(
            f'pq: wrong value for "sslmode": {quote(mode)} is not supported; supported values are {modes}'
        )
    for port in found.get("port", "").split(","):
        if port and not (port.isascii() and port.isdigit() and int(port) < 65536):
            raise SQLConnectionError(
                f'pq: wrong value for "port": strconv.ParseUint: parsing {quote(port)}: invalid syntax'
            )
    timeout = found.get("connect_timeout", "0")
    if not timeout.lstrip("+-").isdecimal():
        problem = f"strconv.ParseInt: parsing {quote(timeout)}: invalid syntax"
        raise SQLConnectionError(f'pq: wrong value for "connect_timeout": {problem}')
    encoding = found.get("client_encoding", "UTF8")
    if encoding.lower().replace("-", "").replace("_", "") not in ("utf8", "unicode", ""):
        raise SQLConnectionError(
            f'pq: unsupported client_encoding {quote(encoding)}: must be absent or "UTF8"'
        )
    style = found.get("datestyle", "ISO, MDY")
    if style != "ISO, MDY":
        raise SQLConnectionError(f'pq: unsupported datestyle {quote(style)}: must be absent or "ISO, MDY"')


def _of_url(text: str) -> dict[str, str]:
    from urllib.parse import parse_qsl, unquote, urlsplit

    try:
        url = urlsplit(text)
        user, password = unquote(url.username or ""), unquote(url.password or "")
        place = url.netloc.rpartition("@")[2]
    except ValueError as error:
        raise SQLConnectionError("the URL of the database cannot be read") from error
    if "%2f" in place.lower():
        raise SQLConnectionError('the URL of the database cannot be read: invalid URL escape "%2F"')
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        host, port = place, ""
    if port and not port.isdecimal():
        raise SQLConnectionError("the URL of the database cannot be read: invalid port after host")
    pairs = {
        "user": user,
        "password": password,
        "host": host.removeprefix("[").removesuffix("]"),
        "port": port,
        "dbname": unquote(url.path[1:]),
    }
    # Of a setting that is repeated the first counts.
    pairs.update(reversed(parse_qsl(url.query)))
    return {name: value for name, value in pairs.items() if value}


def _of_pairs(text: str) -> dict[str, str]:
    """Return the pairs of `key=value key = 'a value'`; a backslash takes the next character as it is."""
    from hivehelm.golang.fmt import quote

    found: dict[str, str] = {}
    place, end = 0, len(text)

    def skip(at: int) -> int:
        while at < end and text[at].isspace():
            at += 1
        return at

    while (place := skip(place)) < end:
        start = place
        while place < end and not text[place].isspace() and text[place] != "=":
            place += 1
        name = text[start:place]
        place = skip(place)
        if place >= end or text[place] != "=":
            # What has no "=" may well be the end of a password with a space in it.
            shown = quote(name) if name in _LIBPQ else "a word"
            raise SQLConnectionError(f'missing "=" after {shown} in connection info string')
        place = skip(place + 1)
        quoted = place < end and text[place] == "'"
        place += quoted
        value: list[str] = []
        while place < end and not (text[place] == "'" if quoted else text[place].isspace()):
            if text[place] == "\\":
                place += 1
                if place >= end:
                    if quoted:
                        break
                    raise SQLConnectionError("missing character after backslash")
            value.append(text[place])
            place += 1
        if quoted:
            if place >= end:
                raise SQLConnectionError("unterminated quoted string literal in connection string")
            place += 1
        found[name] = "".join(value)
    return found


def _option(parameter: tuple[str, str]) -> str:
    """Return a run-time parameter as an option of the server's command line."""
    name, value = parameter
    escaped = value.replace("\\", "\\\\").replace(" ", "\\ ")
    return f"-c {name}={escaped}"


def _inline(given: Mapping[str, str]) -> dict[str, str]:
    """Return certificates and keys that came as PEM text as files; they are gone when the process ends."""
    import atexit
    import os
    import shutil
    import tempfile

    directory = tempfile.mkdtemp(prefix="hivehelm-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    paths = {}
    for name in ("sslcert", "sslkey", "sslrootcert"):
        if text := given.get(name):
            path = os.path.join(directory, name)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)
            paths[name] = path
    return paths
