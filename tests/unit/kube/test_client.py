# ruff: noqa: E501
# Error texts and tables of cases stay in one piece.
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hivehelm.kube.client import Client
from hivehelm.kube.connection import ConnectionInfo
from hivehelm.kube.discovery import TTL_SECONDS, Discovery, ResourceType, cache_file
from hivehelm.kube.errors import ApiError, KubeError, NoMatchError, UnreachableError
from hivehelm.kube.refusals import refusal
from hivehelm.kube.transport import Response
from hivehelm.kube.watch import MAX_EVENT, Watch
from hivehelm.testing import FakeCluster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAP = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "v"}}
DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "foos.x.io"},
    "spec": {
        "group": "x.io",
        "scope": "Namespaced",
        "names": {"kind": "Foo", "plural": "foos"},
        "versions": [{"name": "v1", "served": True}, {"name": "v2", "served": False}],
    },
}


def test_core_kinds_are_known_without_asking() -> None:
    def fetch(path: str, accept: str) -> dict[str, Any]:
        raise AssertionError(path)

    assert Discovery(fetch).find("v1", "Secret").plural == "secrets"


def test_kinds_without_objects_are_none_of_ours() -> None:
    parts = [{"resource": "odd", "scope": "Namespaced"}]
    groups = {"items": [{"metadata": {"name": "x"}, "versions": [{"version": "v1", "resources": parts}]}]}
    answer = {"kind": "APIGroupDiscoveryList", **groups}
    assert Discovery(lambda path, accept: answer).types() == []


def test_objects_come_and_go() -> None:
    cluster = FakeCluster()
    client = cluster.client("ns")
    client.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ns"}})
    made = client.create(MAP)
    assert (made["metadata"]["namespace"], made["data"]) == ("ns", {"k": "v"})
    with pytest.raises(ApiError, match=r'^configmaps "a" already exists$') as caught:
        client.create(MAP)
    assert caught.value.already_exists and not caught.value.conflict
    assert client.get("v1", "ConfigMap", "a", "ns") == made
    changed = client.replace({**made, "data": {"k": "w"}})
    assert changed["metadata"]["managedFields"][0]["manager"] == "helm"
    with pytest.raises(ApiError, match="the object has been modified") as caught:
        client.replace({**made, "data": {"k": "x"}})
    assert caught.value.conflict
    patched = client.patch("v1", "ConfigMap", "a", {"data": {"l": "1", "k": None}}, "ns")
    assert patched["data"] == {"l": "1"}
    operations = [{"op": "replace", "path": "/data/l", "value": "2"}]
    assert client.patch("v1", "ConfigMap", "a", operations, "ns", patch_type="json")["data"] == {"l": "2"}
    client.delete("v1", "ConfigMap", "a", "ns", dry_run=True)
    client.delete("v1", "ConfigMap", "a", "ns")
    with pytest.raises(ApiError, match=r'^configmaps "a" not found$') as caught:
        client.get("v1", "ConfigMap", "a", "ns")
    assert caught.value.not_found
    client.close()


def test_names_are_needed_and_escaped() -> None:
    client = FakeCluster().client()
    calls: list[Callable[[], object]] = [
        lambda: client.get("v1", "ConfigMap", ""),
        lambda: client.get_table("v1", "ConfigMap", ""),
        lambda: client.delete("v1", "ConfigMap", ""),
        lambda: client.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": 5}}),
    ]
    for call in calls:
        with pytest.raises(KubeError, match=r"^resource name may not be empty$"):
            call()
    with pytest.raises(ApiError, match=r'^configmaps "a/b\?c" not found$'):
        client.get("v1", "ConfigMap", "a/b?c", "default")


def test_lists_are_paged_and_say_what_they_hold() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    for number in range(5):
        labels = {"odd": str(number % 2)}
        client.create({**MAP, "metadata": {"name": f"m{number}", "labels": labels}}, "default")
    cluster.requests.clear()
    found, version = client.list_at("v1", "ConfigMap", "default", page_size=2)
    assert [item["metadata"]["name"] for item in found] == ["m0", "m1", "m2", "m3", "m4"]
    assert (found[0]["kind"], found[0]["apiVersion"], int(version) > 5) == ("ConfigMap", "v1", True)
    assert len(cluster.requests) == 3
    odd = client.list("v1", "ConfigMap", label_selector="odd=1")
    assert [item["metadata"]["name"] for item in odd] == ["m1", "m3"]
    one = client.list("v1", "ConfigMap", field_selector="metadata.name=m2", page_size=0)
    assert len(one) == 1


def test_a_page_that_expired_means_the_whole_list_again() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    for number in range(3):
        client.create({**MAP, "metadata": {"name": f"m{number}"}}, "default")
    answer = cluster.request
    expired = [True]

    def request(method: str, path: str, **options: Any) -> Response:
        if expired and ("continue", "2") in options.get("query", ()):
            expired.clear()
            cluster.refuse("GET", "configmaps", ApiError(410, "Expired", "too old"), times=1)
        return answer(method, path, **options)

    cluster.request = request  # type: ignore[method-assign]
    assert len(client.list("v1", "ConfigMap", "default", page_size=2)) == 3
    cluster.refuse("GET", "configmaps", ApiError(410, "Expired", "too old"), times=1)
    with pytest.raises(ApiError, match="too old"):
        client.list("v1", "ConfigMap", "default")


def test_apply_and_its_conflicts() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    client.apply(MAP, "default")
    client.apply({**MAP, "data": {"l": "2"}}, "default")
    assert client.get("v1", "ConfigMap", "a", "default")["data"] == {"l": "2"}
    client.apply({**MAP, "data": {"l": "9"}}, "default", dry_run=True)
    path = "/api/v1/namespaces/default/configmaps/a"
    other = json.dumps({"data": {"l": "3"}}).encode()
    cluster.request("PATCH", path, query=[("fieldManager", "kubectl")], body=other)
    with pytest.raises(ApiError) as caught:
        client.apply({**MAP, "data": {"l": "4"}}, "default")
    assert str(caught.value) == 'Apply failed with 1 conflict: conflict with "kubectl": .data.l'
    assert caught.value.causes[0]["field"] == ".data.l"
    assert client.apply({**MAP, "data": {"l": "4"}}, "default", force=True)["data"] == {"l": "4"}


def test_kinds_that_were_just_defined_are_found() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    with pytest.raises(NoMatchError, match=r'^no matches for kind "Foo" in version "x.io/v1"$'):
        client.resource_type("x.io/v1", "Foo")
    client.apply(DEFINITION)
    assert client.resource_type("x.io/v1", "Foo").path("n") == "/apis/x.io/v1/namespaces/n/foos"
    with pytest.raises(NoMatchError):
        client.resource_type("x.io/v2", "Foo")
    client.create({"apiVersion": "x.io/v1", "kind": "Foo", "metadata": {"name": "f"}}, "default")
    client.delete("apiextensions.k8s.io/v1", "CustomResourceDefinition", "foos.x.io")
    with pytest.raises(NoMatchError):
        client.resource_type("x.io/v1", "Foo")
    assert cluster.objects("Foo") == []


def test_tables_carry_their_objects() -> None:
    client = FakeCluster().client()
    client.create(MAP, "default")
    table = client.get_table("v1", "ConfigMap", "a", "default")
    assert table["kind"] == "Table"
    assert table["rows"][0]["object"]["metadata"]["name"] == "a"


def test_logs() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    client.create({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}, "default")
    cluster.set_logs("p", "default", b"hello")
    assert b"".join(client.logs("p", "default", "main", follow=True)) == b"hello"
    with pytest.raises(ApiError, match=r'^pods "q" not found$'):
        list(client.logs("q", "default"))


def test_reachability() -> None:
    cluster = FakeCluster(version="v1.30.0")
    client = cluster.client()
    cluster.reachable = False
    with pytest.raises(UnreachableError) as caught:
        client.check_reachable()
    assert str(caught.value) == (
        'kubernetes cluster unreachable: Get "https://fake.invalid:6443/version": '
        "dial tcp 192.0.2.1:6443: connect: connection refused"
    )
    cluster.reachable = True
    client.check_reachable()
    assert client.version()["gitVersion"] == "v1.30.0"
    assert cluster.requests.count(("GET", "/version")) == 2


class Canned:
    """A transport that gives each request the same answer."""

    def __init__(self, status: int, data: bytes, kind: str = "application/json") -> None:
        self.answer = Response(status=status, headers={"content-type": kind}, data=data)

    def request(self, *_: Any, **__: Any) -> Response:
        return self.answer

    def stream(self, *_: Any, **__: Any) -> CannedStream:
        return CannedStream([self.answer.data], self.answer.status)

    def close(self) -> None:
        """Do nothing."""


class CannedStream:
    def __init__(self, pieces: list[bytes], status: int = 200) -> None:
        self.status = status
        self.headers = {"content-type": "application/json"}
        self.closed = False
        self._pieces = pieces

    def chunks(self) -> Iterator[bytes]:
        yield from self._pieces

    def close(self) -> None:
        self.closed = True


def canned(status: int, data: bytes, kind: str = "application/json") -> Client:
    info = ConnectionInfo(server="https://h")
    return Client(info, transport=Canned(status, data, kind), cache_dir=None)


STATUS = b'{"kind":"Status","status":"Failure","message":"no","reason":"Forbidden","code":403,"details":null}'


def test_reading_raw_ignores_the_servers_words() -> None:
    with pytest.raises(ApiError) as caught:
        canned(401, STATUS).version()
    assert str(caught.value) == "the server has asked for the client to provide credentials"
    with pytest.raises(ApiError) as caught:
        canned(403, STATUS).version()
    assert str(caught.value) == "unknown"
    with pytest.raises(ApiError) as caught:
        canned(403, STATUS).get("v1", "Secret", "a", "n")
    assert (str(caught.value), caught.value.status, caught.value.forbidden) == ("no", 403, True)


@pytest.mark.parametrize("data", [b"{", b"[]", b"[" * 100_000])
def test_answers_that_are_no_object(data: bytes) -> None:
    with pytest.raises(KubeError, match=r"^couldn't get version/kind; json parse error"):
        canned(200, data).get("v1", "Secret", "a", "n")


@pytest.mark.parametrize(
    ("status", "method", "data", "kind", "reason", "message"),
    [
        (404, "GET", b"{}", "application/json", "NotFound", "the server could not find the requested resource"),
        (409, "POST", b"", "application/json", "AlreadyExists", "the server reported a conflict"),
        (409, "PUT", b"", "application/json", "Conflict", "the server reported a conflict"),
        (401, "GET", b"[]", "application/json", "Unauthorized", "the server has asked for the client to provide credentials"),
        (403, "GET", b" nope\n", "text/plain", "Forbidden", "nope"),
        (406, "GET", b"only this", "text/plain", "NotAcceptable", "only this"),
        (406, "GET", b"{", "application/json", "NotAcceptable", "the server was unable to respond with a content type that the client supports"),
        (500, "GET", b'<p>"', "text/html", "InternalError", 'an error on the server ("<p>\\"") has prevented the request from succeeding'),
        (418, "GET", b"", "text/plain", "Unknown", "the server responded with the status code 418 but did not return more information"),
        (504, "GET", b"", "text/plain", "Timeout", "the server was unable to return a response in the time allotted, but may still be processing the request"),
    ],
)  # fmt: skip
def test_refusals_without_a_status(
    status: int, method: str, data: bytes, kind: str, reason: str, message: str
) -> None:
    known = ResourceType(group="apps", version="v1", kind="D", plural="ds", namespaced=True)
    response = Response(status=status, headers={"content-type": kind, "retry-after": "3"}, data=data)
    error = refusal(response, method, known, "x")
    assert (error.reason, str(error)) == (reason, f"{message} ({method.lower()} ds.apps x)")
    assert error.retry_after == 3.0
    assert str(refusal(response, method, known)).endswith(f"({method.lower()} ds.apps)")


def test_watches_tell_of_changes() -> None:
    cluster = FakeCluster()
    client = cluster.client()
    _, version = client.list_at("v1", "ConfigMap", "default")
    client.create(MAP, "default")
    client.delete("v1", "ConfigMap", "a", "default")
    with client.watch("v1", "ConfigMap", "default", resource_version=version) as watch:
        events = iter(watch)
        assert [next(events)[0] for _ in range(2)] == ["ADDED", "DELETED"]
        assert int(watch.resource_version) > int(version)
    assert list(events) == []
    cluster.refuse("GET", "configmaps", ApiError(403, "Forbidden", "no"))
    with pytest.raises(ApiError, match="no"):
        client.watch("v1", "ConfigMap", "default")


def test_watches_end_with_errors() -> None:
    error = b'{"type":"ERROR","object":{"code":410,"reason":"Expired","message":"too old"}}\n'
    stream = CannedStream(
        [b'{"type":"BOOKMARK","object":{"meta', b'data":{"resourceVersion":"7"}}}\n\n', error]
    )
    watch = Watch(stream)
    events = iter(watch)
    assert (next(events)[0], watch.resource_version) == ("BOOKMARK", "7")
    with pytest.raises(ApiError) as caught:
        next(events)
    assert caught.value.expired and stream.closed
    for line in (b"{\n", b"[]\n", b'{"type":"ADDED","object":5}\n'):
        with pytest.raises(KubeError, match=r"^unable to decode watch event$"):
            list(Watch(CannedStream([line])))
    with pytest.raises(KubeError, match=r"^watch event exceeds"):
        list(Watch(CannedStream([b"x" * (MAX_EVENT + 1)])))


def test_a_refused_watch_reads_only_so_much() -> None:
    transport = Canned(500, b"x" * (3 << 20), "text/plain")
    client = Client(ConnectionInfo(server="https://h"), transport=transport, cache_dir=None)
    with pytest.raises(ApiError, match="an error on the server"):
        client.watch("v1", "Pod")


# Discovery


def test_old_servers_are_asked_group_by_group() -> None:
    cluster = FakeCluster(aggregated=False)
    client = cluster.client()
    assert client.resource_type("apps/v1", "Deployment").path("n", "d") == (
        "/apis/apps/v1/namespaces/n/deployments/d"
    )
    assert client.resource_type("v1", "Node").path(name="x") == "/api/v1/nodes/x"
    versions = client.discovery.api_versions()
    assert {"v1", "apps/v1", "apps/v1/Deployment", "v1/Node"} <= set(versions)


def test_broken_groups_are_named_and_not_kept(tmp_path: Path) -> None:
    answers: dict[str, dict[str, Any]] = {
        "/api": {"versions": ["v1"]},
        "/apis": {
            "groups": [
                {
                    "name": "x.io",
                    "versions": [{"groupVersion": "x.io/v1"}, {"groupVersion": "x.io/v2"}],
                    "preferredVersion": {"groupVersion": "x.io/v2"},
                }
            ]
        },
        "/api/v1": {"resources": [{"name": "pods", "kind": "Pod"}, {"name": "pods/log", "kind": "Pod"}]},
        "/apis/x.io/v2": {"resources": [{"name": "foos", "kind": "Foo", "namespaced": True}]},
    }

    def fetch(path: str, accept: str) -> dict[str, Any]:
        if path not in answers:
            raise ApiError(503, "ServiceUnavailable", "the server is currently unable to handle the request")
        return answers[path]

    kept = tmp_path / "d" / "cache.json"
    discovery = Discovery(fetch, str(kept))
    assert [known.kind for known in discovery.types()] == ["Pod", "Foo"]
    assert discovery.failed == {"x.io/v1": "the server is currently unable to handle the request"}
    assert not kept.exists()
    stale = {
        "kind": "APIGroupDiscoveryList",
        "items": [
            {
                "metadata": {"name": "y.io"},
                "versions": [
                    {
                        "version": "v1",
                        "freshness": "Stale",
                        "resources": [
                            {"resource": "bars", "responseKind": {"kind": "Bar"}},
                            {"resource": "q"},
                        ],
                    }
                ],
            }
        ],
    }
    answers |= {"/apis": stale, "/api": {"kind": "APIGroupDiscoveryList"}}
    discovery.invalidate()
    assert [known.kind for known in discovery.types()] == ["Bar"]
    assert discovery.failed == {"y.io/v1": "stale GroupVersion discovery: y.io/v1"}


def test_what_may_not_be_read_is_not_there() -> None:
    def fetch(path: str, accept: str) -> dict[str, Any]:
        raise ApiError(403 if path == "/api" else 500, "Forbidden" if path == "/api" else "", "no")

    with pytest.raises(ApiError) as caught:
        Discovery(fetch).find("apps/v1", "Deployment")
    assert caught.value.status == 500


def test_discovery_is_kept_on_disk_for_a_while(tmp_path: Path) -> None:
    cluster = FakeCluster()
    now = [1_000_000.0]

    def discover(path: Path = tmp_path / "c.json") -> list[str]:
        cluster.requests.clear()
        discovery = Discovery(cluster.client()._fetch, str(path), clock=lambda: now[0])
        discovery.find("apps/v1", "Deployment")
        return [path for _, path in cluster.requests]

    import os

    assert discover() == ["/api", "/apis"]
    os.utime(tmp_path / "c.json", (now[0], now[0]))
    assert discover() == []
    now[0] += TTL_SECONDS + 1
    assert discover() == ["/api", "/apis"]
    for damage in ("{", "{}", '{"format": 1, "types": [1]}', '{"format": 0, "types": []}'):
        (tmp_path / "c.json").write_text(damage)
        assert discover() == ["/api", "/apis"]
    assert discover(tmp_path / "c.json" / "x") == ["/api", "/apis"]  # no directory to write to


def test_a_stale_cache_is_asked_for_again_once(tmp_path: Path) -> None:
    cluster = FakeCluster()
    client = cluster.client()
    now = [5.0]
    discovery = Discovery(client._fetch, str(tmp_path / "c.json"), clock=lambda: now[0])
    discovery.types()
    fresh = Discovery(client._fetch, str(tmp_path / "c.json"), clock=lambda: now[0])
    cluster.client().apply(DEFINITION)
    assert fresh.find("x.io/v1", "Foo").plural == "foos"
    cluster.requests.clear()
    for _ in range(3):
        with pytest.raises(NoMatchError):
            fresh.find("x.io/v1", "Bar")
    assert cluster.requests == []
    now[0] += 1
    with pytest.raises(NoMatchError):
        fresh.find("x.io/v1", "Bar")
    assert len(cluster.requests) == 2
    fresh.invalidate()
    assert not (tmp_path / "c.json").exists()


def test_caches_lie_where_kubectls_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_file("https://h:6443/p", "/c") == "/c/discovery/h_6443_p/hivehelm.json"
    monkeypatch.setenv("KUBECACHEDIR", "/k")
    assert cache_file("https://[::1]:1") == "/k/discovery/___1__1/hivehelm.json"
    monkeypatch.setenv("HIVEHELM_CACHE", "off")
    assert cache_file("https://[::1]:1") == ""
    assert cache_file("https://[::1]:1", "/c") == "/c/discovery/___1__1/hivehelm.json"
    monkeypatch.setenv("HIVEHELM_CACHE", "/elsewhere")
    assert cache_file("https://[::1]:1") == "/k/discovery/___1__1/hivehelm.json"
    monkeypatch.delenv("KUBECACHEDIR")
    monkeypatch.setenv("HOME", "/home/x")
    assert cache_file("http://h") == "/home/x/.kube/cache/discovery/h/hivehelm.json"


def test_a_deadline_bounds_every_request() -> None:
    import time

    cluster = FakeCluster()
    given: list[float | None] = []
    answer = cluster.request

    def request(*args: Any, timeout: float | None = None, **more: Any) -> Any:
        given.append(timeout)
        return answer(*args, **more)

    cluster.request = request  # type: ignore[method-assign]
    client = cluster.client()
    client.list("v1", "ConfigMap")
    client.until(time.monotonic() + 60).list("v1", "ConfigMap")
    client.until(time.monotonic() - 60).list("v1", "ConfigMap")
    client.until(None).list("v1", "ConfigMap")
    assert given[0] is given[3] is None
    assert given[1] is not None
    assert 50 < given[1] <= 60
    assert given[2] == 0.001
