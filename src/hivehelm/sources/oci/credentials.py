"""Who one is to which registry: Helm's file, then Docker's, and the helper programs that they name.

Source: oras-go's `registry/remote/credentials`.
"""

from __future__ import annotations

import os

from hivehelm.sources.oci.credential import NOBODY, Credential

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hivehelm.sources.oci.configfile import ConfigFile

_DOCKER_HUB = "https://index.docker.io/v1/"


def address(host: str) -> str:
    """Return what credentials for a registry are kept under: Docker Hub's are under the URL of its index."""
    return _DOCKER_HUB if host in ("docker.io", "registry-1.docker.io") else host


class Store:
    """Credentials in one configuration file and the helpers that it names; read when first needed.

    A file that says nothing of credentials leaves them to the platform's helper, where that is installed.
    """

    def __init__(self, path: str, environ: Mapping[str, str]) -> None:
        self._path = path
        self._environ = environ
        self._config: ConfigFile | None = None
        self._detected = ""

    def load(self) -> ConfigFile:
        """Return what the file says, read once.

        Raises:
            RegistryConfigError: it cannot be read, or is no such file.
        """
        if self._config is None:
            from hivehelm.sources.oci.configfile import ConfigFile

            self._config = ConfigFile(self._path)
            if not self._config.speaks_of_credentials():
                self._detected = _platform_helper(self._environ)
        return self._config

    def _helper(self, server: str) -> str:
        config = self.load()
        return config.helpers.get(server) or config.store or self._detected

    def get(self, server: str) -> Credential:
        """Return what is known for an `address`.

        Raises:
            RegistryConfigError, CredentialHelperError: it cannot be found out.
        """
        if helper := self._helper(server):
            from hivehelm.sources.oci import credentialhelper

            return credentialhelper.get(helper, server, self._environ)
        return self.load().get(server)

    def put(self, server: str, credential: Credential) -> None:
        """Keep a credential, and the name of the platform's helper if that keeps it.

        Raises:
            RegistryConfigError, CredentialHelperError: it cannot be kept.
        """
        if helper := self._helper(server):
            from hivehelm.sources.oci import credentialhelper

            credentialhelper.store(helper, server, credential, self._environ)
        else:
            self.load().put(server, credential)
        if self._detected:
            self.load().keep_store(self._detected)
            self._detected = ""

    def delete(self, server: str) -> None:
        """Forget a credential, if there is one.

        Raises:
            RegistryConfigError, CredentialHelperError: it cannot be forgotten.
        """
        if helper := self._helper(server):
            from hivehelm.sources.oci import credentialhelper

            credentialhelper.erase(helper, server, self._environ)
        else:
            self.load().delete(server)


class Stores:
    """Helm's own store, where credentials are kept, and Docker's, which is only asked."""

    def __init__(self, path: str, environ: Mapping[str, str]) -> None:
        self._own = Store(path, environ)
        docker = docker_config(environ)
        self._docker = Store(docker, environ) if docker else None

    def check(self) -> None:
        """Read Helm's file, and Docker's if it can be read.

        Raises:
            RegistryConfigError: Helm's is none.
        """
        from hivehelm.sources.oci.errors import RegistryConfigError

        self._own.load()
        if self._docker is not None:
            try:
                self._docker.load()
            except RegistryConfigError:
                self._docker = None

    def get(self, host: str) -> Credential:
        """Return the credential for a host; `NOBODY` where none is known.

        Raises:
            RegistryConfigError, CredentialHelperError: it cannot be found out.
        """
        server = address(host)
        return self._own.get(server) or (self._docker.get(server) if self._docker is not None else NOBODY)

    def put(self, host: str, credential: Credential) -> None:
        """Keep a credential in Helm's store."""
        self._own.put(address(host), credential)

    def delete(self, host: str) -> None:
        """Forget a credential of Helm's store."""
        self._own.delete(address(host))


def docker_config(environ: Mapping[str, str]) -> str:
    """Return the path of Docker's configuration file; "" without a home directory."""
    if directory := environ.get("DOCKER_CONFIG", ""):
        return os.path.join(directory, "config.json")
    home = environ.get("HOME", "")
    return os.path.join(home, ".docker", "config.json") if home else ""


def _platform_helper(environ: Mapping[str, str]) -> str:
    """Return the helper that Docker would choose on this system, "" where it is not installed."""
    import sys

    from hivehelm.sources.oci.credentialhelper import PREFIX, look_up

    if sys.platform == "darwin":
        name = "osxkeychain"
    else:
        name = "pass" if look_up("pass", environ) else "secretservice"
    return name if look_up(PREFIX + name, environ) else ""
