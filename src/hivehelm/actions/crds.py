"""The custom resource definitions of a chart, made before anything else (Install.installCRDs)."""

from __future__ import annotations

import time

from hivehelm.actions.errors import CRDError
from hivehelm.kube import apply
from hivehelm.kube.errors import ApiError, ApplyError, KubeError, NoMatchError
from hivehelm.kube.resources import build
from hivehelm.kube.wait import HOOK_ONLY, WATCHER, wait_ready

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hivehelm.actions.budget import Budget
    from hivehelm.actions.context import Context
    from hivehelm.chart.model import CRD
    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource

#: How long the server may take to know new kinds, in seconds.
ESTABLISHED = 60.0
#: How long it may then take to name them, in seconds; who needs them later is told that they are missing.
NAMED = 10.0
_PAUSE = 0.1


def install_crds(
    context: Context,
    crds: Sequence[CRD],
    *,
    server_side: bool,
    force_conflicts: bool,
    strategy: str,
    budget: Budget,
) -> None:
    """Make the definitions of each file in turn, and wait until the server knows them, whatever `strategy`.

    Definitions that are there already are left as they are when they are made client-side.

    Raises:
        CRDError: a file is no definition, or the server refuses it.
        WaitError: the server does not get to know them.
    """
    if force_conflicts and not server_side:
        text = "invalid client create option(s): forceConflicts enabled when serverSideApply disabled"
        raise CRDError(crds[0].name, text)
    client = context.client
    made: list[Resource] = []
    for crd in crds:
        budget.check()
        try:
            manifest = crd.file.data.decode("utf-8", "replace")
            resources = build(client, manifest, context.namespace, validate=False)
            if not resources:
                raise CRDError(crd.name, "resources are empty")
            apply.create(
                client,
                resources,
                server_side=server_side,
                force_conflicts=force_conflicts,
                log=context.log,
            )
        except KubeError as error:
            if already_there(error):
                context.log("DEBUG", "CRD is already present. Skipping", crd=crd.name)
                continue
            raise CRDError(crd.name, error) from error
        made += resources
    if made:
        wait_ready(
            client,
            made,
            budget.seconds(ESTABLISHED),
            strategy=WATCHER if strategy == HOOK_ONLY else strategy,
            cancel=budget.cancel,
            log=context.log,
        )
        context.log("DEBUG", "clearing REST mapper cache")
        _await_served(client, made, budget)


def _await_served(client: Client, made: Sequence[Resource], budget: Budget) -> None:
    """Wait until the server names the kinds that it has: it does so a little after they are established."""
    end = time.monotonic() + NAMED
    for definition in made:
        spec = definition.object["spec"]
        kind = spec["names"]["kind"]
        for version in spec.get("versions") or ():
            while version.get("served"):
                try:
                    client.resource_type(f"{spec['group']}/{version['name']}", kind)
                    break
                except NoMatchError:
                    if time.monotonic() >= end:
                        return
                budget.check()
                time.sleep(_PAUSE)
                client.discovery.invalidate()


def already_there(error: KubeError) -> bool:
    """Tell whether an object could not be made because it exists."""
    cause = error.cause if isinstance(error, ApplyError) else error
    return isinstance(cause, ApiError) and cause.already_exists
