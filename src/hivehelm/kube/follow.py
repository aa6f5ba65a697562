"""Following the objects of one kind in one namespace: list, watch, go on after breaks, judge each change."""

from __future__ import annotations

import enum
import threading

from hivehelm.kube import status as rules
from hivehelm.kube.errors import ApiError, KubeError, NoMatchError
from hivehelm.kube.selectors import selector_text
from hivehelm.kube.verdict import FAILED, IN_PROGRESS, MISSING, Status
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource
    from hivehelm.kube.watch import Watch

    Key = tuple[str, str, str, str]
    Judge = Callable[[dict[str, Any]], Status]

# As client-go's reflector: 0.8 s after the first failure, doubling to 30 s.
_FIRST_PAUSE = 0.8
_LONGEST_PAUSE = 30.0
# Pods may fail without their controller changing: Helm looks again every three minutes.
_RESYNC_SECONDS = 180.0
_ALL_SENT = "k8s.io/initial-events-end"


class Followed(enum.Enum):
    """What a follower tells besides statuses."""

    SYNCED = "every object that was there has been told of"


class Computed(Record):
    """A follower's message: an object's status, that it has read everything once, or what ended it."""

    follower: Follower
    outcome: Status | Followed | KubeError
    key: Key = ("", "", "", "")


class Follower:
    """Tells of every change of some objects, from a thread of its own, until it is stopped.

    `members` share a kind and a namespace. A refusal for lack of rights ends it with that error; a kind that
    is not served any more ends it silently; anything else is tried again. With `leaving` the objects are
    expected to go: then even what is always current is watched on.
    """

    def __init__(
        self,
        client: Client,
        members: Sequence[Resource],
        judge: Judge,
        tell: Callable[[Computed], None],
        *,
        leaving: bool = False,
    ) -> None:
        self._client = client
        self._judge = judge
        self._tell = tell
        self._leaving = leaving
        self._type = members[0].type
        self._namespace = members[0].namespace
        self._keys = {member.name: member.key for member in members}
        self._objects: dict[str, dict[str, Any]] = {}
        # One object's name is selected by the server; of several, the whole kind is read.
        self._selector = f"metadata.name={members[0].name}" if len(members) == 1 else ""
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._watch: Watch | None = None
        # Why objects cannot be listed; then they are streamed, as client-go's reflector does at first.
        self._unlisted: ApiError | None = None

    def start(self) -> None:
        """Begin, in a thread that does not keep the process alive."""
        threading.Thread(target=self._run, name=f"follow-{self._type.plural}", daemon=True).start()

    def stop(self) -> None:
        """End; what is still read is not told any more."""
        self._stopped.set()
        with self._lock:
            if self._watch is not None:
                self._watch.close()

    def judge_again(self, key: Key) -> None:
        """Tell the status of an object as last seen, because time has passed."""
        obj = self._objects.get(key[3])
        if obj is not None:
            self._say(self._status(obj), key)

    def _run(self) -> None:
        try:
            self._follow()
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # No server says such things; who waits is not left waiting for a thread that is gone.
            self._say(KubeError(f"unable to follow {self._type.plural}: {type(error).__name__}: {error}"))

    def _follow(self) -> None:
        pause = _FIRST_PAUSE
        version = ""
        while not self._stopped.is_set():
            try:
                if not version and self._unlisted is None:
                    version = self._read_all()
                    if self._done():
                        return
                version = self._read_changes(version)
                pause = _FIRST_PAUSE
            except ApiError as error:
                if self._unlisted is not None and not version and error.status in (400, 403, 422):
                    # Neither allowed, or a server that cannot do it.
                    self._say(self._unlisted)
                    return
                if error.forbidden and self._selector:
                    self._selector = ""  # Who may not read the one may yet read all; else the text is Helm's.
                    continue
                if error.forbidden and version:
                    self._say(error)
                    return
                if error.forbidden:
                    # client-go's reflector says so of a listing, not of a watch.
                    kind = f"{self._type.group}/{self._type.version}, Kind={self._type.kind}"
                    text = f"failed to list {kind}: {error}"
                    self._unlisted = ApiError(error.status, error.reason, text)
                    continue
                if error.not_found:
                    self._kind_gone()
                    return
                version = ""
                if not error.expired:
                    self._stopped.wait(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
            except NoMatchError:
                self._kind_gone()
                return
            except KubeError:
                version = ""
                self._stopped.wait(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    def _kind_gone(self) -> None:
        """Tell that all is read; of those who are to go, that they went with their kind."""
        self._all_read(() if self._leaving else self._objects.keys())

    def _read_all(self) -> str:
        items, version = self._client.list_at(
            self._type.api_version, self._type.kind, self._namespace, field_selector=self._selector
        )
        found = {item["metadata"]["name"]: item for item in items}
        for name, key in self._keys.items():
            if name in found:
                self._objects[name] = found[name]
                self._say(self._status(found[name]), key)
        self._all_read(found.keys())
        return version

    def _all_read(self, found: Collection[str]) -> None:
        for name, key in self._keys.items():
            if name not in found and self._objects.pop(name, None) is not None:
                self._say(MISSING, key)
        self._say(Followed.SYNCED)

    def _read_changes(self, version: str) -> str:
        """Tell of changes until the watch ends; return from where to go on.

        Without a version, all that is there is told of first.
        """
        found: set[str] = set()
        watch = self._client.watch(
            self._type.api_version,
            self._type.kind,
            self._namespace,
            resource_version=version,
            field_selector=self._selector,
            initial=not version,
        )
        with self._lock:
            self._watch = watch
        if self._stopped.is_set():
            watch.close()
        with watch:
            for kind, obj in watch:
                name = obj["metadata"].get("name", "")
                found.add(name)
                key = self._keys.get(name)
                if kind == "BOOKMARK":
                    if (obj["metadata"].get("annotations") or {}).get(_ALL_SENT) == "true":
                        self._all_read(found)
                elif key is None:
                    continue
                elif kind == "DELETED":
                    self._objects.pop(name, None)
                    self._say(MISSING, key)
                else:
                    self._objects[name] = obj
                    self._say(self._status(obj), key)
        return watch.resource_version or version

    def _done(self) -> bool:
        """Tell whether nothing can change any more for those who wait."""
        if self._leaving or not rules.always_current(self._type.group, self._type.kind):
            return False
        return self._objects.keys() >= self._keys.keys()

    def _status(self, obj: dict[str, Any]) -> Status:
        computed = self._judge(obj)
        owns_pods = self._type.group == "apps" and self._type.kind in ("StatefulSet", "ReplicaSet")
        if computed.state == IN_PROGRESS and owns_pods:
            failed = self._failed_pods(obj)
            if failed:
                return Status(state=FAILED, message=f"{failed} pods have failed")
            return computed.replace(recheck_after=_RESYNC_SECONDS)
        return computed

    def _failed_pods(self, obj: dict[str, Any]) -> int:
        """Count the pods whose failure fails their StatefulSet or ReplicaSet (cli-utils' `podController`)."""
        selector = selector_text((obj.get("spec") or {}).get("selector") or {})
        try:
            pods = self._client.list("v1", "Pod", self._namespace, label_selector=selector)
        except KubeError:
            return 0
        return sum(rules.pod_failed_for_good(pod) for pod in pods)

    def _say(self, outcome: Status | Followed | KubeError, key: Key = ("", "", "", "")) -> None:
        if not self._stopped.is_set():
            self._tell(Computed(follower=self, outcome=outcome, key=key))
