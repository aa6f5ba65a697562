"""The server's certificate: loaded, and loaded again when its files change."""

from __future__ import annotations

import os
import ssl
import threading

from hivehelm.errors import HivehelmError
from hivehelm.http.errors import TLSConfigError
from hivehelm.http.tls import present

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LOOK = 10.0
_MOST = 4 << 20


class CertificateFileError(HivehelmError):
    """The server's certificate, its key, or the authorities of clients cannot be used."""


class Certificates:
    """TLS as the server speaks it: 1.2 and later, with the certificate of `cert_file` and its key.

    With `client_ca_file` only clients are spoken to that show a certificate of those authorities; who they
    are is still a matter of their token. The files are looked at every ten seconds:
    connections that come after a change get the new certificate.

    Raises:
        CertificateFileError: a file cannot be read, or they do not belong together.
    """

    def __init__(self, cert_file: str, key_file: str, client_ca_file: str = "") -> None:
        self._cert_file = cert_file
        self._key_file = key_file
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
        context.set_alpn_protocols(["http/1.1"])
        if client_ca_file:
            context.verify_mode = ssl.CERT_REQUIRED
            try:
                context.load_verify_locations(client_ca_file)
            except (OSError, ssl.SSLError) as error:
                raise CertificateFileError(
                    f"the authorities of clients in {client_ca_file} cannot be used: {_why(error)}"
                ) from None
        self.context = context
        self._seen = self._look()
        self._load()

    def factory(self, *_: Any) -> ssl.SSLContext:
        """Return the context, as uvicorn asks for it, and keep it fresh from now on."""
        thread = threading.Thread(target=self._watch, name="certificates", daemon=True)
        thread.start()
        return self.context

    def refresh(self) -> bool:
        """Load the files again if they changed; tell whether they were. What cannot be used is left alone."""
        seen = self._look()
        if seen == self._seen:
            return False
        try:
            self._load()
        except CertificateFileError:
            return False  # They may be half written: the next look will tell.
        self._seen = seen
        return True

    def _watch(self) -> None:
        never = threading.Event()
        while not never.wait(_LOOK):
            self.refresh()

    def _look(self) -> list[tuple[int, int]]:
        found = []
        for path in (self._cert_file, self._key_file):
            try:
                state = os.stat(path)
            except OSError:
                found.append((0, 0))
            else:
                found.append((state.st_mtime_ns, state.st_ino))
        return found

    def _load(self) -> None:
        try:
            # Once: between two looks, somebody may have put others there.
            certificate, key = (_content(path) for path in (self._cert_file, self._key_file))
            # A context that got a certificate without its key would be broken: tried elsewhere first.
            for context in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), self.context):
                present(context, certificate, key)
        except (OSError, TLSConfigError) as error:
            raise CertificateFileError(
                f"the certificate in {self._cert_file} with the key in {self._key_file} "
                f"cannot be used: {_why(error)}"
            ) from None


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(_MOST)


def _why(error: OSError | TLSConfigError) -> str:
    if isinstance(error, TLSConfigError):
        return str(error)
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is no PEM").replace("_", " ").lower()
    return error.strerror or str(error)
