"""The headers and certificates that say who we are, for each request."""

from __future__ import annotations

import base64
import threading
import time

from hivehelm.kube.errors import CredentialsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from hivehelm.kube.connection import ConnectionInfo
    from hivehelm.kube.exec_plugin import PluginCredential, PluginRunner

# client-go rereads a token file each minute, ten seconds early (transport.NewCachedFileTokenSource).
TOKEN_FILE_SECONDS = 50.0


class Credentials:
    """Who we are on one connection; safe to use from several threads.

    Precedence is client-go's: a token, basic auth or a certificate of the kubeconfig keeps its exec plugin
    from being run; credentials are sent over TLS only, impersonation always.
    """

    def __init__(self, connection: ConnectionInfo, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Prepare the credentials of `connection`; nothing is run or read yet.

        Raises:
            CredentialsError: the exec plugin's apiVersion is none that we speak.
        """
        self._connection = connection
        self._clock = clock
        self._lock = threading.Lock()
        self._token = connection.token.strip()
        self._token_read = clock()
        self._plugin: PluginRunner | None = None
        self._used: PluginCredential | None = None
        static = connection.token or connection.username or (connection.cert_data and connection.key_data)
        if connection.exec_plugin is not None and not static:
            from hivehelm.kube.exec_plugin import PluginRunner

            self._plugin = PluginRunner(connection.exec_plugin, connection)

    def headers(self) -> list[tuple[str, str]]:
        """Return the headers that identify us now; a name may come more than once (impersonated groups).

        Raises:
            CredentialsError: the plugin failed.
        """
        return [*self._authorization(), *self._impersonation()]

    def client_certificate(self) -> tuple[bytes, bytes]:
        """Return the client certificate and its key as PEM, empty where there are none.

        Raises:
            CredentialsError: the plugin failed.
        """
        if self._plugin is not None:
            held = self._plugin_credential()
            return held.cert_data, held.key_data
        return self._connection.cert_data, self._connection.key_data

    def refused(self) -> bool:
        """React to a 401: run the plugin again. Return whether there is a new credential to try.

        As with client-go the refused request is not sent again; the next one has the new credential.
        """
        if self._plugin is None or self._used is None:
            return False
        try:
            fresh = self._plugin.refresh(self._used)
        except CredentialsError:
            return False
        changed = fresh != self._used
        self._used = fresh
        return changed

    def _authorization(self) -> list[tuple[str, str]]:
        info = self._connection
        if not info.secure:
            return []
        if info.username or info.password:
            pair = base64.b64encode(f"{info.username}:{info.password}".encode()).decode()
            return [("Authorization", f"Basic {pair}")]
        token = self._plugin_credential().token if self._plugin is not None else self._current_token()
        return [("Authorization", f"Bearer {token}")] if token else []

    def _plugin_credential(self) -> PluginCredential:
        assert self._plugin is not None  # noqa: S101
        try:
            self._used = self._plugin.credential()
        except CredentialsError as error:
            raise CredentialsError(f"getting credentials: {error}") from None
        return self._used

    def _current_token(self) -> str:
        if not self._connection.token_file:
            return self._token
        with self._lock:
            if self._clock() - self._token_read >= TOKEN_FILE_SECONDS:
                self._token_read = self._clock()
                try:
                    with open(self._connection.token_file, encoding="utf-8") as file:
                        self._token = file.read(1 << 20).strip() or self._token
                except OSError:
                    pass  # The last good token may still be valid; client-go keeps it too.
            return self._token

    def _impersonation(self) -> list[tuple[str, str]]:
        who = self._connection.impersonation
        if who is None:
            return []
        headers = [("Impersonate-User", who.user)]
        if who.uid:
            headers.append(("Impersonate-Uid", who.uid))
        headers += [("Impersonate-Group", group) for group in who.groups]
        for key, values in who.extra.items():
            headers += [(f"Impersonate-Extra-{_header_key(key)}", value) for value in values]
        return headers


def _header_key(key: str) -> str:
    """Percent-encode what a header's name cannot hold (transport's `headerKeyEscape`)."""
    legal = "!#$&'*+-.^_`|~"
    return "".join(
        chr(byte) if byte < 128 and (chr(byte).isalnum() or chr(byte) in legal) else f"%{byte:02X}"
        for byte in key.encode()
    )
