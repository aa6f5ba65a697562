"""Which kinds the server has and under which paths: aggregated discovery, else group by group."""

from __future__ import annotations

import copy
import json
import os
import threading
import time
from contextlib import suppress

from hivehelm import private
from hivehelm.kube.errors import ApiError, NoMatchError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, Protocol

    class Fetch(Protocol):
        """Gets a path as JSON; raises `ApiError` where the server refuses."""

        def __call__(self, path: str, accept: str) -> dict[str, Any]:
            """Return the decoded body."""


# kubectl and Helm keep what they found for six hours.
TTL_SECONDS = 6 * 3600.0
# A miss asks the server again, but a manifest full of unknown kinds does so once.
REFRESH_SECONDS = 0.2
_FORMAT = 2
_MOST_BYTES = 64 << 20
_ACCEPT = ",".join(
    f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList"
    for version in ("v2", "v2beta1")
)


class ResourceType(Record):
    """A kind the server has, and where: what apimachinery calls a RESTMapping.

    `plural` is its name in paths; `verbs` what can be done to it.
    """

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """`apps/v1`, or `v1` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def group_resource(self) -> str:
        """`deployments.apps`, as error texts name it."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    def __str__(self) -> str:
        return f"{self.group}/{self.version}, Kind={self.kind}"

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Return the URL path of the collection, one object, or a part of it; names are escaped."""
        from urllib.parse import quote

        parts = ["/apis", self.group, self.version] if self.group else ["/api", self.version]
        if self.namespaced and namespace:
            parts += ["namespaces", quote(namespace, safe="")]
        parts.append(self.plural)
        if name:
            parts.append(quote(name, safe=""))
        if subresource:
            parts.append(subresource)
        return "/".join(parts)


def core(kind: str, plural: str, *, namespaced: bool = True) -> ResourceType:
    """Return a kind of the core group."""
    return ResourceType(group="", version="v1", kind=kind, plural=plural, namespaced=namespaced)


# Every server has these, so release storage, hooks and logs need no discovery.
CORE: dict[tuple[str, str], ResourceType] = {
    ("v1", known.kind): known
    for known in (
        core("Secret", "secrets"),
        core("ConfigMap", "configmaps"),
        core("Pod", "pods"),
        core("Event", "events"),
        core("Service", "services"),
        core("ServiceAccount", "serviceaccounts"),
        core("PersistentVolumeClaim", "persistentvolumeclaims"),
        core("Namespace", "namespaces", namespaced=False),
    )
}


class _Held:
    """What is known of a server."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.types: dict[tuple[str, str], ResourceType] | None = None
        # What was once asked for and found, whatever became of it.
        self.found: dict[tuple[str, str], ResourceType] = {}
        # Kinds of what hangs on others, as `apps/v1/Scale`: served, though not as objects of their own.
        self.parts: dict[str, None] = {}
        self.fetched_at = 0.0
        self.failed: dict[str, str] = {}


class Discovery:
    """The server's kinds, held in memory and, where `cache_file` is given, on disk; safe for several threads.

    A cache file that is old, damaged or cannot be written is done without.
    """

    def __init__(self, fetch: Fetch, cache_file: str = "", *, clock: Callable[[], float] = time.time) -> None:
        self._fetch = fetch
        self._cache_file = cache_file
        self._clock = clock
        self._held = _Held()
        self._lock = self._held.lock

    @property
    def failed(self) -> dict[str, str]:
        """The groups whose servers did not answer, with the reason."""
        return self._held.failed

    def through(self, fetch: Fetch) -> Discovery:
        """Return the same discovery, whatever it knows or will know included, that asks by `fetch`."""
        other = copy.copy(self)
        other._fetch = fetch
        return other

    def find(self, api_version: str, kind: str) -> ResourceType:
        """Return where objects of `kind` are; the server is asked again where it was not known so far.

        Raises:
            NoMatchError: the server has no such kind.
            KubeError: the server cannot be asked.
        """
        if (known := CORE.get((api_version, kind))) is not None:
            return known
        with self._lock:
            found = self._all().get((api_version, kind))
            if found is None and self._clock() - self._held.fetched_at > REFRESH_SECONDS:
                found = self._refresh().get((api_version, kind))
            if found is not None:
                self._held.found[api_version, kind] = found
        if found is None:
            raise NoMatchError(api_version, kind)
        return found

    def place(self, api_version: str, kind: str) -> ResourceType:
        """Return where objects of `kind` are, or were once: the server knows best what became of them.

        What is about to be deleted must be found, though its definition went before it.

        Raises:
            NoMatchError, KubeError: as `find`, for kinds that were never found.
        """
        try:
            return self.find(api_version, kind)
        except NoMatchError:
            with self._lock:
                known = self._held.found.get((api_version, kind))
            if known is None:
                raise
            return known

    def types(self) -> list[ResourceType]:
        """Return every kind the server has, in its order: preferred versions first."""
        with self._lock:
            return list(self._all().values())

    def api_versions(self) -> list[str]:
        """Return `group/version` and `group/version/Kind` of all, as `.Capabilities.APIVersions` has them."""
        names: dict[str, None] = {}
        with self._lock:
            for known in self._all().values():
                names[known.api_version] = None
                names[f"{known.api_version}/{known.kind}"] = None
            return list(names | self._held.parts)

    def invalidate(self) -> None:
        """Forget everything, on disk too; called where kinds may have come or gone."""
        with self._lock:
            self._held.types = None
            self._held.fetched_at = 0.0
            if self._cache_file:
                with suppress(OSError):
                    os.unlink(self._cache_file)

    def _all(self) -> dict[tuple[str, str], ResourceType]:
        if self._held.types is None:
            cached = self._load()
            self._held.types = self._refresh() if cached is None else cached
        return self._held.types

    def _refresh(self) -> dict[tuple[str, str], ResourceType]:
        self._held.failed = {}
        self._held.parts = {}
        types = [*self._fetch_root("/api"), *self._fetch_root("/apis")]
        self._held.types = {(known.api_version, known.kind): known for known in reversed(types)}
        self._held.types = dict(reversed(self._held.types.items()))
        self._held.fetched_at = self._clock()
        self._store(self._held.types.values())
        return self._held.types

    def _fetch_root(self, path: str) -> Iterable[ResourceType]:
        try:
            answer = self._fetch(path, f"{_ACCEPT},application/json")
        except ApiError as error:
            if error.not_found or error.forbidden or error.status == 406:
                return []
            raise
        if answer.get("kind") == "APIGroupDiscoveryList":
            return self._aggregated(answer)
        return self._group_by_group(path, answer)

    def _aggregated(self, answer: dict[str, Any]) -> Iterable[ResourceType]:
        for item in answer.get("items") or ():
            group = (item.get("metadata") or {}).get("name") or ""
            for version in item.get("versions") or ():
                name = version.get("version", "")
                if version.get("freshness") == "Stale":
                    label = f"{group}/{name}"
                    self._held.failed[label] = f"stale GroupVersion discovery: {label}"
                for resource in version.get("resources") or ():
                    for part in resource.get("subresources") or ():
                        self._note_part(group, name, (part.get("responseKind") or {}).get("kind"))
                    kind = (resource.get("responseKind") or {}).get("kind")
                    if not kind:
                        continue
                    yield ResourceType(
                        group=group,
                        version=name,
                        kind=kind,
                        plural=resource.get("resource", ""),
                        namespaced=resource.get("scope") == "Namespaced",
                        verbs=tuple(resource.get("verbs") or ()),
                    )

    def _note_part(self, group: str, version: str, kind: str | None) -> None:
        if kind:
            self._held.parts[f"{group}/{version}/{kind}".lstrip("/")] = None

    def _group_by_group(self, path: str, answer: dict[str, Any]) -> Iterable[ResourceType]:
        if path == "/api":
            versions = [str(version) for version in answer.get("versions") or ()]
        else:
            versions = []
            for group in answer.get("groups") or ():
                preferred = (group.get("preferredVersion") or {}).get("groupVersion")
                names = [version.get("groupVersion", "") for version in group.get("versions") or ()]
                versions += sorted(names, key=lambda name: name != preferred)
        for group_version in versions:
            try:
                listed = self._fetch(f"{path}/{group_version}", "application/json")
            except ApiError as error:
                self._held.failed[group_version] = str(error)
                continue
            group, _, version = group_version.rpartition("/")
            for resource in listed.get("resources") or ():
                if "/" in resource.get("name", "/"):
                    self._note_part(group, version, resource.get("kind"))
                    continue
                yield ResourceType(
                    group=group,
                    version=version,
                    kind=resource.get("kind", ""),
                    plural=resource["name"],
                    namespaced=bool(resource.get("namespaced")),
                    verbs=tuple(resource.get("verbs") or ()),
                )

    def _load(self) -> dict[tuple[str, str], ResourceType] | None:
        if not self._cache_file:
            return None
        try:
            if self._clock() - os.path.getmtime(self._cache_file) > TTL_SECONDS:
                return None
            if (data := private.read(self._cache_file, _MOST_BYTES)) is None:
                return None
            held = json.loads(data)
            if held["format"] != _FORMAT:
                return None
            types = [
                ResourceType(
                    group=group,
                    version=version,
                    kind=kind,
                    plural=plural,
                    namespaced=scoped,
                    verbs=tuple(verbs),
                )
                for group, version, kind, plural, scoped, verbs in held["types"]
            ]
            self._held.parts = dict.fromkeys(held["parts"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return {(known.api_version, known.kind): known for known in types}

    def _store(self, types: Iterable[ResourceType]) -> None:
        # What a broken group hid must not be forgotten for six hours.
        if not self._cache_file or self._held.failed:
            return
        rows = [[t.group, t.version, t.kind, t.plural, t.namespaced, list(t.verbs)] for t in types]
        try:
            os.makedirs(os.path.dirname(self._cache_file), mode=0o750, exist_ok=True)
        except OSError:
            return
        held = {"format": _FORMAT, "types": rows, "parts": list(self._held.parts)}
        private.write(self._cache_file, json.dumps(held).encode())


def cache_file(server: str, cache_dir: str = "") -> str:
    """Return where to keep what `server` has: kubectl's discovery cache directory, under a name of our own.

    `cache_dir` defaults to `$KUBECACHEDIR`, else `~/.kube/cache`; nowhere, "", where `HIVEHELM_CACHE` turns
    caches off.
    """
    if not cache_dir and os.environ.get("HIVEHELM_CACHE", "/")[:1] not in ("", "/"):
        return ""
    base = cache_dir or os.environ.get("KUBECACHEDIR") or os.path.expanduser("~/.kube/cache")
    host = server.partition("://")[2]
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in host)
    return os.path.join(base, "discovery", safe, "hivehelm.json")
