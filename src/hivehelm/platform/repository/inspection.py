"""Loading an archive that strangers give, in a process that can be killed."""

from __future__ import annotations

import sys

from hivehelm.platform.repository.errors import ArchiveTooLargeError, InvalidArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SECONDS = 20.0
"""Processor time that loading a chart may take; the largest published one takes 1 s."""
MEMORY = 512 << 20
"""Bytes that loading a chart may take."""
_PATIENCE = 120.0
_BOOT = """
import sys
end = sys.argv.index("--")
sys.path[:] = sys.argv[end + 1 :]
from hivehelm.platform.repository.inspection import main
main(sys.argv[1:end])
"""
_KEPT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")


def inspect(data: bytes) -> None:
    """Load an archive as Helm would to install it: whole, values and subcharts included.

    Raises:
        InvalidArchiveError: it is no chart, in Helm's words.
        ArchiveTooLargeError: loading it takes too much time or memory.
    """
    _told(data)


def templates(data: bytes) -> bytes:
    """Return the templates of an archive, and its values, as ChartMuseum's JSON.

    Raises:
        InvalidArchiveError, ArchiveTooLargeError: as `inspect`.
    """
    return str(_told(data, "templates")["text"]).encode("utf-8", "replace")


def _told(data: bytes, *wanted: str) -> dict[str, Any]:
    import json
    import os
    import subprocess

    here = os.path.abspath(__file__)
    for _ in range(4):
        here = os.path.dirname(here)
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        _BOOT,
        *wanted,
        "--",
        here,
        *(path for path in sys.path if path),
    ]
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
            timeout=_PATIENCE,
        )
        said: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        said = {"large": True}
    if said.get("large"):
        raise ArchiveTooLargeError("loading the chart takes too much time or memory")
    if said.get("error"):
        raise InvalidArchiveError(said["error"])
    return said


def main(wanted: list[str]) -> None:
    """Load the archive on standard input, and say on standard output what is wrong with it, or in it."""
    import json
    import os
    import resource

    from hivehelm.errors import HivehelmError
    from hivehelm.limits import LimitError, Limits

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS) + 3, int(SECONDS) + 3))
    data = sys.stdin.buffer.read()
    said: dict[str, Any] = {}
    try:
        with Limits(seconds=SECONDS, memory=MEMORY).watched():
            said = _load(data, wanted)
    except (LimitError, MemoryError, RecursionError):
        said = {"large": True}
    except HivehelmError as error:
        said = {"error": str(error)}
    sys.stdout.write(json.dumps(said))
    sys.stdout.flush()
    # Threads that a limit has left behind are of no more use.
    os._exit(0)


def _load(data: bytes, wanted: list[str]) -> dict[str, Any]:
    from base64 import b64encode
    from io import BytesIO

    from hivehelm.chart.load import load_archive
    from hivehelm.golang.json import dumps

    chart = load_archive(BytesIO(data))
    if "templates" not in wanted:
        return {}
    files = [{"name": file.name, "data": b64encode(file.data).decode()} for file in chart.templates]
    return {"text": dumps({"templates": files, "values": chart.values})}
