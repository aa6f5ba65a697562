"""What records look like in the cluster, and what its refusals become."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError
from hivehelm.release import codec
from hivehelm.release.drivers.configmap import ConfigMaps
from hivehelm.release.drivers.named import driver as named
from hivehelm.release.drivers.objects import ObjectDriver
from hivehelm.release.drivers.secret import Secrets
from hivehelm.release.errors import (
    InvalidLabelValueError,
    ReleaseDecodeError,
    ReleaseNotFoundError,
    StorageError,
    UnknownDriverError,
)
from hivehelm.release.model import Info, Release
from hivehelm.release.storage import Storage, key
from hivehelm.testing import FakeCluster

NOW = 1_790_000_000_999_999_999
KEY = key("web", 1)


def release(**more: Any) -> Release:
    return Release(
        name="web", version=1, info=Info(status="deployed"), namespace="default", labels={"team": "a"}, **more
    )


@pytest.fixture
def cluster() -> FakeCluster:
    return FakeCluster()


@pytest.fixture
def secrets(cluster: FakeCluster) -> Secrets:
    return Secrets(cluster.client(), "default", clock=lambda: NOW)


@pytest.fixture
def config_maps(cluster: FakeCluster) -> ConfigMaps:
    return ConfigMaps(cluster.client(), "default", clock=lambda: NOW)


def held(cluster: FakeCluster, kind: str = "Secret", name: str = KEY) -> dict[str, Any]:
    found = cluster.get("v1", kind, name, "default")
    assert found is not None
    return found


def test_a_secret_is_as_helm_makes_it(cluster: FakeCluster, secrets: Secrets) -> None:
    secrets.create(KEY, release())
    found = held(cluster)
    assert found["type"] == "helm.sh/release.v1"
    assert list(found["data"]) == ["release"]
    assert found["metadata"]["labels"] == {
        "team": "a",
        "createdAt": "1790000000",
        "name": "web",
        "owner": "helm",
        "status": "deployed",
        "version": "1",
    }
    record = base64.b64decode(found["data"]["release"])
    assert codec.decode(record).name == "web"


def test_a_config_map_is_as_helm_makes_it(cluster: FakeCluster, config_maps: ConfigMaps) -> None:
    config_maps.create(KEY, release())
    found = held(cluster, "ConfigMap")
    assert codec.decode(found["data"]["release"].encode()).name == "web"
    assert "type" not in found


def test_an_update_says_when_and_forgets_when_it_was_created(cluster: FakeCluster, secrets: Secrets) -> None:
    secrets.create(KEY, release())
    secrets.update(KEY, release())
    labels = held(cluster)["metadata"]["labels"]
    assert labels["modifiedAt"] == "1790000000"
    assert "createdAt" not in labels


def test_what_is_listed_carries_the_stores_labels_and_keeps_them(
    cluster: FakeCluster, secrets: Secrets
) -> None:
    secrets.create(KEY, release())
    [listed] = secrets.query({"name": "web"})
    assert listed.labels["createdAt"] == "1790000000"
    assert secrets.get(KEY).labels == {"team": "a"}
    secrets.update(KEY, listed.with_status("failed", ""))
    labels = held(cluster)["metadata"]["labels"]
    assert (labels["createdAt"], labels["status"]) == ("1790000000", "failed")


def test_long_histories_are_read_in_pages(cluster: FakeCluster, secrets: Secrets) -> None:
    for version in range(1, 121):
        secrets.create(key("web", version), release().replace(version=version))
    cluster.requests.clear()
    assert len(secrets.list(lambda _: True)) == 120
    assert len(cluster.requests) == 3


def test_all_namespaces_are_one_store(cluster: FakeCluster) -> None:
    client = cluster.client()
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other"}})
    for namespace in ("default", "other"):
        Secrets(client, namespace).create(KEY, release().replace(namespace=namespace))
    found = Secrets(client, "").list(lambda _: True)
    assert [one.namespace for one in found] == ["default", "other"]


@pytest.mark.parametrize("kind", [Secrets, ConfigMaps])
@pytest.mark.parametrize("data", [None, {}, {"release": "%%"}, {"release": "aGVsbG8="}, {"release": "e30"}])
def test_a_record_that_cannot_be_read_is_left_out(
    cluster: FakeCluster, kind: type[ObjectDriver], data: dict[str, str] | None
) -> None:
    driver = kind(cluster.client(), "default")
    driver.create(key("web", 2), release().replace(version=2))
    labels = {"owner": "helm", "name": "web", "status": "deployed"}
    body = {
        "apiVersion": "v1",
        "kind": driver.name,
        "metadata": {"name": KEY, "labels": labels},
        "data": data,
    }
    cluster.client().create(body, "default")
    assert [one.version for one in Storage(driver).history("web")] == [2]
    assert [one.version for one in driver.list(lambda _: True)] == [2]
    with pytest.raises((StorageError, ReleaseDecodeError)):
        driver.get(KEY)


def test_a_label_that_cannot_be_is_refused(secrets: Secrets) -> None:
    with pytest.raises(InvalidLabelValueError) as caught:
        secrets.query({"name": "-x"})
    assert str(caught.value).startswith('invalid label value: "-x": a valid label must be an empty string or')


Act = Callable[[ObjectDriver], object]
ACTS: list[tuple[str, str, Act]] = [
    ("GET", f'get: failed to get "{KEY}": no', lambda driver: driver.get(KEY)),
    ("GET", "list: failed to list: no", lambda driver: driver.list(lambda _: True)),
    ("GET", "query: failed to query with labels: no", lambda driver: driver.query({"name": "web"})),
    ("POST", "create: failed to create: no", lambda driver: driver.create(KEY, release())),
    ("PUT", "update: failed to update: no", lambda driver: driver.update(KEY, release())),
]


@pytest.mark.parametrize(("method", "text", "act"), ACTS)
def test_refusals_of_secrets_say_what_was_tried(
    cluster: FakeCluster, secrets: Secrets, method: str, text: str, act: Act
) -> None:
    if method == "PUT":
        secrets.create(KEY, release())
    cluster.refuse(method, "secrets", ApiError(403, "Forbidden", "no"))
    with pytest.raises(StorageError) as caught:
        act(secrets)
    assert str(caught.value) == text
    assert isinstance(caught.value.cause, ApiError)


@pytest.mark.parametrize(("method", "text", "act"), ACTS)
def test_refusals_of_config_maps_are_the_servers(
    cluster: FakeCluster, config_maps: ConfigMaps, method: str, text: str, act: Act
) -> None:
    if method == "PUT":
        config_maps.create(KEY, release())
    cluster.refuse(method, "configmaps", ApiError(403, "Forbidden", "no"))
    with pytest.raises(ApiError, match=r"^no$"):
        act(config_maps)


def test_a_deletion_that_is_refused_is_told(cluster: FakeCluster, secrets: Secrets) -> None:
    secrets.create(KEY, release())
    cluster.refuse("DELETE", "secrets", ApiError(403, "Forbidden", "no"))
    with pytest.raises(ApiError, match=r"^no$"):
        secrets.delete(KEY)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("", "Secret"),
        ("secret", "Secret"),
        ("secrets", "Secret"),
        ("configmap", "ConfigMap"),
        ("configmaps", "ConfigMap"),
        ("memory", "Memory"),
    ],
)
def test_drivers_are_found_by_helms_names(cluster: FakeCluster, name: str, kind: str) -> None:
    assert named(name, "default", cluster.client).name == kind


def test_memory_needs_no_client() -> None:
    def never() -> Client:
        raise AssertionError

    with pytest.raises(ReleaseNotFoundError):
        named("memory", "default", never).get(KEY)


def test_other_drivers_are_refused_by_name(cluster: FakeCluster) -> None:
    with pytest.raises(UnknownDriverError, match=r'^unknown driver "Secret"$'):
        named("Secret", "default", cluster.client)
