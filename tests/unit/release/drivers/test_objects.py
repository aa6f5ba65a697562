"""What records look like in the cluster, and what its refusals become."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from hivehelm.kube.client import Client
from hivehelm.kube.errors import ApiError, KubeError
from hivehelm.kube.transport import Response
from hivehelm.release import codec
from hivehelm.release.claim import Claim
from hivehelm.release.drivers import metadata as notes
from hivehelm.release.drivers.configmap import ConfigMaps
from hivehelm.release.drivers.entry import Entry
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
from hivehelm.release.times import nanoseconds
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


class TestUpdates:
    """What is not the record's own stays as it is."""

    def test_foreign_labels_annotations_and_data_stay(self, cluster: FakeCluster, secrets: Secrets) -> None:
        secrets.create(KEY, release())
        found = held(cluster)
        found["metadata"]["labels"]["foreign"] = "x"
        found["metadata"]["annotations"] = {"theirs": "y"}
        found["metadata"]["finalizers"] = ["example.com/keep"]
        found["data"]["more"] = "eg=="
        cluster.client().replace(found)
        secrets.update(KEY, release(manifest="m"))
        after = held(cluster)
        assert after["metadata"]["labels"]["foreign"] == "x"
        assert after["metadata"]["labels"]["team"] == "a"
        assert "createdAt" not in after["metadata"]["labels"]
        assert after["metadata"]["annotations"] == {"theirs": "y"}
        assert after["metadata"]["finalizers"] == ["example.com/keep"]
        assert after["data"]["more"] == "eg=="
        assert secrets.get(KEY).manifest == "m"

    def test_what_was_just_written_needs_no_read(self, cluster: FakeCluster, secrets: Secrets) -> None:
        secrets.create(KEY, release())
        cluster.requests.clear()
        secrets.update(KEY, release(manifest="m"))
        secrets.update(KEY, release(manifest="n"))
        assert [method for method, _ in cluster.requests] == ["PUT", "PUT"]

    def test_who_may_not_read_overwrites_as_helm_does(self, cluster: FakeCluster) -> None:
        Secrets(cluster.client(), "default").create(KEY, release())
        cluster.refuse("GET", "secrets", ApiError(403, "Forbidden", "no"), times=1)
        Secrets(cluster.client(), "default").update(KEY, release(manifest="m"))
        assert Secrets(cluster.client(), "default").get(KEY).manifest == "m"

    def test_a_conflict_without_end_is_told(self, cluster: FakeCluster, secrets: Secrets) -> None:
        secrets.create(KEY, release())
        cluster.refuse("PUT", "secrets", ApiError(409, "Conflict", "changed"))
        with pytest.raises(StorageError, match=r"^update: failed to update: changed$"):
            secrets.update(KEY, release())

    def test_many_records_do_not_stay_in_memory(self, secrets: Secrets) -> None:
        for version in range(1, 70):
            secrets.create(key("web", version), release().replace(version=version))
        assert len(secrets._writing._written) < 64


class TestClaims:
    CLAIM = Claim(holder="me", token="a/b/1/2", heartbeat="1")  # noqa: S106

    def test_they_are_annotations(self, cluster: FakeCluster, secrets: Secrets) -> None:
        secrets.create(KEY, release(), self.CLAIM)
        assert held(cluster)["metadata"]["annotations"] == {
            "hivehelm.dev/holder": "me",
            "hivehelm.dev/lock": "a/b/1/2",
            "hivehelm.dev/heartbeat": "1",
        }
        assert secrets.get(KEY).claim == self.CLAIM
        assert secrets.query({"name": "web"})[0].claim == self.CLAIM
        secrets.update(KEY, release())
        assert "annotations" not in held(cluster)["metadata"]

    def test_their_age_is_the_servers(self, cluster: FakeCluster, secrets: Secrets) -> None:
        metadata = {
            "managedFields": [
                {"manager": "Helm", "time": "2026-01-01T00:00:10Z"},
                {"manager": "Helm", "time": "2026-01-01T00:00:30Z"},
                {"manager": "kubectl", "time": "2026-01-01T00:01:00Z"},
            ]
        }
        at = nanoseconds("2026-01-01T00:00:42Z") / 1e9
        assert notes.age(metadata, at) == 12.0
        assert notes.age(metadata, None) is None
        assert notes.age({}, at) is None

    @pytest.mark.parametrize("act", ["claim", "renew"])
    def test_refusals_are_told(self, cluster: FakeCluster, secrets: Secrets, act: str) -> None:
        with pytest.raises(ReleaseNotFoundError):
            secrets.claim(KEY) if act == "claim" else secrets.renew(KEY, None, None)
        secrets.create(KEY, release())
        cluster.refuse("GET", "secrets", ApiError(403, "Forbidden", "no"))
        with pytest.raises(StorageError, match=r": no$"):
            secrets.claim(KEY) if act == "claim" else secrets.renew(KEY, None, None)


def test_helm_is_the_manager_of_what_is_written(cluster: FakeCluster, secrets: Secrets) -> None:
    """Helm itself names no manager, and is called `Helm` after its user agent."""
    secrets.create(KEY, release())
    secrets.update(KEY, release())
    assert {one["manager"] for one in held(cluster)["metadata"].get("managedFields", [])} == {"Helm"}


class TestIndex:
    def test_it_is_of_labels_and_names(self, secrets: Secrets) -> None:
        secrets.create(KEY, release())
        (entry,) = secrets.index({"owner": "helm"}) or ()
        assert entry.replace(stamp="", labels={}) == Entry(
            key=KEY, namespace="default", name="web", version=1
        )
        assert entry.stamp
        assert entry.labels["status"] == "deployed"
        assert secrets.index({"name": "other", "owner": "helm"}) == []

    @pytest.mark.parametrize(("label", "lie"), [("version", "2"), ("version", "x"), ("name", "other")])
    def test_labels_that_lie_are_not_gone_by(
        self, cluster: FakeCluster, secrets: Secrets, label: str, lie: str
    ) -> None:
        secrets.create(KEY, release())
        found = held(cluster)
        found["metadata"]["labels"][label] = lie
        cluster.client().replace(found)
        assert secrets.index({"owner": "helm"}) is None

    def test_records_are_fetched_together(self, cluster: FakeCluster, secrets: Secrets) -> None:
        for index in range(300):
            name = f"a-rather-long-name-{index:03}"
            secrets.create(key(name, 1 + index % 2), release().replace(name=name, version=1 + index % 2))
        entries = secrets.index({"owner": "helm"})
        assert entries is not None
        cluster.requests.clear()
        assert len(secrets.fetch(entries[:280])) == 280
        assert len(cluster.requests) < 12
        assert len(secrets.fetch(entries[:1])) == 1
        cluster.client().delete("v1", "Secret", entries[0].key, "default")
        assert secrets.fetch(entries[:1]) == []

    def test_who_may_only_list_is_served(self, cluster: FakeCluster, secrets: Secrets) -> None:
        secrets.create(KEY, release())
        entries = secrets.index({"owner": "helm"})
        assert entries is not None
        cluster.refuse("GET", "secrets", ApiError(403, "Forbidden", "no"), times=1)
        assert [one.name for one in secrets.fetch(entries)] == ["web"]
        cluster.refuse("GET", "secrets", ApiError(500, "InternalError", "no"))
        with pytest.raises(StorageError, match=r"^list: failed to list: no$"):
            secrets.fetch(entries)
        with pytest.raises(StorageError, match=r"^list: failed to list: no$"):
            secrets.index({"owner": "helm"})
        with pytest.raises(StorageError, match=r"^query: failed to query with labels: no$"):
            secrets.index({"owner": "helm", "name": "web"})


class TestPages:
    def test_a_listing_that_expires_is_read_again_without_repeating(
        self, cluster: FakeCluster, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for version in range(1, 121):
            secrets.create(key("web", version), release().replace(version=version))
        real, asked = cluster.request, []

        def request(method: str, path: str, **more: Any) -> Response:
            asked.append(dict(more.get("query") or ()))
            if "continue" in asked[-1]:
                return Response(status=410, headers={}, data=b"{}")
            return real(method, path, **more)

        client = cluster.client()
        monkeypatch.setattr(cluster, "request", request)
        found = Secrets(client, "default").query({"name": "web"})
        assert sorted(one.version for one in found) == list(range(1, 121))
        assert len(asked) == 3
        assert "limit" not in asked[-1]

    @pytest.mark.parametrize("answer", [b"[]", b"{"])
    def test_an_answer_that_is_no_object_is_an_error(
        self, cluster: FakeCluster, secrets: Secrets, monkeypatch: pytest.MonkeyPatch, answer: bytes
    ) -> None:
        monkeypatch.setattr(
            cluster, "request", lambda *_, **__: Response(status=200, headers={}, data=answer)
        )
        with pytest.raises(KubeError, match="the answer is not a JSON object"):
            secrets.get(KEY)

    def test_the_servers_clock_is_read_from_its_answer(
        self, cluster: FakeCluster, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        annotations = {"hivehelm.dev/lock": "x"}
        managed = [{"manager": "Helm", "time": "2026-01-01T00:00:00Z"}]
        data = json.dumps({"metadata": {"annotations": annotations, "managedFields": managed}}).encode()
        for date, age in (("Thu, 01 Jan 2026 00:00:09 GMT", 9.0), ("soon", None)):
            answer = Response(status=200, headers={"date": date}, data=data)
            monkeypatch.setattr(cluster, "request", lambda *_, answer=answer, **__: answer)
            claim = secrets.claim(KEY)
            assert claim is not None
            assert claim.age == age
