"""The file with registries' credentials: Docker's `config.json`, of which Helm keeps one of its own.

What is in it besides stays as it is, to the letter. Source: oras-go's `credentials/internal/config`.
"""

from __future__ import annotations

import os

from hivehelm.sources.oci.credential import NOBODY, Credential
from hivehelm.sources.oci.errors import RegistryConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_INVALID = "invalid config format"
_MAX_SIZE = 16 << 20


class ConfigFile:
    """A configuration file in memory.

    Attributes:
        path: where it is, or will be.
        store: the helper that keeps credentials, "" for none.
        helpers: helpers of some registries only, by address.
    """

    def __init__(self, path: str) -> None:
        """Read the file; one that is not there is empty.

        Raises:
            RegistryConfigError: it cannot be read, or says something else.
        """
        self.path = path
        self._content: dict[str, str] = {}
        self._auths: dict[str, str] = {}
        self.store = ""
        self.helpers: dict[str, str] = {}
        text = _read(path)
        if text.strip(" \t\r\n"):
            self._take(text)

    def _take(self, text: str) -> None:
        from hivehelm.golang.json import JSONError
        from hivehelm.golang.jsonread import first
        from hivehelm.sources.oci.rawjson import members

        try:
            value, end = first(text)
            if not isinstance(value, dict) and value is not None:
                raise JSONError(_mismatch(value, "", "map[string]json.RawMessage"))
        except JSONError as error:
            raise RegistryConfigError(
                f"failed to decode config file {self.path}: {_INVALID}: {error}"
            ) from None
        if value is None:
            return
        self._content = members(text[:end])
        store = value.get("credsStore")
        if store is not None and not isinstance(store, str):
            raise _bad_field("creds store", _mismatch(store, "", "string"))
        self.store = store or ""
        self.helpers = _strings(value.get("credHelpers"))
        auths = value.get("auths")
        if auths is not None and not isinstance(auths, dict):
            raise _bad_field("auths", _mismatch(auths, "", "map[string]json.RawMessage"))
        if auths:
            self._auths = members(self._content["auths"])

    def speaks_of_credentials(self) -> bool:
        """Tell whether the file says anything of where credentials are."""
        return bool(self.store or self.helpers or self._auths)

    def get(self, server: str) -> Credential:
        """Return the credential kept for an address; old entries with a scheme and a path count, too.

        Raises:
            RegistryConfigError: the entry cannot be understood.
        """
        found = self._auths.get(server)
        if found is None:
            found = next((raw for name, raw in self._auths.items() if _host(name) == server), None)
        return NOBODY if found is None else _credential(found)

    def put(self, server: str, credential: Credential) -> None:
        """Keep a credential under an address, and write the file.

        Raises:
            RegistryConfigError: the name has a colon, or the file cannot be written.
        """
        from hivehelm.golang.json import quote

        if ":" in credential.username:
            raise RegistryConfigError("bad credential format: colons(:) are not allowed in username")
        fields = (
            ("auth", _encoded(credential)),
            ("identitytoken", credential.refresh_token),
            ("registrytoken", credential.access_token),
        )
        self._auths[server] = "{" + ",".join(f'"{name}":{quote(text)}' for name, text in fields if text) + "}"
        self._save()

    def delete(self, server: str) -> None:
        """Forget an address, and write the file if it was there.

        Raises:
            RegistryConfigError: the file cannot be written.
        """
        if self._auths.pop(server, None) is not None:
            self._save()

    def keep_store(self, helper: str) -> None:
        """Note the helper that keeps credentials from now on, and write the file.

        Raises:
            RegistryConfigError: the file cannot be written.
        """
        self.store = helper
        self._save()

    def _save(self) -> None:
        """Write the file: there whole or not at all, for nobody else to read."""
        from hivehelm.golang.json import quote
        from hivehelm.sources.oci.rawjson import indented, sorted_object

        content = dict(self._content)
        content.pop("credsStore", None)
        if self.store:
            content["credsStore"] = quote(self.store)
        content["auths"] = sorted_object(self._auths)
        self._content = content
        data = indented(sorted_object(content)).encode("utf-8", "surrogateescape")
        directory = os.path.dirname(self.path) or "."
        _make_private(directory)
        _replace(self.path, directory, data)


def _make_private(directory: str) -> None:
    """Make a directory and those above it, each for nobody else to look into."""
    missing: list[str] = []
    above = directory
    while above and not os.path.isdir(above):
        missing.append(above)
        above = os.path.dirname(above)
    try:
        for name in reversed(missing):
            os.mkdir(name, 0o700)
    except OSError as error:
        problem = f"mkdir {name}: {'not a directory' if os.path.exists(name) else _reason(error)}"
        raise RegistryConfigError(f"failed to make directory {directory}: {problem}") from None


def _replace(path: str, directory: str, data: bytes) -> None:
    import secrets

    part = os.path.join(directory, f"oras_credstore_temp_{secrets.randbelow(1 << 32)}")
    try:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        problem = f"failed to create ingest file: open {part}: {_reason(error)}"
        raise RegistryConfigError(f"failed to save config file: {problem}") from None
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o600)
            file.write(data)
        os.replace(part, path)
    except OSError as error:
        os.unlink(part)
        problem = f"rename {part} {path}: {_reason(error)}"
        raise RegistryConfigError(f"failed to save config file: {problem}") from None


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return file.read(_MAX_SIZE).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""
    except IsADirectoryError:
        problem = f"{_INVALID}: read {path}: is a directory"
        raise RegistryConfigError(f"failed to decode config file {path}: {problem}") from None
    except OSError as error:
        problem = f"open {path}: {_reason(error)}"
        raise RegistryConfigError(f"failed to open config file at {path}: {problem}") from None


def _reason(error: OSError) -> str:
    return os.strerror(error.errno or 0).lower()


def _strings(value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _bad_field("cred helpers", _mismatch(value, "", "map[string]string"))
    for text in value.values():
        if text is not None and not isinstance(text, str):
            raise _bad_field("cred helpers", _mismatch(text, "", "string"))
    return {name: text or "" for name, text in value.items()}


def _bad_field(name: str, problem: str) -> RegistryConfigError:
    return RegistryConfigError(f"failed to unmarshal {name} field: {_INVALID}: {problem}")


def _mismatch(value: Any, field: str, wanted: str) -> str:
    from hivehelm.golang.json import kind_name

    where = f"struct field {field}" if field else "value"
    return f"json: cannot unmarshal {kind_name(value)} into Go {where} of type {wanted}"


def _credential(raw: str) -> Credential:
    from hivehelm.golang.json import loads

    found = loads(raw)
    if not isinstance(found, dict):
        if found is None:
            return NOBODY
        raise _bad_field("auth", _mismatch(found, "", "config.AuthConfig"))
    fields = {}
    for key, value in found.items():
        name = key.lower()
        if name in ("auth", "identitytoken", "registrytoken", "username", "password"):
            if value is not None and not isinstance(value, str):
                raise _bad_field("auth", _mismatch(value, f"AuthConfig.{name}", "string"))
            fields[name] = value or ""
    username, password = fields.get("username", ""), fields.get("password", "")
    if fields.get("auth"):
        username, password = _decoded(fields["auth"])
    return Credential(
        username=username,
        password=password,
        refresh_token=fields.get("identitytoken", ""),
        access_token=fields.get("registrytoken", ""),
    )


def _encoded(credential: Credential) -> str:
    from binascii import b2a_base64

    if not (credential.username or credential.password):
        return ""
    text = f"{credential.username}:{credential.password}"
    return b2a_base64(text.encode("utf-8", "surrogateescape"), newline=False).decode()


def _decoded(auth: str) -> tuple[str, str]:
    from hivehelm.golang.base64 import CorruptInputError, decode64

    try:
        text = decode64(auth.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")
    except CorruptInputError as error:
        raise RegistryConfigError(f"failed to decode auth field: {_INVALID}: {error}") from None
    username, colon, password = text.partition(":")
    if not colon:
        # Helm prints the whole of it, which may be a password.
        problem = "auth does not conform the base64(username:password) format"
        raise RegistryConfigError(f"failed to decode auth field: {_INVALID}: {problem}")
    return username, password


def _host(name: str) -> str:
    """Return the host of an old entry, `https://host/path`."""
    return name.removeprefix("http://").removeprefix("https://").partition("/")[0]
