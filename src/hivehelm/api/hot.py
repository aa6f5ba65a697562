"""Reads that come often, answered before FastAPI looks at them.

What a portal polls, a release and lists of them, is in memory as bytes. Finding the route, its parameters and
its dependencies takes FastAPI several times as long as answering. So the plainest of these requests are
recognised here; whatever is not quite plain, or not in memory, goes on to the routes, which say the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from hivehelm.api.auth.identity import Identity
from hivehelm.api.names import LONGEST_NAMESPACE, LONGEST_RELEASE, NAMESPACE_PATTERN, RELEASE_PATTERN
from hivehelm.platform.query import ReleaseQuery

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from hivehelm.api.services import Services
    from hivehelm.platform.found import Found, Page

PREFIX: Final = "/api/helm/releases"
_NAME: Final = re.compile(RELEASE_PATTERN[1:-1])
_NAMESPACE: Final = re.compile(NAMESPACE_PATTERN[1:-1])
_STATUSES: Final = frozenset({"Deployed", "Pending", "Failed", "Superseded", "Uninstalled"})
_NUMBER: Final = re.compile(r"[0-9]{1,4}")


class Hot:
    """Answers what it can, and leaves the rest to `app`."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self._app = app
        self._reader = services.reader

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and scope["path"].startswith(PREFIX)
            and (found := self._look(scope)) is not None
        ):
            await _answer(found, scope, send)
            return
        await self._app(scope, receive, send)

    def _look(self, scope: Scope) -> tuple[Found | Page, str] | None:
        """Return what is asked for and the template of its path, None where somebody else has to look."""
        identity = scope["state"].get("identity")
        # Where the cluster decides who may what, asking it takes a thread.
        if not isinstance(identity, Identity) or identity.rights is not None:
            return None
        query = _query(scope["query_string"])
        if query is None:
            return None
        rest = scope["path"][len(PREFIX) :]
        if not rest:
            return self._list(identity, query)
        name, _, more = rest[1:].partition("/")
        namespace = query.pop("namespace", "default")
        if query or len(name) > LONGEST_RELEASE or not _NAME.fullmatch(name):
            return None
        if not _fits(namespace) or not identity.sees(namespace):
            return None
        found: Found | Page | None = None
        if not more:
            found = self._reader.look_release(namespace, name)
        elif more == "history":
            found = self._reader.look_history(namespace, name)
        return None if found is None else (found, f"{PREFIX}/{{name}}{more and '/'}{more}")

    def _list(self, identity: Identity, query: dict[str, str]) -> tuple[Page, str] | None:
        namespace = query.pop("namespace", None)
        status = query.pop("status", "")
        limit, offset = query.pop("limit", "0"), query.pop("offset", "0")
        if query or (status and status not in _STATUSES):
            return None
        if not _NUMBER.fullmatch(limit) or not _NUMBER.fullmatch(offset):
            return None
        if namespace is None:
            if not identity.everywhere:
                return None
        elif not _fits(namespace) or not identity.sees(namespace):
            return None
        page = self._reader.look_releases(
            ReleaseQuery(
                namespaces=None if namespace is None else (namespace,),
                status=status,
                limit=int(limit),
                offset=int(offset),
            )
        )
        return None if page is None else (page, PREFIX)


class Template:
    """Stands for the route that would have answered; `path` is its template."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


def _query(raw: bytes) -> dict[str, str] | None:
    """Return the parameters of a query, None where one is given twice or it is no plain text."""
    if not raw:
        return {}
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return None
    found = dict(pairs)
    return found if len(found) == len(pairs) else None


def _fits(namespace: str) -> bool:
    return len(namespace) <= LONGEST_NAMESPACE and _NAMESPACE.fullmatch(namespace) is not None


async def _answer(found: tuple[Found | Page, str], scope: Scope, send: Send) -> None:
    what, template = found
    # As Starlette would: logs and metrics call the request by it.
    scope["route"] = Template(template)
    tag = f'"{what.tag}"'.encode("latin-1")
    headers = [(b"etag", tag), (b"cache-control", b"private, no-cache")]
    if (total := getattr(what, "total", None)) is not None:
        headers.append((b"x-total-count", b"%d" % total))
    if _known(scope, tag):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(what.data))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": what.data})


def _known(scope: Scope, tag: bytes) -> bool:
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            return value == b"*" or tag in value
    return False
