"""Objects of a cluster as plain dicts: get, list, create, replace, patch, apply, delete, watch, logs."""

from __future__ import annotations

import copy
import threading

from hivehelm.kube.answers import decode, drain
from hivehelm.kube.calls import Calls, require
from hivehelm.kube.discovery import CORE, ResourceType, cache_file
from hivehelm.kube.errors import KubeError, UnreachableError
from hivehelm.kube.listing import list_all
from hivehelm.kube.queries import selection, writing
from hivehelm.kube.refusals import refusal
from hivehelm.kube.watch import Watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from hivehelm.kube.connection import ConnectionInfo
    from hivehelm.kube.models import Models
    from hivehelm.kube.throttle import Throttle
    from hivehelm.kube.transport import Transport

    Objects = list[dict[str, Any]]

PAGE_SIZE = 500
PATCH_TYPES = {
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "json": "application/json-patch+json",
    "apply": "application/apply-patch+yaml",
}


class Client(Calls):
    """One cluster, as one user; safe to use from several threads, which share its connections.

    Objects are named by `api_version`, `kind`, `name` and, where the kind has one, `namespace`. Every method
    may raise `ApiError` (the server refused), `RequestError` (no answer) or `NoMatchError` (no such kind).
    """

    #: Whether manifests have no objects in this cluster: `HELM_DRIVER=memory` works without one.
    imaginary = False

    def __init__(
        self,
        connection: ConnectionInfo,
        *,
        transport: Transport | None = None,
        user_agent: str = "hivehelm",
        cache_dir: str | None = "",
        on_warning: Callable[[str], None] | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        """Prepare to speak to `connection`'s server; nothing is sent yet.

        `cache_dir` is where discovery is kept between processes: empty for kubectl's directory, None for
        nowhere. `on_warning` is called with the warnings the server sends. `throttle` holds requests back.

        Raises:
            ConfigError: a certificate or key cannot be used.
            CredentialsError: the exec plugin's apiVersion is none that we speak.
        """
        if transport is None:
            from hivehelm.kube.transport import HttpTransport

            transport = HttpTransport(
                connection, user_agent=user_agent, on_warning=on_warning, throttle=throttle
            )
        kept = "" if cache_dir is None else cache_file(connection.server, cache_dir)
        super().__init__(transport, connection.namespace, kept)
        self.connection = connection
        self._version: dict[str, Any] | None = None
        self._lock = threading.Lock()

    def version(self) -> dict[str, Any]:
        """Return the server's `/version`: `gitVersion`, `major`, `minor` and more; asked once."""
        with self._lock:
            if self._version is None:
                self._version = self._fetch("/version", "application/json")
            return self._version

    def check_reachable(self) -> None:
        """Make sure the cluster answers.

        Raises:
            UnreachableError: it does not, or it does not let us in.
        """
        try:
            self.version()
        except KubeError as error:
            raise UnreachableError(error) from None

    def models(self) -> Models:
        """Return the server's models of objects, asked for anew."""
        from hivehelm.kube.models import Models

        return Models(self._fetch("/openapi/v2", "application/json").get("definitions") or {})

    def resource_type(self, api_version: str, kind: str) -> ResourceType:
        """Return where objects of `kind` are."""
        return CORE.get((api_version, kind)) or self.discovery.find(api_version, kind)

    def get(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
        """Return one object."""
        require(name)
        return self._call("GET", self.discovery.place(api_version, kind), namespace, name)

    def get_table(self, api_version: str, kind: str, name: str, namespace: str = "") -> dict[str, Any]:
        """Return one object as the `Table` the server would have printed, the object in its row."""
        accept = (
            "application/json;as=Table;v=v1;g=meta.k8s.io,"
            "application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json"
        )
        require(name)
        known = self.discovery.place(api_version, kind)
        query = [("includeObject", "Object")]
        return self._call("GET", known, namespace, name, query=query, accept=accept)

    def list(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        page_size: int = PAGE_SIZE,
    ) -> Objects:
        """Return all objects of a kind, of all namespaces where `namespace` is empty, fetched in pages."""
        return self.list_at(
            api_version,
            kind,
            namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            page_size=page_size,
        )[0]

    def list_at(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        *,
        label_selector: str = "",
        field_selector: str = "",
        page_size: int = PAGE_SIZE,
    ) -> tuple[Objects, str]:
        """Return all objects of a kind, and the resourceVersion from which a watch goes on.

        A listing whose next page has expired is read again in one piece (client-go's `ListPager`).
        """
        known = self.discovery.place(api_version, kind)
        query = selection(label_selector, field_selector)
        return list_all(lambda page: self._call("GET", known, namespace, query=page), known, query, page_size)

    def create(
        self,
        obj: dict[str, Any],
        namespace: str = "",
        *,
        dry_run: bool = False,
        field_validation: str = "",
    ) -> dict[str, Any]:
        """Create `obj` and return it as the server holds it; `namespace` defaults to the object's own."""
        known = self.discovery.place(*_gvk(obj))
        namespace = namespace or _own(obj, "namespace")
        query = writing(dry_run=dry_run, field_validation=field_validation)
        answer = self._call("POST", known, namespace, query=query, body=obj)
        return self._written(known, answer)

    def replace(
        self, obj: dict[str, Any], *, dry_run: bool = False, field_validation: str = ""
    ) -> dict[str, Any]:
        """Replace an object by `obj`; where `obj` has a resourceVersion, only if nobody changed it since."""
        known = self.discovery.place(*_gvk(obj))
        query = writing(dry_run=dry_run, field_validation=field_validation)
        answer = self._call("PUT", known, _own(obj, "namespace"), _own(obj, "name"), query=query, body=obj)
        return self._written(known, answer)

    def patch(
        self,
        api_version: str,
        kind: str,
        name: str,
        patch: Mapping[str, Any] | Sequence[Any],
        namespace: str = "",
        *,
        patch_type: str = "merge",
        subresource: str = "",
        dry_run: bool = False,
        field_validation: str = "",
    ) -> dict[str, Any]:
        """Change an object by a `merge`, `strategic` or `json` patch and return it."""
        known = self.discovery.place(api_version, kind)
        answer = self._call(
            "PATCH",
            known,
            namespace,
            name,
            subresource=subresource,
            query=writing(dry_run=dry_run, field_validation=field_validation),
            body=patch,
            content_type=PATCH_TYPES[patch_type],
        )
        return self._written(known, answer)

    def apply(
        self,
        obj: dict[str, Any],
        namespace: str = "",
        *,
        force: bool = False,
        dry_run: bool = False,
        field_validation: str = "Strict",
    ) -> dict[str, Any]:
        """Apply `obj` server-side as Helm's field manager and return it; `force` takes fields from others."""
        return self.apply_or_create(
            obj, namespace, force=force, dry_run=dry_run, field_validation=field_validation
        )[0]

    def apply_or_create(
        self,
        obj: dict[str, Any],
        namespace: str = "",
        *,
        force: bool = False,
        dry_run: bool = False,
        field_validation: str = "Strict",
    ) -> tuple[dict[str, Any], bool]:
        """Apply `obj` as `apply` does; return it, and whether it was not there before."""
        known = self.discovery.place(*_gvk(obj))
        query = writing(dry_run=dry_run, field_validation=field_validation)
        query.append(("force", "true" if force else "false"))
        response = self._request(
            "PATCH",
            known,
            namespace or _own(obj, "namespace"),
            _own(obj, "name"),
            query=query,
            body=obj,
            content_type=PATCH_TYPES["apply"],
        )
        return self._written(known, decode(response)), response.status == 201

    def delete(
        self,
        api_version: str,
        kind: str,
        name: str,
        namespace: str = "",
        *,
        propagation: str = "Background",
        dry_run: bool = False,
    ) -> dict[str, Any]:
        """Delete an object; `propagation` is Background, Foreground or Orphan.

        Returns the object where it goes later, a Status where it is gone.
        """
        known = self.discovery.place(api_version, kind)
        body: dict[str, Any] = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": propagation,
        }
        if dry_run:
            body["dryRun"] = ["All"]
        return self._written(known, self._call("DELETE", known, namespace, name, body=body))

    def watch(
        self,
        api_version: str,
        kind: str,
        namespace: str = "",
        *,
        resource_version: str = "",
        label_selector: str = "",
        field_selector: str = "",
        initial: bool = False,
        timeout_seconds: int = 300,
    ) -> Watch:
        """Watch a kind from `resource_version` on; iterate the result, close it when done.

        With `initial` what is there comes first, as ADDED, then a BOOKMARK `k8s.io/initial-events-end` (from
        Kubernetes 1.34 on). The server ends the watch after `timeout_seconds`.
        """
        known = self.discovery.place(api_version, kind)
        query = selection(
            label_selector,
            field_selector,
            allowWatchBookmarks="true",
            resourceVersion=resource_version,
            resourceVersionMatch="NotOlderThan" if initial else "",
            sendInitialEvents="true" if initial else "",
            timeoutSeconds=str(timeout_seconds),
            watch="true",
        )
        stream = self.transport.stream("GET", known.path(namespace), query=sorted(query))
        if stream.status != 200:
            raise refusal(drain(stream), "GET", known)
        return Watch(stream)

    def logs(
        self,
        pod: str,
        namespace: str,
        container: str = "",
        *,
        follow: bool = False,
        tail: int = 0,
        previous: bool = False,
    ) -> Iterator[bytes]:
        """Yield what a container of a pod has printed, as it comes in.

        With `tail`, only so many lines at its end; with `previous`, of the run before the last.
        """
        known = CORE["v1", "Pod"]
        query = selection(
            container=container,
            follow="true" if follow else "",
            previous="true" if previous else "",
            tailLines=str(tail) if tail else "",
        )
        path = known.path(namespace, pod, "log")
        stream = self.transport.stream("GET", path, query=query, accept="*/*")
        if stream.status != 200:
            raise refusal(drain(stream), "GET", known, pod)
        try:
            yield from stream.chunks()
        finally:
            stream.close()

    def until(self, deadline: float | None) -> Client:
        """Return a client of the same connections whose requests, all attempts of each, end by `deadline`.

        `deadline` is on `time.monotonic`'s clock; None is none.
        """
        if deadline is None:
            return self
        from hivehelm.kube.deadline import Bounded

        return self._over(Bounded(self.transport, deadline))

    def within(self, namespaces: Sequence[str]) -> Client:
        """Return a client of the same connections that refuses what is not in `namespaces`, with ApiError."""
        from hivehelm.kube.confined import Confined

        return self._over(Confined(self.transport, namespaces))

    def _over(self, transport: Transport) -> Client:
        client = copy.copy(self)
        client.transport = transport
        client.discovery = self.discovery.through(client._fetch)
        return client

    def close(self) -> None:
        """Let go of every connection."""
        self.transport.close()


def _gvk(obj: dict[str, Any]) -> tuple[str, str]:
    return obj.get("apiVersion") or "", obj.get("kind") or ""


def _own(obj: dict[str, Any], field: str) -> str:
    value = (obj.get("metadata") or {}).get(field)
    return value if isinstance(value, str) else ""
