"""A real OCI registry on loopback, as an oracle for tests."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from hivehelm.cluster import guard, ports, processes
from hivehelm.cluster.build import binary
from hivehelm.cluster.certificates import Authority
from hivehelm.cluster.errors import PartError
from hivehelm.cluster.progress import silent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from hivehelm.cluster.progress import Report

_PATIENCE = 60.0


class Registry:
    """A registry (github.com/distribution/distribution) with a store of its own.

    Used as a context manager: it runs inside the `with`, and is gone after it, or when this process dies.

    Attributes:
        address: `host:port`, as in `oci://host:port/charts/name`.
        secure: whether it speaks TLS.
        ca_file: the authority that signed its certificate, in PEM.
        cert_file, key_file: a certificate and key for clients, signed by the same authority.
    """

    def __init__(
        self,
        report: Report = silent,
        *,
        users: Mapping[str, str] | None = None,
        tls: bool = False,
        clients: bool = False,
    ) -> None:
        """Prepare a registry: plain HTTP and no login, unless `tls` or `users`, passwords by name, are given.

        With `clients`, which goes with `tls`, it only speaks to who shows a certificate.
        """
        self._binary = binary("registry", report)
        self._scratch = tempfile.TemporaryDirectory(prefix="hivehelm-registry-")
        self._users = dict(users or {})
        self._clients = clients
        self.secure = tls
        self.address = f"{ports.LOOPBACK}:{ports.choose()}"
        self.ca_file = self.cert_file = self.key_file = ""
        if tls:
            authority = Authority(Path(self._scratch.name) / "pki")
            self._server = authority.server("registry", [ports.LOOPBACK, "localhost"])
            client = authority.client("client", "client")
            self.ca_file = str(authority.pair.certificate)
            self.cert_file, self.key_file = str(client.certificate), str(client.key)

    def __enter__(self) -> Registry:
        directory = Path(self._scratch.name)
        log = directory / "log"
        configuration = directory / "config.yml"
        configuration.write_text(
            "version: 0.1\n"
            "log: {level: warn, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {directory / 'store'}}}, delete: {{enabled: true}}}}\n"
            f"http: {{addr: '{self.address}'{self._tls()}}}\n"
            f"{self._auth(directory / 'htpasswd')}"
        )
        environment = {"PATH": os.defpath, "HOME": str(directory), "OTEL_TRACES_EXPORTER": "none"}
        command = [str(self._binary), "serve", str(configuration)]
        self._process = processes.start(command, log, directory, environment)
        guard.watch(processes.this(), ends=[self._process], removes=[directory])
        deadline = time.monotonic() + _PATIENCE
        # Who answers may be another one, where this one's port was taken meanwhile.
        while not (self._answers() and processes.alive(self._process)):
            if not processes.alive(self._process) or time.monotonic() > deadline:
                last = tuple(log.read_text(errors="replace").splitlines()[-5:])
                self.__exit__(None, None, None)
                raise PartError("registry", "does not start", output=last)
            time.sleep(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        processes.stop([self._process], grace=2.0)
        self._scratch.cleanup()

    def _tls(self) -> str:
        if not self.secure:
            return ""
        clients = f", clientcas: ['{self.ca_file}']" if self._clients else ""
        pair = self._server
        return f", tls: {{certificate: '{pair.certificate}', key: '{pair.key}'{clients}}}"

    def _auth(self, path: Path) -> str:
        if not self._users:
            return ""
        import bcrypt

        # The cheapest that bcrypt has: these passwords protect nothing.
        lines = [
            f"{name}:{bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()}\n"
            for name, password in self._users.items()
        ]
        path.write_text("".join(lines))
        return f"auth: {{htpasswd: {{realm: test, path: '{path}'}}}}\n"

    def _answers(self) -> bool:
        from hivehelm.http.client import Client
        from hivehelm.http.errors import HttpError

        scheme = "https" if self.secure else "http"
        try:
            with Client(
                ca_file=self.ca_file,
                cert_file=self.cert_file,
                key_file=self.key_file,
                timeout=1.0,
                environ={},
            ) as client:
                return client.request("GET", f"{scheme}://{self.address}/v2/").status in (200, 401)
        except HttpError:
            return False
