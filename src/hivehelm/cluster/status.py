"""What is known of a cluster and its parts."""

from __future__ import annotations

from hivehelm.record import Record

RUNNING = "running"
STOPPED = "stopped"
BROKEN = "broken"
ABSENT = "absent"
DIED = "died"


class PartStatus(Record):
    """The state of one part.

    Attributes:
        name: such as `kube-apiserver`.
        state: `running`, `stopped` or `died`.
        pid: its process, or 0.
        log: path of its log.
        last: the last lines of that log, if it died.
    """

    name: str
    state: str
    pid: int = 0
    log: str = ""
    last: tuple[str, ...] = ()


class ClusterStatus(Record):
    """The state of a cluster.

    Attributes:
        name: its name.
        state: `running`: every part runs and the API server is ready; `stopped`; `absent`: there is none by
            that name; `broken`: anything else.
        server: URL of its API server.
        kubeconfig: path of the administrator's kubeconfig.
        parts: its parts, in the order in which they start.
        message: what is wrong and what helps, in one line; empty where nothing is wrong.
    """

    name: str
    state: str
    server: str = ""
    kubeconfig: str = ""
    parts: tuple[PartStatus, ...] = ()
    message: str = ""
