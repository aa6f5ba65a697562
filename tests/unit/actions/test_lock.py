"""One action at a time on each release."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hivehelm.actions import process
from hivehelm.actions.context import Context
from hivehelm.actions.errors import CancelledError, LockedError, LostRaceError
from hivehelm.actions.lock import Lock, Pace, locked
from hivehelm.kube.errors import ApiError
from hivehelm.release import claim as claims
from hivehelm.release.claim import Claim
from hivehelm.release.drivers.configmap import ConfigMaps
from hivehelm.release.drivers.driver import Driver
from hivehelm.release.drivers.memory import Memory
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.drivers.sql import SQL
from hivehelm.release.errors import LockLostError, ReleaseNotFoundError
from hivehelm.release.model import Info, Release
from hivehelm.release.storage import Storage, key
from hivehelm.testing import FakeCluster

ELSEWHERE = "0123456789abcdef/feedbeeffeed/1/1"
FAST = Pace(beat=0.01, lost=60.0, grace=15.0, poll=0.001)


def release(version: int = 1, status: str = "pending-install", **more: Any) -> Release:
    return Release(name="web", version=version, info=Info(status=status), namespace="default", **more)


def claim(token: str = ELSEWHERE, heartbeat: str = "0", **more: Any) -> Claim:
    return Claim(holder="upgrade by me@there, process 1", token=token, heartbeat=heartbeat, **more)


class Aged(Memory):
    """Memory with a clock of its own, as API servers have."""

    age: float | None = 0.0

    def claim(self, key: str) -> Claim | None:
        found = super().claim(key)
        return None if found is None else found.replace(age=self.age)


class Ticking:
    """A clock that goes on whenever somebody looks."""

    def __init__(self, step: float = 1.0) -> None:
        self.now = 0.0
        self._step = step

    def __call__(self) -> float:
        self.now += self._step
        return self.now


MAKERS: dict[str, Callable[[], Driver]] = {
    "memory": Memory,
    "secret": lambda: Secrets(FakeCluster().client(), "default"),
    "configmap": lambda: ConfigMaps(FakeCluster().client(), "default"),
}


@pytest.fixture(params=[*MAKERS, "sql"])
def context(request: pytest.FixtureRequest) -> Iterator[Context]:
    if request.param != "sql":
        yield Context(Storage(MAKERS[request.param]()))
        return
    sql = SQL(request.getfixturevalue("postgres").emptied(), "default")
    yield Context(Storage(sql))
    sql.close()


def lock(context: Context, action: str = "upgrade", **more: Any) -> Lock:
    return Lock(context, "web", action, **{"pace": FAST, **more})


def other(context: Context, action: str = "upgrade", **more: Any) -> Lock:
    """Return the lock of another process."""
    return lock(Context(Storage(context.storage.driver)), action, **more)


def test_a_revision_is_claimed_while_it_is_made_and_then_no_more(context: Context) -> None:
    with lock(context, "install") as ours:
        ours.create(release())
        held = context.storage.driver.claim(key("web", 1))
        assert held is not None
        assert held.holder.startswith("install by ")
        assert held.holder.endswith(f", process {os.getpid()}")
        context.storage.update(release())
        assert context.storage.driver.claim(key("web", 1)) is not None
        context.storage.update(release(status="deployed"))
        assert context.storage.driver.claim(key("web", 1)) is None
        ours.check()
    assert context.storage.last("web").info.status == "deployed"


def test_the_heartbeat_goes_on_for_as_long_as_the_action(context: Context) -> None:
    driver = context.storage.driver
    with lock(context) as ours:
        ours.create(release())
        first = driver.claim(key("web", 1))
        assert first is not None
        deadline = time.monotonic() + 60
        while (now := driver.claim(key("web", 1))) is not None and now.heartbeat == first.heartbeat:
            assert time.monotonic() < deadline
    stopped = driver.claim(key("web", 1))
    time.sleep(0.05)
    assert stopped is not None
    assert stopped.is_of(driver.claim(key("web", 1)))
    deadline = time.monotonic() + 60
    while any(thread.name == "heartbeat" for thread in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_second_action_is_told_who_holds_the_release(context: Context) -> None:
    with lock(context) as first:
        first.create(release())
        for ask in (other(context).last, other(context).history):
            with pytest.raises(LockedError) as caught:
                ask()
            assert str(caught.value).startswith(
                "another operation (install/upgrade/rollback) is in progress: upgrade by "
            )
        assert first.last().version == 1


def test_an_action_within_an_action_is_under_its_lock(context: Context) -> None:
    """An install that failed is uninstalled before it says so."""
    with lock(context, "install") as outer:
        outer.create(release())
        with lock(context, "uninstall") as inner:
            inner.hold(inner.last())
            context.storage.update(release(status="uninstalling"))
        held = context.storage.driver.claim(key("web", 1))
        assert held is not None
        assert held.holder.startswith("install by ")


def test_a_storage_that_keeps_fewer_revisions_holds_the_same_ones(context: Context) -> None:
    with lock(context) as ours:
        ours.create(release())
        context.keeping(3).storage.update(release())
        assert context.storage.driver.claim(key("web", 1)) is not None


def test_how_long_ago_a_holder_was_heard_of_is_told() -> None:
    assert str(LockedError("web", "me@there", 3.4)).endswith("in progress: me@there, last heard of 3s ago")
    assert str(LockedError("web", "")) == "another operation (install/upgrade/rollback) is in progress"


def test_a_second_action_waits_for_the_first(context: Context) -> None:
    def work() -> None:
        with lock(context) as first:
            first.create(release())
            begun.set()
            time.sleep(0.05)
            context.storage.update(release(status="deployed"))

    begun = threading.Event()
    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    assert lock(context, wait=30.0).last().info.status == "deployed"
    thread.join()


def test_of_two_who_begin_a_revision_the_second_is_told(context: Context) -> None:
    with lock(context) as first, other(context) as second:
        first.create(release(2, manifest="first"))
        with pytest.raises(LostRaceError, match=r"in progress: upgrade by .*, process \d+$"):
            second.create(release(2, manifest="second"))
    assert context.storage.get("web", 2).manifest == "first"


def test_a_race_lost_to_helm_has_no_holder(context: Context) -> None:
    context.storage.create(release())
    with pytest.raises(LostRaceError, match=r"in progress: revision 1 was begun by another process$"):
        lock(context).create(release())


def test_who_loses_a_race_begins_anew_while_there_is_time(context: Context) -> None:
    """Ten threads upgrade at once: each gets a revision of its own."""
    context.storage.create(release(1, "deployed"))

    def upgrade(ours: Lock) -> int:
        last = ours.last()
        ours.create(release(last.version + 1, "pending-upgrade"))
        context.storage.update(release(last.version + 1, "deployed"))
        return last.version + 1

    made: list[int] = []
    threads = [
        threading.Thread(target=lambda: made.append(locked(context, "web", "upgrade", upgrade, wait=60.0)))
        for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == list(range(2, 12))
    assert len(context.storage.history("web")) == 11


def test_without_time_a_lost_race_is_an_error(context: Context) -> None:
    context.storage.create(release())
    with pytest.raises(LostRaceError):
        locked(context, "web", "upgrade", lambda ours: ours.create(release()))


def test_helms_pending_records_are_left_to_the_action(context: Context) -> None:
    context.storage.create(release())
    assert lock(context).last().info.status == "pending-install"
    assert [found.info.status for found in lock(context).history()] == ["pending-install"]


def test_errors_are_the_storages(context: Context) -> None:
    with pytest.raises(ReleaseNotFoundError):
        lock(context).last()
    with pytest.raises(ReleaseNotFoundError):
        lock(context).history()


@pytest.mark.parametrize("how", ["last", "history"])
def test_a_revision_whose_process_is_gone_is_failed(context: Context, how: str) -> None:
    child = subprocess.Popen(
        ["python3", "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE, text=True
    )
    mine = process.signature().split("/")
    token = "/".join([mine[0], mine[1], str(child.pid), process._started(child.pid)])
    context.storage.create(release(1, "deployed"))
    context.storage.create(release(2, "pending-upgrade", labels={"team": "a"}), claim(token))
    with pytest.raises(LockedError):
        lock(context).last()
    child.kill()
    child.wait()
    second = lock(context)
    found = second.last() if how == "last" else second.history()[-1]
    assert (found.version, found.info.status, found.claim) == (2, "failed", None)
    assert found.info.description == (
        'Release "web" failed: the process is gone that worked on it (upgrade by me@there, process 1)'
    )
    assert second.recovered is not None
    stored = context.storage.get("web", 2)
    assert (stored.info.status, stored.labels, stored.claim) == ("failed", {"team": "a"}, None)


def test_what_was_not_pending_is_only_let_go_of(context: Context) -> None:
    context.storage.create(release(1, "deployed"), claim())
    second = lock(context, pace=FAST.replace(lost=0.0, grace=0.0))
    assert second.last().info.status == "deployed"
    assert second.recovered is None
    assert context.storage.driver.claim(key("web", 1)) is None


class TestHeartbeats:
    """Of processes on other machines, judged by a store's clock or by watching, never by ours."""

    @pytest.fixture
    def driver(self) -> Aged:
        driver = Aged()
        driver.create(key("web", 1), release(), claim())
        return driver

    def test_a_young_one_is_alive(self, driver: Aged) -> None:
        driver.age = 59.0
        with pytest.raises(LockedError, match="last heard of 59s ago"):
            lock(Context(Storage(driver)), clock=Ticking()).last()

    def test_one_long_gone_is_watched_for_a_while_and_then_recovered_from(self, driver: Aged) -> None:
        driver.age = 61.0
        clock = Ticking()
        ours = lock(Context(Storage(driver)), clock=clock)
        assert ours.last().info.status == "failed"
        assert 15.0 <= clock.now < 40.0

    def test_one_that_beats_again_after_the_store_was_away_is_alive(self, driver: Aged) -> None:
        driver.age = 600.0
        clock = Ticking()
        ours = lock(Context(Storage(driver)), clock=clock)

        def pause() -> None:
            if clock.now > 5:
                driver.renew(key("web", 1), claim(heartbeat="1"), claim())
                driver.age = 0.0

        ours._pause = pause  # type: ignore[method-assign]
        with pytest.raises(LockedError):
            ours.last()
        assert driver.get(key("web", 1)).info.status == "pending-install"

    def test_without_a_clock_it_is_watched(self, driver: Aged) -> None:
        driver.age = None
        clock = Ticking()
        assert lock(Context(Storage(driver)), clock=clock, wait=90.0).last().info.status == "failed"
        assert clock.now > 60.0

    def test_without_a_clock_and_without_time_it_counts_as_alive(self, driver: Aged) -> None:
        driver.age = None
        with pytest.raises(LockedError, match=r"process 1$"):
            lock(Context(Storage(driver)), clock=Ticking()).last()

    def test_of_two_who_recover_one_does(self, driver: Aged) -> None:
        driver.age = 61.0
        said: list[str] = []
        context = Context(Storage(driver), log=lambda _, message, **__: said.append(message))

        class Racing(Lock):
            def _is_lost(self, claim: Claim) -> bool:
                lock(context, clock=Ticking()).last()
                return True

        slow = Racing(context, "web", "upgrade", pace=FAST)
        assert slow.last().info.status == "failed"
        assert said == ["recovered a release whose process is gone"]
        # Whoever it was that noted it: what had been applied may still be there.
        assert slow.recovered is not None

    @pytest.mark.parametrize("left", [True, False])
    def test_a_claim_that_goes_while_it_is_looked_at_is_read_again(self, left: bool) -> None:
        class Fleeting(Aged):
            def claim(self, key: str) -> Claim | None:
                if left:
                    self.update(key, release(status="deployed"))
                    return None
                self.delete(key)
                raise ReleaseNotFoundError

        driver = Fleeting()
        driver.create(key("web", 1), release(), claim())
        if left:
            assert lock(Context(Storage(driver))).last().info.status == "deployed"
        else:
            with pytest.raises(ReleaseNotFoundError):
                lock(Context(Storage(driver))).last()


def test_who_was_taken_for_dead_leaves_the_record_alone(context: Context) -> None:
    driver = context.storage.driver
    with lock(context) as ours:
        ours.create(release())
        driver.update(key("web", 1), release(status="failed"))
        deadline = time.monotonic() + 60
        with pytest.raises(LockLostError, match=r'^revision 1 of release "web" was taken over by another'):
            while time.monotonic() < deadline:
                ours.check()
        with pytest.raises(LockLostError):
            context.storage.update(release(status="deployed"))
    assert context.storage.get("web", 1).info.status == "failed"


def test_a_record_that_is_gone_is_a_lock_that_is_lost(context: Context) -> None:
    with lock(context) as ours:
        ours.create(release())
        context.storage.driver.delete(key("web", 1))
        deadline = time.monotonic() + 60
        with pytest.raises(LockLostError):
            while time.monotonic() < deadline:
                ours.check()


def test_an_action_that_ends_without_a_word_leaves_its_claim_to_be_recovered_from(context: Context) -> None:
    with pytest.raises(KeyboardInterrupt), lock(context) as ours:
        ours.create(release())
        raise KeyboardInterrupt
    assert context.storage.driver.claim(key("web", 1)) is not None
    # Nobody is behind it any more, though the process lives: it need not be waited for.
    with other(context) as next_one:
        assert next_one.last().info.status == "failed"
        assert next_one.recovered is not None


@pytest.mark.parametrize("action", ["uninstall", "test"])
def test_a_revision_that_is_there_is_held_until_the_end(context: Context, action: str) -> None:
    context.storage.create(release(status="deployed", labels={"team": "a"}))
    with lock(context, action) as ours:
        last = ours.last()
        ours.hold(last)
        context.storage.update(release(status="deployed", labels={"team": "a"}, manifest="m"))
        with pytest.raises(LockedError, match=f"{action} by"):
            other(context).last()
    found = lock(context).last()
    assert (found.manifest, found.claim, found.labels["team"]) == ("m", None, "a")


def test_an_uninstall_lets_go_with_its_last_word(context: Context) -> None:
    context.storage.create(release(status="deployed"))
    with lock(context, "uninstall") as ours:
        ours.hold(ours.last())
        context.storage.update(release(status="uninstalling"))
        assert context.storage.driver.claim(key("web", 1)) is not None
        context.storage.update(release(status="uninstalled"))
        assert context.storage.driver.claim(key("web", 1)) is None


def test_a_record_that_is_deleted_is_held_no_more(context: Context) -> None:
    context.storage.create(release(status="deployed"))
    with lock(context, "uninstall") as ours:
        ours.hold(ours.last())
        context.storage.delete("web", 1)
        with other(context, "install") as next_one:
            next_one.create(release())
            assert context.storage.driver.claim(key("web", 1)) is not None


def test_who_claims_what_was_claimed_in_between_lost_the_race(context: Context) -> None:
    context.storage.create(release(status="deployed"))
    with lock(context, "test") as first, other(context, "test") as second:
        last = second.last()
        first.hold(last)
        with pytest.raises(LostRaceError):
            second.hold(last)


def test_who_may_not_write_records_holds_nothing() -> None:
    cluster = FakeCluster()
    said: list[object] = []
    context = Context(Storage(Secrets(cluster.client(), "default")), log=lambda *args, **_: said.append(args))
    context.storage.create(release(status="deployed"))
    cluster.refuse("PUT", "secrets", ApiError(403, "Forbidden", "no"))
    with lock(context, "test") as ours:
        ours.hold(ours.last())
    assert said == [("DEBUG", "failed to lock the release")]


def test_who_may_not_write_records_recovers_nothing_and_goes_on_as_in_helm() -> None:
    cluster = FakeCluster()
    said: list[object] = []
    context = Context(Storage(Secrets(cluster.client(), "default")), log=lambda *args, **_: said.append(args))
    context.storage.create(release(), claim(process.signature().rpartition("/")[0] + "/1"))
    cluster.refuse("PUT", "secrets", ApiError(403, "Forbidden", "no"))
    with lock(context, "uninstall") as ours:
        for found in (ours.last(), ours.history()[-1]):
            assert found.info.status == "pending-install"
        assert ours.recovered is None
        ours.hold(found)
    assert ("WARN", "failed to update release") in said
    assert context.storage.get("web", 1).info.status == "pending-install"


def test_who_may_list_but_not_get_goes_by_what_was_listed() -> None:
    class Deaf(Aged):
        def claim(self, key: str) -> Claim | None:
            raise ApiError(403, "Forbidden", "no")

    driver = Deaf()
    driver.create(key("web", 1), release(), claim())
    with pytest.raises(LockedError, match="upgrade by me@there"):
        lock(Context(Storage(driver))).last()


def test_a_heartbeat_or_a_last_word_that_fails_is_only_logged() -> None:
    cluster = FakeCluster()
    said: list[object] = []
    context = Context(
        Storage(Secrets(cluster.client(), "default")), log=lambda *args, **_: said.append(args[1])
    )
    context.storage.create(release(status="deployed"))
    with lock(context, "test") as ours:
        ours.hold(ours.last())
        cluster.refuse("PUT", "secrets", ApiError(403, "Forbidden", "no"))
        deadline = time.monotonic() + 60
        while not said:
            assert time.monotonic() < deadline
        ours.check()
    assert set(said) == {"failed to renew the lock of the release", "failed to let go of the release"}
    left = context.storage.driver.claim(key("web", 1))
    assert left is not None
    assert process.gone(left.token)


def test_waiting_ends_when_the_caller_gives_up() -> None:
    cancel = threading.Event()
    context = Context(Storage(Memory()))
    context.storage.create(release(), claim())
    threading.Timer(0.02, cancel.set).start()
    with pytest.raises(CancelledError):
        lock(context, wait=60.0, cancel=cancel, pace=FAST.replace(poll=30.0)).last()


def test_a_claim_without_a_holder_is_somebodys() -> None:
    found = claims.read({claims.TOKEN: "x"})
    assert found is not None
    assert (found.holder, found.heartbeat) == ("an unknown process", "")
    assert claims.read({claims.HOLDER: "x"}) is None


def test_processes_are_known_by_when_they_started() -> None:
    ours = process.signature()
    assert ours != process.signature()
    assert not process.gone(ours)
    random, machine, pid, _ = ours.split("/")
    assert process.gone(f"{random}/{machine}/{pid}/1")
    assert process.gone(f"{random}/{machine}/99999999/1")
    for other in (ELSEWHERE, "x", f"{random}//{pid}/1", f"{random}/{machine}/x/1"):
        assert not process.gone(other)
