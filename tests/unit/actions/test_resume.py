"""What one who takes over finds; that all goes on from there is in tests/unit/platform/test_work.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.actions.context import Context
from hivehelm.actions.errors import InstallError, RollbackError, UpgradeError
from hivehelm.actions.handover import Handover
from hivehelm.actions.install import InstallOptions, install
from hivehelm.actions.resume import GoneError, begun, begun_as, resume, take_up
from hivehelm.actions.rollback import RollbackOptions
from hivehelm.actions.upgrade import UpgradeOptions
from hivehelm.chart.model import Chart
from hivehelm.release.claim import Claim
from hivehelm.release.model import Hook, HookExecution, Info, Release, Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.actions.resume import Options

INSTALL = InstallOptions(name="web")


def handed(context: Context, trace: dict[str, Any] | None = None, *, is_first: bool = False) -> Context:
    return context.with_handover(Handover("op-1", lambda _: None, trace, is_first=is_first))


def kept(context: Context, status: str, description: str = "", version: int = 1, holder: str = "") -> Release:
    claim = Claim(holder=holder, token="a/b/c/d", heartbeat="1") if holder else None  # noqa: S106
    release = Release(
        name="web",
        namespace="default",
        version=version,
        info=Info(status=status, description=description),
        chart_document={"metadata": {"name": "web", "version": "1"}},
    )
    context.storage.create(release, claim)
    return release


def test_nothing_recorded_is_nothing_begun(context: Context) -> None:
    assert begun(handed(context), "web") is None
    assert begun_as(handed(context), "web") == ""
    assert resume(handed(context), "web", INSTALL) is None


def test_what_others_have_begun_is_not_ones_own(context: Context) -> None:
    kept(context, Status.PENDING_INSTALL, holder="install by operation op-12, me")
    assert begun(handed(context), "web") is None


@pytest.mark.parametrize("verb", ["install", "upgrade", "rollback"])
def test_a_claim_says_what_was_begun(context: Context, verb: str) -> None:
    kept(context, Status.PENDING_INSTALL, holder=f"{verb} by operation op-1, me@here, process 3")
    assert begun_as(handed(context), "web") == verb


def test_notes_say_what_was_begun(context: Context) -> None:
    kept(context, Status.DEPLOYED)
    trace = {"revisions": [1], "action": "install"}
    assert begun_as(handed(context, trace), "web") == "install"
    done = resume(handed(context, trace), "web", INSTALL)
    assert done is not None
    assert (done.version, done.info.status) == (1, Status.DEPLOYED)


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        (INSTALL, InstallError, 'Release "web" failed: too late'),
        (UpgradeOptions(), UpgradeError, 'Upgrade "web" failed: too late'),
        (RollbackOptions(), RollbackError, 'Rollback "web" failed: too late'),
        (RollbackOptions(), RollbackError, "too late"),
    ],
)
def test_a_failure_is_told_again(
    context: Context, options: Options, kind: type[Exception], said: str
) -> None:
    kept(context, Status.FAILED, said)
    with pytest.raises(kind) as caught:
        resume(handed(context, {"revisions": [1]}), "web", options)
    assert str(caught.value) == "too late"


def test_one_that_others_recovered_from_is_ones_own(context: Context) -> None:
    lost = 'Release "web" failed: the process is gone that worked on it (install by operation op-1, me@here)'
    kept(context, Status.FAILED, lost)
    with pytest.raises(InstallError, match="the process is gone"):
        resume(handed(context), "web", INSTALL)


def test_a_revision_that_somebody_removed_is_told_of(context: Context) -> None:
    trace = {"revisions": [4], "action": "upgrade"}
    assert begun_as(handed(context, trace), "web") == "upgrade"
    with pytest.raises(GoneError) as caught:
        resume(handed(context, trace), "web", UpgradeOptions())
    assert (caught.value.name, caught.value.version) == ("web", 4)
    failed = {**trace, "failed": "why"}
    with pytest.raises(GoneError):
        resume(handed(context, failed), "web", UpgradeOptions())
    with pytest.raises(InstallError, match="has been uninstalled due to rollback-on-failure being set: why"):
        resume(handed(context, failed), "web", INSTALL)


def test_an_undoing_that_failed_or_was_removed_is_told_of(context: Context) -> None:
    kept(context, Status.FAILED, version=2)
    kept(context, Status.FAILED, 'Rollback "web" failed: no way back', version=3)
    trace = {"revisions": [2, 3], "failed": "why"}
    with pytest.raises(UpgradeError, match="no way back"):
        resume(handed(context, trace), "web", UpgradeOptions(rollback_on_failure=True))
    trace["revisions"] = [2, 9]
    with pytest.raises(GoneError):
        resume(handed(context, trace), "web", UpgradeOptions(rollback_on_failure=True))


def test_what_makes_no_revision_is_done_under_the_claim(context: Context) -> None:
    kept(context, Status.DEPLOYED, holder="uninstall by operation op-1, me@here")

    def body(of: Context) -> Callable[[], str]:
        def work() -> str:
            found = of.storage.get("web", 1).claim
            return "" if found is None else found.holder

        return work

    first = handed(context, is_first=True)
    assert take_up(first, "web", "uninstall", body(first)).endswith("me@here")
    taker = handed(context)
    assert take_up(taker, "web", "uninstall", body(taker)).startswith("uninstall by operation op-1, ")
    assert context.storage.get("web", 1).claim is None
    assert take_up(taker, "web", "uninstall", body(taker)) == ""
    gone = handed(context, {"revisions": [7]})
    assert take_up(gone, "web", "uninstall", lambda: "gone") == "gone"
    assert take_up(context, "web", "uninstall", lambda: "plain") == "plain"


def test_hooks_that_ran_count_once(make_context: Callable[[str], Context]) -> None:
    noted: list[dict[str, Any]] = []
    run = HookExecution(started_at="s", completed_at="c", phase="Succeeded")
    hook = Hook(name="h", kind="Job", path="web/h.yaml", last_run=run)
    Handover("op-1", noted.append).ran("pre-install", hook)
    later = Handover("op-1", noted.append, {"hooks": noted[0]["hooks"]}, is_first=False)
    assert later.has_run("post-install", hook) is None
    assert later.has_run("pre-install", hook) == run
    assert later.has_run("pre-install", hook) is None
    running = hook.replace(last_run=run.replace(phase="Running"))
    assert not later.was_begun(running)
    again = running.replace(last_run=running.last_run.replace(started_at="t"))
    assert later.was_begun(again)
    assert not Handover("op-1", noted.append).was_begun(again)
    later.ignore(again)
    assert not later.was_begun(again)


def test_an_action_leaves_word(context: Context, make_chart: Callable[..., Chart]) -> None:
    noted: list[dict[str, Any]] = []
    context = context.with_handover(Handover("op-1", noted.append))
    install(context, make_chart({}), {}, INSTALL)
    assert noted == [{"revisions": [1], "action": "install"}]
