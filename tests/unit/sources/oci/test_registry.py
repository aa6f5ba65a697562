# ruff: noqa: E501, S106
from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from hivehelm.golang.url import parse as parse_url
from hivehelm.http.errors import HttpError, TLSConfigError
from hivehelm.sources.oci import pull as pulling
from hivehelm.sources.oci import repository as repositories
from hivehelm.sources.oci.errors import RegistryConfigError, RegistryError
from hivehelm.sources.oci.exchange import Answer
from hivehelm.sources.oci.uploads import upload_url
from hivehelm.testing import Authority, FakeRegistry, Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tests.unit.sources.oci.conftest import Clients

    from hivehelm.testing import Asked

CHART = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
CONFIG = "application/vnd.cncf.helm.config.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
PLUGIN = "application/vnd.helm.plugin.v1+json"
TAR = "application/vnd.oci.image.layer.v1.tar"
TITLE = "org.opencontainers.image.title"


def archive(text: str = "apiVersion: v2\nname: demo\nversion: 1.0.0\n") -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        entry = tarfile.TarInfo("demo/Chart.yaml")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(raw.getvalue(), mtime=0)


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def failing(clients: Clients, fake: FakeRegistry, reference: str = "c/demo:1.0.0", **options: bool) -> str:
    with pytest.raises(RegistryError) as caught:
        clients().pull(f"{fake.address}/{reference}", **options)
    return str(caught.value).replace(fake.address, "host")


def test_pull(fake: FakeRegistry, clients: Clients) -> None:
    made = fake.add_chart("c/demo", "1.0.0_b", b"chart", prov=b"signed", config=b'{"name": "demo"}')
    pulled = clients().pull(f"oci://{fake.address}/c/demo:1.0.0+b", prov=True)
    assert (pulled.chart, pulled.prov, pulled.config) == (b"chart", b"signed", b'{"name": "demo"}')
    assert (pulled.digest, pulled.reference) == (made, f"{fake.address}/c/demo:1.0.0_b")
    assert digest(pulled.manifest) == made
    said = "".join(clients.said)
    assert said.startswith(
        f"Pulled: {pulled.reference}\nDigest: {made}\n{pulled.reference} contains an underscore.\n"
    )
    assert "do not support the plus sign (+)" in said


def test_pull_of_what_is_large(fake: FakeRegistry, clients: Clients) -> None:
    data = bytes(range(256)) * 8192
    fake.add_chart("c/demo", "1.0.0", data)
    assert clients().pull(f"{fake.address}/c/demo:1.0.0").chart == data
    for wrong, problem in ((data[:-1] + b"x", "mismatched digest"), (data + b"x", "trailing data")):
        fake.replies[f"/v2/c/demo/blobs/{digest(data)}"] = Reply(body=wrong, chunked=True)
        assert failing(clients, fake) == f'failed to perform "Push" on destination: {problem}'


def test_pull_takes_only_what_is_wanted(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart", prov=b"signed")
    assert clients().pull(f"{fake.address}/c/demo:1.0.0").prov is None
    only = clients().pull(f"{fake.address}/c/demo:1.0.0", chart=False, prov=True)
    assert (only.chart, only.prov) == (None, b"signed")
    assert len(fake.asked(f"/v2/c/demo/blobs/{digest(b'chart')}")) == 1
    assert failing(clients, fake, chart=False) == "must specify at least one layer to pull (chart/prov)"


def test_pull_without_provenance(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart")
    problem = (
        "manifest does not contain a layer with mediatype application/vnd.cncf.helm.chart.provenance.v1.prov"
    )
    assert failing(clients, fake, prov=True) == problem
    assert clients().pull(f"{fake.address}/c/demo:1.0.0", prov=True, ignore_missing_prov=True).prov is None


def test_pull_by_digest_and_of_nothing(fake: FakeRegistry, clients: Clients) -> None:
    made = fake.add_chart("c/demo", "1.0.0", b"chart")
    assert clients().pull(f"{fake.address}/c/demo@{made}").chart == b"chart"
    step = 'failed to perform "FetchReference" on source: '
    assert failing(clients, fake, "c/demo") == f"{step}invalid reference"
    assert failing(clients, fake, "c/demo:2") == f"{step}host/c/demo:2: not found"
    assert failing(clients, fake, "c/demo@x").startswith('invalid reference: invalid digest "x"')


def test_legacy_layers(fake: FakeRegistry, clients: Clients) -> None:
    layers = [fake.layer("application/tar+gzip", b"old")]
    fake.add_manifest("c/demo", "1.0.0", {"config": fake.layer(CONFIG, b"{}"), "layers": layers})
    assert clients().pull(f"{fake.address}/c/demo:1.0.0").chart == b"old"
    assert clients.said[0] == "Warning: chart media type application/tar+gzip is deprecated\n"


def test_an_index_leads_to_its_manifests(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart")
    _, data = fake.manifests["c/demo"]["1.0.0"]
    one = {"mediaType": MANIFEST, "digest": digest(data), "size": len(data)}
    fake.add_manifest("c/demo", "all", {"manifests": [one, one]}, INDEX)
    assert clients().pull(f"{fake.address}/c/demo:all").chart == b"chart"
    assert len(fake.asked(f"/v2/c/demo/blobs/{digest(b'chart')}")) == 1


@pytest.mark.parametrize(
    ("config", "layers", "problem"),
    [
        ("x", ["y"], "manifest does not contain minimum number of descriptors (2), descriptors found: 1"),
        ("x", [CHART, "y"], f"could not load config with mediatype {CONFIG}"),
        (CONFIG, ["y"], f"manifest does not contain a layer with mediatype {CHART}"),
    ],
)
def test_manifests_that_are_no_charts(
    fake: FakeRegistry, clients: Clients, config: str, layers: list[str], problem: str
) -> None:
    described = [fake.layer(kind, kind.encode()) for kind in layers]
    fake.add_manifest("c/demo", "1.0.0", {"config": fake.layer(config, b"{}"), "layers": described})
    assert failing(clients, fake) == problem


def test_configurations_that_are_none(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart", config=b"[]")
    assert failing(clients, fake) == "json: cannot unmarshal array into Go value of type v2.Metadata"


def test_manifests_of_docker_are_not_kept(fake: FakeRegistry, clients: Clients) -> None:
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    layers = [fake.layer(CHART, b"chart")]
    made = fake.add_manifest("c/demo", "1.0.0", {"config": fake.layer(CONFIG, b"{}"), "layers": layers}, kind)
    problem = f"unable to retrieve blob with digest {made}: {made}: {kind}: not found"
    assert failing(clients, fake) == problem


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(body=b"chart!"), 'failed to perform "Fetch" on source: GET "URL": mismatch Content-Length'),
        (Reply(body=b"chart!", chunked=True), 'failed to perform "Push" on destination: trailing data'),
        (Reply(body=b"chaos"), 'failed to perform "Push" on destination: mismatched digest'),
        (Reply(body=b"cha", chunked=True), 'failed to perform "Push" on destination: read failed: expected content size of 5, got 3, for digest DIGEST: unexpected EOF'),
        (Reply(body=b"chart", cut=2), 'failed to perform "Push" on destination: read failed: expected content size of 5, got 2, for digest DIGEST: unexpected EOF'),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"), 'failed to perform "Push" on destination: read failed: invalid byte in chunk length'),
        (Reply(status=404), 'failed to perform "Fetch" on source: DIGEST: not found'),
        (Reply(status=403), 'failed to perform "Fetch" on source: GET "URL": response status code 403: Forbidden'),
        (Reply(body=b"chart", headers={"docker-content-digest": "x"}), 'failed to perform "Fetch" on source: GET "URL": invalid response header: `Docker-Content-Digest: x`'),
    ],
)  # fmt: skip
def test_blobs_that_are_something_else(
    fake: FakeRegistry, clients: Clients, reply: Reply, problem: str
) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart")
    path = f"/v2/c/demo/blobs/{digest(b'chart')}"
    fake.replies[path] = reply
    wanted = problem.replace("URL", f"http://host{path}").replace("DIGEST", digest(b"chart"))
    assert failing(clients, fake) == wanted


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"size": -1}, "mismatch Content-Length"),
        ({"digest": "md5:0"}, "failed to validate md5:0: unsupported digest algorithm"),
        ({"size": 1 << 40}, "mismatch Content-Length"),
    ],
)
def test_descriptors_that_lie(
    fake: FakeRegistry, clients: Clients, changes: dict[str, object], problem: str
) -> None:
    layer = {**fake.layer(CHART, b"chart"), **changes}
    fake.blobs["md5:0"] = b"chart"
    fake.add_manifest("c/demo", "1.0.0", {"config": fake.layer(CONFIG, b"{}"), "layers": [layer]})
    assert problem in failing(clients, fake)


@pytest.mark.parametrize(
    ("size", "problem"),
    [
        (-1, "invalid descriptor size"),
        (1 << 40, f"content size {1 << 40} exceeds the limit of {128 << 20} bytes: "),
    ],
)
def test_sizes_are_looked_at_before_anything_is_read(
    fake: FakeRegistry, clients: Clients, size: int, problem: str
) -> None:
    layer = {**fake.layer(CHART, b"chart"), "size": size}
    fake.add_manifest("c/demo", "1.0.0", {"config": fake.layer(CONFIG, b"{}"), "layers": [layer]})
    fake.replies[f"/v2/c/demo/blobs/{digest(b'chart')}"] = Reply(body=b"x" * 10_000, chunked=True)
    assert problem in failing(clients, fake)


def test_manifests_are_bounded(fake: FakeRegistry, clients: Clients) -> None:
    data = b'{"a": "' + b"x" * (4 << 20) + b'"}'
    fake.add_manifest("c/demo", "1.0.0", data)
    assert failing(clients, fake) == (
        f'failed to perform "Successors" on source: read failed: content size {len(data)} exceeds push size limit '
        "4194304: size exceeds limit"
    )


def test_manifests_within_manifests_are_verified(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart")
    _, data = fake.manifests["c/demo"]["1.0.0"]
    path = f"/v2/c/demo/manifests/{digest(data)}"
    one = {"mediaType": MANIFEST, "digest": digest(data), "size": len(data)}
    fake.add_manifest("c/demo", "all", {"manifests": [one]}, INDEX)
    step = 'failed to perform "FindSuccessors" on source: '
    for reply, problem in (
        (Reply(body=data[:-1] + b" ", headers={"content-type": MANIFEST}), "mismatched digest"),
        (Reply(body=data, headers={"content-type": "text/plain"}), f'GET "http://host{path}": mismatch response Content-Type "text/plain": expect "{MANIFEST}"'),
        (Reply(body=data), f'GET "http://host{path}": invalid response Content-Type: mime: no media type'),
    ):  # fmt: skip
        fake.replies[path] = reply
        assert failing(clients, fake, "c/demo:all") == step + problem


def test_a_graph_without_end_ends(
    fake: FakeRegistry, clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "_MAX_NODES", 3)
    layers = [fake.layer("x", bytes([number])) for number in range(9)]
    fake.add_manifest("c/demo", "1.0.0", {"config": {}, "layers": layers})
    assert "descriptors found: 1" in failing(clients, fake)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({"content-type": ""}, "invalid response `Content-Type` header; mime: no media type"),
        ({"content-type": "/x"}, "invalid response `Content-Type` header; mime: no media type"),
        ({"content-type": "a/b/c"}, "invalid response `Content-Type` header; mime: unexpected content after media type"),
        ({"docker-content-digest": "x"}, "invalid response header value: `Docker-Content-Digest: x`; invalid checksum digest format"),
    ],
)  # fmt: skip
def test_headers_of_manifests(
    fake: FakeRegistry, clients: Clients, headers: dict[str, str], problem: str
) -> None:
    path = "/v2/c/demo/manifests/1.0.0"
    fake.replies[path] = Reply(body=b"{}", headers={"content-type": MANIFEST, **headers})
    said = failing(clients, fake)
    assert said == f'failed to perform "FetchReference" on source: GET "http://host{path}": {problem}'


def test_digests_that_are_not_said(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart")
    media_type, data = fake.manifests["c/demo"]["1.0.0"]
    path = "/v2/c/demo/manifests/"
    for name in ("1.0.0", digest(data)):
        fake.replies[f"{path}{name}"] = Reply(body=data, headers={"content-type": media_type})
    client = clients()
    assert client.pull(f"{fake.address}/c/demo:1.0.0").digest == digest(data)
    assert client.resolve(f"{fake.address}/c/demo@{digest(data)}").digest == digest(data)
    with pytest.raises(
        RegistryError, match='HTTP HEAD request missing required header "Docker-Content-Digest"'
    ):
        client.resolve(f"{fake.address}/c/demo:1.0.0")
    other = f"sha256:{'0' * 64}"
    fake.replies[f"{path}{other}"] = Reply(body=data, headers={"content-type": media_type})
    with pytest.raises(RegistryError, match="digest mismatch in Docker-Content-Digest"):
        client.pull(f"{fake.address}/c/demo@{other}")


def test_lengths_that_are_not_said(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0", b"chart")

    def intercept(asked: Asked) -> Reply | None:
        if asked.path.endswith("/manifests/1.0.0") and asked.method == "GET":
            return fake._answer(asked, asked.path).replace(chunked=True)
        return None

    fake.intercept = intercept
    assert clients().pull(f"{fake.address}/c/demo:1.0.0").chart == b"chart"
    fake.intercept = None
    fake.replies["/v2/c/demo/manifests/1.0.0"] = Reply(chunked=True, headers={"content-type": MANIFEST})
    with pytest.raises(RegistryError, match="unknown response Content-Length"):
        clients().resolve(f"{fake.address}/c/demo:1.0.0")


def test_a_blob_elsewhere_is_fetched_without_credentials(clients: Clients) -> None:
    with FakeRegistry() as storage, FakeRegistry(users={"bob": "secret"}) as fake:
        fake.storage = f"http://{storage.address}/bucket"
        fake.add_chart("c/demo", "1.0.0", b"chart")
        for data in (b"chart", b"{}"):
            storage.replies[f"/bucket/{digest(data)}"] = Reply(body=data)
        client = clients(username="bob", password="secret")
        assert client.pull(f"{fake.address}/c/demo:1.0.0").chart == b"chart"
        assert all("authorization" not in one.headers for one in storage.requests)
        storage.replies[f"/bucket/{digest(b'chart')}"] = Reply(status=403)
        with pytest.raises(RegistryError) as caught:
            client.pull(f"{fake.address}/c/demo:1.0.0")
        assert "signature" not in str(caught.value)
        assert "?***" in str(caught.value)


def test_push_and_pull_again(fake: FakeRegistry, clients: Clients) -> None:
    data = archive()
    made = clients().push(
        data, f"{fake.address}/c/demo:1.0.0", prov=b"signed", created="2020-01-01T00:00:00Z"
    )
    assert clients.said == [f"Pushed: {fake.address}/c/demo:1.0.0\nDigest: {made.descriptor.digest}\n"]
    written = json.loads(made.data)
    assert [one["digest"] for one in written["layers"]] == sorted((digest(data), digest(b"signed")))
    assert written["annotations"]["org.opencontainers.image.created"] == "2020-01-01T00:00:00Z"
    pulled = clients().pull(f"{fake.address}/c/demo:1.0.0", prov=True)
    assert (pulled.chart, pulled.prov, pulled.digest) == (data, b"signed", made.descriptor.digest)
    before = len(fake.requests)
    clients().push(data, f"{fake.address}/c/demo:1.0.0", prov=b"signed", created="2020-01-01T00:00:00Z")
    assert [one.method for one in fake.requests[before:]] == ["HEAD", "PUT"]


def test_push_brings_only_what_is_missing(fake: FakeRegistry, clients: Clients) -> None:
    data = archive()
    fake.add_blob(data)
    made = clients().push(data, f"{fake.address}/c/demo:1.0.0", prov=data)
    assert len(fake.asked("/v2/c/demo/blobs/uploads/")) == 1
    assert "org.opencontainers.image.created" in made.data.decode()
    assert len(made.blobs) == 3


def test_push_is_strict(fake: FakeRegistry, clients: Clients) -> None:
    client = clients()
    with pytest.raises(RegistryError, match="strict mode enabled, ref basename and tag must match"):
        client.push(archive(), f"{fake.address}/c/other:1.0.0")
    client.push(archive(), f"{fake.address}/c/other:1.0.0+x", strict=False)
    assert "contains an underscore" in "".join(clients.said)


@pytest.mark.parametrize(
    ("path", "reply", "problem"),
    [
        ("blobs/uploads/", Reply(status=403), 'failed to perform "Push" on destination: POST "URL": response status code 403: Forbidden'),
        ("blobs/uploads/", Reply(status=202), 'failed to perform "Push" on destination: http: no Location header in response'),
        ("blobs/uploads/", Reply(status=202, headers={"location": ":"}), 'failed to perform "Push" on destination: parse ":": missing protocol scheme'),
        ("blobs/uploads/", Reply(status=202, headers={"location": "http://elsewhere/"}), 'failed to perform "Push" on destination: blob upload Location "elsewhere" is on a different host than the registry "host"'),
        ("blobs/uploads/1", Reply(status=200), 'response status code 200: OK'),
        ("blobs/DIGEST", Reply(status=403), 'failed to perform "Exists" on destination: HEAD "URL": response status code 403: Forbidden'),
        ("blobs/DIGEST", Reply(status=200, headers={"docker-content-digest": f"sha256:{'0' * 64}"}), "invalid response; digest mismatch in Docker-Content-Digest"),
        ("blobs/DIGEST", Reply(status=200, chunked=True), "unknown response Content-Length"),
        ("manifests/1.0.0", Reply(status=409), 'failed to perform "Tag" on destination: PUT "URL": response status code 409: Conflict'),
    ],
)  # fmt: skip
def test_pushes_that_are_refused(
    fake: FakeRegistry, clients: Clients, path: str, reply: Reply, problem: str
) -> None:
    data = archive()
    path = f"/v2/c/demo/{path.replace('DIGEST', digest(data))}"
    fake.replies[path] = reply
    with pytest.raises(RegistryError) as caught:
        clients().push(data, f"{fake.address}/c/demo:1.0.0")
    assert problem.replace("URL", f"http://host{path}") in str(caught.value).replace(fake.address, "host")


def test_uploads_stay_with_the_registry() -> None:
    asked = "https://h:443/v2/a/blobs/uploads/"

    def go(location: str) -> str:
        stream: Any = SimpleNamespace(status=202, headers={"location": location}, length=0)
        return upload_url(Answer("POST", asked, asked, stream), asked, "sha256:1")

    assert go("https://h/x?z=1&digest=old") == "https://h:443/x?digest=sha256%3A1&z=1"
    assert go("/x") == "https://h:443/x?digest=sha256%3A1"
    with pytest.raises(RegistryError, match='blob upload Location "h:443" downgrades scheme from https'):
        go("http://h:443/x")
    with pytest.raises(RegistryError, match="is on a different host"):
        go("https://h:444/x")


def test_tags_come_in_pages(clients: Clients) -> None:
    with FakeRegistry(page=2) as fake:
        for tag in ("1.0.0", "1.2.0_x", "latest", "1.10.0", "v1", "1.3.0-a"):
            fake.add_manifest("c/demo", tag, {})
        assert clients().tags(f"{fake.address}/c/demo") == ["1.10.0", "1.3.0-a", "1.2.0+x", "1.0.0"]
        assert len(fake.asked("/v2/c/demo/tags/list")) == 3


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (Reply(status=404, body=b'{"errors": [{"code": "NAME_UNKNOWN"}]}'), 'GET "URL": response status code 404: name unknown'),
        (Reply(body=b""), 'GET "URL": failed to decode response: EOF'),
        (Reply(body=b"{"), 'GET "URL": failed to decode response: unexpected EOF'),
        (Reply(body=b"[]"), 'GET "URL": failed to decode response: json: cannot unmarshal array into Go value of type struct { Tags []string "json:\\"tags\\"" }'),
        (Reply(body=b'{"tags": {}}'), 'GET "URL": failed to decode response: json: cannot unmarshal object into Go struct field .tags of type []string'),
        (Reply(body=b'{"tags": [true]}'), 'GET "URL": failed to decode response: json: cannot unmarshal bool into Go struct field .tags of type string'),
        (Reply(body=b"{}", headers={"link": "x"}), "invalid next link \"x\": missing '<'"),
        (Reply(body=b"{}", headers={"link": "<x"}), "invalid next link \"<x\": missing '>'"),
        (Reply(body=b"{}", headers={"link": "<:>"}), 'parse ":": missing protocol scheme'),
        (Reply(body=b"{}", headers={"link": "<http://e/>"}), 'invalid next link "http://e/": not the same origin as "URL"'),
        (
            Reply(body=b"{}", headers={"link": "</v2/c/demo/tags/list>"}),
            "tag listing comes back to a page that was read: too many pages",
        ),
    ],
)  # fmt: skip
def test_lists_that_are_none(
    fake: FakeRegistry, clients: Clients, monkeypatch: pytest.MonkeyPatch, reply: Reply, problem: str
) -> None:
    monkeypatch.setattr(repositories, "_MAX_PAGES", 5)
    fake.replies["/v2/c/demo/tags/list"] = reply
    with pytest.raises(RegistryError) as caught:
        clients().tags(f"{fake.address}/c/demo")
    said = str(caught.value).replace(fake.address, "host")
    assert said == problem.replace("URL", "http://host/v2/c/demo/tags/list")


def test_tags_are_bounded(fake: FakeRegistry, clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repositories, "_MAX_TAGS", 5)
    asked = iter(range(100))

    def page(_: Asked) -> Reply:
        link = f"</v2/c/demo/tags/list?last={next(asked)}>"
        return Reply(body=b'{"tags": ["1.0.0", "2.0.0"]}', headers={"link": link})

    fake.intercept = page
    with pytest.raises(RegistryError, match="tag listing exceeded 5 tags: size exceeds limit"):
        clients().tags(f"{fake.address}/c/demo")
    assert len(fake.requests) == 3
    monkeypatch.setattr(repositories, "_MAX_PAGES", 2)
    with pytest.raises(RegistryError, match="tag listing exceeded 2 pages: too many pages"):
        clients().tags(f"{fake.address}/c/demo")


def test_tags_that_are_null(fake: FakeRegistry, clients: Clients) -> None:
    for body in (b"null", b'{"tags": null}', b'{"tags": [null]}'):
        fake.replies["/v2/c/demo/tags/list"] = Reply(body=body)
        assert clients().tags(f"{fake.address}/c/demo") == []


def test_validate(fake: FakeRegistry, clients: Clients) -> None:
    for tag in ("1.0.0", "1.1.0", "2.0.0_x"):
        made = fake.add_chart("c/demo", tag, tag.encode())
    client = clients()

    def validate(path: str, version: str = "") -> tuple[str, str]:
        reference = f"oci://{fake.address}{path}"
        found, url = client.validate(reference, version, parse_url(reference))
        return found, str(url).replace(fake.address, "host")

    assert validate("/c/demo") == ("", "oci://host/c/demo:2.0.0+x")
    assert validate("/c/demo", "~1") == ("", "oci://host/c/demo:1.1.0")
    assert validate("/c/demo", "9.9.9") == ("", "oci://host/c/demo:9.9.9")
    assert validate("/c/demo:1.0.0") == ("", "oci://host/c/demo:1.0.0")
    assert validate("/c/demo:1.0.0", "1.0.0") == ("", "oci://host/c/demo:1.0.0")
    assert validate(f"/c/demo@{made}") == ("", f"oci://host/c/demo@{made}")
    assert validate(f"/c/demo@{made}", "3.0.0") == ("", f"oci://host/c/demo@{made}")
    one = client.resolve(f"{fake.address}/c/demo:1.0.0").digest
    assert validate(f"/c/demo:1.0.0@{one}") == (one, f"oci://host/c/demo@{one}")
    with pytest.raises(RegistryError, match=f"chart reference digest mismatch: {one} is not {made}"):
        validate(f"/c/demo:1.0.0@{made}")
    with pytest.raises(RegistryError, match=r"chart reference and version mismatch: 2\.0\.0 is not 1\.0\.0"):
        validate("/c/demo:1.0.0", "2.0.0")
    fake.add_manifest("c/other", "latest", {})
    with pytest.raises(
        RegistryError, match=r"unable to locate any tags in provided repository: oci://.*/c/other"
    ):
        validate("/c/other")


def test_login_and_logout(clients: Clients) -> None:
    with FakeRegistry(users={"bob": "secret"}) as fake:
        client = clients()
        client.login(fake.address, "bob", "secret")
        assert clients.said == ["Login Succeeded\n"]
        assert json.loads(clients.config.read_text())["auths"].keys() == {fake.address}
        fake.add_manifest("a", "1.0.0", {})
        assert clients().tags(f"{fake.address}/a") == ["1.0.0"]
        clients().logout(fake.address)
        assert clients.said[1:] == [f"Removing login credentials for {fake.address}\n"]
        assert json.loads(clients.config.read_text()) == {"auths": {}}


def test_login_tries_oauth2_first_and_then_a_get(clients: Clients) -> None:
    with FakeRegistry(users={"bob": "secret"}, tokens=True) as fake:
        fake.replies["/v2/"] = Reply(status=404)
        with pytest.raises(RegistryError, match=r'authenticating to "127\.0\.0\.1:\d+": not found'):
            clients().login(fake.address, "bob", "secret")
        del fake.replies["/v2/"]
        with pytest.raises(RegistryError, match="authenticating to"):
            clients().login(fake.address, "bob", "wrong")
        assert [one.method for one in fake.asked("/token")] == ["POST", "GET"]
        assert not clients.config.exists()


def test_login_with_odd_hosts(clients: Clients) -> None:
    with pytest.raises(RegistryError, match='invalid reference: invalid registry "h/p"'):
        clients().login("h/p", "a", "b")
    assert clients.logged == [
        (
            "WARN",
            "registry login currently only supports registry hostname, not a repository path",
            {"host": "h/p", "suggested": "h"},
        )
    ]
    client = clients()
    client._only_for = "h"
    assert not client._credential("other")
    with pytest.raises(
        RegistryError, match=r'authenticating to "127\.0\.0\.1:1": Get "http://127\.0\.0\.1:1/v2/": dial tcp'
    ):
        clients().login("127.0.0.1:1", "a", "b")


def test_docker_hub_has_many_names(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    client = clients()
    monkeypatch.setattr(client, "_ping", lambda: None)
    client.login("docker.io", "bob", "secret")
    assert client._credential("registry-1.docker.io").username == "bob"
    assert list(json.loads(clients.config.read_text())["auths"]) == ["https://index.docker.io/v1/"]
    client.logout("registry-1.docker.io")
    assert json.loads(clients.config.read_text()) == {"auths": {}}


def test_logout_that_fails(clients: Clients) -> None:
    clients.config.write_text('{"credsStore": "nosuch"}')
    with pytest.raises(
        RegistryError, match=r'failed to delete the credential for h: exec: "docker-credential-nosuch": .*'
    ):
        clients().logout("h")


def test_check_reads_what_is_configured(clients: Clients, tmp_path: Path) -> None:
    clients().check()
    with pytest.raises(TLSConfigError, match="can't read CA file"):
        clients(ca_file=str(tmp_path / "nosuch")).check()
    clients.config.write_text("{")
    with pytest.raises(RegistryConfigError):
        clients().check()


def test_tls(clients: Clients, tmp_path: Path) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    with FakeRegistry(tls=authority) as fake:
        fake.add_manifest("a", "1.0.0", {})
        assert clients(ca_file=str(tmp_path / "ca.pem")).tags(f"{fake.address}/a") == ["1.0.0"]
        assert clients(insecure=True, plain_http=True).tags(f"{fake.address}/a") == ["1.0.0"]
        with pytest.raises(HttpError, match="certificate signed by unknown authority"):
            clients(plain_http=False).tags(f"{fake.address}/a")
        clients().close()


def test_summaries(fake: FakeRegistry, clients: Clients) -> None:
    fake.add_chart("c/demo", "1.0.0_x", b"", config=b'{"appVersion": "7"}')
    fake.add_manifest("c/demo", "2.0.0", {})
    assert clients().summary(f"{fake.address}/c/demo", "1.0.0+x") == {"appVersion": "7"}
    with pytest.raises(RegistryError, match="could not load config with mediatype"):
        clients().summary(f"{fake.address}/c/demo", "2.0.0")


def plugin(fake: FakeRegistry, *titles: str, **more: object) -> None:
    layers = [{**fake.layer(TAR, title.encode()), "annotations": {TITLE: title}} for title in titles]
    document = {"config": fake.layer("x", b"{}"), "artifactType": PLUGIN, "layers": layers, **more}
    fake.add_manifest("p/name", "1.0.0", {key: value for key, value in document.items() if value is not None})


def test_plugins(fake: FakeRegistry, clients: Clients) -> None:
    plugin(fake, "readme", "name-1.0.0.tgz", "name-1.0.0.tgz.prov", "name-2.tgz", "name-2.tgz.prov")
    pulled = clients().pull_plugin(f"{fake.address}/p/name:1.0.0", "name")
    assert (pulled.archive, pulled.prov) == (b"name-1.0.0.tgz", b"name-1.0.0.tgz.prov")
    assert "".join(clients.said) == (
        f"Pulled plugin: {fake.address}/p/name:1.0.0\nDigest: {pulled.digest}\nProvenance: name-1.0.0.tgz.prov\n"
    )
    plugin(fake, "name-1.tgz", artifactType=None, config=fake.layer(PLUGIN, b"{}"))
    clients.said.clear()
    assert clients().pull_plugin(f"{fake.address}/p/name:1.0.0", "name").prov is None
    assert "Provenance" not in "".join(clients.said)


@pytest.mark.parametrize(
    ("titles", "more", "problem"),
    [
        (["name-1.tgz"], {"artifactType": "x"}, f"expected artifact type {PLUGIN}, got x"),
        (["name-1.tgz"], {"artifactType": None}, f"expected config media type {PLUGIN} for legacy compatibility, got x"),
        (["other-1.tgz"], {}, "required layer matching pattern name-VERSION.tgz not found in manifest"),
        ([], {"layers": None}, "required layer matching pattern name-VERSION.tgz not found in manifest"),
        ([], {"layers": [{"mediaType": "x", "digest": "d", "annotations": {TITLE: "name-1.tgz"}}]}, "unable to retrieve plugin data with digest d: d: x: not found"),
    ],
)  # fmt: skip
def test_what_is_no_plugin(
    fake: FakeRegistry, clients: Clients, titles: list[str], more: dict[str, object], problem: str
) -> None:
    plugin(fake, *titles, **more)
    with pytest.raises(RegistryError) as caught:
        clients().pull_plugin(f"{fake.address}/p/name:1.0.0", "name")
    assert str(caught.value) == problem


def test_plugins_of_other_kinds(fake: FakeRegistry, clients: Clients) -> None:
    made = fake.add_manifest("p/name", "1.0.0", {}, INDEX)
    with pytest.raises(
        RegistryError, match=f"unable to retrieve manifest: {made}: {INDEX}".replace("+", r"\+")
    ):
        clients().pull_plugin(f"{fake.address}/p/name:1.0.0", "name")
