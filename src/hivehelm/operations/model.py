"""What was asked for, and how far it has come: JSON through and through."""

from __future__ import annotations

from hivehelm.operations.errors import InvalidRequestError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Self

    JSON = dict[str, Any]

VERBS = ("install", "upgrade", "rollback", "uninstall", "test")
QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = "queued", "running", "succeeded", "failed", "cancelled"
FINAL = frozenset((SUCCEEDED, FAILED, CANCELLED))

#: How many events an operation keeps; the oldest that only tell of waiting go first.
MOST_EVENTS = 100
#: How long what an event or a problem says may be, in characters.
LONGEST_TEXT = 20_000
_LONGEST_SUBJECT = 1_000


class Request(Record):
    """What is to be done to release `name`.

    `verb` is one of `VERBS`; dry runs, which are no operations, also know `template`. `chart` is what
    `platform.site.Site.find` takes, with `version` and `repository`. `values` are the user's, or YAML text of
    them; they may be secrets. `options` are fields of the action's Options that JSON has. `who` is asking:
    `name`, `groups`, and for who acts as himself `impersonate` with `user`, `uid`, `groups`, `extra`.
    """

    verb: str
    name: str
    namespace: str = "default"
    chart: str = ""
    version: str = ""
    repository: str = ""
    values: JSON | str = {}
    options: JSON = {}
    who: JSON = {}

    def to_dict(self) -> JSON:
        """Return the request as JSON has it."""
        return dict(self.__dict__)

    @classmethod
    def from_dict(cls, data: JSON) -> Self:
        """Return the request that `to_dict` made `data` of; fields of later versions are left out.

        Raises:
            InvalidRequestError: it is none.
        """
        try:
            return cls(**{name: data[name] for name in cls._fields if name in data})
        except TypeError as error:
            raise InvalidRequestError(str(error)) from None

    def check(self) -> None:
        """Make sure that the request can be an operation.

        Raises:
            InvalidRequestError: it cannot.
        """
        if self.verb not in VERBS:
            raise InvalidRequestError(f"unknown verb {self.verb!r}: it is one of {', '.join(VERBS)}")
        if not self.name:
            raise InvalidRequestError("no release provided")
        if not self.namespace:
            raise InvalidRequestError("no namespace provided")
        if self.verb in ("install", "upgrade") and not self.chart:
            raise InvalidRequestError("no chart provided")

    def fingerprint(self) -> str:
        """Return what is the same for the same request, and tells nothing of its values."""
        import json
        from hashlib import sha256

        text = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=True, default=str)
        return sha256(text.encode()).hexdigest()


class Operation(Record):
    """A request on its way.

    `events` are dicts with `index`, counted from 1, `time`, `stage` and more (see `actions.events`). `result`
    tells of the release as it is now, `problem` what went wrong: `kind`, `kinds`, `message`. `created`,
    `started` and `ended` are RFC 3339, UTC, "" for what is to come. `holder` is the replica at work on it, or
    that is to be first to try; `attempt` counts how often it was begun. `key` is the hash of the idempotency
    key, if there was one. `cancelled` says that somebody gave up. `trace` is what a replica that takes over
    has to know: the `revision` that it makes, the `hooks` that have run. `version` is the store's.
    """

    id: str
    request: Request
    state: str = QUEUED
    events: tuple[JSON, ...] = ()
    result: JSON | None = None
    problem: JSON | None = None
    created: str = ""
    started: str = ""
    ended: str = ""
    holder: str = ""
    attempt: int = 0
    key: str = ""
    fingerprint: str = ""
    cancelled: bool = False
    trace: JSON = {}
    version: str = ""

    @property
    def is_final(self) -> bool:
        """Whether nothing more will come."""
        return self.state in FINAL

    @property
    def release(self) -> tuple[str, str]:
        """The namespace and name of the release that it is about."""
        return self.request.namespace, self.request.name

    def to_dict(self) -> JSON:
        """Return all of it as JSON has it, but the store's `version`."""
        data = {name: value for name, value in self.__dict__.items() if name != "version"}
        data["request"] = self.request.to_dict()
        data["events"] = list(self.events)
        return data

    @classmethod
    def from_dict(cls, data: JSON, version: str = "") -> Self:
        """Return the operation that `to_dict` made `data` of; fields of later versions are left out.

        Raises:
            InvalidRequestError: it is none.
        """
        try:
            known = {name: data[name] for name in cls._fields if name in data}
            known["request"] = Request.from_dict(data["request"])
            known["events"] = tuple(data.get("events") or ())
            return cls(**{**known, "version": version})
        except (KeyError, TypeError) as error:
            raise InvalidRequestError(f"not an operation: {error}") from None

    def public(self) -> JSON:
        """Return what anybody who may see the release may know: no values, and of who asked only the name."""
        request = self.request
        return {
            "id": self.id,
            "state": self.state,
            "verb": request.verb,
            "name": request.name,
            "namespace": request.namespace,
            "chart": request.chart,
            "version": request.version,
            "repository": request.repository,
            "user": str(request.who.get("name", "")),
            "events": list(self.events),
            "result": self.result,
            "problem": self.problem,
            "created": self.created,
            "started": self.started,
            "ended": self.ended,
            "attempt": self.attempt,
            "cancelled": self.cancelled,
        }

    def told(self, event: JSON, time: str) -> Operation:
        """Return the operation with one more event; who only tells of waiting gives way to newer ones."""
        index = self.events[-1]["index"] + 1 if self.events else 1
        subject = str(event.get("subject", ""))[:_LONGEST_SUBJECT]
        events = [*self.events, {**event, "subject": subject, "index": index, "time": time}]
        while len(events) > MOST_EVENTS:
            idle = next((at for at, one in enumerate(events[:-1]) if one.get("stage") == "waiting"), 0)
            del events[idle]
        return self.replace(events=tuple(events))

    def over(
        self, state: str, time: str, *, result: JSON | None = None, problem: JSON | None = None
    ) -> Operation:
        """Return the operation at its end: its values, which may be secrets, are gone."""
        if problem is not None:
            problem = {**problem, "message": str(problem.get("message", ""))[:LONGEST_TEXT]}
        if result is not None:
            result = {
                name: value[:LONGEST_TEXT] if isinstance(value, str) else value
                for name, value in result.items()
            }
        request = self.request.replace(values={}, who={**self.request.who, "impersonate": None})
        return self.replace(
            state=state, ended=time, result=result, problem=problem, request=request, trace={}
        )


def utc(nanoseconds: int) -> str:
    """Return an instant as operations hold it: RFC 3339 to the microsecond, UTC."""
    import time

    seconds, fraction = divmod(nanoseconds, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction // 1000:06d}Z"
