"""Everything needed to reach one API server as one user: the result of reading a kubeconfig."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


class ExecPlugin(Record):
    """A user's `exec` stanza (client.authentication.k8s.io); `env` in order, as given."""

    api_version: str
    command: str
    args: Sequence[str] = ()
    env: Sequence[tuple[str, str]] = ()
    interactive_mode: str = "IfAvailable"
    provide_cluster_info: bool = False
    install_hint: str = ""
    config: Any = None


class Impersonation(Record):
    """Who to act as."""

    user: str = ""
    uid: str = ""
    groups: Sequence[str] = ()
    extra: Mapping[str, Sequence[str]] = {}


class ConnectionInfo(Record):
    """How to reach an API server, and as whom; the counterpart of client-go's `rest.Config`.

    `server` is a URL. Certificates and keys are PEM bytes, empty where there are none. `namespace` is the
    one the context and the flags give, `default` where they give none. Its `repr` shows no secret.
    """

    server: str
    namespace: str = "default"
    context: str = ""
    ca_data: bytes = b""
    insecure: bool = False
    tls_server_name: str = ""
    proxy_url: str = ""
    disable_compression: bool = False
    cert_data: bytes = b""
    key_data: bytes = b""
    token: str = ""
    token_file: str = ""
    username: str = ""
    password: str = ""
    exec_plugin: ExecPlugin | None = None
    impersonation: Impersonation | None = None

    def __repr__(self) -> str:
        return (
            f"ConnectionInfo(server={self.server!r}, namespace={self.namespace!r}, context={self.context!r})"
        )

    @property
    def secure(self) -> bool:
        """Whether the server is reached over TLS; credentials are sent only then, as client-go does."""
        return self.server.startswith("https://")
