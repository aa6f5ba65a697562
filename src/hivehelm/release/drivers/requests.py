"""The requests that records in a cluster take, as Helm's own client makes them."""

from __future__ import annotations

import json

from hivehelm.kube.answers import decode
from hivehelm.kube.discovery import CORE
from hivehelm.kube.errors import ApiError, RequestError
from hivehelm.kube.refusals import refusal
from hivehelm.release import split

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, Protocol

    from hivehelm.kube.transport import Response, Transport
    from hivehelm.kube.watch import Watch

    Object = dict[str, Any]

    class Connected(Protocol):
        """The part of `kube.client.Client` that records need."""

        @property
        def transport(self) -> Transport:
            """What requests go through."""


#: Helm names no manager when it writes records: the server takes the program's name, `Helm/4.3.1`'s.
FIELD_MANAGER = "Helm"
#: How large a request the API server reads, in bytes (genericapiserver's MaxRequestBodyBytes).
LARGEST = 3 << 20
# How many seconds longer than it said the server may take to end a watch.
_LATE = 15.0
# What cannot make metadata of an object sends all of it.
_METADATA = "application/json;as=PartialObjectMetadata{0};g=meta.k8s.io;v=v1,application/json"


class Requests:
    """Requests for the objects of one core kind, `Secret` or `ConfigMap`.

    Every method raises `ApiError` where the server refuses, `RequestError` where it does not answer.
    """

    def __init__(self, client: Connected, kind: str) -> None:
        self._transport = client.transport
        self._type = CORE["v1", kind]

    def until(self, deadline: float) -> Requests:
        """Return the same, but that every request ends by `deadline`, on `time.monotonic`'s clock."""
        from copy import copy

        from hivehelm.kube.deadline import Bounded

        other = copy(self)
        other._transport = Bounded(self._transport, deadline)
        return other

    def get(self, name: str, namespace: str) -> Object:
        """Return one object."""
        return decode(self._send("GET", namespace, name))

    def metadata(self, name: str, namespace: str) -> tuple[Object, float | None]:
        """Return the metadata of one object, and the server's own time in seconds since 1970, if it says."""
        response = self._send("GET", namespace, name, accept=_METADATA.format(""))
        return decode(response).get("metadata") or {}, _server_time(response)

    def objects(
        self, namespace: str, selector: str, *, page_size: int, metadata_only: bool = False
    ) -> Iterator[Object]:
        """Yield objects, or objects without anything but their metadata, in pages.

        While one page is looked at, the next is on its way. A listing whose next page has expired is read
        again in one piece (client-go's `ListPager`), without what was yielded before.
        """
        accept = _METADATA.format("List") if metadata_only else "application/json"
        query = [("labelSelector", selector)]
        seen: set[tuple[str, str]] = set()

        def page(follow: str, size: int) -> Object:
            more = [("limit", str(size))] if size else []
            if follow:
                more.append(("continue", follow))
            return decode(self._send("GET", namespace, query=query + more, accept=accept))

        answer = page("", page_size)
        while True:
            follow = (answer.get("metadata") or {}).get("continue") or ""
            following = _ahead(page, follow, page_size) if follow else None
            for item in answer.get("items") or ():
                place = (item["metadata"].get("namespace") or "", item["metadata"]["name"])
                if place not in seen:
                    seen.add(place)
                    yield item
            if following is None:
                return
            try:
                answer = following()
            except ApiError as error:
                if not error.expired:
                    raise
                answer = page("", 0)

    def listed(self, namespace: str, selector: str, page_size: int) -> tuple[list[Object], str]:
        """Return the metadata of objects, and the resourceVersion from which a watch goes on."""
        from hivehelm.kube.listing import list_all

        accept = _METADATA.format("List")

        def page(query: list[tuple[str, str]]) -> Object:
            return decode(self._send("GET", namespace, query=query, accept=accept))

        found, version = list_all(page, self._type, [("labelSelector", selector)], page_size)
        return [item["metadata"] for item in found], version

    def watch(self, namespace: str, selector: str, version: str, seconds: int) -> Watch:
        """Watch objects from resourceVersion `version` on; the server ends it after `seconds`."""
        from hivehelm.kube.answers import drain
        from hivehelm.kube.watch import Watch

        query = [
            ("allowWatchBookmarks", "true"),
            ("labelSelector", selector),
            ("resourceVersion", version),
            ("timeoutSeconds", str(seconds)),
            ("watch", "true"),
        ]
        # A server that has vanished says nothing: then we end it ourselves.
        stream = self._transport.stream(
            "GET", self._type.path(namespace), query=query, timeout=seconds + _LATE
        )
        if stream.status != 200:
            raise refusal(drain(stream), "GET", self._type)
        return Watch(stream)

    def create(self, obj: Object, namespace: str, *, dry_run: bool = False) -> Object:
        """Create an object and return it as the server holds it, or would hold it."""
        return decode(self._send("POST", namespace, body=obj, dry_run=dry_run))

    def replace(self, obj: Object, namespace: str, *, dry_run: bool = False) -> Object:
        """Replace an object; where `obj` has a resourceVersion, only if nobody changed it since."""
        return decode(self._send("PUT", namespace, obj["metadata"]["name"], body=obj, dry_run=dry_run))

    def delete(self, name: str, namespace: str) -> None:
        """Delete an object."""
        self._send("DELETE", namespace, name)

    def _send(
        self,
        method: str,
        namespace: str,
        name: str = "",
        *,
        query: list[tuple[str, str]] | None = None,
        body: Object | None = None,
        accept: str = "application/json",
        dry_run: bool = False,
    ) -> Response:
        if method in ("POST", "PUT"):
            query = [("fieldManager", FIELD_MANAGER), *([("dryRun", "All")] if dry_run else ())]
        data = None if body is None else json.dumps(body).encode()
        try:
            response = self._transport.request(
                method,
                self._type.path(namespace, name),
                query=sorted(query or ()),
                body=data,
                content_type="" if body is None else "application/json",
                accept=accept,
            )
        except RequestError as error:
            if data is None or len(data) <= LARGEST:
                raise
            # The server answers and hangs up while we are still sending: most often the answer is lost.
            text = f"Request entity too large: limit is {LARGEST}"
            raise ApiError(413, "RequestEntityTooLarge", text) from error
        if not 200 <= response.status < 300:
            raise refusal(response, method, self._type, name)
        return response


def _ahead(page: Callable[[str, int], Object], follow: str, size: int) -> Callable[[], Object]:
    """Begin to read a page, and return how to come by it."""
    from threading import Thread

    found: list[Object] = []
    errors: list[BaseException] = []

    def read() -> None:
        try:
            found.append(page(follow, size))
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=read, name="next page", daemon=True)
    thread.start()

    def result() -> Object:
        thread.join()
        if errors:
            raise errors[0]
        return found[0]

    return result


def _server_time(response: Response) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(response.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None


def is_too_large(error: ApiError) -> bool:
    """Tell whether a refusal comes of a record's size: validation's, the server's own limit, or etcd's."""
    text = str(error)
    return (
        error.status == 413
        or f"Too long: may not be more than {split.FITS} bytes" in text
        or "request is too large" in text
    )
