"""TLS contexts: whom we trust, and our own certificate; no key is left in a file."""

from __future__ import annotations

import os
import ssl
from contextlib import contextmanager

from hivehelm.http.errors import TLSConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def context(
    *, authorities: bytes = b"", certificate: bytes = b"", key: bytes = b"", insecure: bool = False
) -> ssl.SSLContext:
    """Return a context that trusts the given authorities, else the system's, and may present a certificate.

    All are PEM. Verification is Go's: TLS 1.2 or later, names from the SANs only, any certificate given is
    an anchor. `insecure` verifies nothing.

    Raises:
        TLSConfigError: something given cannot be used; the texts are crypto/tls's.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.hostname_checks_common_name = False
    made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if insecure:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    if authorities:
        trust(made, authorities)
    elif not insecure:
        made.load_default_certs(ssl.Purpose.SERVER_AUTH)
    if certificate:
        present(made, certificate, key)
    return made


def trust(made: ssl.SSLContext, authorities: bytes) -> None:
    """Let a context trust the certificates of a PEM bundle.

    Raises:
        TLSConfigError: there is none in it.
    """
    try:
        made.load_verify_locations(cadata=authorities.decode("ascii", "ignore"))
    except (ssl.SSLError, ValueError):
        raise TLSConfigError("failed to append certificates from pem block") from None


def present(made: ssl.SSLContext, certificate: bytes, key: bytes) -> None:
    """Let a context present a certificate (`tls.X509KeyPair`).

    Raises:
        TLSConfigError: they are not a pair, or broken.
    """
    for data, what in ((certificate, "certificate"), (key, "key")):
        if b"-----BEGIN " not in data:
            raise TLSConfigError(f"tls: failed to find any PEM data in {what} input")
    try:
        with _transient(certificate + b"\n" + key) as path:
            # The empty password keeps OpenSSL from asking the terminal for one.
            made.load_cert_chain(path, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TLSConfigError("tls: private key does not match public key") from None
        raise TLSConfigError("tls: failed to parse certificate or private key") from None


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
