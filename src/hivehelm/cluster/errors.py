"""What can go wrong with the embedded control plane.

ClusterError
├── BuildError        a binary could not be built
│   └── ToolchainError    there is no Go that could build it
├── PartError         a part of a control plane died or does not get ready
├── ClusterNameError  not a name a cluster, user or namespace can have
└── UnknownClusterError    nothing is known of a cluster by that name
"""

from __future__ import annotations

from hivehelm.errors import HivehelmError


class ClusterError(HivehelmError):
    """Base of the errors of `hivehelm.cluster`."""


class BuildError(ClusterError):
    """A binary could not be built.

    Attributes:
        binary: its name, such as `kube-apiserver`.
        reason: what failed, in one line.
        output: the last lines the build printed.
    """

    def __init__(self, binary: str, reason: str, output: tuple[str, ...] = ()) -> None:
        self.binary = binary
        self.reason = reason
        self.output = output
        super().__init__("\n  ".join((f"building {binary} failed: {reason}", *output)))


class ToolchainError(BuildError):
    """No Go toolchain is there that could build a binary."""


class PartError(ClusterError):
    """A part of a control plane died or does not get ready.

    Attributes:
        part: its name, such as `etcd`.
        reason: what happened, in one line.
        log: path of its log.
        output: the last lines of that log.
    """

    def __init__(self, part: str, reason: str, log: str = "", output: tuple[str, ...] = ()) -> None:
        self.part = part
        self.reason = reason
        self.log = log
        self.output = output
        lines = [f"{part} {reason}", *output]
        if log:
            lines.append(f"(all of it: {log})")
        super().__init__("\n  ".join(lines))


class ClusterNameError(ClusterError):
    """A name that a cluster, a user or a namespace cannot have.

    Attributes:
        what: what was to be named.
        name: the name that was given.
    """

    def __init__(self, what: str, name: str) -> None:
        self.what = what
        self.name = name
        rule = "at most 63 lower-case letters, digits and dashes, no dash at the ends"
        super().__init__(f"{name[:80]!r} is no name for a {what}: {rule}")


class UnknownClusterError(ClusterError):
    """Nothing is known of a cluster.

    Attributes:
        name: the cluster that was asked for.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no cluster {name!r}: `hivemind cluster up {name}` makes it")
