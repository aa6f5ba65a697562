"""What was found out about a release, before anything is made of it. Nothing in here is secret."""

from __future__ import annotations

from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SAME, CHANGED, MISSING, UNKNOWN_KIND, UNREADABLE = (
    "as wanted",
    "changed",
    "missing",
    "unknown kind",
    "unreadable",
)


class Failure(Record):
    """Something that went wrong: `text` as it was told, `kinds` the classes of the error and of its causes.

    `verb` is what was tried, with `chart` and `version` as they were asked for; `source` says where this is
    known from: a record, an operation, a command line, or a trial. `when` is RFC 3339.
    """

    text: str
    kinds: tuple[str, ...] = ()
    verb: str = ""
    chart: str = ""
    version: str = ""
    when: str = ""
    source: str = ""


class Revision(Record):
    """A revision on record; `updated` is RFC 3339."""

    revision: int
    status: str
    chart: str
    version: str
    app_version: str
    updated: str
    description: str


class Value(Record):
    """A value that the chart is rendered with, by its path; `default` is what it would be by itself."""

    path: str
    value: Any
    origin: str
    default: Any = None


class Change(Record):
    """A field that is not as wanted, and who wrote it last, and when."""

    path: str
    wanted: Any
    live: Any
    manager: str = ""
    operation: str = ""
    when: str = ""


class ObjectState(Record):
    """An object of the release: as it is wanted, against the cluster's.

    `state` is one of this module's constants; `status` and `message` are kstatus's, `conditions` those that
    are not as they should be, `reasons` why it is not ready, `problem` why it could not be looked at.
    """

    api_version: str
    kind: str
    namespace: str
    name: str
    state: str
    changes: tuple[Change, ...] = ()
    status: str = ""
    message: str = ""
    conditions: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    problem: str = ""

    @property
    def title(self) -> str:
        """What people call it."""
        return f"{self.kind}/{self.name}"


class Trouble(Record):
    """What a container is in: the cluster's `reason` and `message`; `container` is "" for the pod itself."""

    reason: str
    message: str
    container: str = ""
    exit_code: int = 0


class PodState(Record):
    """A pod that is not ready; `owner` is the object of the release that it is for, `logs` by container."""

    namespace: str
    name: str
    owner: str
    phase: str
    restarts: int
    troubles: tuple[Trouble, ...]
    logs: dict[str, str] = {}


class HookState(Record):
    """A hook, and how its last run went; `logs` are of its pods, where they are still there."""

    name: str
    kind: str
    events: tuple[str, ...]
    phase: str
    started: str
    completed: str
    logs: dict[str, str] = {}


class EventState(Record):
    """Something that the cluster noted of an object; `kind` is Normal or Warning."""

    kind: str
    subject: str
    reason: str
    message: str
    count: int
    when: str


class RepositoryState(Record):
    """A repository that is known here: whether it can be reached now, and what it has of the chart.

    `status` is the code that its server answered with, 0 where none did. `versions` of the chart are in the
    index that is fetched last, `fresh` in the one that the server has now, None where that was not looked at.
    """

    name: str
    url: str
    reachable: bool
    problem: str = ""
    kinds: tuple[str, ...] = ()
    status: int = 0
    cached: bool = False
    versions: tuple[str, ...] = ()
    fresh: tuple[str, ...] | None = None
    similar: tuple[str, ...] = ()


class ChartState(Record):
    """The chart of the release: where its version is to be had now, and which newer ones there are."""

    name: str
    version: str
    app_version: str = ""
    kube_version: str = ""
    available: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    deprecated: bool = False


class Holder(Record):
    """Who is at work on the release; `age` is in seconds since the last sign of life, None if unknown."""

    who: str
    age: float | None = None


class Facts(Record):
    """All that was found out; `gaps` say what could not be, and why."""

    name: str
    namespace: str
    cluster: str = ""
    kube_version: str = ""
    history: tuple[Revision, ...] = ()
    failure: Failure | None = None
    holder: Holder | None = None
    values: tuple[Value, ...] = ()
    objects: tuple[ObjectState, ...] = ()
    pods: tuple[PodState, ...] = ()
    hooks: tuple[HookState, ...] = ()
    events: tuple[EventState, ...] = ()
    chart: ChartState | None = None
    repositories: tuple[RepositoryState, ...] = ()
    local_charts: tuple[str, ...] = ()
    similar: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    gaps: dict[str, str] = {}

    @property
    def last(self) -> Revision | None:
        """The newest revision on record."""
        return self.history[-1] if self.history else None

    @property
    def deployed(self) -> Revision | None:
        """The newest revision that is, or was, deployed whole."""
        for revision in reversed(self.history):
            if revision.status in ("deployed", "superseded"):
                return revision
        return None

    @property
    def text(self) -> str:
        """What the failure says, "" without one."""
        return self.failure.text if self.failure else ""

    def failed_with(self, *kinds: str) -> bool:
        """Tell whether the failure is of one of these classes, or was caused by one."""
        return self.failure is not None and not set(kinds).isdisjoint(self.failure.kinds)
