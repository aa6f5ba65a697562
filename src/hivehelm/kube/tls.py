"""The TLS context of a connection to an API server: whom we trust, and our own certificate."""

from __future__ import annotations

from hivehelm.http import tls
from hivehelm.http.errors import TLSConfigError
from hivehelm.kube.errors import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl

    from hivehelm.kube.connection import ConnectionInfo


def context_for(connection: ConnectionInfo, cert_data: bytes, key_data: bytes) -> ssl.SSLContext:
    """Return a context that trusts what `connection` trusts and presents the given PEM certificate, if any.

    Raises:
        ConfigError: a bundle, certificate or key cannot be used; the texts are client-go's.
    """
    try:
        made = tls.context(authorities=connection.ca_data, insecure=connection.insecure)
    except TLSConfigError:
        text = "unable to load root certificates: unable to parse bytes as PEM block"
        raise ConfigError(text) from None
    if cert_data:
        try:
            tls.present(made, cert_data, key_data)
        except TLSConfigError as error:
            raise ConfigError(str(error)) from None
    return made
