"""The worker: `python -m hivehelm.platform.work` does what one request asks for (see `operations.worker`).

Untrusted charts are rendered here, in the main thread of a process that ends with its job, under `limits`.
"""

from __future__ import annotations

import time

from hivehelm.operations.errors import InvalidRequestError
from hivehelm.operations.worker import serve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar

    from hivehelm.actions.context import Context
    from hivehelm.actions.events import Event
    from hivehelm.actions.install import InstallOptions
    from hivehelm.actions.resume import Options
    from hivehelm.actions.rollback import RollbackOptions
    from hivehelm.actions.upgrade import UpgradeOptions
    from hivehelm.chart.model import Chart
    from hivehelm.limits import Limits
    from hivehelm.operations.model import Request
    from hivehelm.operations.worker import Job, Line
    from hivehelm.platform.site import Site
    from hivehelm.record import Record
    from hivehelm.release.model import Release

    JSON = dict[str, Any]
    R = TypeVar("R", bound=Record)

# Fields of options that no request may set: they are this process's.
_OURS = frozenset(
    (
        "name",
        "cancel",
        "deadline",
        "cache",
        "limits",
        "capabilities",
        "post_renderer",
        "schema_loader",
        "report",
    )
)
# What `upgrade` with `install` may be told for the one or the other.
_ONLY_INSTALLS = frozenset(("create_namespace", "skip_crds", "reuse_name"))
_ONLY_UPGRADES = frozenset(("values_from", "cleanup_on_fail", "history_max"))
_NOTHING = {"status": "Uninstalled", "info": ""}
# How many of the objects that are waited for are told of.
_MOST_LACKING = 10


def main() -> None:
    """Be a worker."""
    serve(_prepare, perform)


def _has_namespace(context: Context) -> bool:
    """Tell whether the namespace is there; who may not look may not make it either."""
    from hivehelm.kube.errors import ApiError

    if context.client.imaginary:
        return False
    try:
        context.client.get("v1", "Namespace", context.namespace)
    except ApiError as error:
        return error.forbidden
    return True


def _prepare() -> None:
    """Import what nearly every job needs, before there is one."""
    import ssl

    from hivehelm.actions import install, lookup, plan, rollback, uninstall, upgrade
    from hivehelm.chart import load
    from hivehelm.golang import yaml
    from hivehelm.kube import apply, client, transport, wait
    from hivehelm.platform import site, summary
    from hivehelm.release.drivers import secret
    from hivehelm.render import engine, functions

    del install, lookup, plan, rollback, uninstall, upgrade, load, yaml, apply, client, transport, wait
    del site, summary, secret, engine, functions, ssl


def perform(job: Job, line: Line, site: Site | None = None) -> JSON:
    """Do what a job asks for, and return what became of the release.

    Raises:
        InvalidRequestError: it asks for nothing that there is.
        HivehelmError: what charts, values, templates, the cluster and the actions have to say.
    """
    if site is None:
        from hivehelm.platform.site import Site

        site = Site.from_environ()
    return _Work(job, line, site).result()


class _Work:
    def __init__(self, job: Job, line: Line, site: Site) -> None:
        from hivehelm.limits import MEMORY, OUTPUT, SECONDS, Limits

        self._job = job
        self._request: Request = job.request
        self._line = line
        self._site = site
        self._options = dict(job.request.options)
        self._limits: Limits = Limits(seconds=SECONDS, memory=MEMORY, output=OUTPUT)
        self._deadline = time.monotonic() + job.seconds if job.seconds else None
        self._told: JSON = {}

    def result(self) -> JSON:
        verbs: dict[str, Callable[[], JSON]] = {
            "install": self._install,
            "upgrade": self._upgrade,
            "rollback": self._rollback,
            "uninstall": self._uninstall,
            "test": self._test,
            "template": self._template,
        }
        if (verb := verbs.get(self._request.verb)) is None:
            raise InvalidRequestError(f"unknown verb {self._request.verb!r}")
        return verb()

    def _install(self) -> JSON:
        existing = bool(self._options.pop("upgrade_existing", False))
        context = self._context()
        if (release := self._resumed(context)) is not None:
            return self._shown(release)
        if existing and self._newest(context) not in ("", "uninstalled"):
            return self._upgraded(context)
        return self._installed(context)

    def _upgrade(self) -> JSON:
        install = bool(self._options.pop("install", False))
        context = self._context()
        if (release := self._resumed(context)) is not None:
            return self._shown(release)
        if install and (status := self._newest(context)) in ("", "uninstalled"):
            return self._installed(context, reuse_name=bool(status))
        return self._upgraded(context)

    def _installed(self, context: Context, **more: Any) -> JSON:
        from hivehelm.actions.install import install

        chart, values = self._chart(installable=True), self._values()
        if self._options.get("create_namespace") and _has_namespace(context):
            self._options["create_namespace"] = False
        return self._shown(install(context, chart, values, self._install_options(**more)))

    def _upgraded(self, context: Context) -> JSON:
        from hivehelm.actions.upgrade import upgrade

        chart, values = self._chart(), self._values()
        return self._shown(upgrade(context, self._request.name, chart, values, self._upgrade_options()))

    def _rollback(self) -> JSON:
        from hivehelm.actions.rollback import rollback

        context = self._context()
        release = self._resumed(context)
        return self._shown(release or rollback(context, self._request.name, self._rollback_options()))

    def _resumed(self, context: Context) -> Release | None:
        """Finish what an attempt before this one has begun; None where that is nothing."""
        if self._job.attempt == 1:
            return None
        from hivehelm.actions.resume import begun_as, resume

        name = self._request.name
        options: dict[str, Callable[[], Options]] = {
            "install": self._install_options,
            "upgrade": self._upgrade_options,
            "rollback": self._rollback_options,
        }
        given = options.get(begun_as(context, name))
        return None if given is None else resume(context, name, given())

    def _install_options(self, **more: Any) -> InstallOptions:
        from hivehelm.actions.install import InstallOptions

        if isinstance(server_side := self._options.get("server_side"), str):
            self._options["server_side"] = server_side != "false"
        given = {"name": self._request.name, **more, **self._rendering()}
        return self._given(InstallOptions, _ONLY_UPGRADES, **given)

    def _upgrade_options(self) -> UpgradeOptions:
        from hivehelm.actions.upgrade import UpgradeOptions

        if isinstance(server_side := self._options.get("server_side"), bool):
            self._options["server_side"] = "true" if server_side else "false"
        given = {"history_max": self._site.max_history, **self._rendering()}
        return self._given(UpgradeOptions, _ONLY_INSTALLS, **given)

    def _rollback_options(self) -> RollbackOptions:
        from hivehelm.actions.rollback import RollbackOptions

        return self._given(RollbackOptions, history_max=self._site.max_history)

    def _uninstall(self) -> JSON:
        from hivehelm.actions.resume import GoneError, begun, take_up
        from hivehelm.actions.uninstall import UninstallOptions, uninstall
        from hivehelm.release.model import Status

        context, options = self._context(), self._given(UninstallOptions)
        gone = {**_NOTHING, "name": self._request.name, "namespace": self._request.namespace}
        if self._job.attempt > 1:
            try:
                release = begun(context, self._request.name)
            except GoneError:
                return gone
            if release is not None and release.info.status == Status.UNINSTALLED:
                return {**self._shown(release), "info": ""}
        left = take_up(
            context,
            self._request.name,
            "uninstall",
            lambda: uninstall(context, self._request.name, options),
        )
        return gone if left is None else {**self._shown(left.release), "info": left.info}

    def _test(self) -> JSON:
        from hivehelm.actions.resume import take_up
        from hivehelm.actions.test import TestOptions, test
        from hivehelm.platform.summary import tests

        for name in ("include", "exclude"):
            self._options[name] = tuple(self._options.get(name) or ())
        context, options = self._context(), self._given(TestOptions)
        release = take_up(
            context, self._request.name, "test", lambda: test(context, self._request.name, options)
        )
        return {**self._shown(release), "tests": tests(release)}

    def _template(self) -> JSON:
        from hivehelm.actions.context import Context
        from hivehelm.actions.install import install
        from hivehelm.release.drivers.memory import Memory
        from hivehelm.release.storage import Storage
        from hivehelm.render.capabilities import default, parse_kube_version

        version = self._options.pop("kube_version", "")
        capabilities = default(
            parse_kube_version(version) if version else None, self._options.pop("api_versions", ())
        )
        namespace = self._request.namespace
        context = Context(Storage(Memory(namespace)), namespace=namespace, on_event=self._event)
        options = self._install_options(dry_run="client", capabilities=capabilities)
        return self._shown(
            install(context, self._chart(installable=True), self._values(), options), whole=True
        )

    def _context(self) -> Context:
        context, job = self._connected(), self._job
        if not job.operation:
            return context
        from hivehelm.actions.handover import Handover

        return context.with_handover(
            Handover(job.operation, self._line.note, job.trace, is_first=job.attempt == 1)
        )

    def _connected(self) -> Context:
        request, site = self._request, self._site
        asked = request.who.get("impersonate")
        namespaces = request.who.get("namespaces")
        if not asked and namespaces is None:
            return site.connect(request.namespace, on_event=self._event)
        from hivehelm.actions.connect import connect
        from hivehelm.kube.client import Client
        from hivehelm.kube.connection import Impersonation

        client = site.client()
        if asked:
            client = Client(client.connection.replace(impersonation=Impersonation(**asked)))
        if namespaces is not None:
            # Whoever may work in some namespaces does not get into others by what a chart brings.
            client = client.within(namespaces)
        return connect(
            namespace=request.namespace,
            driver=site.driver,
            environ=site.environ,
            on_event=self._event,
            client=client,
        )

    def _newest(self, context: Context) -> str:
        """Return the status of the newest revision, "" if there is no release."""
        from hivehelm.release.errors import NoRevisionError, ReleaseNotFoundError

        try:
            return context.storage.newest(self._request.name).info.status
        except ReleaseNotFoundError:
            return ""
        except NoRevisionError:
            return "unknown"

    def _chart(self, *, installable: bool = False) -> Chart:
        from hivehelm.actions.requirements import (
            DependencyCheckError,
            MissingDependenciesError,
            check_installable,
            check_requirements,
        )
        from hivehelm.chart.load import load

        request = self._request
        self._line.event({"stage": "chart", "subject": request.chart})
        path = self._site.find(request.chart, version=request.version, repository=request.repository)
        with self._limits.watched():
            chart = load(path)
        if installable:
            check_installable(chart)
        try:
            check_requirements(chart)
        except MissingDependenciesError as error:
            raise DependencyCheckError(error) from error
        return chart

    def _values(self) -> JSON:
        from hivehelm.golang import yaml

        values = self._request.values
        if not isinstance(values, str):
            return {key: _numbers(value) for key, value in values.items()}
        with self._limits.watched():
            loaded = yaml.load(values)
        if loaded is None:
            return {}
        if not isinstance(loaded, dict):
            raise InvalidRequestError("values are no mapping")
        return loaded

    def _rendering(self) -> JSON:
        from hivehelm.sources.schema import ServedSchemas

        schemas = ServedSchemas(outward=self._site.stores.outward)
        return {"cache": self._site.templates, "limits": self._limits, "schema_loader": schemas}

    def _given(self, kind: type[R], others: frozenset[str] = frozenset(), **ours: Any) -> R:
        """Return an action's options: ours, and over them those of the request but for `others`.

        Raises:
            InvalidRequestError: the action has no such option.
        """
        options = {name: value for name, value in self._options.items() if name not in others}
        for name in options:
            if name not in kind._fields or name in _OURS:
                raise InvalidRequestError(f"{self._request.verb} has no option {name!r}")
        common = {"cancel": self._line.cancelled, "deadline": self._deadline}
        return kind(**{**ours, **options, **common})

    def _event(self, event: Event) -> None:
        progress = event.progress
        told: JSON = {"stage": event.stage, "subject": event.subject}
        if progress is not None:
            lacking = [f"{name}: {status.message}".rstrip(": ") for name, status in progress.lacking]
            told |= {"done": progress.done, "total": progress.total, "lacking": lacking[:_MOST_LACKING]}
        if told != self._told:
            self._told = told
            self._line.event(told)

    def _shown(self, release: Release, *, whole: bool = False) -> JSON:
        """Return what is told of a release; of one that is on no record, all of it."""
        from hivehelm.platform import summary

        dry = self._options.get("dry_run") not in (None, False, "none")
        return summary.whole(release) if whole or dry else summary.summary(release)


def _numbers(value: Any) -> Any:
    """Return a value of JSON as a values file gives it: every number is a float64."""
    if isinstance(value, bool) or not isinstance(value, (int, dict, list)):
        return value
    if isinstance(value, dict):
        return {key: _numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_numbers(item) for item in value]
    return float(value)


if __name__ == "__main__":
    main()
