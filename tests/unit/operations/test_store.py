"""The contract of every store of operations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest

from hivehelm.operations.errors import (
    OperationExistsError,
    OperationNotFoundError,
    StaleOperationError,
)
from hivehelm.operations.memory import MemoryStore
from hivehelm.operations.model import Operation, Request
from hivehelm.operations.secrets import SecretStore
from hivehelm.operations.store import order
from hivehelm.testing import FakeCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hivehelm.operations.store import Store

MAKERS: dict[str, Callable[[], Store]] = {
    "memory": MemoryStore,
    "secrets": lambda: SecretStore(FakeCluster().client(), "hivemind-system"),
}


@pytest.fixture(params=MAKERS)
def store(request: pytest.FixtureRequest) -> Store:
    return MAKERS[request.param]()


def operation(identifier: str = "a1", **more: Any) -> Operation:
    request = Request(verb="rollback", name="web", values={"password": "s3cret"})
    return Operation(**{"id": identifier, "request": request, **more})


class Ear:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, object]] = []
        self.changed_ = threading.Condition()

    def _note(self, what: str, value: object) -> None:
        with self.changed_:
            self.heard.append((what, value))
            self.changed_.notify_all()

    def reset(self, operations: Sequence[Operation], beats: Mapping[str, str]) -> None:
        self._note("reset", (sorted(one.id for one in operations), sorted(beats)))

    def changed(self, operation: Operation) -> None:
        self._note("changed", (operation.id, operation.state))

    def gone(self, identifier: str) -> None:
        self._note("gone", identifier)

    def beat(self, holder: str, beat: str) -> None:
        self._note("beat", (holder, bool(beat)))

    def doubt(self) -> None:
        self._note("doubt", None)

    def wait(self, what: str, value: object = None) -> None:
        with self.changed_:
            assert self.changed_.wait_for(lambda: (what, value) in self.heard, 60), self.heard


@pytest.fixture
def ear(store: Store) -> Iterator[Ear]:
    store.create(operation("first"))
    store.beat("me")
    made = Ear()
    watcher = store.watcher(made)
    thread = threading.Thread(target=watcher.run)
    thread.start()
    made.wait("reset", (["first"], ["me"]))
    yield made
    watcher.close()
    thread.join(30)
    assert not thread.is_alive()


def test_what_is_created_is_there(store: Store) -> None:
    made = store.create(operation(key="k" * 64))
    assert made.version
    assert store.get("a1") == made == made.replace(key="k" * 64)
    assert [one.id for one in store.list()] == ["a1"]


def test_an_id_is_taken_once(store: Store) -> None:
    store.create(operation())
    with pytest.raises(OperationExistsError):
        store.create(operation())


@pytest.mark.parametrize("identifier", ["none", "../x", "A", "", "ä"])
def test_what_is_not_there_is_not_found(store: Store, identifier: str) -> None:
    with pytest.raises(OperationNotFoundError):
        store.get(identifier)


def test_a_change_is_of_the_version_that_it_knows(store: Store) -> None:
    first = store.create(operation())
    second = store.change(first.replace(state="running", holder="me"))
    assert store.get("a1") == second
    assert order(second.version) > order(first.version)
    with pytest.raises(StaleOperationError):
        store.change(first.replace(holder="you"))
    ended = store.change(second.over("succeeded", "now", result={"name": "web"}))
    found = store.get("a1")
    assert (found, found.request.values, found.result) == (ended, {}, {"name": "web"})


def test_of_two_who_change_at_once_one_comes_first(store: Store) -> None:
    first = store.create(operation())
    outcomes: list[str] = []

    def change(holder: str) -> None:
        try:
            outcomes.append(store.change(first.replace(holder=holder)).holder)
        except StaleOperationError:
            outcomes.append("stale")

    threads = [threading.Thread(target=change, args=(f"h{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("stale") == 7
    assert store.get("a1").holder in outcomes


def test_what_is_deleted_is_gone(store: Store) -> None:
    made = store.create(operation())
    store.delete("a1")
    store.delete("a1")
    assert store.list() == []
    with pytest.raises(OperationNotFoundError):
        store.change(made)


def test_versions_order_what_was_created(store: Store) -> None:
    made = [store.create(operation(f"a{number}")) for number in range(5)]
    assert sorted(made, key=lambda one: order(one.version)) == made


def test_a_watcher_is_told_of_everything_in_order(store: Store, ear: Ear) -> None:
    made = store.create(operation("second"))
    made = store.change(made.replace(state="running"))
    store.beat("me")
    store.delete("second")
    store.leave("me")
    store.leave("me")
    ear.wait("beat", ("me", False))
    assert [one for one in ear.heard if one[0] != "reset"] == [
        ("changed", ("second", "queued")),
        ("changed", ("second", "running")),
        ("beat", ("me", True)),
        ("gone", "second"),
        ("beat", ("me", False)),
    ]


def test_closing_ends_a_watcher_that_hears_nothing(store: Store) -> None:
    watcher = store.watcher(ear := Ear())
    thread = threading.Thread(target=watcher.run)
    thread.start()
    ear.wait("reset", ([], []))
    watcher.close()
    thread.join(30)
    assert not thread.is_alive()
