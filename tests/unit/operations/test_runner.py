"""Runners over a store in memory, with real worker processes that only pretend to work."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hivehelm.operations.board import Pace
from hivehelm.operations.errors import (
    BusyError,
    FailedRequestError,
    InvalidRequestError,
    KeyReuseError,
    OperationNotFoundError,
    RequestTimeoutError,
    RequestTooLargeError,
    StoppingError,
    StoreError,
    WorkerLostError,
)
from hivehelm.operations.memory import MemoryStore
from hivehelm.operations.model import Operation, Request
from hivehelm.operations.runner import Runner

COMMAND = [sys.executable, str(Path(__file__).with_name("fake_worker.py"))]
# Nobody is taken for dead, or for away, because the machine stood still for some seconds.
PACE = Pace(
    beat=0.05, fence=300.0, lost=600.0, hesitate=0.1, flush=0.01, patience=60.0, longest=300.0, tidy=3600.0
)

MakeRunner = Callable[..., Runner]


class Shaky(MemoryStore):
    """A store that can be away."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = threading.Event()
        self.before_beat: Callable[[], None] = lambda: None

    def _check(self) -> None:
        if self.is_away.is_set():
            raise StoreError("reach the store", OSError("gone"))

    def change(self, operation: Operation) -> Operation:
        self._check()
        return super().change(operation)

    def beat(self, holder: str) -> None:
        self._check()
        self.before_beat()
        super().beat(holder)

    def delete(self, identifier: str) -> None:
        self._check()
        super().delete(identifier)


@pytest.fixture
def store() -> Shaky:
    return Shaky()


@pytest.fixture
def make(store: Shaky) -> Iterator[MakeRunner]:
    made: list[Runner] = []

    def start(holder: str = "r1", *, command: list[str] = COMMAND, **more: Any) -> Runner:
        runner = Runner(store, command, **{"holder": holder, "pace": PACE, **more})
        made.append(runner)
        runner.start()
        return runner

    yield start
    store.is_away.clear()
    for runner in made:
        runner.stop()


@pytest.fixture
def runner(make: MakeRunner) -> Runner:
    return make()


def request(name: str = "web", **options: Any) -> Request:
    return Request(verb="rollback", name=name, values={"secret": "s3cret"}, options=options)


def ended(runner: Runner, operation: Operation, seconds: float = 90.0) -> Operation:
    found = runner.wait(operation.id, seconds)
    assert found.is_final, found
    return found


def until(condition: Callable[[], object], seconds: float = 90.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def test_a_request_becomes_a_result(runner: Runner) -> None:
    accepted = runner.submit(request())
    assert (accepted.state, accepted.attempt, accepted.result) == ("queued", 0, None)
    done = ended(runner, accepted)
    assert (done.state, done.attempt, done.holder, done.problem) == ("succeeded", 1, "r1", None)
    assert done.result is not None
    assert (done.result["name"], done.result["trace"]) == ("web", {})
    assert [event["stage"] for event in done.events] == ["began"]
    assert done.created <= done.started <= done.ended
    assert done.request.values == {}
    assert runner.get(done.id) == done
    until(lambda: runner.running() == 0)


def test_what_goes_wrong_is_told(runner: Runner) -> None:
    done = ended(runner, runner.submit(request(fail="no, I will not")))
    assert done.state == "failed"
    assert done.problem == {
        "kind": "HivehelmError",
        "kinds": ["HivehelmError"],
        "message": "no, I will not",
    }


def test_of_what_nobody_foresaw_only_the_class_is_told(make: MakeRunner) -> None:
    heard: list[dict[str, Any]] = []
    runner = make(log=lambda _level, _message, **attributes: heard.append(attributes))
    done = ended(runner, runner.submit(request(crash=True)))
    assert done.problem == {
        "kind": "ZeroDivisionError",
        "kinds": [],
        "message": "internal error: ZeroDivisionError",
    }
    assert "fake_worker.py" in str(heard)
    assert "secret" not in str(heard)


def test_a_request_that_makes_no_sense_is_refused(runner: Runner) -> None:
    with pytest.raises(InvalidRequestError):
        runner.submit(Request(verb="destroy", name="web"))
    with pytest.raises(OperationNotFoundError):
        runner.get("0" * 32)
    with pytest.raises(OperationNotFoundError):
        runner.subscribe("0" * 32, lambda _: None)
    with pytest.raises(OperationNotFoundError):
        runner.cancel("0" * 32)


def test_a_key_stands_for_one_operation_over_all_replicas(make: MakeRunner, tmp_path: Path) -> None:
    log = tmp_path / "log"
    runners = [make(f"r{number}") for number in range(2)]
    asked = request(log=str(log), sleep=0.05)
    found: list[Operation] = []

    def submit(runner: Runner) -> None:
        found.append(runner.submit(asked, key="retry-1", caller="bob"))

    threads = [threading.Thread(target=submit, args=(runner,)) for runner in runners * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.id for one in found}) == 1
    assert len(found) == 8
    done = ended(runners[0], found[0])
    assert lines(log) == ["web None begin", "web None end"]
    assert runners[1].submit(asked, key="retry-1", caller="bob").result == done.result
    with pytest.raises(KeyReuseError):
        runners[1].submit(request(sleep=2), key="retry-1", caller="bob")
    told = runners[0].submit(asked, key="told", fingerprint="as the client sent it")
    same = runners[1].submit(request(sleep=0.01), key="told", fingerprint="as the client sent it")
    assert ended(runners[0], told).id == same.id
    other = runners[1].submit(asked, key="retry-1", caller="eve")
    assert other.id != done.id
    ended(runners[1], other)


def test_a_key_whose_operation_is_just_being_forgotten(make: MakeRunner, store: Shaky) -> None:
    runner = make()
    first = ended(runner, runner.submit(request(), key="again"))
    get = store.get

    def forgetting(identifier: str) -> Operation:
        store.get = get  # type: ignore[method-assign]
        store.delete(identifier)
        return get(identifier)

    store.get = forgetting  # type: ignore[method-assign]
    again = runner.submit(request(), key="again")
    assert (again.id, again.state) == (first.id, "queued")


def test_a_release_is_changed_by_one_at_a_time_in_order(make: MakeRunner, tmp_path: Path) -> None:
    log = tmp_path / "log"
    runners = [make(f"r{number}", slots=3) for number in range(3)]
    made = [
        runners[number % 3].submit(request("abc"[number % 2], log=str(log), n=number, sleep=0.02))
        for number in range(10)
    ]
    for operation in made:
        assert ended(runners[0], operation).state == "succeeded"
    for release, numbers in (("a", range(0, 10, 2)), ("b", range(1, 10, 2))):
        wanted = [f"{release} {number} {what}" for number in numbers for what in ("begin", "end")]
        assert [line for line in lines(log) if line.startswith(release)] == wanted


def test_slots_are_bounded(make: MakeRunner, tmp_path: Path) -> None:
    go = tmp_path / "go"
    runner = make(slots=2)
    made = [runner.submit(request(f"w{number}", sleep=30, until=str(go))) for number in range(4)]
    until(lambda: len(runner.list(state="running")) == 2)
    time.sleep(0.1)
    assert [one.state for one in runner.list(state="running")] == ["running"] * 2
    assert {one.id for one in runner.list(limit=3)} < {one.id for one in made}
    go.touch()
    assert {ended(runner, one).state for one in made} == {"succeeded"}
    assert len(runner.list("default")) == 4
    assert runner.list("elsewhere") == []
    assert [one.id for one in runner.list(name="w0")] == [made[0].id]


def test_cancelling_what_waits_ends_it_at_once(make: MakeRunner, tmp_path: Path) -> None:
    go, log = tmp_path / "go", tmp_path / "log"
    runner = make()
    first = runner.submit(request(sleep=30, until=str(go)))
    second = runner.submit(request(log=str(log)))
    assert runner.cancel(second.id).state == "cancelled"
    done = runner.cancel(second.id)
    assert done.problem is not None
    assert (done.state, done.problem["kind"], done.attempt) == ("cancelled", "CancelledError", 0)
    go.touch()
    assert ended(runner, first).state == "succeeded"
    assert runner.cancel(first.id).state == "succeeded"
    assert lines(log) == []


def test_cancelling_what_runs_asks_it_to_stop(make: MakeRunner) -> None:
    runner, other = make("r1"), make("r2")
    operation = runner.submit(request(sleep=60))
    until(lambda: other.get(operation.id).events)
    assert not other.cancel(operation.id).is_final
    done = ended(other, operation)
    assert done.problem is not None
    assert (done.state, done.problem["message"], done.attempt) == ("cancelled", "context canceled", 1)


def test_giving_up_what_is_just_being_begun_is_heard(make: MakeRunner, store: Shaky) -> None:
    """Whoever cancels between the claim and the worker is not forgotten."""
    runner = make()
    change = store.change
    cancelled: list[Operation] = []

    def cancelling(operation: Operation) -> Operation:
        changed = change(operation)
        if changed.state == "running" and not cancelled:
            cancelled.append(changed)
            runner.cancel(changed.id)
            until(lambda: runner.board.operations[changed.id].cancelled)
        return changed

    store.change = cancelling  # type: ignore[method-assign]
    done = ended(runner, runner.submit(request(sleep=60)))
    assert (done.state, done.attempt) == ("cancelled", 1)
    assert cancelled


def test_who_does_not_stop_is_killed_and_another_cleans_up(make: MakeRunner) -> None:
    runner = make(pace=PACE.replace(patience=1.5))
    operation = runner.submit(request(sleep=60, deaf=1))
    until(lambda: runner.get(operation.id).events)
    runner.cancel(operation.id)
    done = ended(runner, operation)
    assert done.problem is not None
    assert (done.state, done.attempt, done.problem["message"]) == ("cancelled", 2, "context canceled")
    runner.stop()
    runner = make(pace=PACE.replace(patience=0.2))
    stubborn = runner.submit(request(sleep=60, deaf=9))
    until(lambda: runner.get(stubborn.id).events)
    runner.cancel(stubborn.id)
    done = ended(runner, stubborn)
    assert done.problem is not None
    assert (done.state, done.problem["kind"]) == ("cancelled", "CancelledError")


def test_who_is_killed_takes_along_what_he_has_started(make: MakeRunner) -> None:
    if not os.path.isdir("/proc/self"):
        pytest.skip("no /proc to see processes in")
    runner = make(pace=PACE.replace(patience=0.2))
    operation = runner.submit(request(sleep=600, deaf=9, child=1))
    until(lambda: any(event["stage"] == "child" for event in runner.get(operation.id).events))
    runner.cancel(operation.id)
    done = ended(runner, operation)
    children = [int(event["subject"]) for event in done.events if event["stage"] == "child"]
    until(lambda: not any(map(alive, children)))


def test_what_takes_too_long_is_stopped(make: MakeRunner) -> None:
    patient = make("r0", pace=PACE.replace(longest=0.2, patience=30.0))
    done = ended(patient, patient.submit(request(sleep=60)))
    assert (done.state, done.attempt) == ("failed", 1)
    patient.stop()
    runner = make(pace=PACE.replace(longest=0.2, patience=0.2))
    done = ended(runner, runner.submit(request(sleep=60, deaf=9)))
    assert done.problem is not None
    assert (done.state, done.problem["kind"]) == ("failed", "DeadlineError")


def test_a_worker_that_dies_is_followed_by_another(runner: Runner) -> None:
    done = ended(runner, runner.submit(request(die=2, note=[7])))
    assert (done.state, done.attempt) == ("succeeded", 3)
    assert done.result is not None
    # What they left is what they noted, and no more.
    assert done.result["trace"] == {"revision": [7, 7], "hooks": [{"name": "h1"}, {"name": "h2"}]}
    assert [event["stage"] for event in done.events] == ["began", "lost", "began", "lost", "began"]


def test_nobody_dies_for_ever(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hivehelm.operations.task.MOST_ATTEMPTS", 2)
    done = ended(runner, runner.submit(request(die=99)))
    assert done.problem is not None
    assert (done.state, done.problem["kind"]) == ("failed", "WorkerLostError")


def test_events_are_followed_from_where_one_was(make: MakeRunner, tmp_path: Path) -> None:
    go = tmp_path / "go"
    runner, other = make("r1"), make("r2")
    operation = runner.submit(request(die=1, sleep=30, until=str(go)))
    stages: list[str] = []
    following = other.follow(operation.id)
    for event in following:
        stages.append(event["stage"])
        if len(stages) == 3:
            go.touch()
    assert stages == ["began", "lost", "began"]
    assert [event["index"] for event in other.follow(operation.id, after=1)] == [2, 3]
    waiting = runner.submit(request("w2", sleep=60))
    assert list(runner.follow(waiting.id, seconds=0.0)) == []
    runner.cancel(waiting.id)


def test_subscribers_that_fail_do_no_harm(runner: Runner, tmp_path: Path) -> None:
    go = tmp_path / "go"
    operation = runner.submit(request(sleep=60, until=str(go)))
    heard: list[str] = []

    def fails(one: Operation) -> None:
        heard.append(one.state)
        if len(heard) > 1:
            raise ZeroDivisionError

    stop = runner.subscribe(operation.id, fails)
    go.touch()
    assert ended(runner, operation).state == "succeeded"
    until(lambda: "succeeded" in heard)
    stop()
    stop()


def test_stopping_hands_over_what_runs(make: MakeRunner, tmp_path: Path) -> None:
    go = tmp_path / "go"
    first = make("r1")
    operation = first.submit(request(sleep=60, until=str(go), note=[3]))
    until(lambda: first.get(operation.id).trace)
    first.stop()
    with pytest.raises(StoppingError):
        first.submit(request())
    with pytest.raises(StoppingError):
        first.run_once(request(), 1.0)
    left = first.store.get(operation.id)
    assert (left.state, left.holder, left.attempt) == ("running", "", 1)
    go.touch()
    second = make("r2")
    done = ended(second, operation)
    assert (done.state, done.holder, done.attempt) == ("succeeded", "r2", 2)
    assert done.result is not None
    assert done.result["trace"]["revision"] == [3]


def test_stopping_waits_for_as_long_as_it_may(make: MakeRunner, tmp_path: Path) -> None:
    go = tmp_path / "go"
    runner = make()
    operation = runner.submit(request(sleep=60, until=str(go)))
    until(lambda: runner.running())
    threading.Timer(0.3, go.touch).start()
    runner.stop(90.0)
    assert runner.store.get(operation.id).state == "succeeded"


def test_a_replica_that_falls_silent_is_taken_over_from(make: MakeRunner, store: Shaky) -> None:
    first = make("r1")
    operation = first.submit(request(sleep=60, note=[3]))
    until(lambda: first.get(operation.id).trace)
    # As SIGKILL leaves it: nobody says anything any more.
    first._stopping.set()
    first._stopped.set()
    first._tasks[operation.id].let_go()
    second = make("r2", pace=PACE.replace(lost=2.0))
    until(lambda: second.get(operation.id).holder == "r2")
    second.cancel(operation.id)
    assert ended(second, operation).attempt == 2


def test_who_cannot_say_that_he_lives_stops_his_workers(make: MakeRunner, store: Shaky) -> None:
    runner = make()
    operation = runner.submit(request(sleep=60, note=[3]))
    until(lambda: runner.get(operation.id).trace)
    (task,) = runner._tasks.values()
    worker = task._worker
    assert worker is not None
    store.is_away.set()
    runner.pace = PACE.replace(fence=0.3)
    until(lambda: worker.process.poll() is not None)
    until(lambda: runner.running() == 0)
    assert store.get(operation.id).attempt == 1
    runner.pace = PACE
    store.is_away.clear()
    until(lambda: store.get(operation.id).attempt == 2)
    runner.cancel(operation.id)
    assert ended(runner, operation).state == "cancelled"


def test_results_outlast_a_store_that_is_away(make: MakeRunner, store: Shaky, tmp_path: Path) -> None:
    go = tmp_path / "go"
    runner = make()
    operation = runner.submit(request(sleep=60, until=str(go)))
    until(lambda: runner.get(operation.id).events)
    store.is_away.set()
    go.touch()
    time.sleep(0.2)
    assert runner.running() == 1
    store.is_away.clear()
    assert ended(runner, operation).state == "succeeded"


def test_an_operation_that_somebody_else_has_is_let_go_of(make: MakeRunner, store: Shaky) -> None:
    runner = make()
    operation = runner.submit(request(sleep=60))
    until(lambda: runner.get(operation.id).events)
    other = make("r2", slots=0)
    taken = store.get(operation.id)
    store.change(taken.replace(holder="r2", attempt=2))
    until(lambda: runner.running() == 0)
    assert store.get(operation.id).holder == "r2"
    other.stop()
    until(lambda: store.get(operation.id).holder == "r1")
    runner.cancel(operation.id)
    ended(runner, operation)


def test_what_finds_no_room_ends_nonetheless(
    make: MakeRunner, store: Shaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = store.change

    def full(operation: Operation) -> Operation:
        if operation.trace:
            raise RequestTooLargeError(2, 1)
        return change(operation)

    monkeypatch.setattr(store, "change", full)
    runner = make()
    done = ended(runner, runner.submit(request(note=[3], sleep=60)))
    assert done.problem is not None
    assert (done.state, done.problem["kind"], done.attempt) == ("failed", "RequestTooLargeError", 1)


def test_an_operation_that_is_forgotten_is_let_go_of(make: MakeRunner, store: Shaky) -> None:
    runner = make()
    operation = runner.submit(request(die=1, sleep=60))
    until(lambda: runner.running())
    store.delete(operation.id)
    until(lambda: runner.running() == 0)


def test_what_ended_is_forgotten_in_time(make: MakeRunner, store: Shaky) -> None:
    runner = make(pace=PACE.replace(most=2, beat=300.0))
    made = [ended(runner, runner.submit(request(f"w{number}"))) for number in range(4)]
    store.beat("long-gone")
    until(lambda: runner.board.dead(0.0))
    runner._tidy()
    assert {one.id for one in store.list()} == {one.id for one in made[2:]}
    late = Runner(store, COMMAND, now=lambda: time.time_ns() + 10**15, pace=PACE.replace(beat=300.0))
    late.board = runner.board
    until(lambda: len(runner.board.operations) == 2)
    late._tidy()
    assert store.list() == []
    assert late.holder != Runner(store, COMMAND).holder
    until(lambda: runner.board.operations == {})
    store.is_away.set()
    runner._tidy()


def test_forgetting_does_not_keep_a_replica_from_saying_that_it_lives(
    make: MakeRunner, store: Shaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = make(pace=PACE.replace(most=0))
    for number in range(3):
        ended(runner, runner.submit(request(f"w{number}")))
    delete = store.delete

    def slow(identifier: str) -> None:
        delete(identifier)
        time.sleep(PACE.beat)

    monkeypatch.setattr(store, "delete", slow)
    for left in (2, 1, 0):
        runner._tidy()
        assert len(store.list()) == left
        until(lambda: len(runner.board.operations) == len(store.list()))


def test_who_signs_off_does_not_come_back(make: MakeRunner, store: Shaky) -> None:
    """A beat that is under way when a replica stops must not follow its good-bye."""
    runner = make()
    until(lambda: store._beats)
    beating, go_on = threading.Event(), threading.Event()

    def beat() -> None:
        beating.set()
        go_on.wait(60)

    store.before_beat = beat
    assert beating.wait(60)
    stopping = threading.Thread(target=runner.stop)
    stopping.start()
    stopping.join(0.2)
    go_on.set()
    stopping.join()
    assert store._beats == {}


def test_what_is_asked_at_once_is_on_no_record(runner: Runner, store: Shaky) -> None:
    events: list[dict[str, Any]] = []
    answer = runner.run_once(Request(verb="template", name="web"), 90.0, events.append)
    assert (answer["name"], answer["attempt"]) == ("web", 1)
    assert [event["stage"] for event in events] == ["began"]
    assert runner.run_once(request(note=[1]), 90.0)["name"] == "web"
    assert store.list() == []
    with pytest.raises(FailedRequestError, match="not so") as caught:
        runner.run_once(request(fail="not so"), 90.0)
    assert caught.value.problem["kind"] == "HivehelmError"
    with pytest.raises(WorkerLostError, match="signal 9"):
        runner.run_once(request(die=1), 90.0)


def test_what_is_asked_at_once_takes_no_longer_than_it_may(make: MakeRunner, tmp_path: Path) -> None:
    go = tmp_path / "go"
    runner = make(slots=1)
    with pytest.raises(RequestTimeoutError):
        runner.run_once(request(sleep=60), 0.3)
    asked = request(sleep=60, until=str(go))
    thread = threading.Thread(target=lambda: runner.run_once(asked, 90.0))
    thread.start()
    until(lambda: not runner._counter._places._value)
    with pytest.raises(BusyError):
        runner.run_once(request(), 0.05)
    go.touch()
    thread.join()


def test_workers_that_cannot_start_are_told_of(make: MakeRunner) -> None:
    runner = make(command=[sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(WorkerLostError, match="exit code 3"):
        runner.run_once(request(), 90.0)


def test_a_system_that_gives_no_process_may_give_one_later(
    make: MakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = make(command=["/nowhere/python"])
    for _ in range(2):
        with pytest.raises(WorkerLostError, match=r"cannot be started: .*No such file or directory"):
            runner.run_once(request(), 90.0)
    runner.workers._command = COMMAND

    def none(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr("hivehelm.operations.workers.Worker", none)
        with pytest.raises(WorkerLostError, match="cannot be started: can't start new thread"):
            runner.run_once(request(), 90.0)
    while True:
        try:
            assert runner.run_once(request(), 90.0)["name"] == "web"
            break
        except WorkerLostError:
            continue  # That was from before.


def test_workers_die_with_their_parent(tmp_path: Path) -> None:
    """SIGKILL of the replica takes the workers along, those at work and the spare ones."""
    import subprocess

    script = (
        "import sys, time\n"
        "from hivehelm.operations.memory import MemoryStore\n"
        "from hivehelm.operations.runner import Runner\n"
        "from hivehelm.operations.model import Request\n"
        f"runner = Runner(MemoryStore(), {COMMAND!r})\n"
        "runner.start()\n"
        "made = runner.submit(Request(verb='rollback', name='web', options={'sleep': 60}))\n"
        "while not runner.get(made.id).events: time.sleep(0.01)\n"
        "pids = [one.process.pid for one in (*runner.workers._hired, *runner.workers._spares)]\n"
        "print(*pids, flush=True)\n"
        "time.sleep(60)\n"
    )
    replica = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert replica.stdout is not None
    pids = [int(pid) for pid in replica.stdout.readline().split()]
    assert pids
    replica.kill()
    replica.wait()
    replica.stdout.close()

    if not os.path.isdir("/proc/self"):
        pytest.skip("no /proc to see processes in")
    until(lambda: not any(map(alive, pids)))
