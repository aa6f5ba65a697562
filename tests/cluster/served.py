"""`hivemind serve` as a process of its own, as people run it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Self

_SERVES = re.compile(r"Hivemind serves (\S+)")
_SECONDS = 180.0
PROGRAM = [sys.executable, "-c", "import sys; from hivehelm.cli.hivemind import main; sys.exit(main())"]


class Said:
    """An answer: status, headers by lower-case name, body."""

    def __init__(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.status = status
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.data = data

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class Served:
    """A server on loopback for one test module; `url` is where, `log` the lines that it has written."""

    def __init__(self, kubeconfig: Path, home: Path, namespace: str, *flags: str) -> None:
        self.environ = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("HELM_", "HIVEMIND_"))
            },
            "KUBECONFIG": str(kubeconfig),
            "HIVEMIND_HOME": str(home),
            "HIVEMIND_NAMESPACE": namespace,
            "HELM_CACHE_HOME": str(home / "cache"),
            "HELM_CONFIG_HOME": str(home / "config"),
            "HELM_DATA_HOME": str(home / "data"),
        }
        self.flags = flags
        self.url = ""
        self.log: list[str] = []
        self._there = threading.Event()

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", "0", *self.flags],
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._there.wait(_SECONDS), self.log
        assert self.url, self.log
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> int:
        """Have it end, by force after a while, and return its exit code."""
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        return self._process.returncode

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.log.append(line.rstrip("\n"))
            if found := _SERVES.search(line):
                self.url = found[1]
                self._there.set()
        self._there.set()

    def ready(self) -> Any:
        """Wait until it is ready, for as long as that may take, and return what it says of itself then."""
        end = time.monotonic() + _SECONDS
        while (said := self.ask("GET", "/readyz")).status != 200:
            assert time.monotonic() < end, (said.data, self.log)
            time.sleep(0.1)
        return said.json

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `hivemind` with the server's environment."""
        return subprocess.run(
            [*PROGRAM, *arguments], env=self.environ, capture_output=True, text=True, check=False, timeout=120
        )

    def token(self, name: str, role: str, *flags: str) -> str:
        """Make a token and return it."""
        made = self.command("token", "create", "--name", name, "--role", role, *flags)
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def ask(
        self,
        method: str,
        path: str,
        token: str = "",
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Said:
        """Send a request; `body` is JSON, or bytes as they are."""
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        request = Request(self.url + path, data, {**sent, **(headers or {})}, method=method)  # noqa: S310
        try:
            with urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                return Said(answer.status, dict(answer.headers), answer.read())
        except HTTPError as error:
            with error:
                return Said(error.code, dict(error.headers), error.read())
