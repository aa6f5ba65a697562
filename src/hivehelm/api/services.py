"""What the REST API works with: who knows releases, who changes them, and where charts come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from hivehelm.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hivehelm.api.guard import Guard
    from hivehelm.operations.model import Operation, Request
    from hivehelm.platform.site import Site
    from hivehelm.release.model import Release


class Reads(Protocol):
    """What is known of releases (`platform.reading.Reader`).

    All of it raises UnreachableError where the cluster has to be asked and does not answer.
    """

    def warm(self, namespace: str) -> bool:
        """Tell whether what is asked of a namespace is answered from memory, without waiting."""

    def releases(self, namespace: str = "") -> Sequence[Release]:
        """Return the newest revision of each release of a namespace, "" of all, by name."""

    def release(self, namespace: str, name: str, revision: int = 0) -> Release:
        """Return a revision of a release, 0 the newest; raises ReleaseNotFoundError."""

    def history(self, namespace: str, name: str) -> Sequence[Release]:
        """Return the revisions of a release, the oldest first; raises ReleaseNotFoundError."""


class Runs(Protocol):
    """Who does long work (`operations.runner.Runner`)."""

    def submit(self, request: Request, key: str = "") -> Operation:
        """Note an operation, and see that it is done; the same `key` again gives the same operation."""

    def get(self, id: str) -> Operation:  # noqa: A002 - the operation's field
        """Return an operation as it is now."""

    def list(self) -> Sequence[Operation]:
        """Return the operations that are known, the newest first."""

    def cancel(self, id: str) -> Operation:  # noqa: A002
        """Ask for an operation to be given up."""

    def wait(self, id: str, seconds: float) -> Operation:  # noqa: A002
        """Return an operation when it is over, or after `seconds`."""

    def follow(self, id: str, after: int = 0) -> Iterator[Any]:  # noqa: A002
        """Yield the events of an operation as they come, from number `after` on."""

    def run_once(self, request: Request, seconds: float) -> dict[str, Any]:
        """Do something that leaves no trace, such as a dry run, in a process of its own."""


class Services(Record):
    """All that the routes need; made once by `server`, never changed.

    `guard` is who lets requests in. `repository` is the embedded chart repository
    (`platform.repository.ChartRepository`), None where there is none. `version` is what the OpenAPI document
    calls ours. `chart_urls` allows references to charts by URL; those to this machine and its neighbourhood
    also need `local_urls`.
    """

    site: Site
    reader: Reads
    runner: Runs
    guard: Guard
    repository: Any = None
    version: str = "0.1.0"
    chart_urls: bool = True
    local_urls: bool = False
