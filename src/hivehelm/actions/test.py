"""`test`: run a release's tests (pkg/action/release_testing.go of Helm 4.3.1)."""

from __future__ import annotations

from hivehelm.actions.budget import Budget
from hivehelm.actions.errors import FailedTestError, InvalidNameError, PodLogsError
from hivehelm.actions.journal import Journal
from hivehelm.errors import HivehelmError
from hivehelm.kube.errors import KubeError
from hivehelm.record import Record
from hivehelm.release.model import ApplyMethod, HookEvent

TYPE_CHECKING = False
if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from hivehelm.actions.context import Context
    from hivehelm.actions.lock import Lock
    from hivehelm.release.model import Hook, Release


class TestOptions(Record):
    """Which tests of a release are run, and for how long; fields are named after Helm's flags.

    `include` and `exclude` are names of tests; without `include` all are run that are not excluded. `timeout`
    is in seconds and holds for each wait; 0 is 30 s. `report` is called with the release when the tests have
    run, well or not, and before their objects are deleted; what it raises is raised once they are.
    `wait_lock` is how many seconds to wait for another process that is at work on the release. `deadline` is
    when all must be done, on `time.monotonic`'s clock; setting `cancel` stops at the next chance.
    """

    __test__ = False  # Not for pytest.

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    timeout: float = 300.0
    report: Callable[[Release], None] | None = None
    wait_lock: float = 0.0
    deadline: float | None = None
    cancel: threading.Event | None = None

    def chooses(self, hook: Hook) -> bool:
        """Tell whether a test is to be run."""
        return hook.name not in self.exclude and (not self.include or hook.name in self.include)


def test(context: Context, name: str, options: TestOptions | None = None) -> Release:
    """Run the tests of release `name`, lightest first, and return it with what became of them.

    The first that fails ends it. The record tells of every test when it ran and how it ended.

    Raises:
        UnreachableError: the cluster does not answer.
        InvalidNameError, ReleaseNotFoundError: there is no such release.
        LockedError: another process is at work on it.
        FailedTestError: a test failed, or could not be run; it carries the release.
        StorageError: the record could not be updated.
        HookError, KubeError: what a test left could not be deleted.
    """
    from hivehelm.actions.lock import locked
    from hivehelm.actions.names import fault

    how = options or TestOptions()
    context = context.until(how.deadline)
    context.check_reachable()
    if reason := fault(name):
        raise InvalidNameError(name, reason, f"releaseTest: Release name is invalid: {name}")
    return locked(
        context,
        name,
        "test",
        lambda lock: _test(context, lock, how),
        wait=how.wait_lock,
        deadline=how.deadline,
        cancel=how.cancel,
    )


def _test(context: Context, lock: Lock, options: TestOptions) -> Release:
    from hivehelm.actions.hooks import HookOptions, begin

    release = lock.last()
    lock.hold(release)
    # While tests run the record holds no others; afterwards those come first. So it is in Helm.
    skipped, chosen = _divided(release.hooks, options)
    journal = Journal(context, release.replace(hooks=chosen))
    hook_options = HookOptions(
        action="test",
        strategy="watcher",
        budget=Budget(options.timeout, options.deadline, options.cancel),
        server_side=release.apply_method == ApplyMethod.SERVER_SIDE,
    )
    error: HivehelmError | None
    finish: Callable[[], None] | None = None
    try:
        begun = begin(context, journal, HookEvent.TEST, hook_options)
    except HivehelmError as problem:
        error = problem
    else:
        error, finish = begun.error, begun.finish
    tested = journal.release.replace(hooks=skipped + journal.release.hooks)
    try:
        context.storage.update(tested)
    except HivehelmError as problem:
        error = error or problem
    _conclude(tested, error, finish, options)
    return tested


# Who imports the action into a file of tests means no test by it.
test.__test__ = False  # type: ignore[attr-defined]


def _conclude(
    release: Release, error: HivehelmError | None, finish: Callable[[], None] | None, options: TestOptions
) -> None:
    """Report and clean up, come what may; then raise what went wrong first."""
    cleaning: HivehelmError | None = None
    reporting: HivehelmError | None = None
    try:
        if options.report is not None:
            options.report(release)
    except HivehelmError as problem:
        reporting = problem
    finally:
        try:
            if finish is not None:
                finish()
        except HivehelmError as problem:
            cleaning = problem
    if error is not None:
        raise FailedTestError(release, [error, *([reporting] if reporting else [])]) from error
    if (left := reporting or cleaning) is not None:
        raise left


def _divided(hooks: tuple[Hook, ...], options: TestOptions) -> tuple[tuple[Hook, ...], tuple[Hook, ...]]:
    """Return the hooks to skip, the excluded ones first, and the others."""
    excluded = tuple(hook for hook in hooks if hook.name in options.exclude)
    others = tuple(hook for hook in hooks if hook.name not in options.exclude)
    chosen = tuple(hook for hook in others if options.chooses(hook))
    return (*excluded, *(hook for hook in others if not options.chooses(hook))), chosen


def test_logs(
    context: Context,
    release: Release,
    show: Callable[[str, str, bytes | None], None],
    options: TestOptions | None = None,
) -> None:
    """Read the logs of the pods that are tests of a release, lightest first.

    `show(pod, container, text)` takes them piece by piece, and None where a container's log ends: a log
    without text too. Containers whose log cannot be had are told of at the end of their pod.

    Raises:
        PodLogsError: a pod is not there, or not all of its logs can be had.
    """
    options = options or TestOptions()
    hooks = sorted(release.hooks, key=lambda hook: (hook.weight, hook.name))
    for hook in hooks:
        for event in hook.events:
            if event == HookEvent.TEST and hook.kind == "Pod" and options.chooses(hook):
                _pod_logs(context, hook.name, show)


test_logs.__test__ = False  # type: ignore[attr-defined]


def _pod_logs(context: Context, name: str, show: Callable[[str, str, bytes | None], None]) -> None:
    client, namespace = context.client, context.namespace
    try:
        pod = client.get("v1", "Pod", name, namespace)
    except KubeError as error:
        raise PodLogsError(f"unable to get pod {name}: {error}", [error]) from error
    spec = pod.get("spec") or {}
    errors: list[KubeError] = []
    texts: list[str] = []
    for container in [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]:
        begun = False
        try:
            for text in client.logs(name, namespace, container["name"]):
                begun = True
                show(name, container["name"], text)
        except KubeError as error:
            doing = "write" if begun else "get"
            texts.append(f"unable to {doing} logs for pod {name}, container {container['name']}: {error}")
            errors.append(error)
            if not begun:
                continue
        show(name, container["name"], None)
    if errors:
        raise PodLogsError("\n".join(texts), errors) from errors[0]
