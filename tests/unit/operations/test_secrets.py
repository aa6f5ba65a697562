from __future__ import annotations

import base64
import json
import threading
from typing import Any

import pytest

from hivehelm.kube.errors import ApiError
from hivehelm.operations.board import Board
from hivehelm.operations.errors import (
    OperationExistsError,
    OperationNotFoundError,
    RequestTooLargeError,
    StoreError,
)
from hivehelm.operations.model import Operation, Request
from hivehelm.operations.secrets import LARGEST, SecretStore
from hivehelm.testing import FakeCluster

NAMESPACE = "hivemind-system"


def operation(identifier: str = "a1", **more: Any) -> Operation:
    request = Request(verb="rollback", name="web", values={"password": "s3cret"}, **more)
    return Operation(id=identifier, request=request, key="f" * 64)


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def store(cluster: FakeCluster) -> SecretStore:
    return SecretStore(cluster.client(), NAMESPACE)


def test_values_are_in_the_data_alone(cluster: FakeCluster, store: SecretStore) -> None:
    store.create(operation())
    kept = cluster.get("v1", "Secret", "hivemind-operation-a1", NAMESPACE)
    assert kept is not None
    assert kept["type"] == "hivehelm.dev/operation.v1"
    assert "s3cret" in base64.b64decode(kept["data"].pop("request")).decode()
    assert "s3cret" not in json.dumps(kept)
    assert "s3cret" not in base64.b64decode(kept["data"]["operation"]).decode()
    labels = kept["metadata"]["labels"]
    assert labels["app.kubernetes.io/managed-by"] == "hivemind"
    assert (labels["hivehelm.dev/state"], labels["hivehelm.dev/key"]) == ("queued", "f" * 32)
    assert len(labels["hivehelm.dev/release"]) == 32


def test_the_end_of_an_operation_takes_its_values_along(cluster: FakeCluster, store: SecretStore) -> None:
    made = store.create(operation())
    store.change(made.over("succeeded", "now", result={}))
    kept = cluster.get("v1", "Secret", "hivemind-operation-a1", NAMESPACE)
    assert kept is not None
    assert kept["metadata"]["labels"]["hivehelm.dev/state"] == "succeeded"
    assert "s3cret" not in base64.b64decode(kept["data"]["request"]).decode()


def test_the_namespace_is_made_when_it_is_missing(cluster: FakeCluster, store: SecretStore) -> None:
    store.beat("me")
    assert cluster.get("v1", "Namespace", NAMESPACE) is not None
    assert cluster.get("v1", "Secret", "hivemind-holder-me", NAMESPACE) is not None


def test_a_request_that_is_too_large_is_refused(store: SecretStore) -> None:
    with pytest.raises(RequestTooLargeError) as caught:
        store.create(operation(chart="x" * LARGEST))
    assert caught.value.size > LARGEST


def test_what_grows_too_large_is_told(cluster: FakeCluster, store: SecretStore) -> None:
    made = store.create(operation())
    cluster.refuse(
        "PATCH", "secrets", ApiError(422, "Invalid", "Too long: may not be more than 1048576 bytes")
    )
    with pytest.raises(RequestTooLargeError):
        store.change(made)


def test_what_is_no_operation_is_passed_over(cluster: FakeCluster, store: SecretStore) -> None:
    store.create(operation())
    client = cluster.client()
    labels = {"app.kubernetes.io/managed-by": "hivemind", "hivehelm.dev/part": "operation"}
    for name, kind, data in (
        ("x1", "Opaque", {}),
        ("x2", "hivehelm.dev/operation.v1", {}),
        ("x3", "hivehelm.dev/operation.v1", {"operation": "e30=", "request": "e30="}),
    ):
        client.create(
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {
                    "name": f"hivemind-operation-{name}",
                    "namespace": NAMESPACE,
                    "labels": labels,
                },
                "type": kind,
                "data": data,
            }
        )
    assert [one.id for one in store.list()] == ["a1"]
    with pytest.raises(OperationNotFoundError):
        store.get("x2")


def test_refusals_are_told(cluster: FakeCluster, store: SecretStore) -> None:
    made = store.create(operation())
    cluster.refuse("*", "secrets", ApiError(403, "Forbidden", "no, you may not"), times=100)
    for doing in (
        lambda: store.create(operation("a2")),
        lambda: store.get("a1"),
        store.list,
        lambda: store.change(made),
        lambda: store.delete("a1"),
        lambda: store.beat("me"),
        lambda: store.leave("me"),
    ):
        with pytest.raises(StoreError, match="no, you may not"):
            doing()


def test_a_cluster_that_is_away_is_told(cluster: FakeCluster, store: SecretStore) -> None:
    made = store.create(operation())
    cluster.reachable = False
    for doing in (
        lambda: store.create(operation("a2")),
        lambda: store.get("a1"),
        lambda: store.change(made),
        lambda: store.delete("a1"),
        lambda: store.beat("me"),
    ):
        with pytest.raises(StoreError):
            doing()


def test_a_watcher_outlasts_expired_versions_and_outages(cluster: FakeCluster, store: SecretStore) -> None:
    board = Board("me")
    doubts: list[None] = []
    board.doubt = lambda: doubts.append(None)  # type: ignore[method-assign]
    watcher = store.watcher(board)
    thread = threading.Thread(target=watcher.run)
    thread.start()

    def known(*wanted: str) -> None:
        with board.condition:
            assert board.condition.wait_for(lambda: sorted(board.operations) == sorted(wanted), 60)

    store.create(operation("a1"))
    known("a1")
    cluster.expire_watches()
    store.create(operation("a2"))
    known("a1", "a2")
    cluster.refuse("WATCH", "secrets", ApiError(403, "Forbidden", "not now"), times=2)
    cluster.expire_watches()
    store.delete("a1")
    known("a2")
    assert doubts
    watcher.close()
    thread.join(60)
    assert not thread.is_alive()


def test_a_watcher_that_was_closed_before_it_began_ends(store: SecretStore) -> None:
    watcher = store.watcher(Board("me"))
    watcher.close()
    watcher.run()


def test_an_operation_outlives_its_namespace_being_made_twice(cluster: FakeCluster) -> None:
    stores = [SecretStore(cluster.client(), NAMESPACE) for _ in range(4)]
    made: list[str] = []

    def create() -> None:
        try:
            made.append(stores.pop().create(operation()).id)
        except OperationExistsError:
            made.append("there")

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == ["a1", "there", "there", "there"]
