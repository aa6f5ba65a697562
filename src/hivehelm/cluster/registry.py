"""A real OCI registry on loopback, as an oracle for tests."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import urllib3

from hivehelm.cluster import guard, ports, processes
from hivehelm.cluster.build import binary
from hivehelm.cluster.errors import PartError
from hivehelm.cluster.progress import silent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

    from hivehelm.cluster.progress import Report

_PATIENCE = 20.0


class Registry:
    """A registry (github.com/distribution/distribution) with a store of its own; plain HTTP, no login.

    Used as a context manager: it runs inside the `with`, and is gone after it, or when this process dies.

    Attributes:
        address: `host:port`, as in `oci://host:port/charts/name`.
    """

    def __init__(self, report: Report = silent) -> None:
        self._binary = binary("registry", report)
        self._scratch = tempfile.TemporaryDirectory(prefix="hivehelm-registry-")
        self.address = f"{ports.LOOPBACK}:{ports.choose()}"

    def __enter__(self) -> Registry:
        directory = Path(self._scratch.name)
        log = directory / "log"
        configuration = directory / "config.yml"
        configuration.write_text(
            "version: 0.1\n"
            "log: {level: warn, accesslog: {disabled: true}}\n"
            f"storage: {{filesystem: {{rootdirectory: {directory / 'store'}}}, delete: {{enabled: true}}}}\n"
            f"http: {{addr: '{self.address}'}}\n"
        )
        environment = {"PATH": os.defpath, "HOME": str(directory), "OTEL_TRACES_EXPORTER": "none"}
        command = [str(self._binary), "serve", str(configuration)]
        self._process = processes.start(command, log, directory, environment)
        guard.watch(processes.this(), ends=[self._process], removes=[directory])
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
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

    def _answers(self) -> bool:
        try:
            with urllib3.PoolManager(retries=False, timeout=1.0) as pool:
                return pool.request("GET", f"http://{self.address}/v2/").status == 200
        except urllib3.exceptions.HTTPError:
            return False
