"""What a cluster remembers between commands: one small JSON file."""

from __future__ import annotations

import json

from hivehelm.cluster.certificates import write
from hivehelm.cluster.errors import ClusterError
from hivehelm.cluster.parts import Ports
from hivehelm.cluster.processes import Process
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class State(Record):
    """What a cluster remembers.

    Attributes:
        ports: where its parts listen; kept from one start to the next.
        owner: the process it is made for and goes with, or None for a cluster that stays.
        processes: those of its parts that were started and not stopped, by part.
    """

    ports: Ports
    owner: Process | None = None
    processes: Mapping[str, Process]


def read(path: Path) -> State | None:
    """Return the state in the file at `path`, or None if there is no such file.

    Raises:
        ClusterError: it holds something else.
    """
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    try:
        found = json.loads(text)
        owner = found["owner"]
        return State(
            ports=Ports(**{name: int(port) for name, port in found["ports"].items()}),
            owner=_process(owner) if owner else None,
            processes={str(part): _process(given) for part, given in found["processes"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ClusterError(f"{path} is damaged: `hivemind cluster reset` starts over") from None


def save(path: Path, state: State) -> None:
    """Write `state` to the file at `path`, whole or not at all."""
    found = {
        "ports": {name: getattr(state.ports, name) for name in ("etcd", "peer", "api", "kubelet")},
        "owner": _plain(state.owner) if state.owner else None,
        "processes": {part: _plain(process) for part, process in state.processes.items()},
    }
    write(path, json.dumps(found, indent=2).encode(), 0o600)


def _process(given: dict[str, object]) -> Process:
    return Process(pid=int(str(given["pid"])), born=str(given["born"]))


def _plain(process: Process) -> dict[str, object]:
    return {"pid": process.pid, "born": process.born}
