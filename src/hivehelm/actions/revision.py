"""From a plan to the revision of a release that records it."""

from __future__ import annotations

from hivehelm.actions.errors import ActionError, ReservedLabelsError
from hivehelm.release.model import ApplyMethod, Hook, Info, Release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from hivehelm.actions.plan import Plan
    from hivehelm.release.storage import Storage


def before(storage: Storage, release: Release) -> Release:
    """Return the revision that `release` was made to follow.

    Where that is not kept any more, it is the deployed one; without that too, `release` itself.
    """
    from hivehelm.release.errors import NoDeployedReleasesError, ReleaseNotFoundError

    try:
        return storage.get(release.name, release.version - 1)
    except ReleaseNotFoundError:
        pass
    try:
        return storage.deployed(release.name)
    except NoDeployedReleasesError:
        return release


def revision(
    plan: Plan,
    info: Info,
    *,
    config: dict[str, Any],
    labels: dict[str, str],
    server_side: bool,
    hide_secret: bool = False,
) -> Release:
    """Return the revision that `plan` comes to; `info` gets its notes, `config` are the user's values."""
    from hivehelm.release.document import chart_document

    return Release(
        name=plan.release.name,
        info=info.replace(notes=plan.notes),
        chart_document=chart_document(plan.chart),
        config=config,
        manifest=plan.manifest(hide_secret=hide_secret),
        hooks=tuple(_hook(hook) for hook in plan.hooks),
        version=plan.release.revision,
        namespace=plan.release.namespace,
        labels=labels,
        apply_method=method(server_side=server_side),
    )


def method(*, server_side: bool) -> str:
    """Return what a record says of how its objects were written."""
    return ApplyMethod.SERVER_SIDE if server_side else ApplyMethod.CLIENT_SIDE


def server_side(option: str, method: str) -> bool:
    """Return whether the API server merges objects, given `--server-side` and how the last revision was made.

    Raises:
        ActionError: the option is none of `true`, `false` and `auto`.
    """
    if option == "auto":
        return method == ApplyMethod.SERVER_SIDE
    if option not in ("true", "false"):
        raise ActionError(f"invalid/unknown release server-side apply method: {option}")
    return option == "true"


def check_labels(labels: Iterable[str]) -> None:
    """Make sure that a user's labels leave the store's alone.

    Raises:
        ReservedLabelsError: they do not.
    """
    from hivehelm.release.labels import SYSTEM

    if not set(SYSTEM).isdisjoint(labels):
        raise ReservedLabelsError


def _hook(hook: Any) -> Hook:
    return Hook(
        name=hook.name,
        kind=hook.kind,
        path=hook.path,
        manifest=hook.manifest,
        events=tuple(hook.events),
        weight=hook.weight,
        delete_policies=tuple(hook.delete_policies),
        output_log_policies=tuple(hook.output_log_policies),
    )
