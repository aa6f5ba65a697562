"""Hivemind apps: releases that are marked as such on their record, and kept nowhere else.

The mark is a label of the record, `hivemind.dev/app: NAME`: `helm list -l hivemind.dev/app` shows the same
apps, and Helm's own commands work on them.
"""

from __future__ import annotations

from hivehelm.platform.errors import PlatformError
from hivehelm.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable
    from typing import Any

    from hivehelm.actions.context import Context
    from hivehelm.chart.model import Chart
    from hivehelm.gotemplate.cache import TemplateCache
    from hivehelm.release.model import Release

LABEL = "hivemind.dev/app"
_GONE = frozenset({"uninstalled"})


class UnknownAppError(PlatformError):
    """There is no app called `name` in a `namespace`."""

    def __init__(self, name: str, namespace: str) -> None:
        super().__init__(name, namespace)
        self.name = name
        self.namespace = namespace

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return (
            f"app {quote(self.name)} not found in namespace {quote(self.namespace)}; "
            "'hivemind app list --all-namespaces' shows what there is"
        )


class NotAnAppError(PlatformError):
    """A release of that `name` is there, and was not deployed as an app."""

    def __init__(self, name: str, namespace: str) -> None:
        super().__init__(name, namespace)
        self.name = name
        self.namespace = namespace

    def __str__(self) -> str:
        from hivehelm.golang.fmt import quote

        return (
            f"release {quote(self.name)} in namespace {quote(self.namespace)} is not a Hivemind app; "
            "'hivemind app deploy --adopt' makes it one"
        )


class DeployOptions(Record):
    """How an app is deployed.

    `wait` waits until all is ready, for `timeout` seconds at most. `adopt` makes an app of a release that is
    there and is none. `description` is kept on the record. `cache` holds compiled templates,
    `schema_loader(url)` gives what values schemas refer to. Setting `cancel` stops at the next chance.
    """

    wait: bool = False
    timeout: float = 300.0
    adopt: bool = False
    dry_run: bool = False
    description: str = ""
    cache: TemplateCache | None = None
    schema_loader: Callable[[str], bytes] | None = None
    cancel: threading.Event | None = None


class App(Record):
    """An app as it is on record; `updated` is RFC 3339, `status` one of `release.model.Status`."""

    name: str
    namespace: str
    revision: int
    status: str
    chart: str
    app_version: str
    updated: str

    def to_document(self) -> dict[str, Any]:
        """Return the app as JSON shows it."""
        return {
            "name": self.name,
            "namespace": self.namespace,
            "revision": self.revision,
            "status": self.status,
            "chart": self.chart,
            "app_version": self.app_version,
            "updated": self.updated,
        }


class Part(Record):
    """An object of an app as it is in the cluster.

    `state` is `Current` where it is ready, else what kstatus calls it, or `Missing`; `message` says why.
    """

    kind: str
    name: str
    namespace: str
    state: str
    message: str = ""

    def to_document(self) -> dict[str, Any]:
        """Return the object as JSON shows it."""
        return {
            "kind": self.kind,
            "name": self.name,
            "namespace": self.namespace,
            "state": self.state,
            "message": self.message,
        }


class AppStatus(Record):
    """An app with its objects; it is `ready` where all of them are."""

    app: App
    parts: list[Part]
    notes: str = ""

    @property
    def ready(self) -> bool:
        """Whether the app is deployed and every object of it is ready."""
        return self.app.status == "deployed" and all(part.state == "Current" for part in self.parts)

    def to_document(self) -> dict[str, Any]:
        """Return the status as JSON shows it."""
        return {
            **self.app.to_document(),
            "ready": self.ready,
            "objects": [part.to_document() for part in self.parts],
            "notes": self.notes,
        }


def deploy(
    context: Context,
    name: str,
    chart: Chart,
    values: dict[str, Any],
    options: DeployOptions | None = None,
) -> Release:
    """Deploy a chart as app `name` in the context's namespace, which is made where there is none.

    An app that is there is upgraded: to this chart with these values, over the chart's own.

    Raises:
        NotAnAppError: the name is a release's that is no app.
        UnreachableError: the cluster does not answer.
        HivehelmError: what `actions.install` and `actions.upgrade` raise.
    """
    from hivehelm.actions.upgrade import UpgradeOptions, upgrade

    options = options or DeployOptions()
    dry_run = "server" if options.dry_run else "none"
    last = _last(context, name)
    if last is None or last.info.status in _GONE:
        return _install(context, name, chart, values, options, reuse=last is not None)
    if not is_app(last) and not options.adopt:
        raise NotAnAppError(name, context.namespace)
    if last.version == 1 and last.info.status == "failed":
        # An upgrade needs a revision that was deployed once; what never was starts over.
        return _install(context, name, chart, values, options, reuse=True)
    return upgrade(
        context,
        name,
        chart,
        values,
        UpgradeOptions(
            values_from="reset",
            dry_run=dry_run,
            labels={LABEL: name},
            wait=_strategy(options),
            timeout=options.timeout,
            description=options.description,
            cache=options.cache,
            schema_loader=options.schema_loader,
            cancel=options.cancel,
        ),
    )


def _install(
    context: Context, name: str, chart: Chart, values: dict[str, Any], options: DeployOptions, *, reuse: bool
) -> Release:
    from hivehelm.actions.install import InstallOptions, install
    from hivehelm.actions.namespace import is_missing

    how = InstallOptions(
        name=name,
        create_namespace=is_missing(context),
        reuse_name=reuse,
        dry_run="server" if options.dry_run else "none",
        labels={LABEL: name},
        wait=_strategy(options),
        timeout=options.timeout,
        description=options.description,
        cache=options.cache,
        schema_loader=options.schema_loader,
        cancel=options.cancel,
    )
    return install(context, chart, values, how)


def _strategy(options: DeployOptions) -> str:
    return "watcher" if options.wait else "hookOnly"


def is_app(release: Release) -> bool:
    """Tell whether a release was deployed as an app."""
    return LABEL in release.labels


def apps(context: Context) -> list[App]:
    """Return the apps of the context's namespace, of all where that is "", by name.

    Raises:
        UnreachableError: the cluster does not answer.
    """
    from hivehelm.actions.list import ListOptions, list_releases

    return [described(release) for release in list_releases(context, ListOptions(selector=LABEL, max=0))]


def get(context: Context, name: str) -> Release:
    """Return the newest revision of app `name`.

    Raises:
        UnknownAppError: there is none in the context's namespace.
        NotAnAppError: a release of that name is no app.
        UnreachableError: the cluster does not answer.
    """
    release = _last(context, name)
    if release is None:
        raise UnknownAppError(name, context.namespace)
    if not is_app(release):
        raise NotAnAppError(name, context.namespace)
    return release


def status(context: Context, name: str) -> AppStatus:
    """Return app `name` with its objects as they are now.

    Raises:
        UnknownAppError, NotAnAppError: there is no such app.
        UnreachableError: the cluster does not answer.
    """
    from hivehelm.kube.resources import build

    release = get(context, name)
    resources = build(context.client, release.manifest, context.namespace, validate=False)
    parts = [
        _part(context, one.type.api_version, one.type.kind, one.name, one.namespace) for one in resources
    ]
    return AppStatus(app=described(release), parts=parts, notes=release.info.notes)


def _part(context: Context, api_version: str, kind: str, name: str, namespace: str) -> Part:
    from hivehelm.kube.errors import KubeError
    from hivehelm.kube.status import compute

    try:
        live = context.client.get(api_version, kind, name, namespace)
    except KubeError as error:
        return Part(kind=kind, name=name, namespace=namespace, state="Missing", message=str(error))
    found = compute(live)
    return Part(kind=kind, name=name, namespace=namespace, state=found.state, message=found.message)


def delete(context: Context, name: str, *, wait: bool = False, timeout: float = 300.0) -> Iterable[str]:
    """Delete app `name` with its objects and records; return what there is to say of objects that stayed.

    With `wait` it returns once all objects are gone, which may take `timeout` seconds.

    Raises:
        UnknownAppError, NotAnAppError: there is no such app.
        UnreachableError, UninstallError: the cluster does not answer, or not all could be deleted.
    """
    from hivehelm.actions.uninstall import UninstallOptions, uninstall

    get(context, name)
    done = uninstall(context, name, UninstallOptions(wait="watcher" if wait else "hookOnly", timeout=timeout))
    return [line for line in (done.info if done else "").splitlines() if line]


def described(release: Release) -> App:
    """Return an app as lists show it."""
    metadata = release.chart_metadata
    return App(
        name=release.name,
        namespace=release.namespace,
        revision=release.version,
        status=release.info.status,
        chart=f"{metadata.get('name', '')}-{metadata.get('version', '')}",
        app_version=str(metadata.get("appVersion") or ""),
        updated=release.info.last_deployed,
    )


def _last(context: Context, name: str) -> Release | None:
    """Return the newest revision of a release, None where there is no such release."""
    from hivehelm.actions.get import get as get_release
    from hivehelm.release.errors import ReleaseNotFoundError

    try:
        return get_release(context, name)
    except ReleaseNotFoundError:
        return None
