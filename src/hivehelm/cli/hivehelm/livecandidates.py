"""What completes command lines and is asked of the cluster: releases, revisions, namespaces, contexts."""

from __future__ import annotations

import sys

from hivehelm.cli.complete import DEFAULT, ERROR, NO_FILES
from hivehelm.cli.hivehelm.globals import apply_flags
from hivehelm.errors import HivehelmError
from hivehelm.settings import Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.context import Context
    from hivehelm.cli.complete import Answer, Request

#: How long the API server may take to list namespaces, in seconds.
_PATIENCE = 3


def settings_of(request: Request) -> Settings:
    """Return the environment's settings with the flags of what is typed laid over them."""
    return apply_flags(Settings.from_environ(), request.flags)


def releases(request: Request) -> Answer:
    """Offer the releases of the namespace that are not among the arguments yet."""
    from hivehelm.actions.list import ListOptions, list_releases
    from hivehelm.cli.hivehelm.wording import chart_name

    try:
        found = list_releases(_connect(request), ListOptions(max=0))
    except (HivehelmError, OSError):
        return [], DEFAULT
    return [
        f"{release.name}\t{chart_name(release)} -> {release.info.status}"
        for release in found
        if release.name not in request.arguments
    ], NO_FILES


def revisions(request: Request) -> Answer:
    """Offer the revisions of the release that the first argument names."""
    from hivehelm.actions.history import history
    from hivehelm.cli.hivehelm.wording import app_version, chart_name

    try:
        found = history(_connect(request), request.arguments[0])
    except (HivehelmError, OSError):
        return [], ERROR
    return [
        f"{release.version}\tApp: {app_version(release)}, Chart: {chart_name(release)}" for release in found
    ], NO_FILES


def namespaces(request: Request) -> Answer:
    """Offer the namespaces of the cluster."""
    from time import monotonic

    try:
        client = _connect(request).client.until(monotonic() + _PATIENCE)
        found = client.list("v1", "Namespace", page_size=0)
    except (HivehelmError, OSError):
        return [], DEFAULT
    return [entry["metadata"]["name"] for entry in found], NO_FILES


def contexts(request: Request) -> Answer:
    """Offer the contexts of the kubeconfig, each with its cluster."""
    from hivehelm.kube.kubeconfig import Config

    settings = settings_of(request)
    try:
        found = Config.read(settings.kubeconfig, environ=settings.environ).contexts
    except HivehelmError:
        return [], NO_FILES
    return [f"{name}\t{context.get('cluster') or ''}" for name, context in sorted(found.items())], NO_FILES


def _connect(request: Request) -> Context:
    from hivehelm.cli.command import Call
    from hivehelm.cli.hivehelm.session import connect
    from hivehelm.cli.stream import Stream

    err = Stream(sys.stderr)
    return connect(Call(request.command, request.flags, request.arguments, Stream(sys.stdout), err))
