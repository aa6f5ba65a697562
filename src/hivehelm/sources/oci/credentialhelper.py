"""Programs that keep credentials: `docker-credential-NAME get|store|erase` (docker-credential-helpers)."""

from __future__ import annotations

import os

from hivehelm.limits import Paused
from hivehelm.sources.oci.credential import NOBODY, Credential
from hivehelm.sources.oci.errors import CredentialHelperError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "docker-credential-"

_TOKEN = "<token>"  # noqa: S105 - the name that says that the secret is a token
_NOT_FOUND = "credentials not found in native keychain"
_MAX_ANSWER = 1 << 20


def get(name: str, server: str, environ: Mapping[str, str]) -> Credential:
    """Return what the helper `name` knows for a server; `NOBODY` where it says that it knows nothing.

    Raises:
        CredentialHelperError: there is no such program, it fails, or its answer is none.
    """
    from hivehelm.golang.json import JSONError, loads

    try:
        answer = _run(name, "get", server, environ)
    except CredentialHelperError as error:
        if str(error) == _NOT_FOUND:
            return NOBODY
        raise
    try:
        found = loads(answer)
    except JSONError as error:
        raise CredentialHelperError(str(error)) from None
    fields = {key.lower(): value for key, value in found.items()} if isinstance(found, dict) else {}
    username, secret = fields.get("username") or "", fields.get("secret") or ""
    if not isinstance(username, str) or not isinstance(secret, str):
        raise CredentialHelperError(f"{PREFIX}{name}: the answer is no credential")
    if username == _TOKEN:
        return Credential(refresh_token=secret)
    return Credential(username=username, password=secret)


def store(name: str, server: str, credential: Credential, environ: Mapping[str, str]) -> None:
    """Have the helper keep a credential.

    Raises:
        CredentialHelperError: it is not there, or fails.
    """
    from hivehelm.golang.json import dumps, quote

    username, secret = credential.username, credential.password
    if credential.refresh_token:
        username, secret = _TOKEN, credential.refresh_token
    pairs = (("ServerURL", server), ("Username", username), ("Secret", secret))
    document = ",".join(f"{dumps(key)}:{quote(value)}" for key, value in pairs)
    _run(name, "store", f"{{{document}}}", environ)


def erase(name: str, server: str, environ: Mapping[str, str]) -> None:
    """Have the helper forget a server's credential.

    Raises:
        CredentialHelperError: it is not there, or fails.
    """
    _run(name, "erase", server, environ)


def look_up(program: str, environ: Mapping[str, str]) -> str:
    """Return where a program is on the path, "" if it is not; never in the current directory (`LookPath`)."""
    for directory in environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(directory, program)
        if directory.startswith("/") and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return ""


def _run(name: str, action: str, given: str, environ: Mapping[str, str]) -> bytes:
    """Run a helper and return what it prints; its standard error is the user's."""
    import subprocess

    from hivehelm.golang.fmt import quote

    program = PREFIX + name
    path = look_up(program, environ) if "/" not in program else ""
    if not path:
        if program == f"{PREFIX}desktop.exe":
            raise CredentialHelperError(
                "credentials store is configured to `desktop.exe` but Docker Desktop seems not running"
            )
        reason = "no such file or directory" if "/" in program else "executable file not found in $PATH"
        label = f"fork/exec {program}" if "/" in program else f"exec: {quote(program)}"
        raise CredentialHelperError(f"{label}: {reason}")
    try:
        with Paused():
            done = subprocess.run(  # noqa: S603 - the user's own program, by a path without a shell
                [path, action],
                input=given.encode("utf-8", "surrogateescape"),
                stdout=subprocess.PIPE,
                check=False,
                env=dict(environ),
            )
    except OSError as error:
        problem = os.strerror(error.errno or 0).lower()
        raise CredentialHelperError(f"fork/exec {path}: {problem}") from None
    if done.returncode == 0:
        return done.stdout[:_MAX_ANSWER]
    said = done.stdout[:_MAX_ANSWER].strip().decode("utf-8", "surrogateescape")
    code = done.returncode
    raise CredentialHelperError(said or (f"exit status {code}" if code > 0 else f"signal: {_signal(-code)}"))


def _signal(number: int) -> str:
    import signal

    return (signal.strsignal(number) or str(number)).lower()
