"""All objects of a kind, fetched in pages (client-go's `ListPager`)."""

from __future__ import annotations

from hivehelm.kube.errors import ApiError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.kube.discovery import ResourceType
    from hivehelm.kube.queries import Query


def list_all(
    ask: Callable[[Query], dict[str, Any]], known: ResourceType, query: Query, page_size: int
) -> tuple[list[dict[str, Any]], str]:
    """Return all objects that `ask` answers a query with, page by page, and the resourceVersion they are of.

    A listing whose next page has expired is read again in one piece. `page_size` 0 is one page.

    Raises:
        ApiError: the server refused.
    """
    items: list[dict[str, Any]] = []
    follow = ""
    while True:
        page = [("limit", str(page_size))] if page_size else []
        if follow:
            page.append(("continue", follow))
        try:
            answer = ask(query + page)
        except ApiError as error:
            if not (error.expired and follow):
                raise
            items, follow, page_size = [], "", 0
            continue
        # Items of a list come without the two fields that every single object has.
        items += [
            {"apiVersion": known.api_version, "kind": known.kind, **item}
            for item in answer.get("items") or ()
        ]
        metadata = answer.get("metadata") or {}
        follow = metadata.get("continue") or ""
        if not follow:
            return items, metadata.get("resourceVersion") or ""
