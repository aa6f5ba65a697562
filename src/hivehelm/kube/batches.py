"""Doing something to many objects: neighbours of one kind side by side, kinds one after the other."""

from __future__ import annotations

from hivehelm.kube.errors import ApiError, KubeError, NothingVisitedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource

WORKERS = 8


def perform(resources: Sequence[Resource], action: Callable[[Resource], None]) -> list[KubeError]:
    """Call `action` for each resource, neighbours of one kind side by side; return the errors in their order.

    As pkg/kube's `perform`: every object is tried, whatever happens to the others.

    Raises:
        NothingVisitedError: there are none.
    """
    if not resources:
        raise NothingVisitedError
    faults: list[KubeError] = []
    for batch in batches(resources):
        faults += [error for error in side_by_side(batch, action) if error is not None]
    return faults


def batches(resources: Iterable[Resource]) -> Iterator[list[Resource]]:
    """Yield the resources in runs of one kind."""
    batch: list[Resource] = []
    for resource in resources:
        if batch and batch[-1].type.kind != resource.type.kind:
            yield batch
            batch = []
        batch.append(resource)
    if batch:
        yield batch


def side_by_side(batch: Sequence[Resource], action: Callable[[Resource], None]) -> list[KubeError | None]:
    """Call `action` for all at once; return what went wrong with each."""

    def guarded(resource: Resource) -> KubeError | None:
        try:
            action(resource)
        except KubeError as error:
            return error
        return None

    if len(batch) <= 1:
        return list(map(guarded, batch))
    from concurrent.futures import ThreadPoolExecutor

    from hivehelm.limits import Paused

    # The stacks of threads are no memory that a chart takes.
    with Paused(), ThreadPoolExecutor(min(WORKERS, len(batch))) as pool:
        return list(pool.map(guarded, batch))


def fetch(client: Client, resources: Sequence[Resource]) -> list[dict[str, Any] | KubeError | None]:
    """Return what the cluster holds of each, asked side by side.

    None is where it holds nothing; an error where it does not say.
    """
    found: dict[int, dict[str, Any]] = {}

    def one(resource: Resource) -> None:
        kind = resource.type
        try:
            live = client.get(kind.api_version, kind.kind, resource.name, resource.namespace)
        except ApiError as error:
            if not error.not_found:
                raise
        else:
            found[id(resource)] = live

    errors = side_by_side(resources, one)
    return [error or found.get(id(resource)) for resource, error in zip(resources, errors, strict=True)]
