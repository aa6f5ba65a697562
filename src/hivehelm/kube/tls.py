"""The TLS context of a connection: whom we trust, and our own certificate; no key is left in a file."""

from __future__ import annotations

import os
import ssl
from contextlib import contextmanager

from hivehelm.kube.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hivehelm.kube.connection import ConnectionInfo


def context_for(connection: ConnectionInfo, cert_data: bytes, key_data: bytes) -> ssl.SSLContext:
    """Return a context that trusts what `connection` trusts and presents the given PEM certificate, if any.

    Verification is Go's: TLS 1.2 or later, names from the SANs only, any certificate given is an anchor.

    Raises:
        ConfigError: a bundle, certificate or key cannot be used; the texts are crypto/tls's.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.hostname_checks_common_name = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if connection.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif connection.ca_data:
        try:
            context.load_verify_locations(cadata=connection.ca_data.decode("ascii", "ignore"))
        except (ssl.SSLError, ValueError):
            raise ConfigError(
                "unable to load root certificates: unable to parse bytes as PEM block"
            ) from None
    else:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if cert_data:
        _present(context, cert_data, key_data)
    return context


def _present(context: ssl.SSLContext, cert_data: bytes, key_data: bytes) -> None:
    for data, what in ((cert_data, "certificate"), (key_data, "key")):
        if b"-----BEGIN " not in data:
            raise ConfigError(f"tls: failed to find any PEM data in {what} input")
    try:
        with _transient(cert_data + b"\n" + key_data) as path:
            # The empty password keeps OpenSSL from asking the terminal for one.
            context.load_cert_chain(path, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise ConfigError("tls: private key does not match public key") from None
        raise ConfigError("tls: failed to parse certificate or private key") from None


@contextmanager
def _transient(data: bytes) -> Iterator[str]:
    """Yield a path that holds `data` for a while: in memory where the system can, else a private file."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("credential", os.MFD_CLOEXEC)
        path = f"/proc/self/fd/{descriptor}"
        if os.path.exists(path):
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                yield path
            return
        os.close(descriptor)
    import tempfile

    descriptor, path = tempfile.mkstemp()  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        yield path
    finally:
        os.unlink(path)
