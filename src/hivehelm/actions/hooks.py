"""Running a release's hooks (pkg/action/hooks.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.errors import HookError
from hivehelm.actions.events import Event
from hivehelm.actions.waiting import waiting
from hivehelm.errors import HivehelmError
from hivehelm.kube import apply
from hivehelm.kube.batches import fetch
from hivehelm.kube.errors import KubeError
from hivehelm.kube.resources import build
from hivehelm.kube.wait import LEGACY, wait_deleted, wait_hook
from hivehelm.record import Record
from hivehelm.release.model import HookExecution, HookPhase, HookPolicy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from hivehelm.actions.budget import Budget
    from hivehelm.actions.context import Context
    from hivehelm.actions.journal import Journal
    from hivehelm.kube.client import Client
    from hivehelm.kube.resources import Resource
    from hivehelm.release.model import Hook


class HookOptions(Record):
    """How hooks are run: `strategy` is how they are waited for, `server_side` how they are made."""

    action: str
    strategy: str
    budget: Budget
    server_side: bool = True


def run(context: Context, journal: Journal, event: str, options: HookOptions) -> None:
    """Run the hooks of `event`, lightest first, each to its end; then delete those whose policy says so.

    The release's record is updated as each hook starts, and in memory as it ends. Hooks of equal weight run
    in the order of their names. Without a policy, a hook's objects are deleted before it is made again.

    Raises:
        HookError: a hook could not be made or failed; hooks after it did not run.
        KubeError, CancelledError, DeadlineError: objects could not be deleted, or time is up.
    """
    begun = begin(context, journal, event, options)
    begun.finish()
    if begun.error is not None:
        raise begun.error


def begin(context: Context, journal: Journal, event: str, options: HookOptions) -> Begun:
    """Run the hooks of `event` and leave their objects; what is returned deletes them by their policies.

    That is for who wants to look at them first. Arguments and errors are those of `run`, but that a hook
    which ran and failed is told by the result.
    """
    run = _Run(context, journal, event, options)
    return Begun(run.all(), run.finish)


class Begun:
    """Hooks that have run: `error` says what went wrong, `finish` cleans up once."""

    def __init__(self, error: HookError | None, finish: Callable[[], None]) -> None:
        self.error = error
        self._finish: Callable[[], None] | None = finish

    def finish(self) -> None:
        """Write the logs of hooks, and delete those whose policy says so.

        Raises:
            HookError, KubeError, CancelledError, DeadlineError: objects could not be deleted.
        """
        if self._finish is not None:
            finish, self._finish = self._finish, None
            finish()


class _Run:
    def __init__(self, context: Context, journal: Journal, event: str, options: HookOptions) -> None:
        self._context = context
        self._journal = journal
        self._event = event
        self._options = options
        self._done: list[int] = []
        self._failed: int | None = None

    def all(self) -> HookError | None:
        """Run the hooks up to the first that fails, and return what became of that one."""
        hooks = self._journal.release.hooks
        # A hook that names an event twice runs twice, as in Helm.
        chosen = [index for index, hook in enumerate(hooks) for event in hook.events if event == self._event]
        chosen.sort(key=lambda index: (hooks[index].weight, hooks[index].name))
        for index in chosen:
            if (error := self._one(index)) is not None:
                self._failed = index
                return error
            self._done.append(index)
        return None

    def finish(self) -> None:
        """Delete what the hooks made where their policies say so."""
        if self._failed is None:
            for index in reversed(self._done):
                self._show_logs(index, HookPolicy.SUCCEEDED)
                self._delete(index, HookPolicy.SUCCEEDED)
            return
        try:
            self._delete(self._failed, HookPolicy.FAILED)
        except HivehelmError as fault:
            self._context.log("INFO", f"error deleting the hook resource on hook failure: {fault}")
        for index in self._done:
            self._delete(index, HookPolicy.SUCCEEDED)

    def _one(self, index: int) -> HookError | None:
        journal, options = self._journal, self._options
        hook = journal.release.hooks[index]
        handover = self._context.handover
        if handover is not None and (run := handover.has_run(self._event, hook)) is not None:
            journal.hook(index, last_run=run)
            return None
        if not hook.delete_policies:
            hook = journal.hook(index, delete_policies=(HookPolicy.BEFORE_CREATION,))
        self._tell(hook)
        client = self._context.client
        begun = handover is not None and handover.was_begun(hook) and self._is_there(hook)
        if not begun:
            self._delete(index, HookPolicy.BEFORE_CREATION)
        namespace = self._context.namespace
        try:
            resources = build(client, hook.manifest, namespace)
        except KubeError as error:
            text = f"unable to build kubernetes object for {self._event} hook {hook.path}: {error}"
            raise HookError(text, error) from error
        if begun:
            journal.hook(index, last_run=hook.last_run.replace(phase=HookPhase.UNKNOWN))
        else:
            self._create(index, resources)
        try:
            with waiting(self._context, options.action, journal.release.name) as report:
                wait_hook(
                    client,
                    resources,
                    options.budget.seconds(),
                    strategy=options.strategy,
                    cancel=options.budget.cancel,
                    on_progress=report,
                    log=self._context.log,
                )
        except HivehelmError as error:
            if options.strategy == LEGACY:
                self._tell_failure(str(error))
            self._ended(index, HookPhase.FAILED)
            self._show_logs(index, HookPolicy.FAILED)
            return HookError(str(error), error)
        self._ended(index, HookPhase.SUCCEEDED)
        if handover is not None:
            handover.ran(self._event, journal.release.hooks[index])
        return None

    def _create(self, index: int, resources: list[Resource]) -> None:
        journal, options = self._journal, self._options
        hook = journal.release.hooks[index]
        started = HookExecution(started_at=self._context.now(), phase=HookPhase.RUNNING)
        journal.hook(index, last_run=started)
        journal.write()
        journal.hook(index, last_run=started.replace(phase=HookPhase.UNKNOWN))
        options.budget.check()
        client, log = self._context.client, self._context.log
        try:
            apply.create(client, resources, server_side=options.server_side, log=log)
        except KubeError as error:
            self._ended(index, HookPhase.FAILED)
            raise HookError(f"warning: Hook {self._event} {hook.path} failed: {error}", error) from error

    def _is_there(self, hook: Hook) -> bool:
        """Tell whether all that a hook makes is in the cluster."""
        client = self._context.client
        try:
            resources = build(client, hook.manifest, self._context.namespace, validate=False)
        except KubeError:
            return False
        return all(isinstance(live, dict) for live in fetch(client, resources))

    def _tell_failure(self, text: str) -> None:
        """Log which Job or Pod has failed, as only Helm's legacy waiter does."""
        import re

        if found := re.fullmatch(r"(job|pod) (\S+) failed(?:: (.*))?", text):
            kind, name, reason = found.groups()
            more = {} if reason is None else {"reason": reason}
            self._context.log("ERROR", f"{kind} failed", **{kind: name}, **more)

    def _ended(self, index: int, phase: str) -> None:
        run = self._journal.release.hooks[index].last_run
        self._journal.hook(index, last_run=run.replace(completed_at=self._context.now(), phase=phase))

    def _delete(self, index: int, policy: str) -> None:
        """Delete a hook's objects where its policies say so; never a CRD, and all that hangs on it."""
        hook = self._journal.release.hooks[index]
        if hook.kind == "CustomResourceDefinition" or policy not in hook.delete_policies:
            return
        client, options = self._context.client, self._options
        try:
            resources = build(client, hook.manifest, self._context.namespace, validate=False)
        except KubeError as error:
            text = f"unable to build kubernetes object for deleting hook {hook.path}: {error}"
            raise HookError(text, error) from error
        _, errors = apply.delete(client, resources, log=self._context.log)
        if errors:
            raise HookError("; ".join(map(str, errors)), errors[0])
        with waiting(self._context, options.action, self._journal.release.name) as report:
            wait_deleted(
                client,
                resources,
                options.budget.seconds(),
                strategy=options.strategy,
                cancel=options.budget.cancel,
                on_progress=report,
                log=self._context.log,
            )

    def _show_logs(self, index: int, policy: str) -> None:
        hook = self._journal.release.hooks[index]
        show = self._context.hook_output
        if show is None or policy not in hook.output_log_policies or hook.kind not in ("Job", "Pod"):
            return
        client = self._context.client
        namespace = _namespace(hook) or self._journal.release.namespace
        try:
            if hook.kind == "Job":
                pods = _pods(client, namespace, labels=f"job-name={hook.name}")
            else:
                pods = _pods(client, namespace, fields=f"metadata.name={hook.name}")
            for pod in pods:
                for container in pod["spec"]["containers"]:
                    _show_log(client, namespace, pod["metadata"]["name"], container["name"], show)
        except HookError as error:
            self._context.log("INFO", f"error outputting logs for hook failure: {error}")

    def _tell(self, hook: Hook) -> None:
        release = self._journal.release.name
        self._context.tell(
            Event(
                action=self._options.action,
                release=release,
                stage="hook",
                subject=f"{self._event} {hook.name}",
            )
        )


def _namespace(hook: Hook) -> str:
    """Return the namespace that a hook's manifest names, or ""."""
    from hivehelm.golang import yaml

    document = yaml.load(hook.manifest)
    metadata = document.get("metadata") if isinstance(document, dict) else None
    namespace = metadata.get("namespace") if isinstance(metadata, dict) else None
    return namespace if isinstance(namespace, str) else ""


def _pods(client: Client, namespace: str, *, labels: str = "", fields: str = "") -> list[dict[str, Any]]:
    try:
        return client.list("v1", "Pod", namespace, label_selector=labels, field_selector=fields)
    except KubeError as error:
        # Go prints the whole of its ListOptions.
        options = (
            f"{{TypeMeta:{{Kind: APIVersion:}} LabelSelector:{labels} FieldSelector:{fields} Watch:false "
            "AllowWatchBookmarks:false ResourceVersion: ResourceVersionMatch: TimeoutSeconds:<nil> Limit:0 "
            "Continue: SendInitialEvents:<nil> ShardSelector:}"
        )
        text = f"failed to get pod list with options: {options} with error: {error}"
        raise HookError(text, error) from error


def _show_log(
    client: Client,
    namespace: str,
    pod: str,
    container: str,
    show: Callable[[str, str, str, bytes], None],
) -> None:
    doing = "stream pod"
    try:
        for text in client.logs(pod, namespace, container):
            doing = "copy IO from"
            show(namespace, pod, container, text)
    except KubeError as error:
        problem = f"failed to {doing} logs for pod: {pod}, container: {container}"
        raise HookError(problem, error) from error
